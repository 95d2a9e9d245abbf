//! All forms of a set of changes in which everything occurs, beside the files that hold them; and what holds for any.

use std::path::Path;

use release::ObjectRef;
use release::diff::{
    ChangeSet, Concern, Effect, FieldChange, Note, ObjectChange, Secrecy, Shown, compare, compare_values,
};
use release::manifest::GroupVersionKind;
use serde_json::{Value, json};

use super::{Detail, html, json as as_json, markdown, text};
use crate::output::paint::Paint;

/// Names and values that try to be something else.
const HOSTILE: [&str; 8] = [
    "</script><script>alert(1)</script>",
    "```\n</details>\n# heading",
    "\u{1b}[31mred\u{1b}]8;;http://x\u{7}",
    "\u{202e}gnp.exe\u{2066}",
    "@everyone #1 ![](http://x) <img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "a\r\nb\u{85}c\u{2028}d",
    "]]><!--",
];

fn object(api_version: &str, kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        gvk: GroupVersionKind::new(api_version, kind),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    }
}

fn change(object: ObjectRef, effect: Effect, before: Value, after: Value) -> ObjectChange {
    let some = |value: Value| (!value.is_null()).then_some(value);
    let secrecy = Secrecy::new(*b"key");
    let fields = compare(&object.gvk, some(before).as_ref(), some(after).as_ref(), &secrecy);
    ObjectChange {
        object,
        effect,
        fields,
        notes: Vec::new(),
        hook: None,
    }
}

fn deployment(image: &str, replicas: i32, config: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": replicas,
        "template": {"spec": {"containers": [{"name": "web", "image": image, "args": ["--config", config]}]}},
    }})
}

fn config(lines: impl Iterator<Item = usize>) -> Value {
    let text: String = lines.map(|line| format!("line {line} = yes\n")).collect();
    json!({"kind": "ConfigMap", "data": {"app.conf": text, "b": "1"}})
}

#[expect(clippy::too_many_lines, reason = "it is data: one of everything")]
fn sample() -> ChangeSet {
    let mut web = change(
        object("apps/v1", "Deployment", "web"),
        Effect::Update,
        deployment("nginx:1.26", 3, "/etc/a"),
        deployment("nginx:1.27", 1, "yes"),
    );
    web.notes = vec![
        Note::new(Concern::Replicas, "replicas are lowered from 3 to 1"),
        Note::new(Concern::Restart, "1 pod is made anew: its image changes"),
    ];
    let mut claim = change(
        object("v1", "PersistentVolumeClaim", "data"),
        Effect::Replace,
        json!({"spec": {"storageClassName": "slow"}}),
        json!({"spec": {"storageClassName": "fast"}}),
    );
    claim.notes = vec![Note::new(
        Concern::DataLoss,
        "the volume goes with the claim:\nits 3 GiB are lost",
    )];
    let mut hook = change(
        object("batch/v1", "Job", "migrate"),
        Effect::Create,
        Value::Null,
        json!({"spec": {}}),
    );
    hook.hook = Some("pre-upgrade".to_owned());
    ChangeSet {
        action: "upgrade".to_owned(),
        release: Some("web".to_owned()),
        namespace: Some("default".to_owned()),
        from: Some("revision 3".to_owned()),
        to: Some("chart web 1.3.0".to_owned()),
        objects: vec![
            hook,
            web,
            claim,
            change(
                object("v1", "Secret", "web"),
                Effect::Update,
                json!({"data": {"password": "b25l"}}),
                json!({"data": {"password": "dHdv", "user": "bWU="}}),
            ),
            change(
                object("v1", "ConfigMap", "web"),
                Effect::Update,
                config(1..30),
                config((1..12).chain(13..20).chain([500]).chain(20..31)),
            ),
            change(
                object("v1", "Service", "web"),
                Effect::Create,
                Value::Null,
                json!({"spec": {"type": "LoadBalancer", "ports": [{"port": 80, "name": "http"}]}}),
            ),
            change(
                object("rbac.authorization.k8s.io/v1", "Role", "old"),
                Effect::Delete,
                json!({"rules": [{"verbs": ["get"]}]}),
                Value::Null,
            ),
            change(
                object("v1", "ConfigMap", "kept"),
                Effect::Keep,
                Value::Null,
                Value::Null,
            ),
            change(
                object("v1", "ServiceAccount", "same"),
                Effect::Nothing,
                Value::Null,
                Value::Null,
            ),
        ],
        values: compare_values(
            &json!({"replicas": 3, "image": {"tag": "1.26"}, "hosts": ["a"]}),
            &json!({"replicas": 1, "image": {"tag": "1.27"}, "hosts": ["a", "b"], "rules": [{"x": [1, 2]}]}),
            &Secrecy::new(*b"key"),
        ),
        notes: vec![Note::new(Concern::Quota, "pods: 11 of 10 would be used")],
    }
}

