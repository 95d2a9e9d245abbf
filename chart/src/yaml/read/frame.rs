//! Lists and tables that are not yet closed.

use std::collections::BTreeSet;

use crate::{Map, Value};

/// What a finished node was written as; a merge takes tables and lists of them, but no alias of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Scalar,
    List,
    Map,
    AliasOfMap,
    AliasOfOther,
}

/// A list or table that is not yet closed.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) anchor: Option<String>,
    pub(super) line: usize,
    pub(super) nodes_before: usize,
}

pub(super) enum FrameKind {
    List(Vec<Value>),
    Map {
        map: Map,
        key: Key,
        seen: BTreeSet<String>,
    },
}

/// The key that waits for its value.
pub(super) enum Key {
    Missing,
    Merge,
    Text {
        text: String,
        syntax: Option<String>,
    },
    /// `null`, which go-yaml accepts and JSON does not.
    Null,
    /// A number that only an unsigned integer holds, with which it is the same.
    Unsigned(u64),
}

impl FrameKind {
    pub(super) fn map() -> Self {
        FrameKind::Map {
            map: Map::new(),
            key: Key::Missing,
            seen: BTreeSet::new(),
        }
    }
}

impl Frame {
    pub(super) fn expects_key(&self) -> bool {
        matches!(
            self.kind,
            FrameKind::Map {
                key: Key::Missing,
                ..
            }
        )
    }
}
