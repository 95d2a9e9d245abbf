//! Changes as a person would tell them.

use serde_json::{Value, json};

use crate::diff::{
    ChangeSet, Concern, Effect, FieldChange, Note, ObjectChange, Secrecy, Shown, compare, compare_values,
};
use crate::manifest::GroupVersionKind;

/// Writes changes as lines: `path: before → after`.
fn told(api_version: &str, kind: &str, before: &Value, after: &Value) -> Vec<String> {
    let kind = GroupVersionKind::new(api_version, kind);
    lines(&compare(&kind, Some(before), Some(after), &Secrecy::new(*b"key")))
}

fn lines(changes: &[FieldChange]) -> Vec<String> {
    let text = |value: &Option<Shown>| match value {
        None => "-".to_owned(),
        Some(Shown::Plain(value)) => value.to_string(),
        Some(Shown::Hidden(_)) => "hidden".to_owned(),
    };
    let line = |change: &FieldChange| {
        format!(
            "{}: {} → {}",
            change.path,
            text(&change.before),
            text(&change.after)
        )
    };
    changes.iter().map(line).collect()
}

fn pod(spec: Value) -> Value {
    json!({"spec": {"template": {"spec": spec}}})
}

#[test]
fn an_item_in_front_of_others_is_told_with_its_place() {
    let list = |names: &[&str]| {
        let items: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        pod(json!({"initContainers": items, "containers": items}))
    };
    let at = ".spec.template.spec";
    let new = [
        format!("{at}.containers[name=c].name: - → \"c\""),
        format!("{at}.initContainers[name=c].name: - → \"c\""),
    ];
    let order = format!("{at}.initContainers[*]: [\"a\",\"b\"] → [\"a\",\"c\",\"b\"]");
    let front = told(
        "apps/v1",
        "Deployment",
        &list(&["a", "b"]),
        &list(&["a", "c", "b"]),
    );
    assert_eq!(front, [new[0].clone(), order, new[1].clone()]);
    let end = told(
        "apps/v1",
        "Deployment",
        &list(&["a", "b"]),
        &list(&["a", "b", "c"]),
    );
    assert_eq!(end, new);
}

#[test]
fn lists_of_built_in_kinds_are_matched_by_their_keys() {
    let before = pod(json!({"containers": [
        {"name": "web", "image": "web:1", "ports": [{"containerPort": 80}], "args": ["-a", "-b"]},
        {"name": "log", "image": "log:1"},
    ]}));
    let after = pod(json!({"containers": [
        {"name": "new", "image": "new:1"},
        {"name": "web", "image": "web:2", "ports": [{"containerPort": 80, "protocol": "TCP"}], "args": ["-x", "-a", "-b"]},
    ]}));
    let at = ".spec.template.spec.containers";
    assert_eq!(
        told("apps/v1", "Deployment", &before, &after),
        [
            format!("{at}[name=new].image: - → \"new:1\""),
            format!("{at}[name=new].name: - → \"new\""),
            format!("{at}[name=web].args[0]: - → \"-x\""),
            format!("{at}[name=web].image: \"web:1\" → \"web:2\""),
            format!("{at}[name=web].ports[containerPort=80,protocol=TCP].protocol: - → \"TCP\""),
            format!("{at}[name=log].image: \"log:1\" → -"),
            format!("{at}[name=log].name: \"log\" → -"),
        ]
    );
}

