//! helm-unittest: the real program and its own `plugin.yaml`, called as a plugin of both.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{copy, program};
use crate::cli::plugins::Sides;
use crate::support::{Outcome, project, skip};

#[test]
fn charts_are_tested_as_with_helm() {
    let Some(sides) = Sides::new() else { return };
    let Some(tool) = program("unittest", "helm-unittest") else {
        return;
    };
    let Some(module) = module() else { return };
    let plugin = sides.env.path().join("plugin");
    let name = match std::env::consts::ARCH {
        "aarch64" => "untt-linux-arm64",
        _ => "untt-linux-amd64",
    };
    std::fs::create_dir(&plugin).expect("folders can be made");
    std::os::unix::fs::symlink(tool, plugin.join(name)).expect("links can be made");
    let text = |file: &str| std::fs::read_to_string(module.join(file)).expect("the module has it");
    sides.env.write("plugin/plugin.yaml", &text("plugin.yaml"));
    // Modules do not say which files are programs.
    sides.script("plugin/install-binary.sh", &text("install-binary.sh"));
    copy("unittest", &sides.env.path().join("chart"));
    // Its hook would fetch the program that is here already.
    let here = [("SKIP_BIN_INSTALL", "1")];
    sides.same_with("plugin install plugin", &here).ok();
    sides.same("plugin list").ok();

    let good = same(&sides, "unittest chart");
    assert!(good.clone().ok().contains("3 passed, 3 total"), "{good:?}");
    let bad = same(&sides, "unittest chart -f tests/failing/*_test.yaml");
    assert_eq!(bad.code, 1);
    assert!(bad.stdout.contains("1 failed"), "{bad:?}");
    same(&sides, "unittest chart -n space --strict").ok();
    same(
        &sides,
        "unittest chart -o report.xml -t JUnit -v chart/values.yaml",
    )
    .ok();
    same(&sides, "unittest nowhere").failed();
    same(&sides, "unittest --no-such-flag chart").failed();
}

/// Runs a line by both: the same words, but for how long it took and what time it was.
#[track_caller]
fn same(sides: &Sides, line: &str) -> Outcome {
    let [helm, ours] = [0, 1].map(|side| {
        let outcome = sides.run(side, line, &[]);
        let is_fixed = |line: &&str| !line.starts_with("Time:");
        let stdout = outcome.stdout.split_inclusive('\n').filter(is_fixed).collect();
        let timeless = |line: &str| match line.strip_prefix("time=\"").and_then(|rest| rest.split_once('"')) {
            Some((_, rest)) => rest.to_owned(),
            None => line.to_owned(),
        };
        let stderr = outcome.stderr.split_inclusive('\n').map(timeless).collect();
        Outcome {
            stdout,
            stderr,
            ..outcome
        }
    });
    assert_eq!(ours, helm, "{line}");
    ours
}

/// The folder of the module that the program was built from; nothing, with a loud line, without Go.
fn module() -> Option<PathBuf> {
    let output = Command::new("go")
        .args([
            "list",
            "-m",
            "-f",
            "{{.Dir}}",
            "github.com/helm-unittest/helm-unittest",
        ])
        .current_dir(project().join("tests/controlplane/unittest"))
        .output();
    match output {
        Ok(output) if output.status.success() => {
            let folder = String::from_utf8(output.stdout).expect("a path is text");
            Some(Path::new(folder.trim()).to_owned())
        }
        _ => {
            skip(
                "the tests of helm-unittest",
                "Go does not say where its module is",
            );
            None
        }
    }
}
