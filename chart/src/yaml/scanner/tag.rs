//! `!local`, `!!type`, `!handle!type` and `!<tag:example.org,2000:type>`.

use super::{Scanner, TokenKind};
use crate::yaml::bytes::{URI, WORD, is};
use crate::yaml::cursor::Mark;
use crate::yaml::syntax::SyntaxError;

impl<'a> Scanner<'a> {
    pub(super) fn tag(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let start_mark = self.cursor.mark();
        let parts = if self.cursor.byte(1) == b'<' {
            self.verbatim_tag(start_mark)
        } else {
            self.shorthand_tag()
        };
        let (handle, suffix) = parts.map_err(|error| error.within("while parsing a tag", start_mark))?;
        if !self.cursor.ends_word(0) {
            let error = self.error("did not find expected whitespace or line break");
            return Err(error.within("while scanning a tag", start_mark));
        }
        self.push(TokenKind::Tag(handle.len()), start_mark, handle + &suffix);
        Ok(())
    }

    fn verbatim_tag(&mut self, start: Mark) -> Result<(String, String), SyntaxError> {
        self.cursor.skip(2);
        let tag = self.tag_uri("")?;
        if self.cursor.byte(0) != b'>' {
            let error = self.error("did not find the expected '>'");
            return Err(error.within("while scanning a tag", start));
        }
        self.cursor.skip(1);
        Ok((String::new(), tag))
    }

    fn shorthand_tag(&mut self) -> Result<(String, String), SyntaxError> {
        let start = self.tag_handle()?;
        if start.len() > 1 && start.ends_with('!') {
            return Ok((start.to_owned(), self.tag_uri("")?));
        }
        let suffix = self.tag_uri(start)?;
        // A lone `!` has no handle: it is a tag by itself.
        if suffix.is_empty() {
            return Ok((suffix, start.to_owned()));
        }
        Ok(("!".to_owned(), suffix))
    }

    /// Reads `!`, `!!` or `!name!`; or `!name`, which is no handle, and whose rest may follow.
    pub(super) fn tag_handle(&mut self) -> Result<&'a str, SyntaxError> {
        if self.cursor.byte(0) != b'!' {
            return Err(self.error("did not find expected '!'"));
        }
        let start = self.cursor.at();
        self.cursor.skip(1);
        self.word();
        if self.cursor.byte(0) == b'!' {
            self.cursor.skip(1);
        }
        Ok(self.cursor.slice(start, self.cursor.at()))
    }

    /// Reads the rest of a tag that starts with `head`, whose first character is dropped.
    pub(super) fn tag_uri(&mut self, head: &str) -> Result<String, SyntaxError> {
        let mut uri = head.as_bytes().get(1..).unwrap_or_default().to_vec();
        let start = self.cursor.at();
        while is(self.cursor.byte(0), WORD | URI) {
            match self.cursor.byte(0) {
                b'%' => self.escaped_character(&mut uri)?,
                byte => {
                    uri.push(byte);
                    self.cursor.skip(1);
                }
            }
        }
        if head.is_empty() && self.cursor.at() == start {
            return Err(self.error("did not find expected tag URI"));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// Reads the `%C3%A9` of one character.
    fn escaped_character(&mut self, uri: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let lead = self.escaped_octet()?;
        let trailing = match lead {
            0..=0x7f => 0,
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf7 => 3,
            _ => return Err(self.error("found an incorrect leading UTF-8 octet")),
        };
        self.cursor.skip(3);
        uri.push(lead);
        for _ in 0..trailing {
            let octet = self.escaped_octet()?;
            if octet & 0xc0 != 0x80 {
                return Err(self.error("found an incorrect trailing UTF-8 octet"));
            }
            self.cursor.skip(3);
            uri.push(octet);
        }
        Ok(())
    }

    fn escaped_octet(&self) -> Result<u8, SyntaxError> {
        let digit = |ahead: usize| char::from(self.cursor.byte(ahead)).to_digit(16);
        match (self.cursor.byte(0), digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => Ok(((high << 4) | low) as u8),
            _ => Err(self.error("did not find URI escaped octet")),
        }
    }
}
