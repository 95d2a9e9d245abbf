//! `Outcome`: what became of one change, as the server says, or as can be told without it.

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::Step;
use super::deed::{Deed, Verb};
use crate::apply::{Schema, drop_owned_fields, three_way};
use crate::cluster::{Answer, ApiError, Call, Mapping};
use crate::manifest::GroupVersionKind;

/// What a change does to an object.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) before: Option<Arc<Value>>,
    pub(super) after: Option<Arc<Value>>,
    refusal: Option<ApiError>,
    is_checked: bool,
    /// How the object is before is not known yet.
    pub(super) is_late: bool,
    warnings: Vec<String>,
}

impl Outcome {
    fn checked(before: Option<Arc<Value>>, after: Option<Arc<Value>>) -> Self {
        Outcome {
            before,
            after,
            refusal: None,
            is_checked: true,
            is_late: false,
            warnings: Vec::new(),
        }
    }

    /// Reads off the server's answer what it would make.
    ///
    /// # Errors
    ///
    /// When the answer is no JSON.
    pub(super) fn tried(answer: Answer) -> Result<Self, ApiError> {
        let after = answer.json()?;
        Ok(Outcome {
            warnings: answer.warnings,
            ..Outcome::checked(None, Some(Arc::new(after)))
        })
    }

    /// Says that the object is changed, not made: so it is before.
    pub(super) fn to(self, before: Option<Arc<Value>>) -> Self {
        Outcome { before, ..self }
    }

    /// Says that the object is changed, not made, and that it will be known later how it is before.
    pub(super) fn late(self) -> Self {
        Outcome {
            is_late: true,
            ..self
        }
    }

    /// As [`Outcome::tried`], of an object that was tried out under another name than its own. The server may have copied
    /// the name into labels.
    ///
    /// # Errors
    ///
    /// When the answer is no JSON.
    pub(super) fn stood_in(answer: &Answer, names: &StandIn) -> Result<Self, ApiError> {
        let mut after: Value = answer.json()?;
        replace_text(&mut after, &names.other, &names.own);
        Ok(Outcome::checked(None, Some(Arc::new(after))))
    }

    pub(super) fn deleted(before: Arc<Value>) -> Self {
        Outcome::checked(Some(before), None)
    }

    /// Works out what becomes of an object that the rehearsal itself left as `now`.
    ///
    /// # Errors
    ///
    /// When the server would not find the object, or find it there already.
    pub(super) fn imagined(deed: &Deed, now: Option<Arc<Value>>) -> Result<Self, ApiError> {
        match (deed.verb, now) {
            (Verb::Make, Some(_)) => Err(already_exists(deed)),
            (Verb::Delete, Some(now)) => Ok(Outcome::deleted(now)),
            (_, Some(now)) => {
                let after = guess(deed, Some(&now));
                Ok(Outcome::checked(Some(now), Some(Arc::new(after))))
            }
            (_, None) => Err(not_found(deed)),
        }
    }

    /// Works out what is meant to become of an object, where the server does not say.
    pub(super) fn guessed(deed: &Deed, before: Option<Arc<Value>>, refusal: Option<ApiError>) -> Self {
        let after = match deed.verb {
            Verb::Delete => None,
            _ => Some(Arc::new(guess(deed, before.as_deref()))),
        };
        Outcome {
            refusal,
            is_checked: false,
            ..Outcome::checked(before, after)
        }
    }

    /// Returns what the server answers to the real change.
    pub(super) fn answer(&self) -> Answer {
        let is_made = self.before.is_none() && !self.is_late;
        let code = if is_made { 201 } else { 200 };
        let body = self.after.as_deref().unwrap_or(&Value::Null);
        Answer::pretended(code, body).warning(self.warnings.clone())
    }

    pub(super) fn into_step(self, deed: Deed) -> Step {
        let sent = (deed.verb != Verb::Delete).then_some(&deed.content);
        Step {
            object: deed.object([self.after.as_deref(), self.before.as_deref(), sent]),
            before: self.before,
            after: self.after,
            refusal: self.refusal,
            protest: None,
            misfits: Vec::new(),
            is_checked: self.is_checked,
            hook: None,
            deed,
        }
    }
}

/// Puts what is wanted over what is there; what else there is stays.
fn guess(deed: &Deed, before: Option<&Value>) -> Value {
    let wanted = &deed.content;
    match (deed.verb, before) {
        (Verb::Apply, Some(before)) => three_way(wanted, wanted, before, schema_of(wanted)),
        (Verb::Merge, Some(before)) => {
            let mut after = before.clone();
            json_patch::merge(&mut after, wanted);
            after
        }
        _ => wanted.clone(),
    }
}

