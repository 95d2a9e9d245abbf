//! Tokens of one character, the blocks that begin and end with them, and the ends of documents and of the text.

use super::{MAX_DEPTH, Scanner, TOO_DEEP, TokenKind};
use crate::yaml::cursor::Mark;
use crate::yaml::syntax::SyntaxError;

impl Scanner<'_> {
    /// Starts a block at `column` if that is deeper than the block around it. Its token goes before the one of the
    /// given number, or to the end of the queue.
    fn open_block(
        &mut self,
        column: usize,
        kind: TokenKind,
        number: usize,
        mark: Mark,
    ) -> Result<(), SyntaxError> {
        if self.keys.flow_level() > 0 || self.indent >= Some(column) {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = Some(column);
        if self.indents.len() > MAX_DEPTH {
            return Err(self.error(TOO_DEEP));
        }
        self.insert(number, kind, mark);
        Ok(())
    }

    fn open_block_here(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        let mark = self.cursor.mark();
        self.open_block(mark.column, kind, self.next_number(), mark)
    }

    /// Ends the blocks that are deeper than `column`, or all.
    #[inline]
    pub(super) fn close_blocks(&mut self, column: Option<usize>) {
        if self.keys.flow_level() > 0 {
            return;
        }
        while self.indent > column {
            self.push_bare(TokenKind::BlockEnd);
            self.indent = self.indents.pop().flatten();
        }
    }

    /// Pushes a token of as many characters as it has bytes.
    fn indicator(&mut self, kind: TokenKind, length: usize) {
        self.push_bare(kind);
        self.cursor.skip(length);
    }

    pub(super) fn end_stream(&mut self) -> Result<(), SyntaxError> {
        if self.cursor.column() != 0 {
            self.cursor.start_line();
        }
        self.close_blocks(None);
        self.remove_key()?;
        self.is_key_allowed = false;
        self.has_ended = true;
        self.push_bare(TokenKind::StreamEnd);
        Ok(())
    }

    /// Reads `---` or `...`.
    pub(super) fn document_indicator(&mut self) -> Result<(), SyntaxError> {
        self.close_blocks(None);
        self.remove_key()?;
        self.is_key_allowed = false;
        let kind = match self.cursor.byte(0) {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.indicator(kind, 3);
        Ok(())
    }

    pub(super) fn open_flow(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.push_key_level();
        if self.keys.flow_level() > MAX_DEPTH {
            return Err(self.error(TOO_DEEP));
        }
        self.is_key_allowed = true;
        self.indicator(kind, 1);
        Ok(())
    }

    pub(super) fn close_flow(&mut self, kind: TokenKind) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.pop_key_level();
        self.is_key_allowed = false;
        self.indicator(kind, 1);
        Ok(())
    }

    pub(super) fn flow_entry(&mut self) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.is_key_allowed = true;
        self.indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    /// Reads `-`. Within brackets it is wrong, but the parser knows better what to say.
    pub(super) fn block_entry(&mut self) -> Result<(), SyntaxError> {
        if self.keys.flow_level() == 0 {
            if !self.is_key_allowed {
                return Err(self.error("block sequence entries are not allowed in this context"));
            }
            self.open_block_here(TokenKind::BlockSequenceStart)?;
        }
        self.remove_key()?;
        self.is_key_allowed = true;
        self.indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    /// Reads `?`.
    pub(super) fn key(&mut self) -> Result<(), SyntaxError> {
        let is_block = self.keys.flow_level() == 0;
        if is_block {
            if !self.is_key_allowed {
                return Err(self.error("mapping keys are not allowed in this context"));
            }
            self.open_block_here(TokenKind::BlockMappingStart)?;
        }
        self.remove_key()?;
        self.is_key_allowed = is_block;
        self.indicator(TokenKind::Key, 1);
        Ok(())
    }

    /// Reads `:`, after a simple key or after what followed a `?`.
    pub(super) fn value(&mut self) -> Result<(), SyntaxError> {
        if let Some(key) = self.take_key()? {
            self.insert(key.token, TokenKind::Key, key.mark);
            self.open_block(key.mark.column, TokenKind::BlockMappingStart, key.token, key.mark)?;
            self.is_key_allowed = false;
        } else {
            let is_block = self.keys.flow_level() == 0;
            if is_block {
                if !self.is_key_allowed {
                    return Err(self.error("mapping values are not allowed in this context"));
                }
                self.open_block_here(TokenKind::BlockMappingStart)?;
            }
            self.is_key_allowed = is_block;
        }
        self.indicator(TokenKind::Value, 1);
        Ok(())
    }
}