fn hostile() -> ChangeSet {
    let mut objects = Vec::new();
    for text in HOSTILE {
        let mut change = change(
            object("v1", text, text),
            Effect::Update,
            json!({"data": {text: "1", "value": text, "lines": format!("a\n{text}\nb\n")}}),
            json!({"data": {text: "2", "value": format!("{text}!"), "lines": format!("a\n{text}\nc\n"), "list": [[text]]}}),
        );
        change.notes.push(Note::new(Concern::Drift, text));
        change.hook = Some(text.to_owned());
        objects.push(change);
    }
    ChangeSet {
        action: HOSTILE[0].to_owned(),
        release: Some(HOSTILE[1].to_owned()),
        from: Some(HOSTILE[2].to_owned()),
        to: Some(HOSTILE[4].to_owned()),
        objects,
        ..ChangeSet::default()
    }
}

/// Compares with a file of `testdata/changes`; with `COX_TEST_BLESS` it is written.
#[expect(clippy::disallowed_methods, reason = "a test says itself how it is run")]
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/changes")
        .join(name);
    if std::env::var_os("COX_TEST_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is made");
        std::fs::write(&path, text).expect("the file is written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name} is different; COX_TEST_BLESS=1 writes it");
}

#[test]
fn every_form_is_as_it_was() {
    let set = sample();
    golden("sample.txt", &text(&set, Detail::Short, Paint::Nothing));
    golden("sample.ansi", &text(&set, Detail::Short, Paint::Colors));
    golden("sample-full.txt", &text(&set, Detail::Full, Paint::Nothing));
    golden("sample.md", &markdown(&set, Detail::Short));
    golden("sample.json", &as_json(&set).expect("it has a JSON form"));
    golden("sample.html", &html(&set));
    let set = hostile();
    golden("hostile.txt", &text(&set, Detail::Short, Paint::Nothing));
    golden("hostile.md", &markdown(&set, Detail::Short));
    golden("hostile.html", &html(&set));
}

#[test]
fn nothing_that_acts_on_a_terminal_gets_through() {
    for shown in [
        text(&hostile(), Detail::Full, Paint::Nothing),
        markdown(&hostile(), Detail::Full),
        html(&hostile()),
    ] {
        let odd = |letter: char| letter != '\n' && super::visible::is_hidden(letter);
        assert_eq!(shown.chars().find(|letter| odd(*letter)), None);
    }
}

#[test]
fn nothing_becomes_markup() {
    let page = html(&hostile());
    let ours = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "section",
        "ul", "li", "code", "form", "label", "input", "fieldset", "legend", "button", "main", "details",
        "summary", "span", "bdi", "table", "thead", "tbody", "tr", "th", "td", "pre", "ins", "del", "i",
        "br",
    ];
    let (body, script) = page.split_once("<script>").expect("there is a script");
    for tag in body.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(ours.contains(&name) && !tag.contains(" on"), "{tag}");
    }
    assert_eq!(script.matches("</script>").count(), 1);
}

#[test]
fn a_block_of_markdown_ends_where_it_should() {
    let markdown = markdown(&hostile(), Detail::Short);
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in markdown.lines() {
        let run = line.chars().take_while(|letter| *letter == '`').count();
        match &fence {
            // CommonMark: up to three spaces, then at least as many backticks, then nothing.
            Some(open) => {
                let is_run = !line.trim().is_empty() && line.trim().chars().all(|letter| letter == '`');
                let is_near = line.len() - line.trim_start().len() <= 3;
                if is_run && is_near && line.trim().len() >= open.len() {
                    assert_eq!(line, open, "only our own line ends a block");
                    fence = None;
                }
            }
            None if run >= 3 => fence = Some("`".repeat(run)),
            None => outside.push_str(&format!("{line}\n")),
        }
    }
    assert_eq!(fence, None);
    let ours = [
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<code>",
        "</code>",
        "<br>",
    ];
    let rest = ours.iter().fold(outside, |text, tag| text.replace(tag, ""));
    assert!(!rest.contains(['<', '`', '[', '!']), "{rest}");
}

