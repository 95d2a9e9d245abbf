//! Nodes: aliases, scalars and the starts of lists and tables, with their anchors and tags.

use super::{Parser, State};
use crate::yaml::cursor::Mark;
use crate::yaml::event::{Event, EventKind, MaybeProperties, Properties, ScalarStyle};
use crate::yaml::scanner::TokenKind;
use crate::yaml::syntax::SyntaxError;

/// Where a node stands, which decides what it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    /// A list may be no deeper than the table it is in.
    BlockMapping,
    Flow,
}

impl<'a> Parser<'a> {
    pub(super) fn node(&mut self, place: Place) -> Result<Event<'a>, SyntaxError> {
        let (kind, mark) = self.peek()?;
        match kind {
            TokenKind::Alias => {
                let name = self.take_text();
                self.end(EventKind::Alias(name), mark)
            }
            TokenKind::Anchor | TokenKind::Tag(_) => {
                let properties = self.properties(kind, mark)?;
                self.content(place, properties, mark)
            }
            _ => self.content(place, None, mark),
        }
    }

    /// Reads an anchor and a tag, in either order.
    fn properties(&mut self, first: TokenKind, start: Mark) -> Result<MaybeProperties<'a>, SyntaxError> {
        let mut anchor = None;
        let mut tag = None;
        let mut next = (first, start);
        loop {
            match next {
                (TokenKind::Anchor, _) if anchor.is_none() => anchor = Some(self.take_text()),
                (TokenKind::Tag(handle), mark) if tag.is_none() => {
                    tag = Some((self.take_text(), handle, mark))
                }
                _ => break,
            }
            next = self.peek()?;
        }
        let tag = match tag {
            Some((text, length, mark)) => {
                let (handle, suffix) = text.split_at(length);
                let prefix = self.prefix(handle);
                let prefix = prefix.ok_or_else(|| {
                    SyntaxError::structure("found undefined tag handle", mark)
                        .within("while parsing a node", start)
                })?;
                Some(prefix.to_owned() + suffix)
            }
            None => None,
        };
        Ok(Some(Box::new(Properties { anchor, tag })))
    }

    /// Returns what a tag's handle stands for.
    fn prefix(&self, handle: &str) -> Option<&str> {
        let declared = self.handles.iter().find(|(known, _)| known == handle);
        match (declared, handle) {
            (_, "") => Some(""),
            (Some((_, prefix)), _) => Some(prefix),
            (None, "!") => Some("!"),
            (None, "!!") => Some("tag:yaml.org,2002:"),
            (None, _) => None,
        }
    }

    fn content(
        &mut self,
        place: Place,
        properties: MaybeProperties<'a>,
        mark: Mark,
    ) -> Result<Event<'a>, SyntaxError> {
        let (kind, found_at) = self.peek()?;
        let is_block = place != Place::Flow;
        let (kind, state) = match kind {
            TokenKind::Scalar(style) => {
                let text = self.take_text();
                return self.end(EventKind::Scalar(properties, text, style), mark);
            }
            TokenKind::BlockEntry if place == Place::BlockMapping => {
                self.state = State::IndentlessSequenceEntry;
                let kind = EventKind::SequenceStart(properties);
                return Ok(Event { kind, mark });
            }
            TokenKind::FlowSequenceStart => (
                EventKind::SequenceStart(properties),
                State::FlowSequenceFirstEntry,
            ),
            TokenKind::FlowMappingStart => (EventKind::MappingStart(properties), State::FlowMappingFirstKey),
            TokenKind::BlockSequenceStart if is_block => {
                (EventKind::SequenceStart(properties), State::BlockSequenceEntry)
            }
            TokenKind::BlockMappingStart if is_block => {
                (EventKind::MappingStart(properties), State::BlockMappingKey)
            }
            _ if properties.is_some() => {
                let kind = EventKind::Scalar(properties, "".into(), ScalarStyle::Plain);
                return self.end(kind, mark);
            }
            _ => {
                return Err(SyntaxError::structure(
                    "did not find expected node content",
                    found_at,
                ));
            }
        };
        self.scanner.take();
        self.marks.push(found_at);
        self.state = state;
        Ok(Event { kind, mark })
    }
}
