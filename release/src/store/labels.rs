//! The labels of a record's object.

use std::collections::BTreeMap;

use crate::record::Release;

/// The labels that Helm uses itself.
pub const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// How many objects beside a record hold its chart, see `parts`. Helm takes it for a label of the user's, and so carries it
/// on.
pub(super) const PARTS: &str = "coxswain.dev/parts";

/// Says whether one of the user's labels is reserved.
pub fn has_system_label<'a>(labels: impl IntoIterator<Item = &'a String>) -> bool {
    labels.into_iter().any(|label| is_system(label))
}

fn is_system(label: &str) -> bool {
    SYSTEM_LABELS.contains(&label)
}

/// Returns the user's labels among those of an object.
pub(super) fn of_user(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let of_user = labels
        .iter()
        .filter(|(label, _)| !is_system(label) && *label != PARTS);
    of_user
        .map(|(label, value)| (label.clone(), value.clone()))
        .collect()
}

/// Returns the labels for the object of `release`; `stamp` is `createdAt` or `modifiedAt`, in Unix seconds.
pub(super) fn of_record(release: &Release, stamp: (&str, i64)) -> BTreeMap<String, String> {
    let mut labels = of_user(&release.labels);
    let own = [
        (stamp.0, stamp.1.to_string()),
        ("name", release.name.clone()),
        ("owner", "helm".to_owned()),
        ("status", release.info.status.to_string()),
        ("version", release.revision.to_string()),
    ];
    labels.extend(own.map(|(label, value)| (label.to_owned(), value)));
    labels
}
