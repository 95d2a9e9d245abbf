//! Tokens → nodes (`parserc.go` and the first part of `decode.go`).
//!
//! Each look at a token may bring comments along, and each finished piece takes those that have come so far. So tokens
//! are looked at exactly when go-yaml does.

use std::collections::BTreeSet;

use super::scanner::Scanner;
use super::token::{Error, Mark, Token, TokenKind};
use super::{Comments, Kind, Node, Style};
use crate::yaml::MAX_DEPTH;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// Reads the first document of a text; `None` if it holds nothing but comments.
///
/// Reading, writing and dropping a node takes stack for each of its levels, of which there may be [`MAX_DEPTH`].
///
/// # Errors
///
/// What go-yaml says.
pub fn first_document(text: &str) -> Result<Option<Node>, Error> {
    let scanner = Scanner::new(text)?;
    Parser {
        scanner,
        pending: Comments::default(),
        stem: String::new(),
        comments_head: 0,
        tags: Vec::new(),
        anchors: BTreeSet::new(),
        depth: 0,
    }
    .document()
}

struct Parser {
    scanner: Scanner,
    /// Comments that have come and belong to no node yet.
    pending: Comments,
    /// The head comment of a collection in a list item.
    stem: String,
    comments_head: usize,
    /// Handles and prefixes of the document.
    tags: Vec<(String, String)>,
    anchors: BTreeSet<String>,
    depth: usize,
}

/// Which collections may begin here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Flow,
    Block,
    BlockOrIndentless,
}

/// Anchor and tag of a node.
#[derive(Default)]
struct Properties {
    anchor: String,
    tag: String,
}

impl Properties {
    fn node(self, kind: Kind, style: Style) -> Node {
        Node {
            kind,
            style,
            tag: if self.tag == "!" { String::new() } else { self.tag },
            anchor: self.anchor,
            ..Node::default()
        }
    }
}

impl Parser {
    /// Looks at the next token and collects the comments before it.
    fn peek(&mut self) -> Result<(TokenKind, Mark), Error> {
        let token = self.scanner.peek()?;
        let (kind, start) = (token.kind, token.start);
        while let Some(comment) = self.scanner.comments.get_mut(self.comments_head) {
            if start.index < comment.token.index {
                break;
            }
            if !comment.head.is_empty() {
                if kind == TokenKind::BlockEnd {
                    // It is the head of what follows.
                    break;
                }
                add_line(&mut self.pending.head, &comment.head);
            }
            if !comment.foot.is_empty() {
                add_line(&mut self.pending.foot, &comment.foot);
            }
            if !comment.line.is_empty() {
                add_line(&mut self.pending.line, &comment.line);
            }
            *comment = super::comments::Comment::default();
            self.comments_head += 1;
        }
        Ok((kind, start))
    }

    fn kind(&mut self) -> Result<TokenKind, Error> {
        Ok(self.peek()?.0)
    }

    fn take(&mut self) -> Token {
        self.scanner.take()
    }

    fn take_comments(&mut self) -> Comments {
        self.stem.clear();
        std::mem::take(&mut self.pending)
    }

    fn document(mut self) -> Result<Option<Node>, Error> {
        self.peek()?;
        self.take();
        let mut document = Node {
            kind: Kind::Document,
            ..Node::default()
        };
        let child = match self.kind()? {
            TokenKind::StreamEnd => return Ok(None),
            TokenKind::VersionDirective | TokenKind::TagDirective | TokenKind::DocumentStart => {
                self.explicit_document()?
            }
            _ => {
                self.directives()?;
                document.comments.head = self.split_head();
                self.node(Allowed::Block)?
            }
        };
        document.content.push(child);
        if self.kind()? == TokenKind::DocumentEnd {
            self.take();
        }
        let comments = self.take_comments();
        document.comments.foot = if comments.foot.is_empty() {
            comments.head
        } else {
            comments.foot
        };
        Ok(Some(document))
    }

    fn explicit_document(&mut self) -> Result<Node, Error> {
        self.directives()?;
        let (kind, start) = self.peek()?;
        if kind != TokenKind::DocumentStart {
            return Err(Error::parser(
                Mark::default(),
                start,
                "did not find expected <document start>",
            ));
        }
        self.take();
        match self.kind()? {
            TokenKind::VersionDirective
            | TokenKind::TagDirective
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => Ok(Node::default()),
            _ => self.node(Allowed::Block),
        }
    }

