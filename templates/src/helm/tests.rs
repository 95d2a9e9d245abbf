use crate::{Capabilities, Mode, ReleaseInfo, RenderInput, Renderer};
use chart::{Chart, File, Map, Metadata, Value};

fn chart(name: &str, templates: &[(&str, &str)]) -> Chart {
    Chart {
        metadata: Metadata {
            name: name.into(),
            version: "0.1.0".into(),
            ..Metadata::default()
        },
        templates: templates
            .iter()
            .map(|(path, text)| File::new(*path, text.as_bytes()))
            .collect(),
        ..Chart::default()
    }
}

fn input() -> RenderInput {
    let release = ReleaseInfo {
        name: "demo".into(),
        namespace: "apps".into(),
        revision: 1,
        ..ReleaseInfo::default()
    };
    RenderInput {
        release,
        capabilities: Capabilities::offline(),
    }
}

fn render_values(chart: &Chart, values: &Map) -> Result<Vec<(String, String)>, String> {
    let (rendered, errors) = Renderer::default().run((chart, values), &input());
    match errors.first() {
        Some(error) => Err(error.to_string()),
        None => Ok(rendered
            .files
            .into_iter()
            .map(|(path, text)| (path, text.into()))
            .collect()),
    }
}

fn render(text: &str) -> Result<String, String> {
    let values = Map::from([("a".into(), Value::Float(1.0)), ("s".into(), "x".into())]);
    let files = render_values(&chart("web", &[("templates/a.yaml", text)]), &values)?;
    Ok(files.into_iter().map(|(_, text)| text).collect())
}

#[test]
fn functions_see_values_as_a_plain_map() {
    for (text, expected) in [
        ("{{ set .Values \"a\" 1 | typeOf }}", "map[string]interface {}"),
        (
            "{{ mergeOverwrite .Values (dict) | typeOf }}",
            "map[string]interface {}",
        ),
        ("{{ deepCopy .Values | typeOf }}", "common.Values"),
        (
            "{{ list .Capabilities | printf \"%s\" | trunc 57 }}",
            "[%!s(*common.Capabilities=&{{v1.36.0 v1.36.0 1 36} [v1 ad",
        ),
    ] {
        assert_eq!(render(text).as_deref(), Ok(expected), "{text}");
    }
    let json = render("{{ toPrettyJson .Capabilities }}").unwrap();
    assert!(json.contains("\n  \"APIVersions\": [\n    \"v1\",\n"), "{json}");
}

#[test]
fn bytes_that_are_not_utf_8_survive() {
    let web = chart(
        "web",
        &[
            (
                "templates/a.yaml",
                r#"{{ trunc 4 "日本" }}<no value>{{ tpl "{{ . }}" (b64dec "gA==") }}"#,
            ),
            ("templates/b.yaml", "日本"),
        ],
    );
    let (rendered, errors) = Renderer::default().run((&web, &Map::new()), &input());
    assert!(errors.is_empty());
    assert_eq!(rendered.files["web/templates/a.yaml"], "日\u{fffd}\u{fffd}");
    let broken: Vec<_> = rendered.broken.iter().collect();
    let bytes = b"\xe6\x97\xa5\xe6\x80".to_vec();
    assert_eq!(broken, [(&"web/templates/a.yaml".to_owned(), &bytes)]);
}

#[test]
fn no_value_is_cut_out_everywhere() {
    assert_eq!(
        render("[{{ .Values.missing }}|<no value>|{{ tpl \"{{ .Values.x }}<no value>\" . }}]"),
        Ok("[||]".into())
    );
}

#[test]
fn refusals_name_the_file() {
    let error = "execution error at (web/templates/a.yaml:1:3): need it";
    assert_eq!(
        render("{{ required \"need it\" .Values.missing }}"),
        Err(error.into())
    );
    let error = "execution error at (web/templates/a.yaml:1:3): b: c";
    assert_eq!(
        render("{{ tpl \"{{ fail \\\"b: c\\\" }}\" . }}"),
        Err(error.into())
    );
}

#[test]
fn failures_are_written_in_blocks() {
    let text = "{{ define \"t\" }}{{ .Values.a.b }}{{ end }}x\n{{ include \"t\" . }}";
    let error = "web/templates/a.yaml:2:3\n  executing \"web/templates/a.yaml\" at <include \"t\" .>:\n    error calling include:\n\
                 web/templates/a.yaml:1:26\n  executing \"t\" at <.Values.a.b>:\n    can't evaluate field b in type interface {}";
    assert_eq!(render(text), Err(error.into()));
    let error = "web/templates/a.yaml:1:3\n  executing \"web/templates/a.yaml\" at <include \"no\" .>:\n    error calling include:\n\
                 template: no template \"no\" associated with template \"gotpl\"";
    assert_eq!(render("{{ include \"no\" . }}"), Err(error.into()));
}

#[test]
fn a_message_of_a_function_keeps_the_text_of_go() {
    let error = "template: web/templates/a.yaml:1:3: executing \"web/templates/a.yaml\" at <mustFromJson \"{\">: error calling \
                 mustFromJson: unexpected end of JSON input";
    assert_eq!(render("{{ mustFromJson \"{\" }}"), Err(error.into()));
}

