use super::*;

fn plan(files: &[(&str, &str)]) -> Result<Plan, PlanError> {
    let files = files
        .iter()
        .map(|(path, text)| (path.to_string(), (*text).into()))
        .collect();
    Plan::new(&files)
}

fn hook_text(name: &str, kind: &str, event: &str, weight: &str) -> String {
    format!(
        "kind: {kind}\nmetadata:\n  name: {name}\n  annotations:\n    helm.sh/hook: {event}\n    helm.sh/hook-weight: \"{weight}\"\n"
    )
}

#[test]
fn what_is_not_utf_8_is_no_yaml() {
    for (bytes, message) in [
        (&b"a: \xe6\x97"[..], Some("incomplete UTF-8 octet sequence")),
        (b"a: \xe6\x97\nb: 1\n", Some("invalid trailing UTF-8 octet")),
        (
            b"a: 1\n---\nb: \x80\n---\nc: 1\n",
            Some("invalid leading UTF-8 octet"),
        ),
        // Nobody reads on after the end of a document.
        (b"a: 1\n", None),
    ] {
        let path = "web/templates/a.yaml".to_owned();
        let repaired = |byte: &u8| match byte {
            0x80.. => char::REPLACEMENT_CHARACTER,
            byte => char::from(*byte),
        };
        let text: String = bytes.iter().map(repaired).collect();
        let files = Files::from([(path.clone(), text.into())]);
        let broken = Broken::from([(path, bytes.to_vec())]);
        let error = Plan::read_by(&Reader::of_objects(), &files, &broken).err();
        let said = error.map(|error| error.source.to_string());
        let expected = message.map(|message| format!("error converting YAML to JSON: yaml: {message}"));
        assert_eq!(said, expected, "{bytes:?}");
    }
}

#[test]
fn documents_are_sorted_by_kind_and_keep_their_order_within() {
    let plan = plan(&[
        (
            "web/templates/b.yaml",
            "kind: Service\nmetadata: {name: b}\n---\nkind: Namespace\nmetadata: {name: n}\n",
        ),
        (
            "web/templates/a.yaml",
            "\n---\n# comment\nkind: Service\nmetadata: {name: a}\n\n",
        ),
        ("web/templates/_helpers.tpl", "kind: ["),
        ("web/templates/empty.yaml", " \n"),
        ("web/templates/comment.yaml", "# nothing\n"),
    ])
    .unwrap();
    assert_eq!(
        plan.manifest(),
        "---\n# Source: web/templates/b.yaml\nkind: Namespace\nmetadata: {name: n}\n\n\
         ---\n# Source: web/templates/a.yaml\n# comment\nkind: Service\nmetadata: {name: a}\n\n\n\
         ---\n# Source: web/templates/b.yaml\nkind: Service\nmetadata: {name: b}\n\n\
         ---\n# Source: web/templates/comment.yaml\n# nothing\n\n"
    );
}

#[test]
fn hooks_leave_the_manifest_and_run_by_weight_then_name() {
    let texts = [
        hook_text("b", "Job", "pre-install", "1"),
        hook_text("a", "Job", "pre-install,post-install", "1"),
        hook_text("z", "ConfigMap", "pre-install", "-1"),
        hook_text("x", "CustomResourceDefinition", "crd-install", "0"),
    ];
    let plan = plan(&[("web/templates/h.yaml", &texts.join("---\n"))]).unwrap();
    let names = |event| {
        plan.hooks_at(&event)
            .iter()
            .map(|hook| hook.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(HookEvent::PreInstall), ["z", "a", "b"]);
    assert_eq!(names(HookEvent::PostInstall), ["a"]);
    assert!(plan.resources.is_empty());
    assert_eq!(plan.ignored[0].events, "crd-install");
}

#[test]
fn whole_numbers_stay_whole() {
    let plan = plan(&[("a.yaml", "kind: A\nspec: {big: 9223372036854775807, half: 0.5}\n")]).unwrap();
    let spec = &plan.resources[0].object["spec"];
    assert_eq!(spec["big"].as_i64(), Some(i64::MAX));
    assert_eq!(spec["half"].as_f64(), Some(0.5));
}

#[test]
fn unreadable_documents_are_named() {
    let error = plan(&[("web/templates/a.yaml", "a: b\n c: d")]).unwrap_err();
    assert_eq!(error.to_string(), "YAML parse error on web/templates/a.yaml");
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"
    );
}

#[test]
fn secrets_can_be_hidden() {
    let plan = plan(&[("s.yaml", "apiVersion: v1\nkind: Secret\ndata: {a: b}\n")]).unwrap();
    let options = ManifestOptions {
        hide_secrets: true,
        ..ManifestOptions::default()
    };
    assert_eq!(
        plan.manifest_with(options),
        "---\n# Source: s.yaml\n# HIDDEN: The Secret output has been suppressed\n"
    );
}

#[test]
fn a_stored_manifest_gives_the_same_plan() {
    let plan = plan(&[(
        "s.yaml",
        "apiVersion: v1\nkind: Secret\ndata: {a: b}\n---\nkind: B\n",
    )])
    .unwrap();
    let release = Release {
        manifest: plan.manifest(),
        ..Release::default()
    };
    assert_eq!(Plan::from_release(&release).unwrap(), plan);
}
