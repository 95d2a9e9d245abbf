//! The escapes of double quotes.

use super::Scanner;
use crate::yaml::escape::{self, Escape};
use crate::yaml::syntax::SyntaxError;

impl Scanner<'_> {
    /// Reads a backslash and what it stands for.
    pub(super) fn escape(&mut self, text: &mut String) -> Result<(), SyntaxError> {
        let read = escape::read(char::from(self.cursor.byte(1)))
            .ok_or_else(|| self.error("found unknown escape character"))?;
        self.cursor.skip(2);
        text.push(match read {
            Escape::Character(c) => c,
            Escape::Code(digits) => self.code(digits)?,
        });
        Ok(())
    }

    /// Reads the digits of a character's code.
    fn code(&mut self, digits: usize) -> Result<char, SyntaxError> {
        let ahead = (0..digits).map(|ahead| char::from(self.cursor.byte(ahead)));
        let c = escape::character(ahead).map_err(|problem| self.error(problem))?;
        self.cursor.skip(digits);
        Ok(c)
    }
}
