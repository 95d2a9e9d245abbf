//! Charts whose templates are parsed while others are executed come out like those that are parsed first.

use chart::{Chart, ConfigureOptions, Map};
use std::sync::Arc;
use templates::{Ahead, Capabilities, Files, ReleaseInfo, RenderInput, Renderer};

/// How many templates the chart has besides.
const OTHERS: usize = 60;

fn folder(templates: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::write(path, text).expect("it is written");
    };
    write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    write("values.yaml", "a: 1\n");
    write(
        "templates/_helpers.tpl",
        "{{ define \"name\" }}n{{ .Values.a }}{{ end }}",
    );
    for number in 0..OTHERS {
        let line = "# {{ include \"name\" . }} {{ .Values.a }}\n".repeat(60);
        let text = format!("{line}{{{{- $_ := set .Values \"seen\" {number} }}}}a: {{{{ .Values.seen }}}}\n");
        write(&format!("templates/m{number:02}.yaml"), &text);
    }
    for (path, text) in templates {
        write(path, text);
    }
    folder
}

type Outcome = Result<Files, String>;

fn outcome(folder: &tempfile::TempDir, ahead: Option<Arc<Ahead>>) -> Outcome {
    let chart = match &ahead {
        Some(ahead) => Chart::load_watched(folder.path(), ahead.begin()),
        None => Chart::load(folder.path()),
    };
    let chart = chart.expect("it is a chart");
    let chart = chart
        .configure(&Map::new(), &ConfigureOptions::default())
        .expect("the values fit");
    let input = RenderInput {
        release: ReleaseInfo::default(),
        capabilities: Capabilities::offline(),
    };
    let renderer = Renderer {
        ahead,
        ..Renderer::default()
    };
    match renderer.render(&chart, &input) {
        Ok(rendered) => Ok(rendered.files),
        Err(error) => Err(format!("{error:?}")),
    }
}

/// Returns what comes out in both ways, which is the same.
#[track_caller]
fn same(templates: &[(&str, &str)]) -> Outcome {
    let folder = folder(templates);
    let (first, ahead) = (outcome(&folder, None), Arc::<Ahead>::default());
    for _ in 0..3 {
        assert_eq!(outcome(&folder, Some(Arc::clone(&ahead))), first);
    }
    first
}

#[track_caller]
fn fails_with(templates: &[(&str, &str)], words: &str) {
    let error = same(templates).expect_err("it fails");
    assert!(error.contains(words), "{words}: {error}");
}

#[test]
fn what_comes_out_is_the_same() {
    let files = same(&[]).expect("it is rendered");
    assert!(files["web/templates/m00.yaml"].ends_with("# n1 1a: 0\n"));
}

#[test]
fn files_can_be_included_by_their_path() {
    let text = "{{ include (print $.Template.BasePath \"/m03.yaml\") . | len }}";
    let files = same(&[("templates/z.yaml", text), ("templates/a.yaml", text)]).expect("it is rendered");
    assert_eq!(files["web/templates/a.yaml"], files["web/templates/z.yaml"]);
}

#[test]
fn definitions_count_wherever_they_are() {
    let files = same(&[
        ("templates/a.yaml", "{{-\n\tdefine \"name\" }}other{{ end }}"),
        ("templates/b.yaml", "{{block \"inner\" .}}i{{end}}"),
        (
            "templates/z.yaml",
            "{{ template \"inner\" . }}{{ include \"name\" . }}",
        ),
    ]);
    assert_eq!(files.expect("it is rendered")["web/templates/z.yaml"], "in1");
    same(&[(
        "templates/_a.tpl",
        "{{ define \"web/templates/m05.yaml\" }}hidden{{ end }}",
    )])
    .expect("it is rendered");
    same(&[(
        "templates/zz.yaml",
        "{{ define \"web/templates/m05.yaml\" }}hidden{{ end }}",
    )])
    .expect("it is rendered");
}

#[test]
fn what_is_no_template_is_said_first() {
    let failing = ("templates/z.yaml", "{{ fail \"early\" }}");
    fails_with(&[failing], "early");
    fails_with(
        &[failing, ("templates/b.yaml", "{{ if }}")],
        "parse error at (web/templates/b.yaml:1)",
    );
    fails_with(&[failing, ("templates/_b.yaml", "{{ nope }}")], "not defined");
    let included = ("templates/z.yaml", "{{ include \"web/templates/b.yaml\" . }}");
    fails_with(
        &[included, ("templates/b.yaml", "{{ end }}")],
        "unexpected {{end}}",
    );
}

#[test]
fn what_nests_deeply_is_no_trouble() {
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(9_000), ")".repeat(9_000));
    same(&[
        ("templates/b.yaml", &deep),
        ("templates/z.yaml", "{{ include \"web/templates/b.yaml\" . }}"),
    ])
    .expect("it is rendered");
}

#[test]
fn blank_files_are_there() {
    let files = same(&[
        ("templates/b.yaml", ""),
        ("templates/c.yaml", "{{/* nothing */}}"),
    ]);
    assert_eq!(files.expect("it is rendered")["web/templates/b.yaml"], "");
}