#[test]
fn another_order_is_told() {
    let list = |names: [&str; 3]| pod(json!({"initContainers": names.map(|name| json!({"name": name}))}));
    assert_eq!(
        told(
            "apps/v1",
            "Deployment",
            &list(["a", "b", "c"]),
            &list(["c", "a", "b"])
        ),
        [r#".spec.template.spec.initContainers[*]: ["a","b","c"] → ["c","a","b"]"#]
    );
}

#[test]
fn what_the_server_keeps_is_left_out() {
    let live = json!({
        "metadata": {"name": "a", "uid": "1", "resourceVersion": "5", "generation": 2, "selfLink": "/a",
            "managedFields": [{}], "creationTimestamp": "now", "labels": {"a.b/c": "d"}},
        "status": {"replicas": 1},
    });
    assert_eq!(
        told(
            "apps/v1",
            "Deployment",
            &json!({"metadata": {"name": "a"}}),
            &live
        ),
        [r#".metadata.labels["a.b/c"]: - → "d""#]
    );
}

#[test]
fn sets_have_no_order() {
    let with = |finalizers: Value| json!({"metadata": {"finalizers": finalizers}});
    assert_eq!(
        told(
            "v1",
            "ConfigMap",
            &with(json!(["b", "a/x y"])),
            &with(json!(["c", "b"]))
        ),
        [
            r#".metadata.finalizers[="a/x y"]: "a/x y" → -"#,
            r#".metadata.finalizers[=c]: - → "c""#
        ]
    );
}

#[test]
fn lists_without_keys_are_aligned() {
    let rules = |items: Value| json!({"rules": items});
    let before =
        rules(json!([{"verbs": ["get"], "resources": ["pods"]}, {"verbs": ["get"], "resources": ["nodes"]}]));
    let after = rules(json!([{"verbs": ["list"], "resources": ["nodes"]}]));
    assert_eq!(
        told("rbac.authorization.k8s.io/v1", "ClusterRole", &before, &after),
        [
            r#".rules[0]: {"resources":["pods"],"verbs":["get"]} → -"#,
            r#".rules[0].verbs[0]: "get" → "list""#
        ]
    );
}

#[test]
fn lists_of_unknown_kinds_are_matched_by_name() {
    let with = |items: Value| json!({"spec": {"items": items}});
    assert_eq!(
        told(
            "a.b/v1",
            "Thing",
            &with(json!([{"name": "x", "v": 1}, {"name": "y", "v": 1}])),
            &with(json!([{"name": "y", "v": 2}, {"name": "x", "v": 1}]))
        ),
        [
            r#".spec.items[*]: ["x","y"] → ["y","x"]"#,
            ".spec.items[name=y].v: 1 → 2"
        ]
    );
    let same_names = json!([{"name": "x", "v": 1}, {"name": "x", "v": 2}]);
    let changed = json!([{"name": "x", "v": 1}, {"name": "x", "v": 3}]);
    assert_eq!(
        told("a.b/v1", "Thing", &with(same_names), &with(changed)),
        [".spec.items[1].v: 2 → 3"]
    );
}

#[test]
fn quantities_are_texts() {
    let with = |cpu: &str| json!({"spec": {"hard": {"cpu": cpu}}});
    assert_eq!(
        told("v1", "ResourceQuota", &with("1000m"), &with("1")),
        [r#".spec.hard.cpu: "1000m" → "1""#]
    );
}

#[test]
fn secrets_are_digests() {
    let with = |password: &str| {
        json!({"type": "Opaque", "data": {"a": password, "b": "same"}, "stringData": {"c": password},
            "metadata": {"labels": {"d": password}}})
    };
    assert_eq!(
        told("v1", "Secret", &with("1"), &with("2")),
        [
            ".data.a: hidden → hidden",
            r#".metadata.labels.d: "1" → "2""#,
            ".stringData.c: hidden → hidden"
        ]
    );
    let digest = |key: &[u8], value: Value| Secrecy::new(key).digest(&value);
    assert_eq!(digest(b"k", json!("a")), digest(b"k", json!("a")));
    assert_ne!(digest(b"k", json!("1")), digest(b"k", json!(1)));
    assert_ne!(digest(b"k", json!("a")), digest(b"l", json!("a")));
}

#[test]
fn named_fields_are_secret_with_all_below_them() {
    let mut secrecy = Secrecy::new(*b"key");
    secrecy.fields = [".a.b".to_owned(), ".list[1].c".to_owned()].into();
    let values = |x: i32| json!({"a": {"b": {"c": x, "d": [x]}, "e": x}, "list": [{"c": x}, {"c": x}]});
    assert_eq!(
        lines(&compare_values(&values(1), &values(2), &secrecy)),
        [
            ".a.b.c: hidden → hidden",
            ".a.b.d: hidden → hidden",
            ".a.e: 1 → 2",
            ".list[0].c: 1 → 2",
            ".list[1].c: hidden → hidden"
        ]
    );
}

#[test]
fn empty_tables_are_leaves() {
    let with = |volume: Value| json!({"spec": {"volume": volume}});
    let told = |before, after| told("a.b/v1", "Thing", &with(before), &with(after));
    assert_eq!(
        told(json!({"emptyDir": {}}), json!({"emptyDir": {"medium": "Memory"}})),
        [r#".spec.volume.emptyDir.medium: - → "Memory""#]
    );
    assert_eq!(
        told(json!({"emptyDir": {"medium": "Memory"}}), json!({"emptyDir": {}})),
        [r#".spec.volume.emptyDir: {"medium":"Memory"} → {}"#]
    );
    assert_eq!(
        told(json!({"emptyDir": {}}), json!({"pvc": {}})),
        [".spec.volume.emptyDir: {} → -", ".spec.volume.pvc: - → {}"]
    );
}

#[test]
fn depth_is_bounded() {
    let deep = |leaf: i32| (0..900).fold(json!(leaf), |inner, _| json!({"a": inner}));
    let (before, after) = (deep(1), deep(2));
    let changes = compare_values(&before, &after, &Secrecy::new(*b"key"));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path.len(), 2 * 101);
}

#[test]
fn a_change_set_counts_and_reads_back() {
    let set = ChangeSet {
        action: "upgrade".to_owned(),
        objects: vec![ObjectChange {
            object: crate::ObjectRef {
                gvk: GroupVersionKind::new("apps/v1", "Deployment"),
                namespace: "default".to_owned(),
                name: "web".to_owned(),
            },
            effect: Effect::Update,
            fields: vec![FieldChange {
                path: ".spec.replicas".to_owned(),
                before: Some(Shown::Plain(json!(3))),
                after: Some(Shown::Plain(Value::Null)),
            }],
            notes: vec![Note::new(Concern::Restart, "image")],
            hook: None,
        }],
        notes: vec![Note::new(Concern::Quota, "no room")],
        ..ChangeSet::default()
    };
    assert_eq!((set.summary().update, set.summary().attention), (1, 1));
    assert!(set.needs_attention() && !set.is_empty());
    let json = serde_json::to_string(&set).expect("it is data");
    assert!(
        json.contains(r#""before":{"plain":3},"after":{"plain":null}"#),
        "{json}"
    );
    assert_eq!(
        serde_json::from_str::<ChangeSet>(&json).expect("it is its own"),
        set
    );
    assert!(ChangeSet::default().is_empty());
}

#[test]
fn the_json_of_a_concern_is_its_word() {
    for concern in [
        Concern::DataLoss,
        Concern::ApiRemoved,
        Concern::Crd,
        Concern::Nondeterministic,
    ] {
        let json = serde_json::to_value(concern).expect("it is a word");
        assert_eq!(json, concern.as_str());
    }
}
