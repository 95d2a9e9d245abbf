//! What a change means for pods: which are made anew, and why; and whether there will be fewer.

use serde_json::Value;

use super::super::changes::Course;
use crate::diff::{Concern, Effect, FieldChange, Note, ObjectChange, Shown};

/// Where the pods of a workload are described.
const TEMPLATE: &str = ".spec.template.";

/// How many reasons are named.
const REASONS: usize = 3;

pub(super) fn of(course: &Course<'_>, change: &ObjectChange) -> Vec<Note> {
    if change.effect != Effect::Update {
        return Vec::new();
    }
    let fewer = change.fields.iter().filter_map(|field| fewer(change, field));
    restart(course, change).into_iter().chain(fewer).collect()
}

fn restart(course: &Course<'_>, change: &ObjectChange) -> Option<Note> {
    let kind = change.object.gvk.kind.as_str();
    if !matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet") {
        return None;
    }
    let reasons: Vec<_> = change
        .fields
        .iter()
        .filter_map(|field| field.path.strip_prefix(TEMPLATE))
        .collect();
    if reasons.is_empty() {
        return None;
    }
    let why = shortened(&reasons);
    let strategy = |path: &str| course.sent()?.pointer(path)?.as_str();
    let how = match (
        strategy("/spec/strategy/type"),
        strategy("/spec/updateStrategy/type"),
    ) {
        (Some("Recreate"), _) => "all pods stop before new ones start",
        (_, Some("OnDelete")) => "pods stay as they are until somebody deletes them",
        _ => "pods are replaced one after the other",
    };
    Some(Note::new(Concern::Restart, format!("{how}: {why}")))
}

fn shortened(reasons: &[&str]) -> String {
    let mut named: Vec<String> = reasons
        .iter()
        .take(REASONS)
        .map(|path| (*path).to_owned())
        .collect();
    if reasons.len() > REASONS {
        named.push(format!("and {} more", reasons.len() - REASONS));
    }
    named.join(", ")
}

fn fewer(change: &ObjectChange, field: &FieldChange) -> Option<Note> {
    let kind = change.object.gvk.kind.as_str();
    let counts = match field.path.as_str() {
        ".spec.replicas" => true,
        ".spec.minReplicas" | ".spec.maxReplicas" => kind == "HorizontalPodAutoscaler",
        _ => false,
    };
    let (before, after) = (number(field.before.as_ref())?, number(field.after.as_ref())?);
    if !counts || after >= before {
        return None;
    }
    let name = field.path.rsplit('.').next().unwrap_or_default();
    Some(Note::new(
        Concern::Replicas,
        format!("{name} goes down from {before} to {after}"),
    ))
}

fn number(shown: Option<&Shown>) -> Option<i64> {
    match shown? {
        Shown::Plain(Value::Number(number)) => number.as_i64(),
        _ => None,
    }
}