#[test]
fn what_is_the_same_in_many_objects_is_told_once() {
    let labelled = |version: &str| json!({"metadata": {"labels": {"version": version}}, "spec": {"a": 1}});
    let mut objects: Vec<_> = ["a", "b", "c"]
        .map(|name| {
            change(
                object("v1", "Service", name),
                Effect::Update,
                labelled("1"),
                labelled("2"),
            )
        })
        .into();
    let own = json!({"metadata": {"labels": {"version": "2"}}, "spec": {"a": 2}});
    objects.push(change(
        object("v1", "Pod", "d"),
        Effect::Update,
        labelled("1"),
        own,
    ));
    let set = ChangeSet {
        action: "diff".to_owned(),
        namespace: Some("default".to_owned()),
        objects,
        ..ChangeSet::default()
    };
    assert_eq!(
        text(&set, Detail::Short, Paint::Nothing),
        "4 changed\n\n~ Pod/d (v1)\n    ~ .spec.a: 1 → 2\n\n\
         ~ the same in 4 objects: Service/a, Service/b, Service/c, Pod/d\n    ~ .metadata.labels.version: \"1\" → \"2\"\n\n4 changed\n"
    );
    let full = text(&set, Detail::Full, Paint::Nothing);
    assert_eq!(full.matches(".metadata.labels.version").count(), 4);
    let page = html(&set);
    assert_eq!(page.matches(".metadata.labels.version").count(), 1);
    assert!(page.contains("the same in 4 objects: Service/a, Service/b, Service/c, Pod/d"));
    let markdown = markdown(&set, Detail::Short);
    assert_eq!(markdown.matches(".metadata.labels.version").count(), 2);
}

#[test]
fn long_texts_stay_bounded() {
    let before = config(0..10_000);
    let mut set = ChangeSet {
        objects: vec![
            change(
                object("v1", "ConfigMap", "a"),
                Effect::Update,
                before.clone(),
                config((0..10_000).rev()),
            ),
            change(
                object("v1", "ConfigMap", "b"),
                Effect::Update,
                before.clone(),
                json!({"data": {"b": "1"}}),
            ),
            change(
                object("v1", "ConfigMap", "c"),
                Effect::Update,
                before,
                config((0..10_000).filter(|n| n % 999 != 5)),
            ),
        ],
        ..ChangeSet::default()
    };
    assert!(text(&set, Detail::Short, Paint::Nothing).lines().count() < 200);
    assert!(markdown(&set, Detail::Short).len() < 20_000);
    assert!(html(&set).len() < 400_000);
    let other = |n: usize| {
        let (before, after) = (config(0..60), config(n * 100 + 100..n * 100 + 160));
        change(
            object("v1", "ConfigMap", &format!("c{n}")),
            Effect::Update,
            before,
            after,
        )
    };
    set.objects = (0..300).map(other).collect();
    assert!(markdown(&set, Detail::Short).len() < 65_536);
}

#[test]
fn a_change_far_into_a_long_line_is_seen() {
    let long = |end: &str| {
        Some(Shown::Plain(Value::from(format!(
            "{}{end}{}",
            "a".repeat(300),
            "b".repeat(300)
        ))))
    };
    let set = ChangeSet {
        values: vec![FieldChange {
            path: ".x".to_owned(),
            before: long("ONE"),
            after: long("TWO"),
        }],
        ..ChangeSet::default()
    };
    let text = text(&set, Detail::Short, Paint::Nothing);
    assert!(
        text.contains("ONE") && text.contains("TWO") && text.len() < 500,
        "{text}"
    );
}

#[test]
fn a_last_line_without_its_end_is_a_difference() {
    let set = ChangeSet {
        objects: vec![change(
            object("v1", "ConfigMap", "a"),
            Effect::Update,
            json!({"data": {"a": "x\ny\n"}}),
            json!({"data": {"a": "x\ny"}}),
        )],
        ..ChangeSet::default()
    };
    let text = text(&set, Detail::Short, Paint::Nothing);
    assert!(text.contains("\n        -\n"), "{text}");
}

#[test]
fn no_difference_is_a_line() {
    let set = ChangeSet {
        action: "diff".to_owned(),
        release: Some("web".to_owned()),
        namespace: Some("default".to_owned()),
        ..ChangeSet::default()
    };
    assert_eq!(
        text(&set, Detail::Short, Paint::Nothing),
        "web in default: no differences\n"
    );
}
