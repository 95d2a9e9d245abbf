//! The tables that a TOML text makes, and the one that it is in.

use super::cursor::Fault;
use crate::gotmpl::{List, Map, MapType, Type, Value};
use crate::helm::toml::quoted_key;
use std::collections::{BTreeMap, BTreeSet};

/// A table.
pub(super) type Table = BTreeMap<String, Node>;

/// What a key of a table holds.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Table(Table),
    /// The tables of one `[[name]]`.
    Tables(Vec<Table>),
    Value(Value),
}

/// The tables, and where in them the text is. What may be defined twice is decided as `parse.go` does.
#[derive(Debug, Default)]
pub(super) struct Tree {
    root: Table,
    /// The table that keys go to.
    pub(super) context: Vec<String>,
    /// The key whose value is read, or nothing.
    pub(super) key: String,
    /// The line of the key or table name that was read last.
    pub(super) line: usize,
    /// Tables that are there because others are in them.
    implicit: BTreeSet<String>,
    /// Keys that hold a list in brackets.
    lists: BTreeSet<String>,
}

/// Writes a key of several parts.
pub(super) fn joined<S: AsRef<str>>(key: &[S]) -> String {
    let parts: Vec<String> = key.iter().map(|part| quoted_key(part.as_ref())).collect();
    parts.join(".")
}

impl Tree {
    /// Returns the whole name of the key that is read, for errors.
    pub(super) fn name(&self) -> String {
        match (self.context.is_empty(), self.key.is_empty()) {
            (_, true) => joined(&self.context),
            (true, false) => self.key.clone(),
            (false, false) => format!("{}.{}", joined(&self.context), self.key),
        }
    }

    pub(super) fn fault(&self, message: String) -> Fault {
        Fault {
            line: self.line,
            message,
        }
    }

    /// Says that the table of the context is there because of what is in it.
    pub(super) fn add_implicit(&mut self) {
        self.implicit.insert(joined(&self.context));
    }

    /// Goes into the tables that the parts of a dotted key name, all but the last part.
    pub(super) fn enter_parents(&mut self, parents: &[String]) -> Result<(), Fault> {
        for part in parents {
            let mut key = self.context.clone();
            key.push(part.clone());
            self.implicit.insert(joined(&key));
            self.enter(&key)?;
        }
        Ok(())
    }

    /// Goes into a table, which is made if it is not there.
    pub(super) fn enter(&mut self, key: &[String]) -> Result<(), Fault> {
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        self.parent(parents)?;
        self.context = parents.to_vec();
        self.set(last, Node::Table(Table::new()))?;
        self.context.push(last.clone());
        Ok(())
    }

    /// Goes into a new table of a list of tables.
    pub(super) fn enter_new(&mut self, key: &[String]) -> Result<(), Fault> {
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        let line = self.line;
        let parent = self.parent(parents)?;
        let list = parent
            .entry(last.clone())
            .or_insert_with(|| Node::Tables(Vec::new()));
        let is_list = match list {
            Node::Tables(tables) => {
                tables.push(Table::new());
                true
            }
            _ => false,
        };
        self.context = parents.to_vec();
        if !is_list {
            let key = joined(key);
            let message = format!("Key '{key}' was already created and cannot be used as an array.");
            return Err(Fault { line, message });
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Finds the table that holds another one, and makes those on the way.
    fn parent(&mut self, parents: &[String]) -> Result<&mut Table, Fault> {
        let mut table = &mut self.root;
        for (depth, part) in parents.iter().enumerate() {
            if !table.contains_key(part) {
                self.implicit.insert(joined(&parents[..=depth]));
            }
            let node = table
                .entry(part.clone())
                .or_insert_with(|| Node::Table(Table::new()));
            table = node.as_table().ok_or_else(|| Fault {
                line: self.line,
                message: format!(
                    "Key '{}' was already created as a hash.",
                    joined(&parents[..=depth])
                ),
            })?;
        }
        Ok(table)
    }

    /// Gives a key of the context a value. A table that others are in may be defined once more, and a list that holds
    /// tables takes their place.
    pub(super) fn set(&mut self, key: &str, node: Node) -> Result<(), Fault> {
        let line = self.line;
        let defined = |key: &[&str]| Fault {
            line,
            message: format!("Key '{}' has already been defined.", joined(key)),
        };
        let mut path: Vec<&str> = Vec::with_capacity(self.context.len() + 1);
        let mut table = &mut self.root;
        for part in &self.context {
            path.push(part);
            let node = table.get_mut(part).and_then(Node::as_table);
            table = node.ok_or_else(|| defined(&path))?;
        }
        path.push(key);
        if !table.contains_key(key) {
            table.insert(key.to_owned(), node);
            return Ok(());
        }
        let name = joined(&path);
        if !self.implicit.remove(&name) {
            return Err(defined(&path));
        }
        if self.lists.contains(&name) {
            table.insert(key.to_owned(), node);
        }
        Ok(())
    }

    /// Notes whether a key holds a list; without a key, the table of the context.
    pub(super) fn note_list(&mut self, key: &str, is_list: IsList) {
        let mut path: Vec<&str> = self.context.iter().map(String::as_str).collect();
        if !key.is_empty() || path.is_empty() {
            path.push(key);
        }
        let name = joined(&path);
        match is_list {
            IsList::Yes => self.lists.insert(name),
            IsList::No => self.lists.remove(&name),
        };
    }

    /// Returns all tables.
    pub(super) fn finish(self) -> Map {
        to_map(self.root)
    }
}

/// Whether a key holds a list in brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IsList {
    Yes,
    No,
}

impl Node {
    /// The table that keys go to; of several, the last.
    fn as_table(&mut self) -> Option<&mut Table> {
        match self {
            Node::Table(table) => Some(table),
            Node::Tables(tables) => tables.last_mut(),
            Node::Value(_) => None,
        }
    }

    /// What templates see. Only the tables of `[[name]]` are a list of a type of its own.
    pub(super) fn into_value(self) -> Value {
        match self {
            Node::Table(table) => to_map(table).into(),
            Node::Tables(tables) => {
                let tables = tables.into_iter().map(|table| to_map(table).into()).collect();
                List::typed(Type::Map(MapType::ANY), tables).into()
            }
            Node::Value(value) => value,
        }
    }
}

fn to_map(table: Table) -> Map {
    table
        .into_iter()
        .map(|(key, node)| (key, node.into_value()))
        .collect()
}
