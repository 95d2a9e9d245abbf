//! Charts that mean harm: no file outside is read, nothing is asked of the network, and each ends with a plain error.

use crate::support::TestEnv;
use crate::support::patience::LONG;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

/// Renders a chart with these files.
fn render(files: &[(&str, &str)]) -> crate::support::Outcome {
    let env = TestEnv::offline();
    env.write("web/Chart.yaml", CHART);
    for (name, text) in files {
        env.write(&format!("web/{name}"), text);
    }
    env.cox("template demo web")
}

#[track_caller]
fn refused(files: &[(&str, &str)], why: &str) {
    let error = render(files).failed();
    assert!(error.starts_with("Error: ") && error.contains(why), "{error}");
    assert!(!error.contains("panicked"), "{error}");
}

#[test]
fn templates_that_do_not_end_are_stopped() {
    refused(
        &[(
            "templates/a.yaml",
            "{{ $x := repeat 60000000 \"x\" }}{{ range 1000000000 }}{{ $x }}{{ end }}",
        )],
        "the templates write more than 268435456 bytes",
    );
    refused(
        &[
            ("values.yaml", "t: '{{ tpl .Values.t . }}'\n"),
            ("templates/a.yaml", "{{ tpl .Values.t . }}"),
        ],
        "tpl is nested more than 1000 deep",
    );
    refused(
        &[("templates/a.yaml", "{{ range until 2147483647 }}{{ end }}")],
        "is too long",
    );
    refused(
        &[("templates/a.yaml", "{{ repeat 1000000000 \"x\" }}")],
        "is longer than the limit",
    );
}

#[test]
fn yaml_that_explodes_or_is_endlessly_deep_is_refused() {
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, below) in ('b'..='j').zip('a'..='i') {
        let aliases = vec![format!("*{below}"); 9].join(",");
        bomb.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    refused(&[("values.yaml", &bomb)], "excessive aliasing");
    refused(&[("templates/a.yaml", &bomb)], "excessive aliasing");
    let deep = format!("a: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    refused(&[("values.yaml", &deep)], "exceeded max depth");
    refused(&[("templates/a.yaml", &deep)], "exceeded max depth");
}

#[test]
fn a_tag_without_a_value_in_a_list_is_an_error() {
    let error = render(&[("values.yaml", "a: [!,]\n")]).failed();
    assert_eq!(
        error,
        "Error: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: \
         yaml: line 1: did not find expected ',' or ']'\n"
    );
}

#[test]
fn schemas_reach_neither_files_nor_the_network() {
    for reference in [
        "file:///etc/passwd",
        "../../../../../../etc/passwd",
        "http://127.0.0.1:9/x.json",
    ] {
        let schema = format!("{{\"$ref\": \"{reference}\"}}");
        refused(
            &[("values.schema.json", &schema)],
            "references to files and to the network are not followed",
        );
    }
}

#[test]
fn templates_see_no_file_outside_of_the_chart() {
    let template =
        "a: {{ .Files.Get \"../../etc/passwd\" | quote }}\nb: {{ .Files.Get \"/etc/passwd\" | quote }}\n";
    let text = render(&[("templates/a.yaml", template)]).ok();
    assert_eq!(text, "---\n# Source: web/templates/a.yaml\na: \"\"\nb: \"\"\n");
}

#[test]
fn functions_that_ask_for_too_much_are_stopped() {
    // Loops that take all steps there are need minutes without optimization, so they are not here.
    for (template, why) in [
        ("{{ printf \"%1000000000d\" 1 }}", ""),
        ("{{ indent 2000000000 \"x\" }}", "longer than the limit"),
        (
            "{{ $s := \"x\" }}{{ range 64 }}{{ $s = cat $s $s }}{{ end }}",
            "Error: ",
        ),
        (
            "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
            "Error: ",
        ),
        ("{{ regexMatch \"((a{1000}){1000}){1000}\" \"a\" }}", "Error: "),
        (
            "{{ regexReplaceAll \"(a*)*b\" (repeat 100000 \"a\") \"\" | len }}",
            "",
        ),
    ] {
        let start = std::time::Instant::now();
        let outcome = render(&[("templates/a.yaml", template)]);
        let error = &outcome.stderr;
        assert!(why.is_empty() || error.contains(why), "{template}: {error}");
        assert!(
            outcome.code == 0 || error.starts_with("Error: "),
            "{template}: {error}"
        );
        assert!(!error.contains("internal error"), "{template}: {error}");
        // Without optimization, and with others beside it: what does not end takes longer than any of this.
        assert!(start.elapsed() < LONG, "{template}");
    }
}

#[test]
fn loops_in_loops_of_tera_have_an_end() {
    for (text, why) in [
        (
            "{% for i in range(end=100000) %}{% for j in range(end=100000) %}{% endfor %}{% endfor %}",
            "the ranges of this chart have more than 10000000 numbers together",
        ),
        (
            "{% for i in range(end=1000000000) %}x{% endfor %}",
            "1000000000 numbers, and no more than 100000 are allowed",
        ),
        (
            "{% for i in range(end=5, step_by=0) %}x{% endfor %}",
            "the step is 0",
        ),
    ] {
        refused(&[("templates/a.yaml.tera", text)], why);
    }
    let counted = "a: [{% for i in range(start=7, end=2, step_by=-2) %}{{ i }},{% endfor %}]\nb: [{% for i in range(end=3) \
                   %}{{ i }},{% endfor %}]\n";
    let text = render(&[("templates/a.yaml.tera", counted)]).ok();
    assert!(text.contains("a: [7,5,3,]\nb: [0,1,2,]"), "{text}");
}

#[test]
fn patterns_of_schemas_have_a_limit() {
    let schema = "{\"properties\": {\"a\": {\"pattern\": \"((a{1000}){1000}){1000}\"}}}";
    let outcome = render(&[("values.schema.json", schema), ("values.yaml", "a: aaa\n")]);
    assert!(outcome.stderr.starts_with("Error: "), "{}", outcome.stderr);
}

#[test]
fn values_that_are_no_values_are_refused() {
    refused(
        &[("values.yaml", "\u{0}\u{1}\u{2}")],
        "control characters are not allowed",
    );
    let env = TestEnv::offline();
    env.write("web/Chart.yaml", CHART);
    std::fs::create_dir(env.path().join("folder")).expect("a folder can be made");
    env.write("empty.yaml", "");
    let error = env.cox("template demo web --values folder").failed();
    assert!(error.contains("read folder: is a directory"), "{error}");
    env.cox("template demo web --values empty.yaml").ok();
}

/// As Helm does. Only who can write into the folder can make them: an archive has none.
#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_followed() {
    let env = TestEnv::offline();
    env.write("web/Chart.yaml", CHART);
    env.write("web/templates/a.yaml", "a: {{ .Files.Get \"out.txt\" }}\n");
    env.write("secret.txt", "seen");
    std::os::unix::fs::symlink("../secret.txt", env.path().join("web/out.txt")).expect("links can be made");
    assert!(env.cox("template demo web").ok().contains("a: seen"));
}
