//! What holds for any two objects.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::applied::applied;
use crate::diff::{Secrecy, Step, align, compare};
use crate::manifest::GroupVersionKind;

/// Lists without order: those with keys and sets, as the changes do not tell where an item comes.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), normal(value)))
            .collect(),
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(normal).collect();
            let is_free = |item: &Value| item.get("name").is_some() || item.get("containerPort").is_some();
            if items.iter().all(is_free) {
                items.sort_by_key(Value::to_string);
            }
            items.into()
        }
        plain => plain.clone(),
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..5).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!("a\"b]\n")),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 4, |inner| {
        let named = btree_map("[a-c]", inner.clone(), 0..4).prop_map(|items| {
            let item = |(name, value)| json!({"name": name, "value": value});
            Value::from(items.into_iter().map(item).collect::<Vec<_>>())
        });
        prop_oneof![
            btree_map("[a-d]|a\\.b/c", inner.clone(), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            vec(inner, 0..4).prop_map(Value::from),
            named,
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    btree_map("[a-d]", tree(), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

fn deployment() -> impl Strategy<Value = Value> {
    let port = (1..4).prop_map(|port| json!({"containerPort": port, "protocol": "UDP", "name": "p"}));
    let container = move |name: String| {
        (vec(port.clone(), 0..3), scalar()).prop_map(move |(mut ports, image)| {
            ports.dedup();
            json!({"name": name.clone(), "image": image, "ports": ports})
        })
    };
    vec("[a-c]".prop_flat_map(container), 0..3)
        .prop_map(|containers| json!({"spec": {"template": {"spec": {"containers": containers}}}}))
}

fn check(kind: &GroupVersionKind, before: &Value, after: &Value) -> Result<(), TestCaseError> {
    let secrecy = Secrecy::new(*b"key");
    let changes = compare(kind, Some(before), Some(after), &secrecy);
    prop_assert_eq!(
        normal(&applied(before, &changes)),
        normal(after),
        "{:#?}",
        changes
    );
    prop_assert!(compare(kind, Some(before), Some(before), &secrecy).is_empty());
    prop_assert_eq!(changes.is_empty(), before == after, "{:#?}", changes);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn changes_lead_from_before_to_after(before in object(), after in object()) {
        check(&GroupVersionKind::new("example.com/v1", "Thing"), &before, &after)?;
    }

    #[test]
    fn changes_of_built_in_kinds_do_so_too(before in deployment(), after in deployment()) {
        check(&GroupVersionKind::new("apps/v1", "Deployment"), &before, &after)?;
    }

    #[test]
    fn no_secret_is_shown(before in object(), after in object(), words in vec("[x-z]{12}", 2)) {
        let secret = |value: &Value, word: &String| json!({
            "apiVersion": "v1", "kind": "Secret", "data": {"a": word, "b": [word, value], "c": {"d": word}}, "other": word,
            "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": word}},
        });
        let (old, new) = (secret(&before, &words[0]), secret(&after, &words[1]));
        let secrecy = Secrecy::new(*b"key");
        let inside = |secret: &Value| json!({"kind": "List", "items": [secret, {"deep": [secret]}]});
        for (old, new) in [(&old, &new), (&inside(&old), &inside(&new))] {
            for pair in [(Some(old), Some(new)), (None, Some(new)), (Some(old), None)] {
                let kind = GroupVersionKind::new("v1", old["kind"].as_str().unwrap_or_default());
                let text = format!("{:?}", compare(&kind, pair.0, pair.1, &secrecy));
                prop_assert!(!words.iter().any(|word| text.contains(word)), "{}", text);
            }
        }
    }

    #[test]
    fn sequences_are_aligned(before in vec(0..6, 0..30), after in vec(0..6, 0..30)) {
        aligned(&before, &after)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn long_sequences_are_aligned(before in vec(0..2000, 600..900), places in vec(0..600usize, 0..40), many in vec(0..9, 0..2000)) {
        let mut after = before.clone();
        for place in places {
            after.remove(place.min(after.len() - 1));
            after.insert(place / 2, 5000);
        }
        aligned(&before, &after)?;
        aligned(&before, &many)?;
    }
}

fn aligned(before: &[i32], after: &[i32]) -> Result<(), TestCaseError> {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for step in align(before, after) {
        match step {
            Step::Keep(x, y) => {
                prop_assert_eq!(before[x], after[y]);
                old.push(x);
                new.push(y);
            }
            Step::Remove(x) => old.push(x),
            Step::Insert(y) => new.push(y),
        }
    }
    prop_assert_eq!(old, (0..before.len()).collect::<Vec<_>>());
    prop_assert_eq!(new, (0..after.len()).collect::<Vec<_>>());
    Ok(())
}
