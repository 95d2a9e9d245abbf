//! Repositories of git, by way of the program `git`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chart::{Version, VersionReq};

use super::vcs::{self, Kind};
use crate::error::{CommandError, Result};

/// A repository and its copy on this machine.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(super) remote: String,
    pub(super) local: PathBuf,
}

impl Repository {
    /// The repository at an address, to be copied to `local`.
    ///
    /// # Errors
    /// When the address is not one of a repository of git, or there is no git.
    pub(super) fn of(remote: &str, local: PathBuf) -> Result<Self> {
        let on_disk = remote.strip_prefix("file://").map(Path::new);
        let kind = match on_disk {
            Some(path) => kind_at(path),
            None => vcs::kind(remote).or_else(|| kind_at(&local)),
        };
        let repository = Repository {
            remote: remote.to_owned(),
            local,
        };
        match kind {
            Some(Kind::Git) => {
                let found = Command::new("git")
                    .arg("--version")
                    .stdout(Stdio::null())
                    .status();
                found.map_err(|_| CommandError::new("git is not installed"))?;
                Ok(repository)
            }
            Some(other) => {
                let name = other.name();
                Err(CommandError::new(format!(
                    "repositories of {name} are not supported, only git's"
                )))
            }
            None => Err(CommandError::new(vcs::UNKNOWN)),
        }
    }

    /// The copy of a repository that is in a folder, if one is.
    ///
    /// # Errors
    /// When it does not say what it is a copy of.
    pub(super) fn at(folder: &Path) -> Result<Option<Self>> {
        if kind_at(folder) != Some(Kind::Git) {
            return Ok(None);
        }
        let mut repository = Repository {
            remote: String::new(),
            local: folder.to_owned(),
        };
        let failed = "Unable to retrieve local repo information";
        let remote = repository.run(["config", "--get", "remote.origin.url"], failed)?;
        repository.remote = remote.trim().to_owned();
        Ok(Some(repository))
    }

    /// Copies the repository, or brings the copy up to date, and chooses a version: a branch, tag or commit, or the newest
    /// tag that a range of versions allows.
    ///
    /// # Errors
    /// When git cannot do that, or there is no such version.
    pub(super) fn bring(&self, version: &str) -> Result {
        if self.local.exists() {
            self.pull()?;
        } else {
            let around = self.local.parent().unwrap_or(&self.local);
            std::fs::create_dir_all(around)?;
            let mut command = Command::new("git");
            command
                .args(["clone", "--recursive", "--", &self.remote])
                .arg(&self.local);
            check(command.output()?, "Unable to get repository")?;
        }
        let Some(reference) = self.choose(version)? else {
            return Ok(());
        };
        // A reference is no option, whatever it begins with.
        if reference.starts_with('-') {
            return Err(CommandError::new(format!("invalid version {reference:?}")));
        }
        self.run(["checkout", &reference], "Unable to update checked out version")?;
        self.clean()
    }

    /// Brings the copy up to date.
    ///
    /// # Errors
    /// When git cannot do that.
    pub(super) fn pull(&self) -> Result {
        let failed = "Unable to update repository";
        self.run(["fetch", "--tags", "--", "origin"], failed)?;
        let is_on_branch = self
            .command(["symbolic-ref", "-q", "HEAD"])
            .output()?
            .status
            .success();
        if !is_on_branch {
            return Ok(());
        }
        self.run(["pull"], failed)?;
        self.clean()
    }

    /// Whether somebody has changed a file of the copy.
    pub(super) fn is_changed(&self) -> bool {
        let output = self.command(["diff"]).output();
        output.map_or(true, |output| {
            !output.status.success() || !output.stdout.is_empty()
        })
    }

    fn choose(&self, version: &str) -> Result<Option<String>> {
        if version.is_empty() {
            return Ok(None);
        }
        let knows = |arguments: [&str; 3]| {
            let output = self.command(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        if knows(["rev-parse", "--verify", version]) || knows(["show-ref", "--", version]) {
            return Ok(Some(version.to_owned()));
        }
        let range = VersionReq::parse(version)?;
        let tags = self.run(["tag"], "Unable to retrieve tags")?;
        let mut versions: Vec<(Version, &str)> = tags
            .lines()
            .filter_map(|tag| Some((Version::parse(tag).ok()?, tag)))
            .filter(|(version, _)| range.matches(version))
            .collect();
        versions.sort_by(|(a, _), (b, _)| a.precedence(b));
        match versions.pop() {
            Some((_, tag)) => Ok(Some(tag.to_owned())),
            None => Err(CommandError::new(format!(
                "requested version {version:?} does not exist for plugin {:?}",
                self.remote
            ))),
        }
    }

    /// Brings submodules to what they should be, and takes away what is left of those that are gone.
    fn clean(&self) -> Result {
        let failed = "Unexpected error while defensively updating submodules";
        self.run(["submodule", "update", "--init", "--recursive"], failed)?;
        let failed =
            "Unexpected error while defensively cleaning up after possible derelict submodule directories";
        self.run(["clean", "-x", "-d", "-f", "-f"], failed)?;
        Ok(())
    }

    fn run<const N: usize>(&self, arguments: [&str; N], failed: &str) -> Result<String> {
        check(self.command(arguments).output()?, failed)
    }

    fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new("git");
        command.args(arguments.map(OsStr::new)).current_dir(&self.local);
        command
    }
}

/// The kind of repository that a folder holds a copy of.
fn kind_at(folder: &Path) -> Option<Kind> {
    let marks = [
        (".git", Kind::Git),
        (".svn", Kind::Subversion),
        (".hg", Kind::Mercurial),
        (".bzr", Kind::Bazaar),
    ];
    let found = marks.into_iter().find(|(mark, _)| folder.join(mark).exists());
    found.map(|(_, kind)| kind)
}

/// What git wrote; or, after Helm's line, what it said was wrong.
fn check(output: Output, failed: &str) -> Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let code = output.status.code().unwrap_or(-1);
    Err(CommandError::new(format!("{failed}: exit status {code}")).hint(said))
}