    /// Of a comment at the top, what is above its last empty line belongs to the document.
    fn split_head(&mut self) -> String {
        let head = &self.pending.head;
        let bytes = head.as_bytes();
        for at in (1..bytes.len()).rev() {
            if bytes[at] != b'\n' {
                continue;
            }
            let end = match at {
                at if at == bytes.len() - 1 => at,
                at if bytes[at - 1] == b'\n' => at - 1,
                _ => continue,
            };
            let upper = head[..end].to_owned();
            self.pending.head = head[at + 1..].to_owned();
            return upper;
        }
        String::new()
    }

    fn directives(&mut self) -> Result<(), Error> {
        let mut has_version = false;
        loop {
            let (kind, start) = self.peek()?;
            match kind {
                TokenKind::VersionDirective => {
                    let token = self.take();
                    if has_version {
                        return Err(Error::parser(
                            Mark::default(),
                            start,
                            "found duplicate %YAML directive",
                        ));
                    }
                    if token.value != "1.1" {
                        return Err(Error::parser(
                            Mark::default(),
                            start,
                            "found incompatible YAML document",
                        ));
                    }
                    has_version = true;
                }
                TokenKind::TagDirective => {
                    let token = self.take();
                    if self.tags.iter().any(|(handle, _)| *handle == token.value) {
                        return Err(Error::parser(
                            Mark::default(),
                            start,
                            "found duplicate %TAG directive",
                        ));
                    }
                    self.tags.push((token.value, token.suffix));
                }
                _ => break,
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", YAML_TAGS)] {
            if !self.tags.iter().any(|(known, _)| known == handle) {
                self.tags.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn node(&mut self, allowed: Allowed) -> Result<Node, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::new(format!("exceeded max depth of {MAX_DEPTH}")));
        }
        let start = self.peek()?.1;
        let mut node = self.node_inside(allowed)?;
        node.line = usize::try_from(start.line).unwrap_or_default() + 1;
        node.start = usize::try_from(start.index).unwrap_or_default();
        self.depth -= 1;
        Ok(node)
    }

    fn node_inside(&mut self, allowed: Allowed) -> Result<Node, Error> {
        let (kind, start) = self.peek()?;
        if kind == TokenKind::Alias {
            return self.alias();
        }
        let properties = self.properties(start)?;
        if !properties.anchor.is_empty() {
            self.anchors.insert(properties.anchor.clone());
        }
        let (kind, at) = self.peek()?;
        let is_block = allowed != Allowed::Flow;
        match kind {
            TokenKind::BlockEntry if allowed == Allowed::BlockOrIndentless => {
                self.indentless_sequence(properties)
            }
            TokenKind::Scalar => {
                let comments = self.take_comments();
                let token = self.take();
                let mut node = properties.node(Kind::Scalar, token.style);
                node.value = token.value;
                node.comments = comments;
                Ok(node)
            }
            TokenKind::FlowSequenceStart => self.flow_sequence(properties),
            TokenKind::FlowMappingStart => self.flow_mapping(properties),
            TokenKind::BlockSequenceStart if is_block => self.block_sequence(properties),
            TokenKind::BlockMappingStart if is_block => self.block_mapping(properties),
            _ if properties.anchor.is_empty() && properties.tag.is_empty() => {
                Err(Error::parser(start, at, "did not find expected node content"))
            }
            _ => Ok(properties.node(Kind::Scalar, Style::Plain)),
        }
    }

    fn alias(&mut self) -> Result<Node, Error> {
        let comments = self.take_comments();
        let token = self.take();
        if !self.anchors.contains(&token.value) {
            return Err(Error::new(format!("unknown anchor '{}' referenced", token.value)));
        }
        Ok(Node {
            kind: Kind::Alias,
            value: token.value,
            comments,
            ..Node::default()
        })
    }

    fn properties(&mut self, start: Mark) -> Result<Properties, Error> {
        let mut properties = Properties::default();
        let mut has_tag = false;
        loop {
            match self.kind()? {
                TokenKind::Anchor if properties.anchor.is_empty() => {
                    properties.anchor = self.take().value;
                }
                TokenKind::Tag if !has_tag => {
                    has_tag = true;
                    let token = self.take();
                    properties.tag = self.tag(&token, start)?;
                }
                _ => return Ok(properties),
            }
        }
    }

    fn tag(&self, token: &Token, start: Mark) -> Result<String, Error> {
        if token.value.is_empty() {
            return Ok(token.suffix.clone());
        }
        let known = self.tags.iter().find(|(handle, _)| *handle == token.value);
        match known {
            Some((_, prefix)) => Ok(format!("{prefix}{}", token.suffix)),
            None => Err(Error::parser(start, token.start, "found undefined tag handle")),
        }
    }

    /// A collection with the comment that was kept for it.
    fn block(&mut self, properties: Properties, kind: Kind) -> Node {
        let mut node = properties.node(kind, Style::Plain);
        node.comments.head = std::mem::take(&mut self.stem);
        node
    }

    fn block_sequence(&mut self, properties: Properties) -> Result<Node, Error> {
        let mut node = self.block(properties, Kind::Sequence);
        let (_, context) = self.peek()?;
        self.take();
        loop {
            let (kind, at) = self.peek()?;
            match kind {
                TokenKind::BlockEntry => {
                    let item = self.block_item(&[TokenKind::BlockEntry, TokenKind::BlockEnd])?;
                    node.content.push(item);
                }
                TokenKind::BlockEnd => {
                    self.take();
                    return Ok(node);
                }
                _ => return Err(Error::parser(context, at, "did not find expected '-' indicator")),
            }
        }
    }

    fn indentless_sequence(&mut self, properties: Properties) -> Result<Node, Error> {
        let mut node = properties.node(Kind::Sequence, Style::Plain);
        while self.kind()? == TokenKind::BlockEntry {
            let item = self.block_item(&[
                TokenKind::BlockEntry,
                TokenKind::Key,
                TokenKind::Value,
                TokenKind::BlockEnd,
            ])?;
            node.content.push(item);
        }
        Ok(node)
    }

    /// Reads what follows a dash; nothing, if one of `ends` does.
    fn block_item(&mut self, ends: &[TokenKind]) -> Result<Node, Error> {
        let stem_length = self.pending.head.len();
        self.take();
        self.split_stem(stem_length)?;
        if ends.contains(&self.kind()?) {
            return Ok(Node::default());
        }
        self.node(Allowed::Block)
    }

    /// The comment above a dash belongs to the collection behind it, not to the first thing in that.
    fn split_stem(&mut self, length: usize) -> Result<(), Error> {
        if length == 0 {
            return Ok(());
        }
        let kind = self.kind()?;
        if !matches!(kind, TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart) {
            return Ok(());
        }
        let rest = self.pending.head.split_off(length);
        self.stem = std::mem::replace(
            &mut self.pending.head,
            rest.get(1..).unwrap_or_default().to_owned(),
        );
        Ok(())
    }

    fn block_mapping(&mut self, properties: Properties) -> Result<Node, Error> {
        let mut node = self.block(properties, Kind::Mapping);
        let (_, context) = self.peek()?;
        self.take();
        loop {
            let (kind, at) = self.peek()?;
            match kind {
                TokenKind::Key => {
                    self.take();
                    let key = self.key_or_value()?;
                    let value = self.block_value()?;
                    push_pair(&mut node, key, value);
                }
                TokenKind::BlockEnd => {
                    let comments = self.take_comments();
                    self.take();
                    end_mapping(&mut node, comments);
                    return Ok(node);
                }
                _ => return Err(Error::parser(context, at, "did not find expected key")),
            }
        }
    }

    fn block_value(&mut self) -> Result<Node, Error> {
        if self.kind()? != TokenKind::Value {
            return Ok(Node::default());
        }
        self.take();
        self.key_or_value()
    }

    fn key_or_value(&mut self) -> Result<Node, Error> {
        match self.kind()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(Node::default()),
            _ => self.node(Allowed::BlockOrIndentless),
        }
    }

