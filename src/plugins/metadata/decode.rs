//! Fields of a YAML table → Rust values, with go-yaml v3's errors.

use std::str::FromStr;

use chart::yaml::tree::{Kind, Node};

/// Reads the fields of one table, and collects what is wrong with them.
pub(super) struct Fields<'n> {
    node: Option<&'n Node>,
    known: Vec<&'static str>,
    pub(super) errors: Vec<String>,
}

impl<'n> Fields<'n> {
    /// The fields of a node; none if it is nothing.
    pub(super) fn of(node: Option<&'n Node>, go_type: &str) -> Self {
        let node = node.filter(|node| !node.is_null());
        let mut fields = Fields {
            node,
            known: Vec::new(),
            errors: Vec::new(),
        };
        if let Some(node) = node.filter(|node| node.kind != Kind::Mapping) {
            fields.refuse(node, go_type);
            fields.node = None;
        }
        fields
    }

    fn refuse(&mut self, node: &Node, go_type: &str) {
        let what = match node.kind {
            Kind::Sequence => "!!seq".to_owned(),
            Kind::Mapping => "!!map".to_owned(),
            _ => format!("!!str `{}`", shortened(&node.value)),
        };
        self.errors.push(format!(
            "line {}: cannot unmarshal {what} into {go_type}",
            node.line
        ));
    }

    /// The value of a field that is not nothing.
    pub(super) fn node(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.push(name);
        self.node?.field(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &'static str) -> String {
        match self.node(name) {
            Some(node) if node.kind == Kind::Scalar => node.value.clone(),
            Some(node) => {
                self.refuse(node, "string");
                String::new()
            }
            None => String::new(),
        }
    }

    pub(super) fn switch(&mut self, name: &'static str) -> bool {
        let Some(node) = self.node(name) else { return false };
        match node.value.to_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => true,
            "false" | "no" | "n" | "off" => false,
            _ => {
                self.refuse(node, "bool");
                false
            }
        }
    }

    /// A number, of a type that Go calls `go_type`.
    pub(super) fn number<T: FromStr>(&mut self, name: &'static str, go_type: &str) -> Option<T> {
        let node = self.node(name)?;
        let number = node.value.parse().ok().filter(|_| node.kind == Kind::Scalar);
        if number.is_none() {
            self.refuse(node, go_type);
        }
        number
    }

    /// The items of a list.
    pub(super) fn items(&mut self, name: &'static str, go_type: &str) -> Vec<&'n Node> {
        match self.node(name) {
            Some(node) if node.kind == Kind::Sequence => node.content.iter().collect(),
            Some(node) => {
                self.refuse(node, go_type);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        let items = self.items(name, "[]string");
        items.into_iter().map(|item| item.value.clone()).collect()
    }

    /// The pairs of a table.
    pub(super) fn pairs(&mut self, name: &'static str) -> Vec<(String, &'n Node)> {
        let node = self.node(name);
        node.into_iter()
            .flat_map(Node::fields)
            .map(|(key, value)| (key.value.clone(), value))
            .collect()
    }

    /// Finds fields that nobody asked for.
    pub(super) fn refuse_unknown(&mut self, go_type: &str) {
        for (key, _) in self.node.into_iter().flat_map(Node::fields) {
            if !self.known.contains(&key.value.as_str()) {
                self.errors.push(format!(
                    "line {}: field {} not found in type {go_type}",
                    key.line, key.value
                ));
            }
        }
    }
}

/// Go's messages show ten bytes of a value.
fn shortened(text: &str) -> String {
    if text.len() <= 10 {
        return text.to_owned();
    }
    let end = (0..=7).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    format!("{}...", &text[..end])
}
