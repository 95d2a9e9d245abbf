//! Plugins in repositories of git.

use std::process::Command;

use super::Sides;

fn git(sides: &Sides, line: &str) {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(line.split(' '))
        .env("HOME", sides.env.path())
        .current_dir(sides.env.path().join("source/tool"));
    let output = command.output().expect("git is here");
    assert!(output.status.success(), "{line}: {output:?}");
}

fn commit(sides: &Sides, version: &str) {
    let hooks = "hooks: {install: echo in, update: echo up}\n";
    let command = "command: $HELM_PLUGIN_DIR/run.sh\n";
    sides.plugin("tool", &format!("{command}{hooks}"), &format!("echo {version}"));
    git(sides, "add -A");
    git(sides, &format!("commit -q -m {version}"));
    git(sides, &format!("tag {version}"));
}

#[test]
fn versions_are_chosen_and_updated() {
    let Some(sides) = Sides::new() else { return };
    std::fs::create_dir_all(sides.env.path().join("source/tool")).expect("a folder");
    git(&sides, "init -q");
    for version in ["v0.1.0", "v0.2.0", "v1.0.0"] {
        commit(&sides, version);
    }
    let url = format!("file://{}/source/tool", sides.env.path().display());
    sides.same(&format!("plugin install {url}")).failed();
    for (version, expected) in [
        ("", "v1.0.0"),
        ("^0.1", "v0.1.0"),
        ("<1", "v0.2.0"),
        ("v0.1.0", "v0.1.0"),
    ] {
        let flag = if version.is_empty() {
            String::new()
        } else {
            format!("--version '{version}'")
        };
        sides
            .same(&format!("plugin install {url} --verify=false {flag}"))
            .ok();
        assert_eq!(sides.same("tool").ok(), format!("{expected}\n"), "{version}");
        sides.same_files();
        sides.same("plugin uninstall tool").ok();
        for cache in ["cache-data-a", "cache-data-b"] {
            std::fs::remove_dir_all(sides.env.path().join(cache)).expect("a folder");
        }
    }
    for version in [">5", "nonsense"] {
        sides
            .same(&format!(
                "plugin install {url} --verify=false --version '{version}'"
            ))
            .failed();
    }
    sides.same(&format!("plugin install {url} --verify=false")).ok();
    commit(&sides, "v1.1.0");
    sides.same("plugin update tool").ok();
    assert_eq!(sides.same("tool").ok(), "v1.1.0\n");
    for data in ["data-a", "data-b"] {
        sides.env.write(&format!("{data}/plugins/tool/run.sh"), "changed");
    }
    sides.same("plugin update tool").failed();
    sides.same("plugin update nothing").failed();
}

#[test]
fn addresses_that_say_nothing_are_refused() {
    let Some(sides) = Sides::new() else { return };
    for address in [
        "./nothing",
        "nothing",
        "https://github.com/one",
        "file:///nothing/there",
    ] {
        sides.same(&format!("plugin install {address}")).failed();
    }
}
