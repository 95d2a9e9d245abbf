//! Both programs on the same files: what one writes the other reads.

use super::site;
use crate::support::{TestEnv, real_helm};

/// A text of a file below the environment's folder.
fn read(env: &TestEnv, name: &str) -> String {
    std::fs::read_to_string(env.path().join(name)).unwrap_or_default()
}

/// What is done one after the other.
const LINES: &[&str] = &[
    "repo list",
    "repo update",
    "repo remove a",
    "search repo",
    "repo add a {url}",
    "repo add a {url}",
    "repo add a {url}/other",
    "repo add b/c {url}",
    "repo add gone {url}/nowhere",
    "repo add old https://kubernetes-charts.storage.googleapis.com",
    "repo add b {url}/ --username me --password-stdin",
    "repo list",
    "repo ls --no-headers",
    "repo list -o json",
    "repo list -o yaml",
    "repo update a",
    "repo update c",
    "search repo",
    "search repo WEB",
    "search repo web -l",
    "search repo web --devel",
    "search repo web --version '~1.0'",
    "search repo web --version 'one'",
    "search repo ^web -r -o yaml",
    "search repo ( -r",
    "search repo everything -o json",
    "search repo nothing",
    "search repo nothing --fail-on-no-result",
    "search repo --max-col-width 5",
    "pull a/web",
    "pull a/web --version 1.0.0 -d older",
    "pull a/web --devel --untar --untardir out",
    "pull a/web --devel --untar --untardir out",
    "pull a/nothing",
    "pull a/web --version 7",
    "pull c/web",
    "pull web",
    "pull a/web --prov",
    "pull a/web --verify",
    "pull {url}/web-1.0.0.tgz -d direct",
    "pull web --repo {url} -d asked",
    "pull nothing --repo {url}",
    "pull nothing --repo {url} --version 1",
    "pull web --repo {url}/nowhere",
    "show chart a/web",
    "show chart a/web --version '>=1 <1.2'",
    "template x a/db",
    "template x db --repo {url}",
    "repo remove b",
    "repo remove c",
];

