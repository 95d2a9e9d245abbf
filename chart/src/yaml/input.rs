//! What the parser is fed: the text in small pieces, and with an end that it can take.

use std::io::{self, BufRead, Read};

/// The parser decodes all it is offered before it starts, so it is offered little at a time.
const PIECE: usize = 16 * 1024;

/// Bytes in pieces that do not cut a character in two, and perhaps a line break after them.
pub(super) struct Input<'a> {
    rest: &'a [u8],
    ending: &'static [u8],
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        if !ends_in_block(bytes) {
            return Input {
                rest: bytes,
                ending: b"",
            };
        }
        Input {
            rest: bytes,
            ending: b"\n",
        }
    }

    /// The bytes, a character that may nowhere follow a backslash, and a line break.
    pub(super) fn with_bad_escape(bytes: &'a [u8]) -> Self {
        Input {
            rest: bytes,
            ending: b"!\n",
        }
    }

    /// Says whether there is a line break at the end that is not in the text.
    pub(super) fn has_added_break(&self) -> bool {
        !self.ending.is_empty()
    }
}

fn start_of_last_line(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1)
}

/// Says whether the text may break off within a block scalar, which the parser does not survive.
fn ends_in_block(bytes: &[u8]) -> bool {
    let start = start_of_last_line(bytes);
    if start == bytes.len() {
        return false;
    }
    if has_odd_breaks(bytes) {
        return bytes.iter().any(|byte| matches!(byte, b'|' | b'>'));
    }
    bytes[..start].split(|byte| *byte == b'\n').any(opens_block)
}

/// Says whether there are line breaks that are not `\n`: U+0085, U+2028, U+2029 or a lone carriage return.
fn has_odd_breaks(bytes: &[u8]) -> bool {
    bytes
        .windows(2)
        .any(|two| matches!(two, b"\xc2\x85" | b"\xe2\x80") || (two[0] == b'\r' && two[1] != b'\n'))
}

/// Says whether a line ends in `|` or `>` with its hints, or has a comment after them.
fn opens_block(line: &[u8]) -> bool {
    let line = line.split(|byte| *byte == b'#').next().unwrap_or(line);
    let is_hint = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'+' | b'-' | b'0'..=b'9');
    let end = line.iter().rposition(|byte| !is_hint(byte));
    end.is_some_and(|end| matches!(line[end], b'|' | b'>'))
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        buffer[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest.is_empty() {
            return Ok(self.ending);
        }
        let mut length = self.rest.len().min(PIECE);
        while length > PIECE - 4 && self.rest.get(length).is_some_and(|byte| byte & 0xc0 == 0x80) {
            length -= 1;
        }
        Ok(&self.rest[..length])
    }

    fn consume(&mut self, amount: usize) {
        if self.rest.is_empty() {
            self.ending = &self.ending[amount..];
        } else {
            self.rest = &self.rest[amount..];
        }
    }
}
