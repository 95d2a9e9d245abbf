//! `<<`, the key that merges tables into the one it is in.

use super::Reader;
use super::frame::{FrameKind, Key, Written};
use crate::yaml::scalar::{Resolved, resolve};
use crate::{Map, Value};

impl Reader<'_> {
    /// `<<: *base` sets the entries of one table, or of several with the first winning.
    pub(super) fn merge(&mut self, value: Value, written: Written, line: usize) {
        let sources = match (value, written) {
            (Value::Map(map), _) => vec![map],
            (Value::List(list), Written::List) => {
                let maps: Option<Vec<Map>> = list.into_iter().rev().map(Value::into_map).collect();
                maps.unwrap_or_else(|| self.refuse_merge())
            }
            _ => self.refuse_merge(),
        };
        for (key, value) in sources.into_iter().flatten() {
            // What kind of key it was is forgotten by now; these are hardly ever text.
            let is_bare = matches!(
                resolve(&key),
                Resolved::Bool(_) | Resolved::Int(_) | Resolved::Float(_)
            );
            self.insert(key.clone(), is_bare.then_some(key), value, line);
        }
    }

    /// Says whether the next value is that of a `<<`.
    pub(super) fn merges(&self) -> bool {
        let kind = self.stack.last().map(|frame| &frame.kind);
        matches!(kind, Some(FrameKind::Map { key: Key::Merge, .. }))
    }

    pub(super) fn refuse_merge(&mut self) -> Vec<Map> {
        self.fail_decode("yaml: map merge requires map or sequence of maps as the value".to_owned());
        Vec::new()
    }
}
