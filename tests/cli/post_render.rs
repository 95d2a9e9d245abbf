//! `--post-renderer`: plugins and programs between rendering and what becomes of it.

use std::os::unix::fs::PermissionsExt;

use crate::support::{Outcome, TestEnv, project};

/// Installs a post-renderer called `NAME` that is a shell script, and a chart with comments, a hook and a CRD.
fn prepare(env: &TestEnv, name: &str, script: &str) {
    plugin(env, name, script);
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let config = "# about\napiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: a # its name\ndata:\n    list:\n        - 1\n";
    env.write("web/templates/a.yaml", config);
    let hook = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n";
    env.write("web/templates/h.yaml", hook);
    env.write("web/templates/NOTES.txt", "Hello\n");
    env.write("web/crds/c.yaml", "kind: CustomResourceDefinition\n");
}

pub(crate) fn plugin(env: &TestEnv, name: &str, script: &str) {
    let file = format!(
        "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig:\n  \
         platformCommand:\n  - command: ${{HELM_PLUGIN_DIR}}/run.sh\n"
    );
    env.write(&format!("plugins/{name}/plugin.yaml"), &file);
    program(env, &format!("plugins/{name}/run.sh"), script);
}

fn program(env: &TestEnv, path: &str, script: &str) {
    let path = env.write(path, &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a file is ours");
}

fn template(env: &TestEnv, line: &str) -> Outcome {
    let mut command = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    command.env("HELM_PLUGINS", env.path().join("plugins"));
    command.args(["template", "web"]).args(line.split_whitespace());
    command.output().expect("the program starts").into()
}

#[test]
fn objects_are_rewritten_even_by_one_that_changes_nothing() {
    let env = TestEnv::offline();
    prepare(&env, "same", "exec cat");
    let text = template(&env, "--post-renderer same").ok();
    let expected = "---\n# Source: web/templates/a.yaml\n# about\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # its \
                    name\ndata:\n  list:\n  - 1\n---\n# Source: web/templates/h.yaml\napiVersion: v1\nkind: \
                    Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n\n";
    assert_eq!(text, expected);
}

#[test]
fn it_sees_hooks_and_no_notes_or_crds_and_may_add_objects() {
    let env = TestEnv::offline();
    let script = "cat | tee seen; printf -- '---\\nkind: Extra\\nmetadata: {name: %s}\\n' \"$1\"";
    prepare(&env, "add", script);
    let text = template(&env, "--post-renderer add --post-renderer-args x --include-crds").ok();
    assert!(text.starts_with("---\n# Source: web/crds/c.yaml\n"), "{text}");
    let added = "---\n# Source: generated-by-postrender-2.yaml\nkind: Extra\nmetadata: {name: x}\n";
    assert!(text.contains(added), "{text}");
    let seen = std::fs::read_to_string(env.path().join("seen")).expect("it ran here");
    assert!(seen.contains("kind: Pod") && !seen.contains("Hello") && !seen.contains("CustomResource"));
    assert!(
        seen.contains("postrenderer.helm.sh/postrender-filename: 'web/templates/a.yaml'"),
        "{seen}"
    );
}

#[test]
fn what_goes_wrong_is_said_as_in_helm() {
    let env = TestEnv::offline();
    prepare(&env, "fail", "echo why >&2; exit 3");
    plugin(&env, "empty", "cat >/dev/null; echo");
    plugin(&env, "broken", "cat >/dev/null; printf 'a: b\\n c: d\\n'");
    let look = "\n\nUse --debug flag to render out invalid YAML\n";
    for (name, message) in [
        (
            "fail",
            "error while running post render on files: failed to invoke post-renderer plugin \"fail\": plugin \"fail\" \
             exited with error",
        ),
        (
            "empty",
            "error while running post render on files: post-renderer \"empty\" produced empty output",
        ),
        (
            "broken",
            "error while parsing post rendered output: error parsing YAML: MalformedYAMLError: yaml: line 2: mapping \
             values are not allowed in this context",
        ),
    ] {
        let error = template(&env, &format!("--post-renderer {name}")).failed();
        assert_eq!(error, format!("Error: {message}{look}"));
    }
    let error = template(&env, "--post-renderer none").failed();
    assert_eq!(
        error,
        "Error: invalid argument \"none\" for \"--post-renderer\" flag: plugin: {Name:none Type:postrenderer/v1} not \
         found\n"
    );
    let error = template(&env, "--post-renderer empty --post-renderer fail").failed();
    assert!(
        error.ends_with("cannot specify --post-renderer flag more than once\n"),
        "{error}"
    );
}

#[test]
fn a_program_is_taken_as_in_helm_3_with_a_hint() {
    let env = TestEnv::offline();
    prepare(&env, "same", "exec cat");
    program(&env, "bin/label", "sed 's/^kind: ConfigMap/kind: Changed/'");
    let outcome = template(&env, "--post-renderer ./bin/label");
    assert!(
        outcome.stderr.starts_with("Hint: ./bin/label is a program; "),
        "{}",
        outcome.stderr
    );
    assert!(outcome.ok().contains("kind: Changed"));
}

#[test]
fn a_plugin_that_cannot_be_read_is_passed_over() {
    let env = TestEnv::offline();
    prepare(&env, "same", "exec cat");
    env.write("plugins/odd/plugin.yaml", "apiVersion: v1\nname: odd\nwhat: no\n");
    env.write(
        "plugins/old/plugin.yaml",
        "name: old\ncommand: run\nversion: 1.0.0\nusage: x\n",
    );
    let outcome = template(&env, "--post-renderer same");
    let warning = "level=WARN msg=\"failed to load plugin (ignoring)\" plugin_yaml=";
    assert_eq!(outcome.stderr.matches(warning).count(), 1, "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("line 3: field what not found in type plugin.MetadataV1"),
        "{}",
        outcome.stderr
    );
    outcome.ok();
    let error = template(&env, "--post-renderer old").failed();
    assert!(
        error.contains("not found"),
        "a plugin of the old form is no post-renderer: {error}"
    );
}

#[test]
fn a_dry_installation_is_rendered_the_same_way() {
    let env = TestEnv::offline();
    prepare(&env, "same", "exec cat");
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let mut command = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    command.env("HELM_PLUGINS", env.path().join("plugins"));
    command.args(["install", "web", "--dry-run=client", "--post-renderer", "same"]);
    let outcome: Outcome = command.arg(chart).output().expect("the program starts").into();
    assert!(
        outcome
            .ok()
            .contains("# Source: whoami/templates/deployment.yaml\napiVersion: apps/v1\n")
    );
}