/// Returns what an object becomes when all that we ever wrote to it is ours to take back, and `wanted` is applied.
pub(super) fn applied_as_owner(live: &Value, wanted: &Value) -> Value {
    let pruned = drop_owned_fields(live, wanted);
    three_way(wanted, wanted, &pruned, schema_of(wanted))
}

fn schema_of(object: &Value) -> Schema {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default();
    let gvk = GroupVersionKind::new(text("apiVersion"), text("kind"));
    Schema::of(&gvk.group, &gvk.kind)
}

/// An object's name, and the one that it is tried out by.
pub(super) struct StandIn {
    own: String,
    other: String,
}

/// Returns the request for the object by another name.
pub(super) fn stand_in(call: &Call, deed: &Deed) -> (Call, StandIn) {
    /// Names of some kinds are no longer than this.
    const LONGEST: usize = 63;
    const MARK: &str = "-rehearsed";
    let own = deed.path.rsplit('/').next().unwrap_or_default().to_owned();
    let short: String = own.chars().take(LONGEST - MARK.len()).collect();
    let other = format!("{}{MARK}", short.trim_end_matches(['-', '.']));
    let mut body = deed.content.clone();
    if let Some(name) = body.pointer_mut("/metadata/name") {
        *name = Value::String(other.clone());
    }
    let path = match *call.method() {
        Method::POST => deed.collection().to_owned(),
        _ => format!("{}/{other}", deed.collection()),
    };
    (call.clone().to(path, &body), StandIn { own, other })
}

/// Replaces a text wherever it is the whole of a value.
fn replace_text(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_text(item, old, new)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| replace_text(field, old, new)),
        _ => {}
    }
}

/// Returns the kinds that a definition brings.
pub(super) fn brought_kinds(deed: &Deed, after: Option<&Value>) -> Vec<Mapping> {
    let Some(spec) = after.and_then(|after| after.get("spec")) else {
        return Vec::new();
    };
    if !deed.is_definition() {
        return Vec::new();
    }
    let text = |pointer: &str| spec.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let versions = spec.get("versions").and_then(Value::as_array);
    let served = versions
        .into_iter()
        .flatten()
        .filter(|version| version["served"] == true);
    served
        .map(|version| {
            let api_version = format!(
                "{}/{}",
                text("/group"),
                version["name"].as_str().unwrap_or_default()
            );
            Mapping {
                gvk: GroupVersionKind::new(&api_version, text("/names/kind")),
                plural: text("/names/plural").to_owned(),
                is_namespaced: text("/scope") == "Namespaced",
            }
        })
        .collect()
}

/// Returns the server's answer to a change of what is not there.
pub(super) fn not_found(deed: &Deed) -> ApiError {
    answer(deed, (404, "NotFound"), "not found")
}

fn already_exists(deed: &Deed) -> ApiError {
    answer(deed, (409, "AlreadyExists"), "already exists")
}

fn answer(deed: &Deed, (code, reason): (u16, &str), words: &str) -> ApiError {
    ApiError {
        code,
        reason: reason.to_owned(),
        message: format!("{} {words}", deed.shown()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::PatchFormat;

    #[test]
    fn objects_are_tried_out_under_another_name() {
        let name = "n".repeat(60);
        let body = json!({"metadata": {"name": name}});
        let call = Call::patch(
            format!("/api/v1/namespaces/a/pods/{name}"),
            PatchFormat::Apply,
            &body,
        );
        let (other, names) = stand_in(&call, &Deed::of(&call));
        let used = other.path().rsplit('/').next().unwrap_or_default();
        assert_eq!(
            (used.len(), other.content()["metadata"]["name"].as_str()),
            (63, Some(used))
        );
        let labelled = json!({"metadata": {"name": used, "labels": {"job-name": used}}});
        let outcome = Outcome::stood_in(&Answer::pretended(201, &labelled), &names).unwrap();
        assert_eq!(
            outcome.after.as_deref(),
            Some(&json!({"metadata": {"name": name, "labels": {"job-name": name}}}))
        );
    }

    #[test]
    fn a_definition_brings_what_it_serves() {
        let definition = json!({"spec": {
            "group": "shop.test", "scope": "Namespaced", "names": {"kind": "Cart", "plural": "carts"},
            "versions": [{"name": "v1", "served": true}, {"name": "v0", "served": false}],
        }});
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/carts.shop.test";
        let deed = Deed::of(&Call::patch(path, PatchFormat::Apply, &definition));
        let kinds = brought_kinds(&deed, Some(&definition));
        assert_eq!(kinds.len(), 1);
        assert_eq!(
            kinds[0].object("a", "b"),
            "/apis/shop.test/v1/namespaces/a/carts/b"
        );
    }
}
