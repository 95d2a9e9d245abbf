//! Where documents start and end, and their directives.

use super::{Parser, State, node};
use crate::yaml::cursor::Mark;
use crate::yaml::event::{Event, EventKind};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

impl<'a> Parser<'a> {
    pub(super) fn stream_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        self.stream_edge(EventKind::StreamStart, State::FirstDocumentStart)
    }

    pub(super) fn stream_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        self.stream_edge(EventKind::StreamEnd, State::End)
    }

    fn stream_edge(&mut self, kind: EventKind<'a>, next: State) -> Result<Event<'a>, SyntaxError> {
        let (_, mark) = self.peek()?;
        self.scanner.take();
        self.state = next;
        Ok(Event { kind, mark })
    }

    /// Only the first document may start without `---`.
    pub(super) fn first_document_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        if matches!(
            kind,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective(_)
                | TokenKind::DocumentStart
                | TokenKind::StreamEnd
        ) {
            return self.explicit_document_start(kind, mark);
        }
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        Ok(Event {
            kind: EventKind::DocumentStart,
            mark,
        })
    }

    pub(super) fn document_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (mut kind, mut mark) = self.peek()?;
        while kind == TokenKind::DocumentEnd {
            (kind, mark) = self.skip()?;
        }
        self.explicit_document_start(kind, mark)
    }

    fn explicit_document_start(&mut self, kind: TokenKind, mark: Mark) -> Result<Event<'a>, SyntaxError> {
        if kind == TokenKind::StreamEnd {
            return self.stream_end();
        }
        let (kind, found_at) = self.directives(kind, mark)?;
        if kind != TokenKind::DocumentStart {
            return Err(SyntaxError::structure(
                "did not find expected <document start>",
                found_at,
            ));
        }
        self.scanner.take();
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(Event {
            kind: EventKind::DocumentStart,
            mark,
        })
    }

    fn directives(&mut self, mut kind: TokenKind, mut mark: Mark) -> Result<(TokenKind, Mark), SyntaxError> {
        let mut has_version = false;
        loop {
            match kind {
                TokenKind::VersionDirective { .. } if has_version => {
                    return Err(SyntaxError::structure("found duplicate %YAML directive", mark));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => {
                    has_version = true;
                    self.scanner.take();
                }
                TokenKind::VersionDirective { .. } => {
                    return Err(SyntaxError::structure("found incompatible YAML document", mark));
                }
                TokenKind::TagDirective(length) => {
                    let text = self.take_text();
                    let (handle, prefix) = text.split_at(length);
                    if self.handles.iter().any(|(known, _)| known == handle) {
                        return Err(SyntaxError::structure("found duplicate %TAG directive", mark));
                    }
                    self.handles.push((handle.to_owned(), prefix.to_owned()));
                }
                _ => return Ok((kind, mark)),
            }
            (kind, mark) = self.peek()?;
        }
    }

    pub(super) fn document_content(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        if matches!(
            kind,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective(_)
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd
        ) {
            self.return_to_parent();
            return self.empty_before(self.state, mark);
        }
        self.node(node::Place::Block)
    }

    pub(super) fn document_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        if kind == TokenKind::DocumentEnd {
            self.scanner.take();
        }
        self.handles.clear();
        self.state = State::DocumentStart;
        Ok(Event {
            kind: EventKind::DocumentEnd,
            mark,
        })
    }
}
