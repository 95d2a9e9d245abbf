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
            (_, line) => return Err(SyntaxError::structure("did not find expected ',' or ']'", line)),
        }
        self.flow_sequence_first_entry()
    }

    pub(super) fn flow_sequence_first_entry(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            // `[a: b]` is a list of a table of one entry.
            (TokenKind::Key, line) => {
                self.scanner.take();
                self.state = State::FlowPairKey;
                Ok(Event {
                    kind: EventKind::MappingStart(None),
                    line,
                })
            }
            (TokenKind::FlowSequenceEnd, line) => {
                self.scanner.take();
                self.end(EventKind::SequenceEnd, line)
            }
            _ => self.node_before(State::FlowSequenceEntry, Place::Flow),
        }
    }

    pub(super) fn flow_pair_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            // libyaml passes over the token that shows that there is no key.
            (TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd, line) => {
                self.scanner.take();
                self.empty_before(State::FlowPairValue, line)
            }
            _ => self.node_before(State::FlowPairValue, Place::Flow),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, line) = self.peek()?;
        if kind != TokenKind::Value {
            return self.empty_before(State::FlowPairEnd, line);
        }
        match self.skip()?.0 {
            // The line is that of the `:`, not of what follows it.
            TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => self.empty_before(State::FlowPairEnd, line),
            _ => self.node_before(State::FlowPairEnd, Place::Flow),
        }
    }

    pub(super) fn flow_pair_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, line) = self.peek()?;
        self.state = State::FlowSequenceEntry;
        Ok(Event {
            kind: EventKind::MappingEnd,
            line,
        })
    }

    pub(super) fn flow_mapping_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::FlowMappingEnd, _) => {}
            (TokenKind::FlowEntry, _) => {
                self.skip()?;
            }
            (_, line) => return Err(SyntaxError::structure("did not find expected ',' or '}'", line)),
        }
        self.flow_mapping_first_key()
    }

    pub(super) fn flow_mapping_first_key(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.peek()? {
            (TokenKind::Key, _) => match self.skip()? {
                (TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd, line) => {
                    self.empty_before(State::FlowMappingValue, line)
                }
                _ => self.node_before(State::FlowMappingValue, Place::Flow),
            },
            (TokenKind::FlowMappingEnd, line) => {
                self.scanner.take();
                self.end(EventKind::MappingEnd, line)
            }
            _ => self.node_before(State::FlowMappingEmptyValue, Place::Flow),
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, line) = self.peek()?;
        if kind != TokenKind::Value {
            return self.empty_before(State::FlowMappingKey, line);
        }
        match self.skip()? {
            (TokenKind::FlowEntry | TokenKind::FlowMappingEnd, line) => {
                self.empty_before(State::FlowMappingKey, line)
            }
            _ => self.node_before(State::FlowMappingKey, Place::Flow),
        }
    }

    pub(super) fn flow_mapping_empty_value(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, line) = self.peek()?;
        self.empty_before(State::FlowMappingKey, line)
    }
}
