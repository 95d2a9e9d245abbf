//! Installed and upgraded straight from repositories and registries, verified on the way: the same releases by both.

use super::{SIDES, Table};
use crate::support::TestEnv;
use crate::support::registry::{Kind, Registry};
use crate::support::tokens::{PASSWORD, USER};
use crate::support::web::Web;

#[test]
fn releases_from_anywhere_are_the_same() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(table) = Table::at(env) else { return };
    let home = TestEnv::offline();
    let Some(registry) = Registry::start(&home, Kind::Token) else {
        return;
    };
    let login = format!(
        "registry login {} -u {USER} -p {PASSWORD} --plain-http",
        registry.address
    );
    table.run("cox", &login);
    let place = registry.place("team");
    for file in table.packed() {
        table.run("helm", &format!("push packed/{file} {place} --plain-http"));
    }
    table.run("cox", "repo index packed");
    let web = Web::serve(&table.env.path().join("packed"));
    table.run("cox", &format!("repo add place {}", web.url()));
    let chart = format!("{place}/part");
    let keys = "--verify --keyring public";
    let steps = [
        format!("install from-repository place/part --version 1.0.0 {keys}"),
        format!("upgrade from-repository {chart} --version ^1.1 {keys} --plain-http"),
        format!("install from-registry {chart}:1.0.0 {keys} --plain-http"),
        format!(
            "upgrade from-registry part --repo {} --version '>1.0' {keys}",
            web.url()
        ),
        format!("upgrade from-url {}/part-1.0.0.tgz --install {keys}", web.url()),
    ];
    let releases = SIDES.map(|side| {
        let namespace = format!("anywhere-{side}");
        for step in &steps {
            table.run(side, &format!("{step} -n {namespace} --create-namespace"));
        }
        let told =
            ["from-repository", "from-registry", "from-url"].map(|name| told(&table, name, &namespace));
        for name in ["from-repository", "from-registry", "from-url"] {
            table.run(side, &format!("uninstall {name} -n {namespace}"));
        }
        told
    });
    assert_eq!(releases[0], releases[1]);
    for line in [
        format!("template x {chart} {keys} --plain-http"),
        format!("show all {chart} {keys} --plain-http"),
        format!("show all place/part --version ^1 {keys}"),
    ] {
        let helm = table.env.run(table.helm, &line).ok();
        // Helm mixes what it says of the transfer into the data.
        let data = helm.split_once("Digest: ").map_or(helm.as_str(), |(_, rest)| {
            rest.split_once('\n').map_or("", |(_, data)| data)
        });
        let cox = table.env.cox(&line).ok();
        assert!(
            data.ends_with(&cox) && !cox.is_empty(),
            "{line}\n{data}\n---\n{cox}"
        );
    }
    table.check_secrets();
}

/// What helm says of the revisions of a release, without times.
fn told(table: &Table, name: &str, namespace: &str) -> String {
    let ask = |what: &str| {
        let line = format!("{what} {name} -n {namespace}");
        table.env.run(table.helm, &line).ok()
    };
    let history: serde_json::Value = serde_json::from_str(&ask("history -o json")).expect("JSON");
    let revisions = history.as_array().expect("a list").iter();
    let revisions: Vec<String> = revisions
        .map(|row| {
            format!(
                "{} {} {} {} {}",
                row["revision"], row["status"], row["chart"], row["app_version"], row["description"]
            )
        })
        .collect();
    let metadata =
        "get all --template '{{.Release.Chart.Metadata.Version}} {{.Release.Chart.Metadata.Description}}'";
    format!(
        "{}\n{}\n{}",
        revisions.join("\n"),
        ask("get manifest"),
        ask(metadata)
    )
    .replace(namespace, "NAMESPACE")
}
