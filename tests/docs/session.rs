//! A session: the steps of a page in one shell, in an order.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::page::{Page, Step};
use crate::support::registry::{Kind, Registry};
use crate::support::web::Web;
use crate::support::{TestEnv, project};

/// What a command printed on both streams, and its exit code.
pub(super) struct Printed {
    pub(super) code: i32,
    pub(super) text: String,
}

impl Printed {
    /// The lines, without blanks at their ends.
    pub(super) fn lines(&self) -> Vec<String> {
        self.text.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

/// The names that pages have for servers, and where those are.
struct Places {
    known: Vec<(&'static str, String)>,
    _registry: Option<Registry>,
}

impl Places {
    fn new(env: &TestEnv, work: &Path) -> Option<Self> {
        let registry = Registry::start(env, Kind::Open)?;
        let web = Web::serve(&work.join("site"));
        Some(Places {
            known: vec![
                ("http://charts.example.com", web.url()),
                ("registry.example.com:5000", registry.address.clone()),
            ],
            _registry: Some(registry),
        })
    }

    fn real(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (name, place)| text.replace(name, place))
    }

    fn named(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (name, place)| text.replace(place, name))
    }
}

/// Runs the steps of a page; nothing, with a loud line, where there is no control plane. Steps that are not run printed
/// nothing.
pub(super) fn run(page: &Page, name: &str) -> Option<Vec<Option<Printed>>> {
    let env = TestEnv::on_cluster()?;
    let work = env.path().join("work");
    let notes = env.path().join("notes");
    for folder in [&work, &notes] {
        std::fs::create_dir(folder).expect("folders can be made");
    }
    copy(&project().join("tests/docs/given").join(name), &work);
    let places = Places::new(&env, &work)?;
    let script = script(page, &notes, &places);
    let mut command = env.command(Path::new("bash"));
    command
        .arg("-c")
        .arg(script)
        .current_dir(&work)
        .env("PATH", programs(&env))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    assert!(
        command.status().expect("bash starts").success(),
        "{name} does not end well"
    );
    let printed = |at: usize| {
        let note = |what: &str| std::fs::read_to_string(notes.join(format!("{at}.{what}"))).ok();
        Some(Printed {
            code: note("code")?.trim().parse().expect("a number"),
            text: places.named(&note("out")?),
        })
    };
    Some((0..page.steps.len()).map(printed).collect())
}

/// The steps as a script that writes down what each command printed. `$?` is the exit code of the command before.
fn script(page: &Page, notes: &Path, places: &Places) -> String {
    let mut script = "true\n".to_owned();
    for (at, step) in page.steps.iter().enumerate() {
        let note = |what: &str| format!("'{}'", notes.join(format!("{at}.{what}")).display());
        match step {
            Step::File { file, text } => {
                std::fs::write(notes.join(format!("{at}.file")), places.real(text))
                    .expect("files can be written");
                script += &format!("mkdir -p \"$(dirname '{file}')\"; cp {} '{file}'\n", note("file"));
            }
            Step::Script { text } | Step::Command { text, .. } => {
                let (out, code) = (note("out"), note("code"));
                script += &format!("{{ {}\n}} >{out} 2>&1\n", places.real(text));
                script += &format!("code=$?; echo $code >{code}; (exit $code)\n");
            }
            Step::Quote { .. } => {}
        }
    }
    script + "true\n"
}

/// Where programs are looked for: `cox` first, the real `helm`, and a `make` that only says what it would do.
fn programs(env: &TestEnv) -> String {
    let folder = env.path().join("programs");
    std::fs::create_dir(&folder).expect("folders can be made");
    for (name, program) in [
        ("cox", PathBuf::from(env!("CARGO_BIN_EXE_cox"))),
        ("helm", env.helm_path()),
    ] {
        std::os::unix::fs::symlink(program, folder.join(name)).expect("links can be made");
    }
    let make = format!(
        "#!/bin/sh\nexec /usr/bin/make --dry-run -C '{}' \"$@\"\n",
        project().display()
    );
    let file = env.write("programs/make", &make);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(file, mode).expect("it is ours");
    let path = env.command(Path::new("x"));
    let path = path
        .get_envs()
        .find(|(name, _)| *name == "PATH")
        .and_then(|(_, value)| value);
    format!(
        "{}:{}",
        folder.display(),
        path.unwrap_or_default().to_string_lossy()
    )
}

/// Copies a folder, if it is there.
fn copy(from: &Path, to: &Path) {
    let Ok(entries) = std::fs::read_dir(from) else {
        return;
    };
    std::fs::create_dir_all(to).expect("folders can be made");
    for entry in entries.flatten() {
        let (from, to): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).expect("files can be copied");
        }
    }
}
