//! `&name` and `*name`.

use super::{Scanner, TokenKind};
use crate::yaml::bytes::{WORD, is};
use crate::yaml::syntax::SyntaxError;

impl<'a> Scanner<'a> {
    pub(super) fn anchor(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let start_mark = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.word();
        let may_follow = self.cursor.ends_word(0)
            || matches!(
                self.cursor.byte(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !may_follow {
            let what = match kind {
                TokenKind::Anchor => "while scanning an anchor",
                _ => "while scanning an alias",
            };
            let error = self.error("did not find expected alphabetic or numeric character");
            return Err(error.within(what, start_mark));
        }
        self.push(kind, start_mark, name);
        Ok(())
    }

    /// Reads letters, digits, `_` and `-`.
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.cursor.at();
        while is(self.cursor.byte(0), WORD) {
            self.cursor.skip(1);
        }
        self.cursor.slice(start, self.cursor.at())
    }
}
