//! Which bytes mean something to the scanner.

/// Space and tab.
pub(super) const BLANK: u8 = 1;
/// The first byte of a line break, or of a character that looks like one (U+0085, U+2028 and U+2029 are breaks too).
pub(super) const BREAK: u8 = 1 << 1;
/// `:`
pub(super) const COLON: u8 = 1 << 2;
/// What ends a plain scalar within brackets.
pub(super) const FLOW: u8 = 1 << 3;
/// A letter, a digit, `_` or `-`: what names are made of.
pub(super) const WORD: u8 = 1 << 4;
/// What a tag may be made of beyond [`WORD`].
pub(super) const URI: u8 = 1 << 5;
/// A single quote.
pub(super) const SINGLE: u8 = 1 << 6;
/// A double quote or the backslash of an escape.
pub(super) const DOUBLE: u8 = 1 << 7;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = class(byte as u8);
        byte += 1;
    }
    classes
}

const fn class(byte: u8) -> u8 {
    match byte {
        b' ' | b'\t' => BLANK,
        b'\n' | b'\r' | 0xc2 | 0xe2 => BREAK,
        b':' => COLON | URI,
        b',' | b'[' | b']' | b'?' => FLOW | URI,
        b'{' | b'}' => FLOW,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
        b'\'' => SINGLE | URI,
        b'"' | b'\\' => DOUBLE,
        b';' | b'/' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*' | b'(' | b')' | b'%' => {
            URI
        }
        _ => 0,
    }
}

/// Says whether the byte is of one of the kinds.
#[inline]
pub(super) fn is(byte: u8, kinds: u8) -> bool {
    CLASSES[usize::from(byte)] & kinds != 0
}
