//! What is said about errors beyond Helm's line: the excerpt, the trail of calls, the other files that fail.

use std::path::{Path, PathBuf};

use crate::support::{Outcome, TestEnv, project};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";

/// A command and the chart `web` that it is about: a line `$ COMMAND`, then files after lines `==> PATH`.
struct Case {
    name: PathBuf,
    command: String,
    files: Vec<(String, String)>,
    /// What is expected on standard error, after a line `==> stderr`.
    expected: String,
}

fn cases() -> Vec<Case> {
    let folder = std::fs::read_dir(project().join("testdata/errors")).expect("there are cases");
    let mut names: Vec<PathBuf> = folder
        .map(|entry| entry.expect("the folder is read").path())
        .collect();
    names.sort();
    names.iter().map(|name| Case::read(name)).collect()
}

impl Case {
    fn read(name: &Path) -> Self {
        let text = std::fs::read_to_string(name).expect("a case is text");
        let (text, expected) = text.split_once("==> stderr\n").unwrap_or((&text, ""));
        let mut parts = text.split("==> ");
        let command = parts
            .next()
            .unwrap_or_default()
            .trim()
            .trim_start_matches("$ ")
            .to_owned();
        let files = parts.map(|part| part.split_once('\n').expect("a file starts with its path"));
        Case {
            name: name.to_owned(),
            command,
            files: files
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .collect(),
            expected: expected.to_owned(),
        }
    }

    fn env(&self) -> TestEnv {
        let env = TestEnv::offline();
        env.write("web/Chart.yaml", CHART);
        for (path, text) in &self.files {
            env.write(&format!("web/{path}"), text);
        }
        env
    }

    fn run(&self) -> Outcome {
        self.env().cox(&self.command)
    }
}

/// `COX_TEST_UPDATE=1` writes what comes out into the cases, to be looked at before it is believed.
#[test]
#[expect(clippy::disallowed_methods, reason = "a variable of the test's own")]
fn excerpts_are_as_written_down() {
    let is_update = std::env::var_os("COX_TEST_UPDATE").is_some();
    let mut wrong = String::new();
    for case in cases() {
        let found = shortened(&case.run().failed());
        if is_update {
            let text = std::fs::read_to_string(&case.name).unwrap();
            let (chart, _) = text.split_once("==> stderr\n").unwrap_or((&text, ""));
            std::fs::write(&case.name, format!("{chart}==> stderr\n{found}")).unwrap();
        } else if found != case.expected {
            wrong.push_str(&format!("==== {}\n{found}\n", case.name.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Of Helm's line on an endless recursion the start is enough.
fn shortened(text: &str) -> String {
    const LONG: usize = 2000;
    let (line, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    match line.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…\n\n{rest}", &line[..end]),
        None => text.to_owned(),
    }
}

/// Scripts match on Helm's line; where nobody looks there is nothing else, and standard output stays as it is.
#[test]
fn scripts_see_what_helm_says() {
    for case in cases() {
        let env = case.env();
        let long = env.cox(&case.command);
        let short = env.cox(&case.command.replace(" --debug", ""));
        let line = long.stderr.split("\n\n ").next().unwrap_or_default();
        let line = line.split("\n\nweb/").next().unwrap_or_default().trim_end();
        let name = case.name.display();
        assert!(short.stderr.starts_with(line), "{name}: {}", short.stderr);
        assert!(!short.stderr.contains(" --> "), "{name}: {}", short.stderr);
        assert_eq!(short.code, 1, "{name}");
        if case.command.starts_with("lint") {
            assert_eq!(short.stdout, long.stdout, "{name}");
        }
    }
}

#[test]
fn helm_by_name_says_more_only_when_asked() {
    let case = cases()
        .into_iter()
        .find(|case| case.name.ends_with("include-trail.txt"))
        .unwrap();
    let env = case.env();
    let helm = env.path().join("helm");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cox"), &helm).unwrap();
    let run = |flags: &[&str]| -> Outcome {
        let mut command = env.command(&helm);
        command.args(["template", "demo", "web"]).args(flags);
        command.output().unwrap().into()
    };
    assert!(!run(&[]).failed().contains(" --> "));
    assert!(
        run(&["--debug"])
            .failed()
            .contains(" --> web/templates/_helpers.tpl:11:10")
    );
}
