//! Where documents start and end, and their directives.

use super::{Parser, State, node};
use crate::yaml::event::{Event, EventKind};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

impl<'a> Parser<'a> {
    pub(super) fn stream_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, line) = self.peek()?;
        self.scanner.take();
        self.state = State::FirstDocumentStart;
        Ok(Event {
            kind: EventKind::StreamStart,
            line,
        })
    }

    pub(super) fn stream_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (_, line) = self.peek()?;
        self.scanner.take();
        self.state = State::End;
        Ok(Event {
            kind: EventKind::StreamEnd,
            line,
        })
    }

    /// Only the first document may start without `---`.
    pub(super) fn first_document_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, line) = self.peek()?;
        if matches!(
            kind,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective(_)
                | TokenKind::DocumentStart
                | TokenKind::StreamEnd
        ) {
            return self.explicit_document_start(kind, line);
        }
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        Ok(Event {
            kind: EventKind::DocumentStart,
            line,
        })
    }

    pub(super) fn document_start(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (mut kind, mut line) = self.peek()?;
        while kind == TokenKind::DocumentEnd {
            (kind, line) = self.skip()?;
        }
        self.explicit_document_start(kind, line)
    }

    fn explicit_document_start(&mut self, kind: TokenKind, line: usize) -> Result<Event<'a>, SyntaxError> {
        if kind == TokenKind::StreamEnd {
            return self.stream_end();
        }
        let (kind, found_at) = self.directives(kind, line)?;
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
            line,
        })
    }

    fn directives(
        &mut self,
        mut kind: TokenKind,
        mut line: usize,
    ) -> Result<(TokenKind, usize), SyntaxError> {
        let mut has_version = false;
        loop {
            match kind {
                TokenKind::VersionDirective { .. } if has_version => {
                    return Err(SyntaxError::structure("found duplicate %YAML directive", line));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => {
                    has_version = true;
                    self.scanner.take();
                }
                TokenKind::VersionDirective { .. } => {
                    return Err(SyntaxError::structure("found incompatible YAML document", line));
                }
                TokenKind::TagDirective(length) => {
                    let text = self.take_text();
                    let (handle, prefix) = text.split_at(length);
                    if self.handles.iter().any(|(known, _)| known == handle) {
                        return Err(SyntaxError::structure("found duplicate %TAG directive", line));
                    }
                    self.handles.push((handle.to_owned(), prefix.to_owned()));
                }
                _ => return Ok((kind, line)),
            }
            (kind, line) = self.peek()?;
        }
    }

    pub(super) fn document_content(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, line) = self.peek()?;
        if matches!(
            kind,
            TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective(_)
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd
        ) {
            self.return_to_parent();
            return self.empty_before(self.state, line);
        }
        self.node(node::Place::Block)
    }

    pub(super) fn document_end(&mut self) -> Result<Event<'a>, SyntaxError> {
        let (kind, line) = self.peek()?;
        if kind == TokenKind::DocumentEnd {
            self.scanner.take();
        }
        self.handles.clear();
        self.state = State::DocumentStart;
        Ok(Event {
            kind: EventKind::DocumentEnd,
            line,
        })
    }
}
