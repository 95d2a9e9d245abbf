//! From steps to what a person is shown: one change an object, with what to know about it.

use std::collections::BTreeMap;

use super::Step;
use super::notes;
use crate::diff::{Effect, ObjectChange, Secrecy, compare};

/// All that happens to one object, from first to last.
pub(super) struct Course<'a>(Vec<&'a Step>);

impl<'a> Course<'a> {
    /// Sorts steps by their objects; objects stay in the order in which they are first touched.
    pub(super) fn of(steps: &'a [Step]) -> Vec<Self> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut courses: Vec<Course> = Vec::new();
        for step in steps {
            let place = *places.entry(step.deed.path.as_str()).or_insert(courses.len());
            match courses.get_mut(place) {
                Some(course) => course.0.push(step),
                None => courses.push(Course(vec![step])),
            }
        }
        courses
    }

    pub(super) fn first(&self) -> &'a Step {
        self.0[0]
    }

    pub(super) fn last(&self) -> &'a Step {
        self.0[self.0.len() - 1]
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = &'a Step> {
        self.0.iter().copied()
    }

    /// Returns the event of the hook that the object is.
    pub(super) fn hook(&self) -> Option<&'a str> {
        self.steps().find_map(|step| step.hook.as_deref())
    }

    /// Says whether a hook's object is made and goes again.
    pub(super) fn is_passing(&self) -> bool {
        self.last().after.is_none() && self.steps().any(|step| step.after.is_some())
    }

    /// Returns the object as it is sent, the last time it is.
    pub(super) fn sent(&self) -> Option<&'a serde_json::Value> {
        self.0.iter().rev().find_map(|step| step.after.as_deref())
    }

    /// Says what becomes of the object, if all that is sent again makes a difference.
    pub(super) fn effect(&self) -> Effect {
        let (before, sent) = (&self.first().before, self.sent());
        let is_anew = self
            .steps()
            .take(self.0.len() - 1)
            .any(|step| step.after.is_none());
        match (before, sent) {
            (None, _) => Effect::Create,
            (Some(_), None) => Effect::Delete,
            (Some(_), Some(_)) if is_anew => Effect::Replace,
            (Some(_), Some(_)) if self.is_passing() => Effect::Delete,
            _ => Effect::Update,
        }
    }

    /// Tells what happens to the object.
    pub(super) fn change(&self, secrecy: &Secrecy) -> ObjectChange {
        let first = self.first();
        let object = &self.last().object;
        let mut fields = compare(&object.gvk, first.before.as_deref(), self.sent(), secrecy);
        let effect = match self.effect() {
            Effect::Update if fields.is_empty() => Effect::Nothing,
            effect => effect,
        };
        if effect == Effect::Delete {
            // What was in it is of interest to nobody but `notes`.
            fields.clear();
        }
        let mut change = ObjectChange {
            object: object.clone(),
            effect,
            fields,
            notes: Vec::new(),
            hook: self.hook().map(str::to_owned),
        };
        change.notes = notes::of(self, &change);
        change
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::super::deed::Deed;
    use super::*;
    use crate::apply::ObjectRef;
    use crate::cluster::Call;
    use crate::manifest::GroupVersionKind;

    fn step(before: Option<Value>, after: Option<Value>) -> Step {
        Step {
            object: ObjectRef {
                gvk: GroupVersionKind::new("v1", "ConfigMap"),
                namespace: "a".to_owned(),
                name: "b".to_owned(),
            },
            before: before.map(Arc::new),
            after: after.map(Arc::new),
            refusal: None,
            protest: None,
            misfits: Vec::new(),
            is_checked: true,
            hook: None,
            deed: Deed::of(&Call::delete("/api/v1/namespaces/a/configmaps/b", &json!({}))),
        }
    }

    fn effect(steps: &[Step]) -> Effect {
        let courses = Course::of(steps);
        assert_eq!(courses.len(), 1);
        courses[0].change(&Secrecy::new("key")).effect
    }

    #[test]
    fn what_counts_is_the_whole_course() {
        let (old, new) = (
            Some(json!({"data": {"a": "1"}})),
            Some(json!({"data": {"a": "2"}})),
        );
        assert_eq!(effect(&[step(None, new.clone())]), Effect::Create);
        assert_eq!(effect(&[step(old.clone(), new.clone())]), Effect::Update);
        assert_eq!(effect(&[step(old.clone(), old.clone())]), Effect::Nothing);
        assert_eq!(effect(&[step(old.clone(), None)]), Effect::Delete);
        assert_eq!(
            effect(&[step(old.clone(), None), step(None, new.clone())]),
            Effect::Replace
        );
        // A hook that runs and goes.
        assert_eq!(
            effect(&[step(None, new.clone()), step(new, None)]),
            Effect::Create
        );
    }
}
