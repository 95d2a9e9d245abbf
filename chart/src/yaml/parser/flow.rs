//! Lists and tables in brackets.

use super::node::Place;
use super::{Parser, State};
use crate::yaml::event::{Event, EventKind};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

impl<'a> Parser<'a> {
    pub(super) fn flow_sequence_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::FlowSequenceEnd, _) => {}
            (TokenKind::FlowEntry, _) => {
                self.skip()?;
            }
            (_, mark) => {
                return Err(self.error_within(
                    "while parsing a flow sequence",
                    "did not find expected ',' or ']'",
                    mark,
                ));
            }
        }
        self.flow_sequence_first_entry()
    }

    pub(super) fn flow_sequence_first_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            // `[a: b]` is a list of a table of one entry.
            (TokenKind::Key, mark) => {
                self.scanner.take();
                self.state = State::FlowPairKey;
                Ok(Event {
                    kind: EventKind::MappingStart(None),
                    mark,
                })
            }
            (TokenKind::FlowSequenceEnd, mark) => self.close(EventKind::SequenceEnd, mark),
            _ => self.node_before(State::FlowSequenceEntry, Place::Flow),
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            // libyaml passes over the token that shows that there is no key.
            (TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd, mark) => {
                self.scanner.take();
                self.empty_before(State::FlowPairValue, mark)
            }
            _ => self.node_before(State::FlowPairValue, Place::Flow),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        if kind != TokenKind::Value {
            return self.empty_before(State::FlowPairEnd, mark);
        }
        match self.skip()?.0 {
            // The line is that of the `:`, not of what follows it.
            TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => self.empty_before(State::FlowPairEnd, mark),
            _ => self.node_before(State::FlowPairEnd, Place::Flow),
        }
    }

    pub(super) fn flow_pair_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, mark) = self.peek()?;
        self.state = State::FlowSequenceEntry;
        Ok(Event {
            kind: EventKind::MappingEnd,
            mark,
        })
    }

    pub(super) fn flow_mapping_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::FlowMappingEnd, _) => {}
            (TokenKind::FlowEntry, _) => {
                self.skip()?;
            }
            (_, mark) => {
                return Err(self.error_within(
                    "while parsing a flow mapping",
                    "did not find expected ',' or '}'",
                    mark,
                ));
            }
        }
        self.flow_mapping_first_key()
    }

    pub(super) fn flow_mapping_first_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Key, _) => match self.skip()? {
                (TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd, mark) => {
                    self.empty_before(State::FlowMappingValue, mark)
                }
                _ => self.node_before(State::FlowMappingValue, Place::Flow),
            },
            (TokenKind::FlowMappingEnd, mark) => self.close(EventKind::MappingEnd, mark),
            _ => self.node_before(State::FlowMappingEmptyValue, Place::Flow),
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        if kind != TokenKind::Value {
            return self.empty_before(State::FlowMappingKey, mark);
        }
        match self.skip()? {
            (TokenKind::FlowEntry | TokenKind::FlowMappingEnd, mark) => {
                self.empty_before(State::FlowMappingKey, mark)
            }
            _ => self.node_before(State::FlowMappingKey, Place::Flow),
        }
    }

    pub(super) fn flow_mapping_empty_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, mark) = self.peek()?;
        self.empty_before(State::FlowMappingKey, mark)
    }
}
