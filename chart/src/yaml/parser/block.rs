//! Lists and tables by indentation.

use super::node::Place;
use super::{Parser, State};
use crate::yaml::cursor::Mark;
use crate::yaml::event::{Event, EventKind};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

impl<'a> Parser<'a> {
    pub(super) fn block_sequence_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::BlockEntry, mark) => match self.skip()?.0 {
                TokenKind::BlockEntry | TokenKind::BlockEnd => {
                    self.empty_before(State::BlockSequenceEntry, mark)
                }
                _ => self.node_before(State::BlockSequenceEntry, Place::Block),
            },
            (TokenKind::BlockEnd, mark) => self.close(EventKind::SequenceEnd, mark),
            (_, mark) => Err(SyntaxError::structure(
                "did not find expected '-' indicator",
                mark,
            )),
        }
    }

    /// Reads a list whose `-` are in the column of the table's keys; nothing ends it but what is no `-`.
    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::BlockEntry, mark) => match self.skip()?.0 {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    self.empty_before(State::IndentlessSequenceEntry, mark)
                }
                _ => self.node_before(State::IndentlessSequenceEntry, Place::Block),
            },
            (_, mark) => self.end(EventKind::SequenceEnd, mark),
        }
    }

    pub(super) fn block_mapping_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Key, mark) => self.block_mapping_part(State::BlockMappingValue, mark),
            (TokenKind::BlockEnd, mark) => self.close(EventKind::MappingEnd, mark),
            (_, mark) => {
                Err(self.error_within("while parsing a block mapping", "did not find expected key", mark))
            }
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Value, mark) => self.block_mapping_part(State::BlockMappingKey, mark),
            (_, mark) => self.empty_before(State::BlockMappingKey, mark),
        }
    }

    /// Reads what is behind `?` or `:`, if there is something.
    fn block_mapping_part(&mut self, after: State, mark: Mark) -> Result<Event<'a>, SyntaxError> {
        match self.skip()?.0 {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.empty_before(after, mark),
            _ => self.node_before(after, Place::BlockMapping),
        }
    }
}
