//! Who may import whom: the crate borders of ARCHITECTURE.md, asked of `cargo tree`.

use std::collections::BTreeSet;
use std::process::Command;

/// What each crate of ours may import of ours, and which foreign crates it must never reach.
const BORDERS: [(&str, &[&str], &[&str]); 4] = [
    (
        "coxswain-chart",
        &[],
        &["tokio", "kube", "reqwest", "hyper", "clap"],
    ),
    ("coxswain-repo", &["coxswain-chart"], &["kube", "clap"]),
    (
        "coxswain-templates",
        &["coxswain-chart"],
        &["tokio", "kube", "reqwest", "hyper", "clap"],
    ),
    (
        "coxswain-release",
        &["coxswain-chart", "coxswain-templates"],
        &["reqwest", "clap"],
    ),
];

#[test]
fn crates_import_only_what_the_map_allows() {
    for (name, allowed, _) in BORDERS {
        let ours: BTreeSet<String> = dependencies(name, 1)
            .into_iter()
            .filter(|krate| krate.starts_with("coxswain"))
            .collect();
        let allowed: BTreeSet<String> = allowed.iter().map(|krate| (*krate).to_owned()).collect();
        assert_eq!(
            ours, allowed,
            "{name} imports other crates of ours than ARCHITECTURE.md says"
        );
    }
}

#[test]
fn crates_stay_out_of_what_is_not_their_business() {
    for (name, _, forbidden) in BORDERS {
        let reached = dependencies(name, usize::MAX);
        for krate in forbidden {
            assert!(
                !reached.contains(*krate),
                "{name} reaches {krate}, which its border forbids"
            );
        }
    }
}

/// The names of the crates that `package` depends on, itself left out, up to `depth` arrows away.
fn dependencies(package: &str, depth: usize) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "tree",
        "--offline",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--edges",
        "normal",
        "-p",
        package,
    ]);
    if depth != usize::MAX {
        command.args(["--depth", &depth.to_string()]);
    }
    let output = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo tree: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("cargo tree prints UTF-8");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty() && *name != package)
        .map(str::to_owned)
        .collect()
}
