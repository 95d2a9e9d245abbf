//! Nodes → text (`emitterc.go` and the last part of `encode.go`), without a limit for the length of lines.
//!
//! Comments wait in the writer until a place comes where go-yaml writes comments of their sort; so the order of calls is
//! go-yaml's.

use super::style::{Analysis, AsKey};
use super::{Kind, Node, Style};

/// Where the items of a list stand that is a value in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SequenceIndent {
    /// Their dashes below the key.
    #[default]
    Compact,
    /// Their dashes further right.
    Wide,
}

/// What a node is to the one around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    BlockItem,
    FlowItem,
    SimpleKey,
    ComplexKey,
    Value,
}

impl Place {
    fn is_in_mapping(self) -> bool {
        matches!(self, Place::SimpleKey | Place::ComplexKey | Place::Value)
    }
}

/// Comments that wait for their place.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
    pub(super) tail: String,
    key_line: String,
}

impl Waiting {
    pub(super) fn is_any_behind(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// The widest step of indentation that go-yaml takes here.
pub(super) const STEP: isize = 2;

/// The longest key that is written without `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Writes documents one after the other.
#[derive(Default)]
pub struct Writer {
    pub(super) out: String,
    has_documents: bool,
    sequence_indent: SequenceIndent,
    pub(super) indent: isize,
    pub(super) column: isize,
    pub(super) after_blank: bool,
    pub(super) in_indentation: bool,
    foot_indent: isize,
    pub(super) waiting: Waiting,
    pub(super) flow_level: usize,
}

impl Writer {
    /// A writer with nothing in it.
    pub fn new() -> Self {
        Writer {
            indent: -1,
            after_blank: true,
            in_indentation: true,
            foot_indent: -1,
            ..Writer::default()
        }
    }

    /// Returns the text.
    pub fn into_text(self) -> String {
        self.out
    }

    /// Writes a document, or a node as a document.
    pub fn document(&mut self, node: &Node, sequence_indent: SequenceIndent) {
        self.sequence_indent = sequence_indent;
        let is_document = node.kind == Kind::Document;
        if is_document {
            self.wait_for(&node.comments.head, "", "", "");
        }
        if self.has_documents {
            self.write_indent();
            self.spaced_indicator("---");
            self.write_indent();
        }
        self.has_documents = true;
        if !self.waiting.head.is_empty() {
            self.head_comment();
            self.put_break();
        }
        self.root(node.root());
        if is_document {
            self.wait_for("", "", &node.comments.foot, "");
        }
        self.foot_indent = 0;
        self.foot_comment();
        self.foot_indent = -1;
        self.write_indent();
    }

    fn root(&mut self, node: &Node) {
        self.begin(node, "");
        self.head_comment();
        self.start(node, Place::Root);
        self.line_comment();
        self.foot_comment();
        self.body(node, Place::Root);
    }

    fn wait_for(&mut self, head: &str, line: &str, foot: &str, tail: &str) {
        for (waiting, comment) in [
            (&mut self.waiting.head, head),
            (&mut self.waiting.line, line),
            (&mut self.waiting.foot, foot),
            (&mut self.waiting.tail, tail),
        ] {
            if !comment.is_empty() {
                comment.clone_into(waiting);
            }
        }
    }

    /// Takes up the comments that go-yaml sends along with the beginning of a node.
    pub(super) fn begin(&mut self, node: &Node, tail: &str) {
        let comments = &node.comments;
        match node.kind {
            Kind::Scalar => self.wait_for(&comments.head, &comments.line, &comments.foot, tail),
            Kind::Alias => self.wait_for(&comments.head, &comments.line, &comments.foot, ""),
            Kind::Mapping => self.wait_for(&comments.head, "", "", tail),
            Kind::Sequence | Kind::Document => self.wait_for(&comments.head, "", "", ""),
        }
    }

    /// Takes up the comments that go-yaml sends along with the end of a collection.
    pub(super) fn end(&mut self, node: &Node, tail: &str) {
        self.wait_for("", &node.comments.line, &node.comments.foot, tail);
    }

    /// Writes a scalar or an alias; of a collection, anchor and tag.
    pub(super) fn start(&mut self, node: &Node, place: Place) {
        match node.kind {
            Kind::Alias => {
                self.spaced_indicator("*");
                self.write_word(&node.value);
            }
            Kind::Scalar => {
                self.properties(node);
                let outer = self.increase_indent(place, STEP);
                self.scalar(node, place);
                self.indent = outer;
            }
            _ => self.properties(node),
        }
    }

    /// Writes the content of a collection.
    pub(super) fn body(&mut self, node: &Node, place: Place) {
        let is_flow = self.flow_level > 0 || node.style == Style::Flow || node.content.is_empty();
        match (node.kind, is_flow) {
            (Kind::Sequence, true) => self.flow_sequence(node, place),
            (Kind::Mapping, true) => self.flow_mapping(node, place),
            (Kind::Sequence, false) => self.block_sequence(node, place),
            (Kind::Mapping, false) => self.block_mapping(node, place),
            _ => {}
        }
    }

    fn properties(&mut self, node: &Node) {
        if !node.anchor.is_empty() {
            self.spaced_indicator("&");
            self.write_word(&node.anchor);
        }
        // go-yaml knows that `<<` is a merge, but not that it need not say so.
        let is_merge = node.kind == Kind::Scalar
            && node.style == Style::Plain
            && node.tag.is_empty()
            && node.value == "<<";
        if is_merge {
            self.tag("!!merge");
        } else if !node.tag.is_empty() {
            let tag = match node.tag.strip_prefix("tag:yaml.org,2002:") {
                Some(suffix) => format!("!!{}", escape_tag(suffix)),
                None => match node.tag.strip_prefix('!') {
                    Some(suffix) => format!("!{}", escape_tag(suffix)),
                    None => format!("!<{}>", escape_tag(&node.tag)),
                },
            };
            self.tag(&tag);
        }
    }

    fn tag(&mut self, tag: &str) {
        if !self.after_blank {
            self.put(' ');
        }
        self.write_word(tag);
    }

    /// Goes one level further in, `first` being the first level; returns the level before.
    pub(super) fn increase_indent(&mut self, place: Place, first: isize) -> isize {
        let outer = self.indent;
        self.indent = match (outer, place) {
            (..0, _) => first,
            (_, Place::BlockItem) => outer + 2,
            _ => STEP * ((outer + STEP) / STEP),
        };
        outer
    }

    fn block_sequence(&mut self, node: &Node, place: Place) {
        let hangs = place.is_in_mapping()
            && (self.column == 0 || !self.in_indentation)
            && self.sequence_indent == SequenceIndent::Compact;
        let outer = self.increase_indent(place, 0);
        if hangs && outer >= 0 {
            self.indent -= 2;
        }
        for item in &node.content {
            self.begin(item, "");
            self.head_comment();
            self.write_indent();
            self.indenting_indicator("-");
            self.start(item, Place::BlockItem);
            self.line_comment();
            self.foot_comment();
            self.body(item, Place::BlockItem);
        }
        self.end(node, "");
        self.indent = outer;
    }

    fn block_mapping(&mut self, node: &Node, place: Place) {
        let outer = self.increase_indent(place, 0);
        let mut tail = String::new();
        for pair in node.content.chunks_exact(2) {
            let (key, value) = (&pair[0], &pair[1]);
            let place = self.block_key(key, &tail);
            key.comments.foot.clone_into(&mut tail);
            self.block_value(value, place);
        }
        self.end(node, &tail);
        self.head_comment();
        self.indent = outer;
    }

    fn block_key(&mut self, key: &Node, tail: &str) -> Place {
        self.begin_key(key, tail);
        self.head_comment();
        self.write_indent();
        if !self.waiting.line.is_empty() {
            self.waiting.key_line = std::mem::take(&mut self.waiting.line);
        }
        let place = if is_simple_key(key) {
            Place::SimpleKey
        } else {
            self.indenting_indicator("?");
            Place::ComplexKey
        };
        self.start(key, place);
        self.body(key, place);
        place
    }

    /// A key's foot comment is written once its value is.
    pub(super) fn begin_key(&mut self, key: &Node, tail: &str) {
        let comments = &key.comments;
        match key.kind {
            Kind::Scalar => self.wait_for(&comments.head, &comments.line, "", tail),
            Kind::Alias => self.wait_for(&comments.head, &comments.line, "", ""),
            _ => self.begin(key, tail),
        }
    }

    fn block_value(&mut self, value: &Node, key: Place) {
        self.begin(value, "");
        if key == Place::SimpleKey {
            self.indicator(":");
        } else {
            self.write_indent();
            self.indenting_indicator(":");
        }
        if !self.waiting.key_line.is_empty() {
            if value.kind == Kind::Scalar {
                if self.waiting.line.is_empty() {
                    self.waiting.line = std::mem::take(&mut self.waiting.key_line);
                }
            } else if value.kind != Kind::Alias && value.style != Style::Flow {
                let line = std::mem::take(&mut self.waiting.line);
                self.waiting.line = std::mem::take(&mut self.waiting.key_line);
                self.line_comment();
                self.waiting.line = line;
            }
        }
        self.start(value, Place::Value);
        self.line_comment();
        self.foot_comment();
        self.body(value, Place::Value);
    }

    pub(super) fn head_comment(&mut self) {
        let tail = std::mem::take(&mut self.waiting.tail);
        if !tail.is_empty() {
            self.write_indent();
            self.comment(&tail);
            self.foot_indent = self.indent.max(0);
        }
        let head = std::mem::take(&mut self.waiting.head);
        if !head.is_empty() {
            self.write_indent();
            self.comment(&head);
        }
    }

    pub(super) fn line_comment(&mut self) {
        let line = std::mem::take(&mut self.waiting.line);
        if !line.is_empty() {
            if !self.after_blank {
                self.put(' ');
            }
            self.comment(&line);
        }
    }

    pub(super) fn foot_comment(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.write_indent();
            self.comment(&foot);
            self.foot_indent = self.indent.max(0);
        }
    }

    fn comment(&mut self, text: &str) {
        let mut is_broken = false;
        let mut has_sign = false;
        for c in text.chars() {
            if super::super::style::is_break(c) {
                self.write_break(c);
                is_broken = true;
                has_sign = false;
                continue;
            }
            if is_broken {
                self.write_indent();
            }
            if !has_sign && c != '#' {
                self.put('#');
                self.put(' ');
            }
            has_sign = true;
            self.put(c);
            self.in_indentation = false;
            is_broken = false;
        }
        if !is_broken {
            self.put_break();
        }
        self.after_blank = true;
    }

    pub(super) fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    pub(super) fn put_break(&mut self) {
        self.write_break('\n');
    }

    pub(super) fn write_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
        self.in_indentation = true;
    }

    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0);
        if !self.in_indentation || self.column > indent || (self.column == indent && !self.after_blank) {
            self.put_break();
        }
        if self.foot_indent == indent {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_blank = true;
        self.foot_indent = -1;
    }

    pub(super) fn indicator(&mut self, text: &str) {
        self.write_word(text);
    }

    /// An indicator with a blank before it, if there is none yet.
    pub(super) fn spaced_indicator(&mut self, text: &str) {
        if !self.after_blank {
            self.put(' ');
        }
        self.write_word(text);
    }

    /// An indicator behind which a block may begin on the same line.
    fn indenting_indicator(&mut self, text: &str) {
        let in_indentation = self.in_indentation;
        self.spaced_indicator(text);
        self.in_indentation = in_indentation;
    }

    fn write_word(&mut self, text: &str) {
        for c in text.chars() {
            self.put(c);
        }
        self.after_blank = false;
        self.in_indentation = false;
    }

    pub(super) fn is_key(place: Place) -> AsKey {
        match place {
            Place::SimpleKey => AsKey::Yes,
            _ => AsKey::No,
        }
    }
}

/// Says whether a node can be a key without `?`.
pub(super) fn is_simple_key(node: &Node) -> bool {
    let is_plain = match node.kind {
        Kind::Scalar => !Analysis::of(&node.value).is_multiline,
        Kind::Alias => true,
        _ => node.content.is_empty(),
    };
    is_plain && node.anchor.len() + node.tag.len() + node.value.len() <= LONGEST_SIMPLE_KEY
}

fn escape_tag(tag: &str) -> String {
    let mut text = String::new();
    for c in tag.chars() {
        if super::tags::is_word(c) || ";/?:@&=+$,.~*'()[]".contains(c) {
            text.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}
