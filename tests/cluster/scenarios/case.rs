//! A scenario as a file: first its steps, then the files they need, each below a line `-- name --`.
//!
//! Steps are lines:
//!
//! - `# text`: what it shows;
//! - `$ words`: runs the program, perhaps with variables before the words (`HELM_DRIVER=configmap list`);
//! - `+ file manager`: somebody applies the objects of a file, whatever others want;
//! - `~ file manager`: somebody patches them;
//! - `- file`: somebody deletes them;
//! - `= why`: lets the clock's next second begin, where times that are compared to the second decide;
//! - `? part why`: the step above differs from Helm in this part (`stdout`, `stderr`, `code`, `objects`, `records`) on
//!   purpose; COMPATIBILITY.md says so too.
//!
//! `@NS@` stands for the namespace, in steps and files, and other words for what a kubeconfig holds (`credentials.rs`).
//! Files whose name ends in `.sh` can be run. A folder with templates and without a `Chart.yaml` gets one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A scenario.
pub(in crate::cluster) struct Case {
    pub(in crate::cluster) name: String,
    pub(in crate::cluster) steps: Vec<Step>,
    files: BTreeMap<String, String>,
}

/// A step, and the parts in which its outcome is not Helm's.
pub(in crate::cluster) struct Step {
    pub(in crate::cluster) what: What,
    pub(in crate::cluster) line: String,
    pub(super) differing: BTreeSet<String>,
}

/// What a step does with the rest of its line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cluster) enum What {
    Run,
    Apply,
    Patch,
    Delete,
    Wait,
}

impl Case {
    /// Reads a scenario.
    pub(super) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("scenarios can be read");
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let mut case = Case {
            name: name.to_owned(),
            steps: Vec::new(),
            files: BTreeMap::new(),
        };
        let mut file = None;
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
                case.files.insert(name.to_owned(), String::new());
                file = Some(name.to_owned());
            } else if let Some(file) = &file {
                let text = case.files.entry(file.clone()).or_default();
                text.push_str(line);
                text.push('\n');
            } else {
                case.read_step(line);
            }
        }
        case.add_charts();
        case
    }

    fn read_step(&mut self, line: &str) {
        let Some((mark, rest)) = line.split_once(' ') else {
            return;
        };
        let what = match mark {
            "$" => What::Run,
            "+" => What::Apply,
            "~" => What::Patch,
            "-" => What::Delete,
            "=" => What::Wait,
            "?" => {
                let part = rest.split(' ').next().unwrap_or_default();
                let step = self.steps.last_mut().expect("a step is above");
                step.differing.insert(part.to_owned());
                return;
            }
            "#" => return,
            _ => panic!("{}: not a step: {line}", self.name),
        };
        self.steps.push(Step {
            what,
            line: rest.to_owned(),
            differing: BTreeSet::new(),
        });
    }

    fn add_charts(&mut self) {
        let folders: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|name| name.split_once("/templates/").or(name.split_once("/crds/")))
            .map(|(folder, _)| folder.to_owned())
            .collect();
        for folder in folders {
            let name = folder.rsplit('/').next().unwrap_or(&folder);
            self.files
                .entry(format!("{folder}/Chart.yaml"))
                .or_insert_with(|| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n"));
        }
    }

    /// Returns the files, with words filled in.
    pub(super) fn files(&self, words: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let filled = |(name, text): (&String, &String)| (name.clone(), filled(text, words));
        self.files.iter().map(filled).collect()
    }
}

/// Puts what they stand for in place of words.
pub(super) fn filled(text: &str, words: &BTreeMap<String, String>) -> String {
    let mut filled = text.to_owned();
    if text.contains('@') {
        for (word, meaning) in words {
            filled = filled.replace(&format!("@{word}@"), meaning);
        }
    }
    filled
}
