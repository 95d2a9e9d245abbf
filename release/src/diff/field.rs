//! `FieldChange`: one field that differs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A field, or an item of a list, that is different.
///
/// The path reads as in `kubectl explain`: `.spec.template.spec.containers[name=web].image`, `.spec.args[2]`,
/// `.metadata.annotations["a.b/c"]`, `.metadata.finalizers[="a.b/c"]` for an item of a set. `[*]` stands for the order of the
/// items, whose keys are the value. A number is the place in the list afterwards; that of an item that went is its place
/// before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Where it is.
    pub path: String,
    /// What it was; nothing if it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Shown>,
    /// What it is; nothing if it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Shown>,
}

/// A value as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shown {
    /// The value.
    Plain(Value),
    /// A secret: a keyed digest that tells whether two are equal, and nothing else.
    Hidden(String),
}
