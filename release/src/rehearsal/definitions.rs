//! Whether objects that are stored still fit when the definition of their kind changes.

use serde_json::{Map, Value, json};

use crate::cluster::{Call, Cluster, list};

/// How many objects of a kind are told of.
const TOLD: usize = 5;

/// Returns what a change of a definition does to the objects that there are: versions that go, objects that do not fit
/// the new schema, fields that it does not know and that are lost with the next write.
///
/// Objects that may not be listed are passed over.
pub(super) async fn misfits(cluster: &Cluster, before: &Value, after: &Value) -> Vec<String> {
    let spec = |definition: &Value| definition["spec"].clone();
    let (old, new) = (spec(before), spec(after));
    if old["versions"] == new["versions"] {
        return Vec::new();
    }
    let mut found = departing(before, &new);
    for version in served(&new) {
        let name = version["name"].as_str().unwrap_or_default();
        let Some(earlier) = served(&old).find(|earlier| earlier["name"] == version["name"]) else {
            continue;
        };
        let schema = &version["schema"]["openAPIV3Schema"];
        if *schema == earlier["schema"]["openAPIV3Schema"] {
            continue;
        }
        let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
        let (group, plural) = (text(&new["group"]), text(&new["names"]["plural"]));
        let stored = list::<Value>(cluster, Call::get(format!("/apis/{group}/{name}/{plural}"))).await;
        if let Ok(stored) = stored {
            found.extend(unfit(schema, &text(&new["names"]["kind"]), &stored.items));
        }
    }
    found
}

fn served(spec: &Value) -> impl Iterator<Item = &Value> {
    let versions = spec["versions"].as_array().into_iter().flatten();
    versions.filter(|version| version["served"] == true)
}

/// Returns the versions in which objects are stored and that the new definition does not have.
fn departing(before: &Value, new: &Value) -> Vec<String> {
    let stored = before["status"]["storedVersions"]
        .as_array()
        .into_iter()
        .flatten();
    let has = |name: &Value| {
        new["versions"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|version| version["name"] == *name)
    };
    let going = stored.filter(|name| !has(name)).filter_map(Value::as_str);
    going
        .map(|name| format!("objects are stored as {name}, a version that goes"))
        .collect()
}

/// Says what is wrong with `objects` under `schema`.
fn unfit(schema: &Value, kind: &str, objects: &[Value]) -> Vec<String> {
    let mut told = Vec::new();
    let checked = chart::values::misfits(plain(schema), objects).unwrap_or_default();
    for (object, misfit) in objects.iter().zip(checked) {
        let name = format!("{kind} {}", name_of(object));
        if let Some(misfit) = misfit {
            told.push(format!(
                "{name} does not fit any more: {}",
                misfit.trim_start_matches("- ").replace('\n', "; ")
            ));
        }
        let mut lost = Vec::new();
        unknown(schema, object, "", &mut lost);
        lost.retain(|path| ![".apiVersion", ".kind", ".metadata"].contains(&path.as_str()));
        if !lost.is_empty() {
            told.push(format!(
                "{name} has fields that are not declared any more: {}",
                lost.join(", ")
            ));
        }
    }
    let more = told.len().saturating_sub(TOLD);
    told.truncate(TOLD);
    told.extend((more > 0).then(|| format!("and {more} more")));
    told
}

fn name_of(object: &Value) -> String {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    match text("namespace") {
        "" => text("name").to_owned(),
        namespace => format!("{namespace}/{}", text("name")),
    }
}

/// Returns a structural schema as plain JSON Schema: `nullable` and numbers that may be texts are said otherwise there.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(plain_table(fields)),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn plain_table(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut plainer: Map<String, Value> = fields
        .iter()
        .map(|(key, value)| (key.clone(), plain(value)))
        .collect();
    if fields.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true)) {
        plainer.insert("type".to_owned(), json!(["integer", "string"]));
    }
    if fields.get("nullable") == Some(&Value::Bool(true))
        && let Some(kind) = fields.get("type").filter(|kind| kind.is_string())
    {
        plainer.insert("type".to_owned(), json!([kind, "null"]));
    }
    // Formats of OpenAPI that JSON Schema does not have are no rule there either.
    if fields.get("format").is_some_and(Value::is_string) {
        plainer.remove("format");
    }
    plainer
}

/// Collects the paths of fields that a structural schema does not declare: the server drops them.
fn unknown(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if schema["x-kubernetes-preserve-unknown-fields"] == true {
        return;
    }
    match value {
        Value::Object(fields) => {
            let declared = schema["properties"].as_object();
            for (key, field) in fields {
                let path = format!("{path}.{key}");
                match declared.and_then(|declared| declared.get(key)) {
                    Some(schema) => unknown(schema, field, &path, found),
                    None if schema["additionalProperties"].is_object() => {
                        unknown(&schema["additionalProperties"], field, &path, found);
                    }
                    None if schema["additionalProperties"] == true => {}
                    None => found.push(path),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                unknown(&schema["items"], item, &format!("{path}[]"), found);
            }
        }
        _ => {}
    }
    found.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_named() {
        let schema = json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
            "size": {"type": "integer", "maximum": 3},
            "port": {"x-kubernetes-int-or-string": true},
            "note": {"type": "string", "nullable": true},
        }}}});
        let object = |name: &str, spec: Value| json!({"apiVersion": "a/v1", "kind": "W", "metadata": {"name": name}, "spec": spec});
        let objects = [
            object("good", json!({"size": 2, "port": "http", "note": null})),
            object("big", json!({"size": 5})),
            object("odd", json!({"color": "red"})),
        ];
        let told = unfit(&schema, "W", &objects);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].starts_with("W big does not fit any more: at '/spec/size'"),
            "{told:?}"
        );
        assert_eq!(
            told[1],
            "W odd has fields that are not declared any more: .spec.color"
        );
    }

    #[test]
    fn stored_versions_that_go_are_named() {
        let before = json!({"status": {"storedVersions": ["v1alpha1", "v1"]}});
        let new = json!({"versions": [{"name": "v1"}]});
        assert_eq!(
            departing(&before, &new),
            ["objects are stored as v1alpha1, a version that goes"]
        );
    }
}
