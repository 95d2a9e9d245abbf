//! `docs`: the files and parts that Helm's has, and the reference in `docs/`, which it wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::create::called_helm;
use crate::support::{Outcome, TestEnv, bless, project, real_helm};

/// What `docs` writes, by file name. Nobody's home is in it.
fn written(env: &TestEnv, program: &Path, kind: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir_in(env.path()).expect("a folder");
    let mut command = env.command(program);
    command.env("HOME", "~").args(["docs", "--type", kind, "--dir"]);
    Outcome::from(command.arg(folder.path()).output().expect("it starts")).ok();
    files(folder.path())
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let files = entries.map(|entry| {
        let text = std::fs::read_to_string(entry.path()).expect("a text");
        (entry.file_name().to_string_lossy().into_owned(), text)
    });
    files.collect()
}

/// The flags that a page describes.
fn flags(page: &str) -> BTreeSet<&str> {
    let lines = page.lines().filter_map(|line| {
        let text = line.trim_start_matches("\\fB").trim_start();
        let text = text
            .split_once(", ")
            .filter(|(letter, _)| letter.len() <= 6 && letter.starts_with('-'));
        let long = text.map_or(line, |(_, long)| long).trim_start();
        long.strip_prefix("--")
    });
    lines
        .filter_map(|text| text.split([' ', '[', '=']).next())
        .collect()
}

#[test]
fn docs_writes_the_pages_that_helm_writes() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let ours = called_helm(&env);
    for kind in ["markdown", "man"] {
        let [theirs, mut pages] = [helm, &ours].map(|program| written(&env, program, kind));
        pages.retain(|name, _| {
            !["outdated", "plan", "apply"]
                .iter()
                .any(|ours| name.contains(ours))
        });
        let [names, expected] = [&pages, &theirs].map(|pages| pages.keys().collect::<Vec<_>>());
        assert_eq!(names, expected);
        for (name, page) in theirs.iter().filter(|_| kind == "markdown") {
            let missing: Vec<_> = flags(page).difference(&flags(&pages[name])).copied().collect();
            assert!(missing.is_empty(), "{name} lacks {missing:?}");
        }
    }
    let headed = ["docs", "--generate-headers"].join(" ");
    env.run(&ours, &headed).ok();
    let page = std::fs::read_to_string(env.path().join("helm_repo_add.md")).expect("a page");
    assert!(
        page.starts_with("---\ntitle: \"Helm Repo Add\"\n---\n\n## helm repo add\n"),
        "{page}"
    );
    for line in [
        "docs --type x",
        "docs --dir nowhere",
        "docs x",
        "docs --type bash --dir nowhere",
    ] {
        let [mut expected, mut outcome] = [helm, &ours].map(|program| env.run(program, line));
        // Which page is the first to fail is nobody's business: we have some that Helm has not.
        for said in [&mut expected.stderr, &mut outcome.stderr] {
            if let Some((_, why)) = said.split_once(".md: ") {
                *said = why.to_owned();
            }
        }
        expected.stderr = expected.stderr.replace(&helm.display().to_string(), "helm");
        assert_eq!(outcome, expected, "{line}");
    }
    let listed = env.run(&ours, "__complete d").ok();
    assert!(!listed.contains("docs"), "it is hidden: {listed}");
}

#[test]
fn the_reference_is_what_the_program_says() {
    let env = TestEnv::offline();
    let cox = Path::new(env!("CARGO_BIN_EXE_cox"));
    let folder = project().join("docs/reference");
    let pages = written(&env, cox, "markdown");
    if bless() {
        for (name, page) in &pages {
            std::fs::write(folder.join(name), page).expect("files can be written");
        }
    }
    let kept = files(&folder);
    let [names, expected] = [&kept, &pages].map(|pages| pages.keys().collect::<Vec<_>>());
    assert_eq!(names, expected, "COX_TEST_BLESS=1 writes docs/reference anew");
    for (name, page) in &pages {
        assert_eq!(&kept[name], page, "{name}; COX_TEST_BLESS=1 writes it anew");
    }
}

#[test]
fn man_pages_say_when_they_are_from_only_if_told() {
    let env = TestEnv::offline();
    let cox = Path::new(env!("CARGO_BIN_EXE_cox"));
    env.run(cox, "docs --type man").ok();
    let page = || std::fs::read_to_string(env.path().join("cox-repo-add.1")).expect("a page");
    let version = env!("CARGO_PKG_VERSION");
    assert!(page().starts_with(&format!(
        ".TH \"COX\" \"1\" \"\" \"Coxswain {version}\" \"Coxswain\"\n.SH NAME\n"
    )));
    let mut command = env.command(cox);
    command
        .args(["docs", "--type", "man"])
        .env("SOURCE_DATE_EPOCH", "1767225600");
    Outcome::from(command.output().expect("it starts")).ok();
    assert!(page().contains("\"2026-01-01\""), "{}", page());
    assert!(page().contains("\n.BR cox\\-repo (1)\n"), "{}", page());
}