#[test]
fn parse_errors_keep_the_last_piece() {
    let error = "parse error at (web/templates/a.yaml:1): function \"nope\" not defined";
    assert_eq!(render("{{ nope }}"), Err(error.into()));
}

#[test]
fn includes_have_a_limit() {
    let error = render("{{ define \"t\" }}{{ include \"t\" . }}{{ end }}{{ include \"t\" . }}").unwrap_err();
    let end = "error calling include: rendering template has a nested reference name: t: unable to execute template";
    assert!(
        error.ends_with(end),
        "{}",
        &error[error.len().saturating_sub(300)..]
    );
}

#[test]
fn the_outer_chart_has_its_way_and_sees_what_its_subcharts_change() {
    let inner = chart(
        "db",
        &[
            ("templates/_h.tpl", "{{ define \"who\" }}db{{ end }}"),
            (
                "templates/a.yaml",
                "{{ include \"who\" . }} {{ .Chart.IsRoot }} {{ .Template.Name }}{{ $_ := set .Values \"x\" 5 }}",
            ),
        ],
    );
    let mut outer = chart(
        "web",
        &[
            ("templates/_h.tpl", "{{ define \"who\" }}web{{ end }}"),
            (
                "templates/a.yaml",
                "{{ .Values.db.x }} {{ .Subcharts.db.Values.x }} {{ .Subcharts.db.Template.BasePath }}",
            ),
        ],
    );
    outer.subcharts.push(inner);
    let values = Map::from([("db".into(), Value::Map(Map::from([("x".into(), Value::Int(1))])))]);
    let files = render_values(&outer, &values).unwrap();
    assert_eq!(files[0].1, "web false web/charts/db/templates/a.yaml");
    assert_eq!(files[1].1, "5 5 web/charts/db/templates");
}

#[test]
fn a_library_lends_only_partials() {
    let mut library = chart(
        "lib",
        &[
            ("templates/_h.tpl", "{{ define \"l\" }}L{{ end }}"),
            ("templates/a.yaml", "no"),
        ],
    );
    library.metadata.kind = "library".into();
    let mut outer = chart("web", &[("templates/a.yaml", "{{ include \"l\" . }}")]);
    outer.subcharts.push(library);
    let files = render_values(&outer, &Map::new()).unwrap();
    assert_eq!(files, [("web/templates/a.yaml".to_owned(), "L".to_owned())]);
}

#[test]
fn lint_lets_refusals_pass() {
    let chart = chart(
        "web",
        &[("templates/a.yaml", "a{{ required \"m\" nil }}{{ fail \"f\" }}b")],
    );
    let renderer = Renderer {
        mode: Mode::Lint,
        ..Renderer::default()
    };
    let (rendered, errors) = renderer.run((&chart, &Map::new()), &input());
    assert!(errors.is_empty());
    assert_eq!(rendered.files["web/templates/a.yaml"], "ab");
    assert_eq!(rendered.notices.len(), 2);
}

#[test]
fn all_failing_files_can_be_had() {
    let chart = chart(
        "web",
        &[
            ("templates/a.yaml", "{{ fail \"a\" }}"),
            ("templates/b.yaml", "{{ fail \"b\" }}"),
            ("templates/c.yaml", "fine"),
        ],
    );
    let (rendered, errors) = Renderer::default().run((&chart, &Map::new()), &input());
    let files: Vec<_> = errors.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(files, ["web/templates/b.yaml", "web/templates/a.yaml"]);
    assert_eq!(rendered.files.len(), 1);
}

#[test]
fn methods_of_values() {
    assert_eq!(
        render("{{ .Values.AsMap.s }}{{ .Values.YAML }}{{ kindOf .Values.AsMap }}"),
        Ok("xa: 1\ns: x\nmap".into())
    );
}

#[test]
fn toml_is_laid_out_in_sections() {
    let text = "{{ toToml (dict \"b\" 1 \"a\" (dict \"c\" 1.5 \"d\" (list (dict \"e\" 2.0))) \"l\" (list \"x\" 1)) }}";
    let expected = "b = 1\nl = [\"x\", 1]\n\n[a]\n  c = 1.5\n\n  [[a.d]]\n    e = 2.0\n";
    assert_eq!(render(text), Ok(expected.into()));
}

#[test]
fn capabilities_and_files() {
    let mut chart = chart(
        "web",
        &[(
            "templates/a.yaml",
            "{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ len .Capabilities.APIVersions }} \
         {{ .Files.Get \"x/a.txt\" }}|{{ range $p, $c := .Files.Glob \"x/*\" }}{{ $p }}={{ $c | toString }};{{ end }}\
         {{ (.Files.Glob \"**\").AsConfig }} {{ .Files.Lines \"x/a.txt\" }}",
        )],
    );
    chart.files.push(File::new("x/a.txt", *b"1\n2\n"));
    let files = render_values(&chart, &Map::new()).unwrap();
    assert_eq!(
        files[0].1,
        "v1.36.0 true 55 1\n2\n|x/a.txt=1\n2\n;a.txt: |\n  1\n  2 [1 2]"
    );
}
