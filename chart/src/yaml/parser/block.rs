//! Lists and tables by indentation.

use super::node::Place;
use super::{Parser, State};
use crate::yaml::event::{Event, EventKind};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

impl<'a> Parser<'a> {
    pub(super) fn block_sequence_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::BlockEntry, line) => match self.skip()?.0 {
                TokenKind::BlockEntry | TokenKind::BlockEnd => {
                    self.empty_before(State::BlockSequenceEntry, line)
                }
                _ => self.node_before(State::BlockSequenceEntry, Place::Block),
            },
            (TokenKind::BlockEnd, line) => {
                self.scanner.take();
                self.end(EventKind::SequenceEnd, line)
            }
            (_, line) => Err(SyntaxError::structure(
                "did not find expected '-' indicator",
                line,
            )),
        }
    }

    /// Reads a list whose `-` are in the column of the table's keys; nothing ends it but what is no `-`.
    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::BlockEntry, line) => match self.skip()?.0 {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    self.empty_before(State::IndentlessSequenceEntry, line)
                }
                _ => self.node_before(State::IndentlessSequenceEntry, Place::Block),
            },
            (_, line) => self.end(EventKind::SequenceEnd, line),
        }
    }

    pub(super) fn block_mapping_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Key, line) => self.block_mapping_part(State::BlockMappingValue, line),
            (TokenKind::BlockEnd, line) => {
                self.scanner.take();
                self.end(EventKind::MappingEnd, line)
            }
            (_, line) => Err(SyntaxError::structure("did not find expected key", line)),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Value, line) => self.block_mapping_part(State::BlockMappingKey, line),
            (_, line) => self.empty_before(State::BlockMappingKey, line),
        }
    }

    /// Reads what is behind `?` or `:`, if there is something.
    fn block_mapping_part(&mut self, after: State, line: usize) -> Result<Event<'a>, SyntaxError> {
        match self.skip()?.0 {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.empty_before(after, line),
            _ => self.node_before(after, Place::BlockMapping),
        }
    }
}
