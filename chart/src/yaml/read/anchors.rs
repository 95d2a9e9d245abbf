//! Anchors, aliases, and the guard against documents that explode.

use std::collections::BTreeMap;

use super::Reader;
use super::frame::{Frame, Written};
use crate::Value;

/// The nodes that have a name, and how many nodes there are.
#[derive(Default)]
pub(super) struct Anchors {
    known: BTreeMap<String, Anchor>,
    count: Count,
}

/// How many nodes Go would have decoded, in all and through aliases.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    aliased: usize,
}

struct Anchor {
    value: Value,
    is_map: bool,
    nodes: usize,
}

impl Anchors {
    /// Returns how many nodes there are so far.
    pub(super) fn nodes(&self) -> usize {
        self.count.all
    }

    /// Counts nodes and says whether too many of them come through aliases.
    #[inline]
    pub(super) fn count(&mut self, all: usize, aliased: usize) -> bool {
        self.count.all += all;
        self.count.aliased += aliased;
        let Count { all, aliased } = self.count;
        aliased > 100 && all > 1000 && aliased as f64 / all as f64 > allowed_alias_ratio(all)
    }

    pub(super) fn forget(&mut self, name: &str) {
        self.known.remove(name);
    }

    /// Gives a list or table a name, with all the nodes since there were `nodes_before`; not when something inside of it has
    /// taken the name, since that began later.
    pub(super) fn keep_unless_given(&mut self, name: String, value: &Value, nodes_before: usize) {
        if self.known.contains_key(&name) {
            return;
        }
        let anchor = Anchor {
            value: value.clone(),
            is_map: matches!(value, Value::Map(_)),
            nodes: self.count.all - nodes_before,
        };
        self.known.insert(name, anchor);
    }

    pub(super) fn keep_scalar(&mut self, name: String, value: Value) {
        let anchor = Anchor {
            value,
            is_map: false,
            nodes: 1,
        };
        self.known.insert(name, anchor);
    }
}

impl Reader<'_> {
    pub(super) fn alias(&mut self, name: &str, line: usize) -> Result<(), String> {
        self.count_nodes(1, 0);
        let is_open = |frame: &Frame| frame.anchor.as_deref() == Some(name);
        if !self.anchors.known.contains_key(name) && self.stack.iter().any(is_open) {
            self.fail_decode(format!("yaml: anchor '{name}' value contains itself"));
            self.place(Value::Null, Written::AliasOfOther, line);
            return Ok(());
        }
        let Some(anchor) = self.anchors.known.get(name) else {
            return Err(format!("yaml: unknown anchor '{name}' referenced"));
        };
        let (nodes, is_map) = (anchor.nodes, anchor.is_map);
        self.count_nodes(nodes, nodes);
        // Once the document is known to explode it must not be built any further.
        let value = if self.later.decode.is_some() {
            Value::Null
        } else {
            self.anchors.known[name].value.clone()
        };
        let written = if is_map {
            Written::AliasOfMap
        } else {
            Written::AliasOfOther
        };
        self.place(value, written, line);
        Ok(())
    }
}

/// Go's share of aliased nodes: almost all in a small document, a tenth in a very large one.
fn allowed_alias_ratio(nodes: usize) -> f64 {
    const LOW: usize = 400_000;
    const HIGH: usize = 4_000_000;
    match nodes {
        0..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * ((nodes - LOW) as f64 / (HIGH - LOW) as f64),
    }
}
