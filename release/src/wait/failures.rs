//! Why pods could not be made, for workloads that only tell it by events: StatefulSets, DaemonSets and Jobs.

use std::collections::{BTreeMap, BTreeSet};

use kube::core::DynamicObject;

/// What is known of pods that could not be made.
#[derive(Debug, Default)]
pub(super) struct Failures {
    namespaces: BTreeSet<String>,
    /// By the id of the workload, so that nothing is taken from one of the same name that is gone.
    messages: BTreeMap<String, String>,
}

impl Failures {
    /// Returns those of `wanted` that were not asked for before.
    pub(super) fn new_namespaces(&mut self, wanted: BTreeSet<String>) -> Vec<String> {
        let new: Vec<String> = wanted.difference(&self.namespaces).cloned().collect();
        self.namespaces.extend(wanted);
        new
    }

    pub(super) fn note(&mut self, event: &DynamicObject) {
        let of = event.data["involvedObject"]["uid"].as_str();
        let message = event.data["message"].as_str();
        let (Some(of), Some(message)) = (of, message) else {
            return;
        };
        let message = message.trim_start_matches("(combined from similar events): ");
        let known = self.messages.get(of);
        // Every try has a pod of another name, which is no news.
        if known.is_none_or(|known| nameless(known) != nameless(message)) {
            self.messages.insert(of.to_owned(), message.to_owned());
        }
    }

    /// Returns what was said last about a workload.
    pub(super) fn of(&self, workload: &DynamicObject) -> Option<&str> {
        let message = self.messages.get(workload.metadata.uid.as_ref()?);
        message.map(String::as_str)
    }
}

/// Leaves the pod's name out.
fn nameless(message: &str) -> (&str, &str) {
    let Some((before, rest)) = message.split_once("pods \"") else {
        return (message, "");
    };
    (before, rest.split_once('"').map_or(rest, |(_, after)| after))
}

/// Whether objects of a kind do not have it in their status when pods cannot be made.
pub(super) fn is_silent(kind: &str) -> bool {
    matches!(kind, "StatefulSet" | "DaemonSet" | "Job")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_tell_of_their_workload_only() {
        let object = |value| serde_json::from_value::<DynamicObject>(value).unwrap();
        let mut failures = Failures::default();
        failures.note(&object(
            json!({"metadata": {"name": "e"}, "message": "exceeded quota",
            "involvedObject": {"kind": "Job", "name": "j", "uid": "1"}}),
        ));
        let job = |uid| object(json!({"metadata": {"name": "j", "uid": uid}}));
        assert_eq!(failures.of(&job("1")), Some("exceeded quota"));
        assert_eq!(failures.of(&job("2")), None);
        let said = |name: &str, what: &str| {
            let message = format!("Error creating: pods \"{name}\" is forbidden: {what}");
            object(json!({"metadata": {}, "message": message, "involvedObject": {"uid": "2"}}))
        };
        for (name, what, known) in [("a", "q", "\"a\""), ("b", "q", "\"a\""), ("c", "r", "\"c\"")] {
            failures.note(&said(name, what));
            assert!(failures.of(&job("2")).unwrap().contains(known));
        }
        let wanted = || BTreeSet::from(["a".to_owned()]);
        assert_eq!(failures.new_namespaces(wanted()), ["a"]);
        assert!(failures.new_namespaces(wanted()).is_empty());
    }
}
