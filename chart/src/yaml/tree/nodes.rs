//! What can be asked of a node, and done to it.

use super::{Kind, Node, Style};

const NULL_TAG: &str = "tag:yaml.org,2002:null";

impl Node {
    /// Returns a word without quotes.
    pub fn word(text: &str) -> Self {
        Node {
            value: text.to_owned(),
            ..Node::default()
        }
    }

    /// Returns an empty table.
    pub fn mapping() -> Self {
        Node {
            kind: Kind::Mapping,
            ..Node::default()
        }
    }

    /// Returns the node itself, or what is in the document.
    pub fn root(&self) -> &Node {
        match self.content.first() {
            Some(root) if self.kind == Kind::Document => root,
            _ => self,
        }
    }

    /// As [`Node::root`].
    pub fn root_mut(&mut self) -> &mut Node {
        if self.kind == Kind::Document && !self.content.is_empty() {
            return &mut self.content[0];
        }
        self
    }

    /// Says whether it stands for nothing.
    pub fn is_null(&self) -> bool {
        let is_word = self.kind == Kind::Scalar && self.style == Style::Plain && self.tag.is_empty();
        self.tag == NULL_TAG
            || (is_word && matches!(self.value.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Says whether it stands for nothing, or is a collection without content.
    pub fn is_empty(&self) -> bool {
        let is_collection = matches!(self.kind, Kind::Mapping | Kind::Sequence);
        self.is_null() || (is_collection && self.content.is_empty())
    }

    /// Returns the keys and values of a table; nothing for other nodes.
    pub fn fields(&self) -> impl Iterator<Item = (&Node, &Node)> {
        let content: &[Node] = match self.kind {
            Kind::Mapping => &self.content,
            _ => &[],
        };
        content.chunks_exact(2).map(|pair| (&pair[0], &pair[1]))
    }

    /// Returns the value of the first key `name` of a table.
    pub fn field(&self, name: &str) -> Option<&Node> {
        self.fields()
            .find(|(key, _)| key.value == name)
            .map(|(_, value)| value)
    }

    /// As [`Node::field`].
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Node> {
        let at = self.field_position(name)?;
        Some(&mut self.content[at + 1])
    }

    /// Returns where in the content the first key `name` of a table is.
    pub fn field_position(&self, name: &str) -> Option<usize> {
        self.fields()
            .position(|(key, _)| key.value == name)
            .map(|at| at * 2)
    }

    /// Removes the first key `name` of a table, and its value.
    pub fn remove_field(&mut self, name: &str) {
        if let Some(at) = self.field_position(name) {
            self.content.drain(at..at + 2);
        }
    }
}
