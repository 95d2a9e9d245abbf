//! Tokens → events, by the grammar of YAML 1.1 as go-yaml v2 has it (`parserc.go`).

mod document;
mod node;
mod block;
mod flow;

use std::borrow::Cow;

use super::cursor::Mark;
use super::event::{Event, EventKind, ScalarStyle};
use super::scanner::{Scanner, TokenKind};
use super::syntax::SyntaxError;
use super::text::Text;

/// What the parser expects next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StreamStart,
    FirstDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The events of a text, one by one.
pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    /// What is expected behind the nodes that are open.
    states: Vec<State>,
    /// Where the lists and tables begin that are open.
    marks: Vec<Mark>,
    /// The handles of this document's `%TAG` directives and what they stand for.
    handles: Vec<(String, String)>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a Text<'_>) -> Self {
        Parser {
            scanner: Scanner::new(text),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// Returns the next event; behind the last it is `StreamEnd` for ever.
    pub(super) fn next_event(&mut self) -> Result<Event<'a>, SyntaxError> {
        match self.state {
            State::StreamStart => self.stream_start(),
            State::FirstDocumentStart => self.first_document_start(),
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(node::Place::Block),
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_first_entry(),
            State::FlowSequenceEntry => self.flow_sequence_entry(),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => self.flow_pair_end(),
            State::FlowMappingFirstKey => self.flow_mapping_first_key(),
            State::FlowMappingKey => self.flow_mapping_key(),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => self.flow_mapping_empty_value(),
            State::End => self.stream_end(),
        }
    }

    /// Returns the next token's kind and place.
    #[inline]
    fn peek(&mut self) -> Result<(TokenKind, Mark), SyntaxError> {
        self.scanner.peek()
    }

    /// Drops the token that was shown and shows the one behind it.
    #[inline]
    fn skip(&mut self) -> Result<(TokenKind, Mark), SyntaxError> {
        self.scanner.take();
        self.scanner.peek()
    }

    /// Takes the text of the token that was shown.
    #[inline]
    fn take_text(&mut self) -> Cow<'a, str> {
        self.scanner.take().map(|token| token.text).unwrap_or_default()
    }

    /// Goes on with what is behind the node that ends here.
    fn return_to_parent(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Reads a node, and goes on with `after` behind it.
    fn node_before(&mut self, after: State, place: node::Place) -> Result<Event<'a>, SyntaxError> {
        self.states.push(after);
        self.node(place)
    }

    /// Reports a node that is not there, and goes on with `after`.
    fn empty_before(&mut self, after: State, mark: Mark) -> Result<Event<'a>, SyntaxError> {
        self.state = after;
        Ok(Event {
            kind: EventKind::Scalar(None, Cow::Borrowed(""), ScalarStyle::Plain),
            mark,
        })
    }

    /// Takes the token that ends a list or table, and reports that end.
    fn close(&mut self, kind: EventKind<'a>, mark: Mark) -> Result<Event<'a>, SyntaxError> {
        self.scanner.take();
        self.marks.pop();
        self.end(kind, mark)
    }

    /// Returns an error within the innermost list or table.
    fn error_within(&self, what: &'static str, problem: &'static str, mark: Mark) -> SyntaxError {
        let start = self.marks.last().copied().unwrap_or_default();
        SyntaxError::structure(problem, mark).within(what, start)
    }

    /// Reports the end of a list or table, whose token stays for its parent if it is one of the parent's.
    fn end(&mut self, kind: EventKind<'a>, mark: Mark) -> Result<Event<'a>, SyntaxError> {
        self.return_to_parent();
        Ok(Event { kind, mark })
    }
}

#[cfg(test)]
mod tests;