#[test]
fn what_is_said_and_written_is_helms() {
    let Some(helm) = real_helm() else { return };
    let (ours, theirs) = (TestEnv::offline(), TestEnv::offline());
    let web = site(&ours);
    let url = web.url();
    for line in LINES {
        let line = line.replace("{url}", &url);
        for env in [&ours, &theirs] {
            for folder in ["older", "direct", "asked"] {
                std::fs::create_dir_all(env.path().join(folder)).unwrap();
            }
        }
        let our = ours.run_as_helm(&line);
        let their = theirs.run(helm, &line);
        assert_eq!(
            (our.code, &our.stdout),
            (their.code, &their.stdout),
            "{line}\n{}{}",
            our.stderr,
            their.stderr
        );
        assert_eq!(first_words(&our.stderr), first_words(&their.stderr), "{line}");
    }
    for file in [
        ".config/helm/repositories.yaml",
        ".cache/helm/repository/a-index.yaml",
        "web-1.2.0.tgz",
        "older/web-1.0.0.tgz",
        "direct/web-1.0.0.tgz",
        "asked/web-1.2.0.tgz",
        "out/web/Chart.yaml",
    ] {
        let bytes = |env: &TestEnv| std::fs::read(env.path().join(file)).unwrap_or_default();
        assert!(!bytes(&ours).is_empty(), "{file}");
        assert!(bytes(&ours) == bytes(&theirs), "{file} differs");
    }
    let charts = |env: &TestEnv| {
        let mut lines: Vec<String> = read(env, ".cache/helm/repository/a-charts.txt")
            .lines()
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(charts(&ours), charts(&theirs));
    // What was pulled is kept as well, for `--offline`.
    let ours = cached(&ours);
    assert!(cached(&theirs).iter().all(|file| ours.contains(file)));
}

/// The charts in the cache.
fn cached(env: &TestEnv) -> Vec<String> {
    let mut names = Vec::new();
    for folder in std::fs::read_dir(env.path().join(".cache/helm/content"))
        .into_iter()
        .flatten()
        .flatten()
    {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            // Notes of ours lie in folders with longer names.
            if folder.file_name().len() != 2 {
                continue;
            }
            names.push(file.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

/// What a message says before it comes to the words of a system or a library.
fn first_words(text: &str) -> String {
    let text = text.split(": open ").next().unwrap_or(text);
    text.to_owned()
}

#[test]
fn one_reads_what_the_other_writes() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    env.run(helm, &format!("repo add theirs {url}")).ok();
    env.cox(&format!("repo add ours {url}")).ok();
    let rows = "NAME  \tURL                   ";
    for list in [env.cox("repo list").ok(), env.run(helm, "repo list").ok()] {
        assert!(
            list.starts_with(&rows[..6]) && list.contains("theirs\t") && list.contains("ours  \t"),
            "{list}"
        );
    }
    assert_eq!(
        env.cox("search repo -l").ok(),
        env.run(helm, "search repo -l").ok()
    );
    assert_eq!(
        env.cox("show all ours/web").ok(),
        env.run(helm, "show all theirs/web").ok()
    );
    env.run(helm, "repo update").ok();
    assert_eq!(
        env.cox("search repo db").ok(),
        env.run(helm, "search repo db").ok()
    );
    env.cox("repo remove theirs").ok();
    env.run(helm, "repo remove ours").ok();
    assert_eq!(env.cox("repo list").stderr, "no repositories to show\n");
    let kept: Vec<_> = std::fs::read_dir(env.path().join(".cache/helm/repository"))
        .unwrap()
        .flatten()
        .collect();
    // Helm does not know the catalog of the repository that it removes.
    assert!(
        kept.iter().all(|file| file.file_name() == "ours-index.cox"),
        "{kept:?}"
    );
}

#[test]
fn an_index_is_made_as_helm_makes_it() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let _web = site(&env);
    env.write("site/broken.tgz", "no archive");
    std::fs::create_dir_all(env.path().join("site/below")).unwrap();
    std::fs::copy(
        env.path().join("site/db-0.3.1.tgz"),
        env.path().join("site/below/db-0.3.1.tgz"),
    )
    .unwrap();
    for flags in [
        "",
        "--url https://charts.example/a",
        "--json",
        "--url https://charts.example/a/ --merge old.yaml",
        "--merge new.yaml",
    ] {
        env.write("old.yaml", OLD);
        let _ = std::fs::remove_file(env.path().join("new.yaml"));
        env.run(helm, &format!("repo index site {flags}")).ok();
        let theirs = timeless(&read(&env, "site/index.yaml"));
        let _ = std::fs::remove_file(env.path().join("new.yaml"));
        env.cox(&format!("repo index site {flags}")).ok();
        assert_eq!(timeless(&read(&env, "site/index.yaml")), theirs, "{flags}");
    }
}

const OLD: &str = "apiVersion: v1
entries:
  web:
  - {apiVersion: v2, name: web, version: 1.0.0, digest: old, urls: [old/web-1.0.0.tgz]}
  - {apiVersion: v2, name: web, version: 0.9.0, created: \"2020-01-01T00:00:00.100Z\", urls: [old/web-0.9.0.tgz]}
generated: \"2020-01-01T00:00:00Z\"
";

/// The index without the times of this run.
fn timeless(index: &str) -> String {
    let now = |line: &&str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start_matches('"');
        (line.starts_with("created") || line.starts_with("generated"))
            && !line.contains("2020-")
            && !line.contains("0001-")
    };
    index
        .lines()
        .filter(|line| !now(line))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn an_index_that_has_not_changed_is_not_sent_again() {
    let env = TestEnv::offline();
    let web = site(&env);
    env.cox(&format!("repo add a {}", web.url())).ok();
    web.requests();
    env.cox("repo update").ok();
    let statuses: Vec<u16> = web.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [304]);
    super::chart(&env, "new", "1.0.0");
    env.cox("repo index site").ok();
    env.cox("repo update").ok();
    let requests = web.requests();
    assert_eq!(requests[0].status, 200);
    assert_eq!(requests[0].headers["user-agent"], "Helm/4.2.4");
    assert!(env.cox("search repo new").ok().contains("a/new"));
}

#[test]
fn a_catalog_is_only_believed_when_it_is_the_indexs() {
    let env = TestEnv::offline();
    let web = site(&env);
    env.cox(&format!("repo add a {}", web.url())).ok();
    let catalog = ".cache/helm/repository/a-index.cox";
    let index = ".cache/helm/repository/a-index.yaml";
    let good = std::fs::read(env.path().join(catalog)).unwrap();
    for place in (0..good.len()).step_by(97) {
        let mut damaged = good.clone();
        damaged[place] ^= 0x55;
        std::fs::write(env.path().join(catalog), damaged).unwrap();
        assert!(env.cox("search repo web").ok().contains("a/web"), "byte {place}");
    }
    let text = read(&env, index).replace("The db of everything", "Another db");
    env.write(index, &text);
    assert!(env.cox("search repo db").ok().contains("Another db"));
}
