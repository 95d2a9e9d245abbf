//! From client-side to server-side apply: what we own by having written it becomes what we own by applying it.
//!
//! Without this a field that leaves the manifest would stay: we would still own it as its writer
//! (`k8s.io/client-go/util/csaupgrade`).

use serde_json::{Value, json};

use super::send::shown;
use super::{Object, SendError, Sender};
use crate::FIELD_MANAGER;
use crate::cluster::{Call, PatchFormat};

/// How often it is tried when somebody else changes the object meanwhile.
const TRIES: u32 = 5;

/// Moves our field ownership of a live object over, if there is any.
///
/// # Errors
///
/// When the server refuses.
pub(super) async fn migrate(sender: &Sender<'_>, object: &Object, mut live: Value) -> Result<(), SendError> {
    let mut tries = 1;
    loop {
        let Some(patch) = patch(&live) else { return Ok(()) };
        let call = Call::patch(object.path(), PatchFormat::Json, &patch)
            .query("fieldManager", FIELD_MANAGER)
            .query("fieldValidation", "Strict");
        match sender.call(call).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() && tries < TRIES => tries += 1,
            Err(source) => {
                return Err(SendError::Migrate {
                    object: shown(object),
                    source,
                });
            }
        }
        let read = sender.cluster.get(&object.path()).await.map_err(SendError::Get)?;
        live = read.unwrap_or(Value::Null);
    }
}

/// Returns the JSON patch that does it, or nothing if there is nothing to do.
fn patch(live: &Value) -> Option<Value> {
    let metadata = live.get("metadata")?;
    let migrated = migrated(metadata.get("managedFields")?.as_array()?)?;
    Some(json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": migrated},
        // Not "test": with this the server answers that there is a conflict.
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion")?},
    ]))
}

fn migrated(entries: &[Value]) -> Option<Vec<Value>> {
    let written = entries.iter().position(|entry| is_ours(entry, "Update"))?;
    let mut entries = entries.to_vec();
    let applied = entries.iter().position(|entry| is_ours(entry, "Apply"));
    let into = applied.unwrap_or(written);
    entries[into]["operation"] = json!("Apply");
    let same_version =
        |entry: &Value| is_ours(entry, "Update") && entry["apiVersion"] == entries[into]["apiVersion"];
    if let Some(from) = entries.iter().position(same_version) {
        let fields = entries[from]["fieldsV1"].clone();
        unite(&mut entries[into]["fieldsV1"], &fields);
    }
    entries.retain(|entry| !is_ours(entry, "Update"));
    Some(entries)
}

pub(super) fn is_ours(entry: &Value, operation: &str) -> bool {
    let text = |field: &str| entry.get(field).and_then(Value::as_str).unwrap_or_default();
    text("manager") == FIELD_MANAGER && text("operation") == operation && text("subresource").is_empty()
}

/// Adds one set of fields to another. Sets are tables of tables.
pub(super) fn unite(into: &mut Value, from: &Value) {
    let Some(from) = from.as_object() else { return };
    if !into.is_object() {
        *into = json!({});
    }
    let Some(into) = into.as_object_mut() else { return };
    for (key, value) in from {
        unite(into.entry(key).or_insert_with(|| json!({})), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(manager: &str, operation: &str, fields: Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields})
    }

    #[test]
    fn a_writer_becomes_an_applier() {
        let entries = [
            entry("helm", "Update", json!({"f:data": {"f:a": {}}})),
            entry("kubectl", "Update", json!({})),
        ];
        let migrated = migrated(&entries).unwrap();
        assert_eq!(
            migrated[0],
            entry("helm", "Apply", json!({"f:data": {"f:a": {}}}))
        );
        assert_eq!(migrated[1], entries[1]);
    }

    #[test]
    fn two_entries_become_one() {
        let entries = [
            entry("helm", "Apply", json!({"f:data": {"f:a": {}}})),
            entry("helm", "Update", json!({"f:data": {"f:b": {}}, "f:type": {}})),
        ];
        let migrated = migrated(&entries).unwrap();
        let fields = json!({"f:data": {"f:a": {}, "f:b": {}}, "f:type": {}});
        assert_eq!(migrated, [entry("helm", "Apply", fields)]);
    }

    #[test]
    fn nothing_to_do_is_nothing_to_send() {
        let mut status = entry("helm", "Update", json!({}));
        status["subresource"] = json!("status");
        assert!(migrated(&[entry("helm", "Apply", json!({})), status]).is_none());
    }
}
