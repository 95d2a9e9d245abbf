//! `Hook`: an object that is run at a moment of a release's life instead of being kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::{names, null_is_default};
use crate::time::{self, Time};

/// The annotation that makes an object a hook, and says when it runs.
pub(crate) const HOOK_ANNOTATION: &str = "helm.sh/hook";
const WEIGHT_ANNOTATION: &str = "helm.sh/hook-weight";
const DELETE_POLICY_ANNOTATION: &str = "helm.sh/hook-delete-policy";
const LOG_POLICY_ANNOTATION: &str = "helm.sh/hook-output-log-policy";

names! {
    /// When a hook runs.
    HookEvent {
        /// After rendering, before the first object of an install is sent.
        PreInstall = "pre-install",
        /// After all objects of an install are there (and ready, if one waits).
        PostInstall = "post-install",
        /// Before the first object is deleted.
        PreDelete = "pre-delete",
        /// After all objects are deleted.
        PostDelete = "post-delete",
        /// Before the first object is changed.
        PreUpgrade = "pre-upgrade",
        /// After all objects are changed.
        PostUpgrade = "post-upgrade",
        /// Before the first object is changed back.
        PreRollback = "pre-rollback",
        /// After all objects are changed back.
        PostRollback = "post-rollback",
        /// When the user asks for tests.
        Test = "test",
    }
}

names! {
    /// When a hook's object is deleted.
    DeletePolicy {
        /// After its event succeeded.
        HookSucceeded = "hook-succeeded",
        /// After it failed.
        HookFailed = "hook-failed",
        /// Before it is made again; the default.
        BeforeHookCreation = "before-hook-creation",
    }
}

names! {
    /// When a hook's container output is shown.
    LogPolicy {
        /// After it succeeded.
        HookSucceeded = "hook-succeeded",
        /// After it failed.
        HookFailed = "hook-failed",
    }
}

names! {
    /// How a run of a hook went.
    HookPhase {
        /// Nobody knows.
        Unknown = "Unknown",
        /// It runs.
        Running = "Running",
        /// It did what it should.
        Succeeded = "Succeeded",
        /// It did not.
        Failed = "Failed",
    }
}

impl Default for HookPhase {
    fn default() -> Self {
        HookPhase::Other(String::new())
    }
}

/// The last run of a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookExecution {
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time::optional")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time::optional")]
    pub completed_at: Option<Time>,
    /// How it went; empty when it never ran.
    pub phase: HookPhase,
}

/// A hook, with its text and what its annotations say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// The object's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The object's kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The template it came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The object as YAML.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// When it runs.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_default")]
    pub events: Vec<HookEvent>,
    /// How its last run went.
    #[serde(deserialize_with = "null_is_default")]
    pub last_run: HookExecution,
    /// Smaller runs earlier.
    #[serde(skip_serializing_if = "is_zero")]
    pub weight: i64,
    /// When its object is deleted.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_default")]
    pub delete_policies: Vec<DeletePolicy>,
    /// When its output is shown.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_default")]
    pub output_log_policies: Vec<LogPolicy>,
}

impl Hook {
    /// Says whether the hook runs at `event`.
    pub fn runs_at(&self, event: &HookEvent) -> bool {
        self.events.contains(event)
    }

    /// Says whether the hook is a test.
    pub fn is_test(&self) -> bool {
        self.runs_at(&HookEvent::Test)
    }

    /// Says whether the hook's object is to be deleted under `policy`. A hook that names none is deleted before it
    /// is made again.
    pub fn has_delete_policy(&self, policy: &DeletePolicy) -> bool {
        if self.delete_policies.is_empty() {
            return *policy == DeletePolicy::BeforeHookCreation;
        }
        self.delete_policies.contains(policy)
    }
}

/// What the hook annotations of an object say.
pub(crate) struct HookSettings {
    pub(crate) events: Vec<HookEvent>,
    pub(crate) weight: i64,
    pub(crate) delete_policies: Vec<DeletePolicy>,
    pub(crate) output_log_policies: Vec<LogPolicy>,
}

impl HookSettings {
    /// Reads the annotations; `Ok(None)` when the object is no hook.
    ///
    /// # Errors
    ///
    /// The whole list of events when one of them is unknown: Helm drops such an object (Helm 2's `crd-install` is
    /// the one that occurs).
    pub(crate) fn from_annotations(annotations: &BTreeMap<String, String>) -> Result<Option<Self>, String> {
        let Some(listed) = annotations.get(HOOK_ANNOTATION) else {
            return Ok(None);
        };
        let events = words(Some(listed))
            .map(|word| known_event(&word))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| listed.clone())?;
        Ok(Some(HookSettings {
            events,
            weight: annotations
                .get(WEIGHT_ANNOTATION)
                .and_then(|weight| weight.parse().ok())
                .unwrap_or(0),
            delete_policies: words(annotations.get(DELETE_POLICY_ANNOTATION))
                .map(|word| DeletePolicy::from(word.as_str()))
                .collect(),
            output_log_policies: words(annotations.get(LOG_POLICY_ANNOTATION))
                .map(|word| LogPolicy::from(word.as_str()))
                .collect(),
        }))
    }
}

fn known_event(word: &str) -> Option<HookEvent> {
    // Helm 2 had two kinds of tests.
    if word == "test-success" {
        return Some(HookEvent::Test);
    }
    match HookEvent::from(word) {
        HookEvent::Other(_) => None,
        event => Some(event),
    }
}

/// Cuts a comma list into lower-case words.
fn words(list: Option<&String>) -> impl Iterator<Item = String> {
    list.into_iter()
        .flat_map(|list| list.split(','))
        .map(|word| word.trim().to_lowercase())
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(entries: &[(&str, &str)]) -> Result<Option<HookSettings>, String> {
        let annotations = entries
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        HookSettings::from_annotations(&annotations)
    }

    #[test]
    fn annotations_are_read() {
        let hook = settings(&[
            (HOOK_ANNOTATION, "Pre-Install, test-success"),
            (WEIGHT_ANNOTATION, "-5"),
            (DELETE_POLICY_ANNOTATION, "hook-succeeded,Hook-Failed , x"),
            (LOG_POLICY_ANNOTATION, "hook-failed"),
        ])
        .unwrap()
        .unwrap();
        assert_eq!(hook.events, [HookEvent::PreInstall, HookEvent::Test]);
        assert_eq!(hook.weight, -5);
        assert_eq!(
            hook.delete_policies,
            [
                DeletePolicy::HookSucceeded,
                DeletePolicy::HookFailed,
                DeletePolicy::Other("x".into())
            ]
        );
        assert_eq!(hook.output_log_policies, [LogPolicy::HookFailed]);
    }

    #[test]
    fn bad_weights_are_zero_and_unknown_events_are_refused() {
        for weight in ["x", "", "1.5", " 1"] {
            let hook = settings(&[(HOOK_ANNOTATION, "test"), (WEIGHT_ANNOTATION, weight)]);
            assert_eq!(hook.unwrap().unwrap().weight, 0);
        }
        assert!(settings(&[("a", "b")]).unwrap().is_none());
        for events in ["crd-install", "test,nothing", "", "test,"] {
            assert_eq!(
                settings(&[(HOOK_ANNOTATION, events)]).err().as_deref(),
                Some(events)
            );
        }
    }
}
