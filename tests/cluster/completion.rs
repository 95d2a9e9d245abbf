//! What may stand at the end of a command line, beside the real helm; and a shell that asks.

use crate::cli::create::called_helm;
use crate::support::web::Web;
use crate::support::{Outcome, TestEnv};

/// Command lines; the last word is to be completed, and may be empty.
const LINES: &str = include_str!("completion.txt");

fn prepare(env: &TestEnv) -> Web {
    let web = repository(env);
    let text = "name: tool\nversion: 0.1.0\nusage: a tool\ncommand: x\n";
    env.write(".local/share/helm/plugins/tool/plugin.yaml", text);
    for line in [
        "install one ./chart -n completion --create-namespace",
        "upgrade one ./chart -n completion",
        "install two ./chart -n completion",
        "uninstall two --keep-history -n completion",
    ] {
        env.helm(line).ok();
    }
    web
}

/// Serves a chart in two versions.
fn repository(env: &TestEnv) -> Web {
    env.write(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: \"2\"\n",
    );
    env.write(
        "chart/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n",
    );
    for line in [
        "package chart -d site",
        "package chart --version 1.1.0-rc.1 -d site",
        "repo index site",
    ] {
        env.helm(line).ok();
    }
    let web = Web::serve(&env.path().join("site"));
    env.helm(&format!("repo add local {}", web.url())).ok();
    env.helm(&format!("repo add second {}", web.url())).ok();
    web
}

#[test]
fn choices_are_helms() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let _web = prepare(&env);
    let (helm, ours) = (env.helm_path(), called_helm(&env));
    let mut differing = Vec::new();
    for line in LINES.lines() {
        let [helm, ours] = [&helm, &ours].map(|program| {
            let mut command = env.command(program);
            command
                .arg("__completeNoDesc")
                .args(line.split(' '))
                .env("HELM_NAMESPACE", "completion");
            let outcome = Outcome::from(command.output().expect("the program starts"));
            let mut lines: Vec<String> = outcome.stdout.lines().map(str::to_owned).collect();
            // Helm's contexts come in any order.
            if line.contains("--kube-context") {
                lines.sort();
            }
            // Commands and flags of ours.
            lines.retain(|line| {
                !matches!(
                    line.as_str(),
                    "apply"
                        | "diff"
                        | "explain"
                        | "outdated"
                        | "plan"
                        | "--take-over"
                        | "--offline"
                        | "--frozen"
                        | "--engine"
                        | "--seed"
                )
            });
            if line.contains("--namespace") {
                // Other tests make theirs at the same time.
                let known = ["completion", "default", "kube-", ":"];
                lines.retain(|line| known.iter().any(|start| line.starts_with(start)));
            }
            (outcome.code, lines)
        });
        if helm != ours {
            differing.push(format!("{line:?}\n helm: {helm:?}\n ours: {ours:?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn explain_takes_charts() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let _web = repository(&env);
    let offer = |line: &str| env.cox(&format!("__completeNoDesc {line}")).ok();
    for line in [
        "explain local/",
        "explain name local/",
        "explain values local/",
        "plan upgrade one local/",
    ] {
        let offered = offer(line);
        assert!(
            offered.lines().any(|choice| choice == "local/web"),
            "{line}: {offered}"
        );
    }
    let offered = offer("explain v");
    assert!(offered.lines().any(|choice| choice == "values"), "{offered}");
    let offered = offer("explain name local/web local/");
    assert!(!offered.contains("local/web"), "a target is no chart: {offered}");
}

/// Has bash complete a line as it does at a terminal.
fn in_bash(env: &TestEnv, line: &str) -> Vec<String> {
    let words = line.split(' ').count() - 1;
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_cox"))
        .parent()
        .expect("a folder");
    let folder = folder.display();
    let script = format!(
        "PATH={folder}:$PATH; source <(cox completion bash); COMP_LINE='{line}' COMP_POINT=${{#COMP_LINE}} COMP_WORDS=({}) COMP_CWORD={words}; \
         _cox_complete; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        line.split(' ')
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    let mut command = env.command(std::path::Path::new("bash"));
    command
        .args(["--norc", "-c", &script])
        .env("HELM_NAMESPACE", "completion");
    let text = Outcome::from(command.output().expect("bash is here")).ok();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn bash_offers_them() {
    let Some(env) = TestEnv::on_cluster() else { return };
    env.write("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    env.helm("install shell-one ./chart -n completion-bash --create-namespace")
        .ok();
    let offer = |line: &str| in_bash(&env, line);
    assert_eq!(offer("cox stat"), ["status"]);
    assert_eq!(offer("cox -n completion-bash status s"), ["shell-one"]);
    assert_eq!(offer("cox list -o "), ["json", "table", "yaml"]);
    assert_eq!(offer("cox list --output=j"), ["--output=json"]);
    assert!(offer("cox lint ch").contains(&"chart".to_owned()));
}
