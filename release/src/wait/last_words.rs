//! What containers wrote before they crashed, asked for once a pod.

use std::collections::{BTreeMap, BTreeSet};

use kube::api::{Api, LogParams};
use kube::core::DynamicObject;

use super::reason;

/// How many lines are asked for.
const LINES: i64 = 3;

/// A pod by namespace and name.
pub(super) type Pod = (String, String);

/// What is known of crashes.
#[derive(Debug, Default)]
pub(super) struct LastWords {
    asked: BTreeSet<Pod>,
    said: BTreeMap<Pod, String>,
}

/// A container whose last words are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) pod: Pod,
    pub(super) container: String,
}

impl LastWords {
    /// Returns what is to be asked about a pod, the first time that it crashes.
    pub(super) fn question(&mut self, pod: &Pod, object: &DynamicObject) -> Option<Question> {
        if self.asked.contains(pod) {
            return None;
        }
        let container = reason::crashing(object)?.to_owned();
        self.asked.insert(pod.clone());
        Some(Question {
            pod: pod.clone(),
            container,
        })
    }

    pub(super) fn note(&mut self, pod: Pod, text: String) {
        self.said.insert(pod, text);
    }

    /// Returns what the pod wrote that `reason` is about; `own` is the object's own name, if that is a pod.
    pub(super) fn of(&self, namespace: &str, own: &str, reason: &str) -> Option<&str> {
        let is_meant = |pod: &str| pod == own || reason.starts_with(&format!("pod {pod}: "));
        let mut said = self.said.iter();
        said.find(|((place, pod), _)| place == namespace && is_meant(pod))
            .map(|(_, text)| text.as_str())
    }
}

/// Asks for the last lines of a container's last run, or of this one if there is no other; nothing if there are none.
pub(super) async fn ask(client: kube::Client, question: Question) -> Option<(Pod, String)> {
    let (namespace, name) = &question.pod;
    let pods: Api<k8s_openapi::api::core::v1::Pod> = Api::namespaced(client, namespace);
    for previous in [true, false] {
        let parameters = LogParams {
            container: Some(question.container.clone()),
            tail_lines: Some(LINES),
            previous,
            ..LogParams::default()
        };
        let Ok(text) = pods.logs(name, &parameters).await else {
            continue;
        };
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let from = lines.len().saturating_sub(usize::try_from(LINES).unwrap_or(0));
        if !lines.is_empty() {
            return Some((question.pod, lines[from..].join(" | ")));
        }
    }
    None
}
