//! Plugins, beside the real helm: the same lines in homes of their own, the same words, files and exit codes.

mod archives;
mod commands;
mod getters;
mod hostile;
mod repositories;
mod wasm;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::create::called_helm;
use crate::support::{Outcome, TestEnv, real_helm, words};

/// Two programs, each with plugins of its own, in one folder.
pub(crate) struct Sides {
    pub(crate) env: TestEnv,
    programs: [(PathBuf, &'static str); 2],
}

impl Sides {
    /// Both without plugins; nothing, with a loud line, where there is no helm.
    pub(crate) fn new() -> Option<Self> {
        Self::in_environment(TestEnv::offline())
    }

    /// As [`Sides::new`], where there may be a cluster.
    pub(crate) fn in_environment(env: TestEnv) -> Option<Self> {
        let helm = real_helm()?.to_owned();
        let ours = called_helm(&env);
        Some(Sides {
            env,
            programs: [(helm, "data-a"), (ours, "data-b")],
        })
    }

    /// Runs a line with both. What they say and how they end must be the same, but for the homes' and programs' names.
    #[track_caller]
    pub(crate) fn same(&self, line: &str) -> Outcome {
        self.same_with(line, &[])
    }

    /// As [`Sides::same`], with more variables.
    #[track_caller]
    pub(crate) fn same_with(&self, line: &str, variables: &[(&str, &str)]) -> Outcome {
        let [helm, ours] = [0, 1].map(|side| self.run(side, line, variables));
        assert_eq!(ours, helm, "{line}");
        ours
    }

    /// Runs a line with one of the two.
    pub(crate) fn run(&self, side: usize, line: &str, variables: &[(&str, &str)]) -> Outcome {
        let (program, data) = &self.programs[side];
        let mut command = self.env.command(program);
        command
            .env("HELM_DATA_HOME", self.env.path().join(data))
            .env("HELM_CACHE_HOME", self.env.path().join(format!("cache-{data}")))
            .envs(variables.iter().copied())
            .args(words(line));
        let outcome = Outcome::from(command.output().expect("the program starts"));
        let mask = |text: String| {
            let text = text.replace(&program.display().to_string(), "PROGRAM");
            text.replace(data, "data")
        };
        Outcome {
            stdout: mask(outcome.stdout),
            stderr: mask(outcome.stderr),
            ..outcome
        }
    }

    /// The names of the files below the plugins of each, all the same.
    #[track_caller]
    pub(super) fn same_files(&self) -> Vec<String> {
        let [helm, ours] = [0, 1].map(|side| {
            let (_, data) = self.programs[side];
            let mut names = Vec::new();
            files(&self.env.path().join(data).join("plugins"), "", &mut names);
            names.sort();
            names
        });
        assert_eq!(ours, helm);
        ours
    }

    /// Writes a plugin of the old form, with a script.
    pub(crate) fn plugin(&self, name: &str, more: &str, script: &str) {
        let text = format!("name: {name}\nversion: 0.1.0\nusage: about {name}\n{more}");
        self.env.write(&format!("source/{name}/plugin.yaml"), &text);
        self.script(&format!("source/{name}/run.sh"), script);
    }

    pub(crate) fn script(&self, path: &str, script: &str) {
        let path = self.env.write(path, &format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a file is ours");
    }
}

fn files(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // What git keeps for itself is its own business.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != ".git" {
            files(&entry.path(), &format!("{name}/"), names);
        }
        names.push(name);
    }
}
