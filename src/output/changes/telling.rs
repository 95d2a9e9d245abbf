//! The fields that say what a new object is, for a line.

use release::diff::{FieldChange, Shown};

use super::values::{cut, inline};

/// How many are shown.
const SHOWN: usize = 4;
const WIDTH: usize = 60;

/// The end of the path, and what it is called, those that say most first.
const TELLING: [(&str, &str); 11] = [
    (".spec.replicas", "replicas"),
    (".image", "image"),
    (".spec.type", "type"),
    (".spec.schedule", "schedule"),
    (".host", "host"),
    (".port", "port"),
    (".requests.storage", "storage"),
    (".storageClassName", "class"),
    (".roleRef.name", "role"),
    (".spec.minAvailable", "at least"),
    (".spec.maxReplicas", "at most"),
];

/// Returns the fields of an object that say what it is: `replicas 3`, `image nginx:1.27`.
pub(super) fn telling(fields: &[FieldChange]) -> Vec<String> {
    let mut told = Vec::new();
    for (end, name) in TELLING {
        let found = fields.iter().filter(|field| field.path.ends_with(end));
        told.extend(found.filter_map(|field| Some(format!("{name} {}", value(field)?))));
    }
    told.dedup();
    told.truncate(SHOWN);
    told
}

fn value(field: &FieldChange) -> Option<String> {
    match field.after.as_ref()? {
        Shown::Plain(value) if value.is_object() || value.is_array() => None,
        shown => Some(cut(&inline(shown), 0, WIDTH)),
    }
}
