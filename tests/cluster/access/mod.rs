//! Ways to a cluster that need more than files: proxies, pods, programs that hang. What files say is in the scenarios
//! (`access-*.txt`).

mod in_pods;
mod plugins;
mod proxies;

use std::path::PathBuf;

use crate::support::{Outcome, TestEnv, words};

/// The kubeconfig's server, its authority in base64, and the administrator's token.
fn credentials(env: &TestEnv) -> [String; 3] {
    let file = env.kubeconfig().expect("there is a cluster");
    let text = std::fs::read_to_string(file).expect("the kubeconfig can be read");
    let word = |key: &str| {
        let mut lines = text.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(key));
        line.expect("the kubeconfig says it").trim_matches('"').to_owned()
    };
    ["server: ", "certificate-authority-data: ", "token: "].map(word)
}

/// The port of a server.
fn port(server: &str) -> &str {
    server.rsplit(':').next().unwrap_or_default()
}

/// A kubeconfig with one context.
fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {cluster}\ncontexts:\n- name: one\n  context: \
         {{cluster: c, user: u}}\ncurrent-context: one\nusers:\n- name: u\n  user: {user}\n"
    )
}

/// Runs both programs, `cox` under Helm's name, with variables.
fn both(env: &TestEnv, variables: &[(&str, &str)], line: &str) -> [Outcome; 2] {
    programs(env).map(|program| {
        let mut command = env.command(&program);
        command.envs(variables.iter().copied()).args(words(line));
        command.output().expect("the program starts").into()
    })
}

/// `cox` under Helm's name, and the real one.
fn programs(env: &TestEnv) -> [PathBuf; 2] {
    let link = env.path().join("as-helm/helm");
    if !link.exists() {
        std::fs::create_dir_all(env.path().join("as-helm")).expect("folders can be made");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cox"), &link).expect("links can be made");
    }
    [link, env.helm_path()]
}

/// A chart with one object, named after the release.
fn write_chart(env: &TestEnv) {
    env.write("one/Chart.yaml", "apiVersion: v2\nname: one\nversion: 1.0.0\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\n";
    env.write("one/templates/map.yaml", map);
}
