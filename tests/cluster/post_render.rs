//! What is recorded of a release that went through a post-renderer: the same as by Helm.

use std::path::Path;

use crate::cli::post_render::plugin;
use crate::support::{Outcome, TestEnv, project};

fn run(env: &TestEnv, program: &Path, line: &str) -> Outcome {
    let mut command = env.command(program);
    command.env("HELM_PLUGINS", env.path().join("plugins"));
    command.args(line.split_whitespace());
    command.output().expect("the program starts").into()
}

#[test]
fn records_are_helms() {
    let Some(env) = TestEnv::on_cluster() else { return };
    plugin(
        &env,
        "label",
        "sed 's/^  labels:/  labels:\\n    added: by-plugin/'",
    );
    plugin(
        &env,
        "add",
        "cat; printf -- '---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: extra}\\n'",
    );
    let cox = Path::new(env!("CARGO_BIN_EXE_cox")).to_owned();
    let helm = env.helm_path();
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let chart = chart.display();
    let mut records = Vec::new();
    for (program, namespace) in [(&cox, "post-cox"), (&helm, "post-helm")] {
        let flags = format!("--namespace {namespace}");
        run(
            &env,
            program,
            &format!("install web {chart} {flags} --create-namespace --post-renderer label"),
        )
        .ok();
        run(
            &env,
            program,
            &format!("upgrade web {chart} {flags} --post-renderer add"),
        )
        .ok();
        for revision in [1, 2] {
            let record = env.record(namespace, "web", revision).json;
            let text = |key: &str| record[key].to_string().replace(namespace, "NAMESPACE");
            records.push((text("manifest"), text("hooks")));
        }
    }
    assert_eq!(records[0], records[2]);
    assert_eq!(records[1], records[3]);
    let manifest = &records[0].0;
    assert!(manifest.contains("added: by-plugin"), "{manifest}");
    let manifest = &records[1].0;
    assert!(
        manifest.contains("# Source: generated-by-postrender-"),
        "{manifest}"
    );
}