    fn flow_sequence(&mut self, properties: Properties) -> Result<Node, Error> {
        let mut node = properties.node(Kind::Sequence, Style::Flow);
        node.comments = self.take_comments();
        let context = self.peek()?.1;
        self.take();
        let end = TokenKind::FlowSequenceEnd;
        while self.kind()? != end {
            if !node.content.is_empty() {
                self.flow_comma(context, "did not find expected ',' or ']'")?;
            }
            match self.kind()? {
                TokenKind::Key => {
                    let pair = self.flow_pair()?;
                    node.content.push(pair);
                }
                kind if kind != end => {
                    let item = self.node(Allowed::Flow)?;
                    node.content.push(item);
                }
                _ => {}
            }
        }
        self.end_flow(&mut node);
        Ok(node)
    }

    fn end_flow(&mut self, node: &mut Node) {
        let comments = self.take_comments();
        self.take();
        node.comments.line = comments.line;
        node.comments.foot = comments.foot;
    }

    fn flow_comma(&mut self, context: Mark, problem: &str) -> Result<(), Error> {
        let (kind, at) = self.peek()?;
        if kind != TokenKind::FlowEntry {
            return Err(Error::parser(context, at, problem));
        }
        self.take();
        self.peek()?;
        Ok(())
    }

    /// A table of one pair that stands in a list without braces.
    fn flow_pair(&mut self) -> Result<Node, Error> {
        let mut node = Node {
            kind: Kind::Mapping,
            style: Style::Flow,
            ..Node::default()
        };
        self.take();
        let ends = [TokenKind::FlowEntry, TokenKind::FlowSequenceEnd];
        let kind = self.kind()?;
        let key = if kind == TokenKind::Value || ends.contains(&kind) {
            self.take();
            Node::default()
        } else {
            self.node(Allowed::Flow)?
        };
        let value = self.flow_value(&ends)?;
        self.peek()?;
        push_flow_pair(&mut node, key, value);
        Ok(node)
    }

