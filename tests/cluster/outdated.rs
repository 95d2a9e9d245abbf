//! `outdated`: releases that were installed by either program, beside what repositories and registries have.

use crate::support::TestEnv;
use crate::support::registry::{Kind, Registry};
use crate::support::web::Web;

fn package(env: &TestEnv, name: &str, version: &str, folder: &str) {
    env.write(
        &format!("source/{name}/Chart.yaml"),
        &format!("apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: 'app {version}'\n"),
    );
    env.write(
        &format!("source/{name}/templates/a.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n",
    );
    env.cox(&format!("package source/{name} -d {folder}")).ok();
}

/// A row of what is listed: release, newest version, source.
type Row = (String, String, String);

fn row(name: &str, latest: &str, source: &str) -> Row {
    (name.to_owned(), latest.to_owned(), source.to_owned())
}

fn rows(env: &TestEnv, flags: &str) -> Vec<Row> {
    let line = format!("outdated -n outdated --plain-http -o json {flags}");
    let rows: serde_json::Value = serde_json::from_str(&env.cox(&line).ok()).expect("JSON");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().expect("text").to_owned();
    rows.as_array()
        .expect("a list")
        .iter()
        .map(|row| (text(row, "name"), text(row, "latest"), text(row, "source")))
        .collect()
}

/// How many charts are in the cache.
fn charts(env: &TestEnv) -> usize {
    let folders = std::fs::read_dir(env.path().join(".cache/helm/content"))
        .expect("the cache")
        .flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    files
        .filter(|file| file.file_name().to_string_lossy().ends_with(".chart"))
        .count()
}

/// Fills a repository and a registry, and installs from both, by both programs.
fn install(env: &TestEnv, registry: &Registry) -> Web {
    let place = registry.place("team");
    for version in ["1.0.0", "1.1.0", "2.0.0-rc.1"] {
        package(env, "out-web", version, "site");
        package(env, "out-db", version, "pushed");
        env.cox(&format!("push pushed/out-db-{version}.tgz {place} --plain-http"))
            .ok();
    }
    package(env, "out-alone", "1.0.0", "elsewhere");
    env.cox("repo index site").ok();
    let web = Web::serve(&env.path().join("site"));
    env.cox(&format!("repo add shop {}", web.url())).ok();
    let ns = "-n outdated --create-namespace";
    for line in [
        format!("install a shop/out-web --version 1.0.0 {ns}"),
        format!("install b shop/out-web --version 1.1.0 {ns}"),
        format!("install d elsewhere/out-alone-1.0.0.tgz {ns}"),
    ] {
        env.helm(&line).ok();
    }
    env.cox(&format!(
        "install c {place}/out-db --version 1.0.0 --plain-http {ns}"
    ))
    .ok();
    web
}

#[test]
fn what_is_newer_is_listed_where_the_source_is_known() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(registry) = Registry::start(&env, Kind::Open) else {
        return;
    };
    let web = install(&env, &registry);
    let db = registry.place("team/out-db");
    let (a, c) = (row("a", "1.1.0", "shop/out-web"), row("c", "1.1.0", &db));
    assert_eq!(rows(&env, ""), [a.clone(), c.clone()]);
    let (b, d) = (row("b", "1.1.0", "shop/out-web"), row("d", "", ""));
    assert_eq!(rows(&env, "--all"), [a, b, c, d]);
    let early = |name: &str, source: &str| row(name, "2.0.0-rc.1", source);
    assert_eq!(
        rows(&env, "--devel"),
        [
            early("a", "shop/out-web"),
            early("b", "shop/out-web"),
            early("c", &db)
        ]
    );
    let said = env.cox("outdated -n outdated --plain-http");
    assert!(
        said.stderr.contains("1 more with charts of unknown source"),
        "{}",
        said.stderr
    );
    let table = said.ok();
    assert!(
        table.starts_with("NAME\tNAMESPACE\tCHART  \tVERSION\tLATEST\tSOURCE"),
        "{table}"
    );
    // No chart was fetched for that: two are there since helm installed them, one since we did.
    assert_eq!(charts(&env), 3);
    drop(web);
    drop(registry);
    let failing = env.cox("outdated -n outdated --fail-on-outdated --offline --plain-http");
    assert!(failing.failed().contains("outdated releases: "));
    for name in ["a", "b", "c", "d"] {
        env.cox(&format!("uninstall {name} -n outdated")).ok();
    }
}
