use super::*;

/// Renders a chart of one template and returns what the linter says.
fn lint_one(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("templates");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(
        folder.path().join("Chart.yaml"),
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    )
    .unwrap();
    std::fs::write(path.join(name), text).unwrap();
    let options = LintOptions::default();
    let linted = lint(
        &Renderer::default(),
        &Subject::folder(folder.path(), &()),
        &Map::new(),
        &options,
    );
    linted.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn findings_are_those_of_helm() {
    let object = |more: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{more}");
    for (name, text, expected) in [
        ("a.yaml", object(""), ""),
        (
            "a.json",
            object(""),
            "[ERROR] templates/a.json: file extension '.json' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt",
        ),
        (
            "a.yaml",
            " metadata: {name: a}".to_owned(),
            "[WARNING] templates/a.yaml: document starts with an illegal indent: \" metadata: {name: a}\", which may cause \
             parsing problems",
        ),
        (
            "a.yaml",
            "metadata: [1]".to_owned(),
            "[ERROR] templates/a.yaml: unable to parse YAML: error unmarshaling JSON: while decoding JSON: json: cannot \
             unmarshal array into Go struct field k8sYamlStruct.Metadata of type rules.k8sYamlMetadata",
        ),
        (
            "a.yaml",
            "kind: Deployment\nmetadata: {name: a}".to_owned(),
            "[ERROR] templates/a.yaml: a Deployment must contain matchLabels or matchExpressions, and \"a\" does not",
        ),
        (
            "a.yaml",
            "kind: List\nmetadata: {name: a}\nitems: [{metadata: {annotations: {helm.sh/resource-policy: keep}}}]"
                .to_owned(),
            "[ERROR] templates/a.yaml: annotation 'helm.sh/resource-policy' within List objects are ignored",
        ),
    ] {
        assert_eq!(lint_one(name, &text).join("\n"), expected);
    }
}

#[test]
fn refusals_pass_and_are_noted() {
    assert_eq!(
        lint_one("a.yaml", "{{ fail \"no\" }}{{ required \"this\" .Values.x }}"),
        Vec::<String>::new()
    );
}

#[test]
fn what_does_not_render_is_an_error() {
    let findings = lint_one("a.yaml", "{{ .Values.x.y.z }}");
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].starts_with("[ERROR] templates/: web/templates/a.yaml:1:"),
        "{findings:?}"
    );
}

#[test]
fn tera_templates_are_judged_by_what_they_give() {
    let needed =
        "[INFO] templates/: has Tera templates (*.tera), which Helm cannot render: the chart needs cox";
    let text = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {{ Chart.Name }}\n";
    assert_eq!(lint_one("a.yaml.tera", text), [needed]);
    assert_eq!(
        lint_one("_a.tera", "{%- component web.a() -%}{%- endcomponent -%}"),
        [needed]
    );
    let bad = "[WARNING] templates/a.yaml.tera: object name does not conform to Kubernetes naming requirements: \"A_\"";
    let found = lint_one("a.yaml.tera", &text.replace("{{ Chart.Name }}", "A_"));
    assert!(found[1].starts_with(bad), "{found:?}");
    let found = lint_one("a.json.tera", text);
    assert!(found[1].contains("extension '.json' not valid"), "{found:?}");
}
