//! The escapes of double quotes.

use super::Scanner;
use crate::yaml::syntax::SyntaxError;

impl Scanner<'_> {
    /// Reads a backslash and what it stands for. `\/`, which YAML 1.2 has, is none of them.
    pub(super) fn escape(&mut self, text: &mut String) -> Result<(), SyntaxError> {
        let (c, digits) = match self.cursor.byte(1) {
            b'0' => ('\0', 0),
            b'a' => ('\x07', 0),
            b'b' => ('\x08', 0),
            b't' | b'\t' => ('\t', 0),
            b'n' => ('\n', 0),
            b'v' => ('\x0b', 0),
            b'f' => ('\x0c', 0),
            b'r' => ('\r', 0),
            b'e' => ('\x1b', 0),
            b' ' => (' ', 0),
            b'"' => ('"', 0),
            b'\'' => ('\'', 0),
            b'\\' => ('\\', 0),
            b'N' => ('\u{85}', 0),
            b'_' => ('\u{a0}', 0),
            b'L' => ('\u{2028}', 0),
            b'P' => ('\u{2029}', 0),
            b'x' => ('\0', 2),
            b'u' => ('\0', 4),
            b'U' => ('\0', 8),
            _ => return Err(self.error("found unknown escape character")),
        };
        self.cursor.skip(2);
        text.push(if digits == 0 { c } else { self.code(digits)? });
        Ok(())
    }

    /// Reads the digits of a character's code.
    fn code(&mut self, digits: usize) -> Result<char, SyntaxError> {
        let mut code = 0u32;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.cursor.byte(ahead)).to_digit(16) else {
                return Err(self.error("did not find expected hexdecimal number"));
            };
            code = (code << 4) | digit;
        }
        let Some(c) = char::from_u32(code) else {
            return Err(self.error("found invalid Unicode character escape code"));
        };
        self.cursor.skip(digits);
        Ok(c)
    }
}
