//! `%YAML 1.1` and `%TAG !handle! prefix`.

use super::{Scanner, TokenKind};
use crate::yaml::cursor::Mark;
use crate::yaml::syntax::SyntaxError;

impl<'a> Scanner<'a> {
    pub(super) fn directive(&mut self) -> Result<(), SyntaxError> {
        self.close_blocks(None);
        self.remove_key()?;
        self.is_key_allowed = false;
        let start_mark = self.cursor.mark();
        self.cursor.skip(1);
        self.rest_of_directive(start_mark)
            .map_err(|error| error.within("while scanning a directive", start_mark))
    }

    fn rest_of_directive(&mut self, start: Mark) -> Result<(), SyntaxError> {
        let name = self.word();
        if name.is_empty() {
            return Err(self.error("could not find expected directive name"));
        }
        if !self.cursor.ends_word(0) {
            return Err(self.error("found unexpected non-alphabetical character"));
        }
        self.directive_value(name, start)?;
        self.rest_of_line()
    }

    fn directive_value(&mut self, name: &str, start: Mark) -> Result<(), SyntaxError> {
        match name {
            "YAML" => {
                self.cursor.skip_blanks();
                let (major, minor) = self
                    .version()
                    .map_err(|error| error.within("while scanning a %YAML directive", start))?;
                self.push(TokenKind::VersionDirective { major, minor }, start, "");
            }
            "TAG" => {
                self.cursor.skip_blanks();
                let (handle, prefix) = self
                    .tag_directive(start)
                    .map_err(|error| error.within("while parsing a %TAG directive", start))?;
                self.push(
                    TokenKind::TagDirective(handle.len()),
                    start,
                    handle.to_owned() + &prefix,
                );
            }
            _ => return Err(self.error("found unknown directive name")),
        }
        Ok(())
    }

    fn version(&mut self) -> Result<(u8, u8), SyntaxError> {
        let major = self.version_number()?;
        if self.cursor.byte(0) != b'.' {
            return Err(self.error("did not find expected digit or '.' character"));
        }
        self.cursor.skip(1);
        Ok((major, self.version_number()?))
    }

    fn version_number(&mut self) -> Result<u8, SyntaxError> {
        let (mut number, mut length) = (0, 0);
        while let digit @ b'0'..=b'9' = self.cursor.byte(0) {
            length += 1;
            if length > 2 {
                return Err(self.error("found extremely long version number"));
            }
            number = number * 10 + (digit - b'0');
            self.cursor.skip(1);
        }
        if length == 0 {
            return Err(self.error("did not find expected version number"));
        }
        Ok(number)
    }

    fn tag_directive(&mut self, start: Mark) -> Result<(&'a str, String), SyntaxError> {
        let handle = self.tag_handle()?;
        if handle != "!" && !(handle.len() > 1 && handle.ends_with('!')) {
            return Err(self.error("did not find expected '!'"));
        }
        if !self.cursor.is_blank() {
            let error = self.error("did not find expected whitespace");
            return Err(error.within("while scanning a %TAG directive", start));
        }
        self.cursor.skip_blanks();
        let prefix = self.tag_uri("")?;
        if !self.cursor.ends_word(0) {
            let error = self.error("did not find expected whitespace or line break");
            return Err(error.within("while scanning a %TAG directive", start));
        }
        Ok((handle, prefix))
    }

    /// Moves to the next line; nothing but blanks and a comment may be left on this one.
    pub(super) fn rest_of_line(&mut self) -> Result<(), SyntaxError> {
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !self.cursor.skip_break() && !self.cursor.is_at_end() {
            return Err(self.error("did not find expected comment or line break"));
        }
        Ok(())
    }
}
