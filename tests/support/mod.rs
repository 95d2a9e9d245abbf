//! What the tests stand on: a folder to work in, the program, the control plane.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]
#![expect(clippy::print_stderr, reason = "a skip must be seen")]

pub(crate) mod answers;
pub(crate) mod certificates;
pub(crate) mod control_plane;
pub(crate) mod disk;
pub(crate) mod gnupg;
pub(crate) mod help;
pub(crate) mod invocation;
pub(crate) mod patience;
pub(crate) mod proxy;
pub(crate) mod registry;
pub(crate) mod screen;
pub(crate) mod tls;
pub(crate) mod tokens;
pub(crate) mod tunnel;
pub(crate) mod web;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

pub(crate) use control_plane::ControlPlane;
pub(crate) use invocation::Invocation;

/// A folder that is home and current folder of the programs a test runs; nobody's configuration is read there.
pub(crate) struct TestEnv {
    folder: tempfile::TempDir,
    kubeconfig: Option<PathBuf>,
    /// The test that it is for.
    test: String,
}

/// How a program ended, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl TestEnv {
    /// An environment without a cluster.
    pub(crate) fn offline() -> Self {
        TestEnv {
            folder: tempfile::tempdir().expect("a temporary folder"),
            kubeconfig: None,
            test: std::thread::current().name().unwrap_or_default().to_owned(),
        }
    }

    /// An environment on the shared control plane; nothing, with a loud line, where there can be none.
    pub(crate) fn on_cluster() -> Option<Self> {
        let control_plane = shared_control_plane()?;
        let env = TestEnv::offline();
        Some(TestEnv {
            kubeconfig: Some(control_plane.kubeconfig().to_owned()),
            ..env
        })
    }

    /// An environment on a cluster of one's own.
    pub(crate) fn on(kubeconfig: &Path) -> Self {
        TestEnv {
            kubeconfig: Some(kubeconfig.to_owned()),
            ..TestEnv::offline()
        }
    }

    /// Names the test, where a thread of its own makes the environment.
    pub(crate) fn for_test(self, test: &str) -> Self {
        TestEnv {
            test: test.to_owned(),
            ..self
        }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The kubeconfig of the cluster, when there is one.
    pub(crate) fn kubeconfig(&self) -> Option<&Path> {
        self.kubeconfig.as_deref()
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        std::fs::write(&path, text).expect("files can be written");
        path
    }

    /// Runs `cox` with the words of a line.
    pub(crate) fn cox(&self, line: &str) -> Outcome {
        self.run(Path::new(env!("CARGO_BIN_EXE_cox")), line)
    }

    /// Runs `cox` under the name of `helm`, so that it says no more than that.
    pub(crate) fn run_as_helm(&self, line: &str) -> Outcome {
        let folder = self.path().join("programs");
        let link = folder.join("helm");
        if !link.exists() {
            std::fs::create_dir_all(&folder).expect("folders can be made");
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cox"), &link).expect("links can be made");
        }
        self.run(&link, line)
    }

    /// Runs the real `helm` with the words of a line.
    pub(crate) fn helm(&self, line: &str) -> Outcome {
        self.run(&self.helm_path(), line)
    }

    /// The real `helm`.
    #[expect(clippy::unused_self, reason = "there is one where there is a cluster")]
    pub(crate) fn helm_path(&self) -> PathBuf {
        let control_plane = shared_control_plane().expect("helm comes with the control plane");
        control_plane.helm()
    }

    /// A command in this environment, for what the short forms do not reach.
    pub(crate) fn command(&self, program: &Path) -> Invocation {
        let mut command = Invocation::new(program, &self.test);
        command.current_dir(self.path()).env_clear();
        command
            .env("HOME", self.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TZ", "UTC");
        let nowhere = self.path().join("no-kubeconfig");
        command.env("KUBECONFIG", self.kubeconfig.as_deref().unwrap_or(&nowhere));
        command
    }

    /// Runs a program with the words of a line.
    pub(crate) fn run(&self, program: &Path, line: &str) -> Outcome {
        let mut command = self.command(program);
        command.args(words(line));
        command.output().expect("the program starts").into()
    }
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Outcome {
    /// The standard output of a run that went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "exit {}\n{}{}", self.code, self.stdout, self.stderr);
        self.stdout
    }

    /// The standard error of a run that failed with exit code 1.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, 1, "exit {}\n{}{}", self.code, self.stdout, self.stderr);
        self.stderr
    }
}

/// The project's own folder.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Splits at blanks; single quotes hold words together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// One control plane for all tests of the binary.
fn shared_control_plane() -> Option<&'static ControlPlane> {
    static SHARED: OnceLock<Result<ControlPlane, String>> = OnceLock::new();
    match SHARED.get_or_init(ControlPlane::start) {
        Ok(control_plane) => Some(control_plane),
        Err(why) => {
            skip("cluster tests", why);
            None
        }
    }
}

/// The real `helm` for what needs no cluster; nothing, with a loud line, where it cannot be had.
pub(crate) fn real_helm() -> Option<&'static Path> {
    static SHARED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match SHARED.get_or_init(control_plane::helm) {
        Ok(helm) => Some(helm),
        Err(why) => {
            skip("tests beside the real helm", why);
            None
        }
    }
}

/// Whether texts that are kept shall be written anew with what the program says now (`COX_TEST_BLESS=1`).
pub(crate) fn bless() -> bool {
    std::env::var("COX_TEST_BLESS").as_deref() == Ok("1")
}

/// Says loudly that tests do not run, or fails where that must not be.
pub(crate) fn skip(what: &str, why: &str) {
    let may_skip = std::env::var("COX_TEST_SKIP").as_deref() != Ok("never");
    assert!(may_skip, "{what} must not be skipped here: {why}");
    eprintln!("SKIPPED: {what} did not run: {why}");
}