    fn flow_value(&mut self, ends: &[TokenKind]) -> Result<Node, Error> {
        if self.kind()? != TokenKind::Value {
            return Ok(Node::default());
        }
        self.take();
        if ends.contains(&self.kind()?) {
            return Ok(Node::default());
        }
        self.node(Allowed::Flow)
    }

    fn flow_mapping(&mut self, properties: Properties) -> Result<Node, Error> {
        let mut node = properties.node(Kind::Mapping, Style::Flow);
        node.comments = self.take_comments();
        let context = self.peek()?.1;
        self.take();
        let end = TokenKind::FlowMappingEnd;
        let ends = [TokenKind::FlowEntry, end];
        while self.kind()? != end {
            if !node.content.is_empty() {
                self.flow_comma(context, "did not find expected ',' or '}'")?;
            }
            let kind = self.kind()?;
            if kind == end {
                break;
            }
            let (key, value) = if kind == TokenKind::Key {
                self.take();
                let kind = self.kind()?;
                let key = if kind == TokenKind::Value || ends.contains(&kind) {
                    Node::default()
                } else {
                    self.node(Allowed::Flow)?
                };
                (key, self.flow_value(&ends)?)
            } else {
                let key = self.node(Allowed::Flow)?;
                self.peek()?;
                (key, Node::default())
            };
            push_flow_pair(&mut node, key, value);
        }
        self.end_flow(&mut node);
        Ok(node)
    }
}

fn add_line(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// A foot comment before a key belongs to the key before it.
fn push_pair(node: &mut Node, mut key: Node, value: Node) {
    let count = node.content.len();
    if !key.comments.foot.is_empty() && count >= 2 {
        node.content[count - 2].comments.foot = std::mem::take(&mut key.comments.foot);
    }
    push_flow_pair(node, key, value);
}

fn push_flow_pair(node: &mut Node, mut key: Node, mut value: Node) {
    if key.comments.foot.is_empty() {
        key.comments.foot = std::mem::take(&mut value.comments.foot);
    }
    node.content.extend([key, value]);
}

fn end_mapping(node: &mut Node, comments: Comments) {
    node.comments.line = comments.line;
    let count = node.content.len();
    if !comments.foot.is_empty() && count > 1 {
        node.content[count - 2].comments.foot = comments.foot;
    } else {
        node.comments.foot = comments.foot;
    }
}
