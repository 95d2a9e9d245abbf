//! The real control plane of `tests/controlplane`, or the cluster of `COX_TEST_KUBECONFIG`.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A cluster to test on, and the programs that go with it. The processes end when this does.
#[derive(Debug)]
pub(crate) struct ControlPlane {
    kubeconfig: PathBuf,
    helm: PathBuf,
    /// Held so that it ends with this.
    _started: Option<Started>,
}

#[derive(Debug)]
struct Started {
    child: Child,
    /// Closing it tells the starter to stop; so does our death.
    stdin: Option<ChildStdin>,
    _folder: tempfile::TempDir,
}

impl ControlPlane {
    /// Starts a control plane, building it first when it is not in the cache.
    ///
    /// # Errors
    /// Why it cannot be had: no Go, no network, a component that does not start.
    pub(crate) fn start() -> Result<Self, String> {
        if let Ok(kubeconfig) = std::env::var("COX_TEST_KUBECONFIG") {
            let helm = helm()?;
            return Ok(ControlPlane {
                kubeconfig: kubeconfig.into(),
                helm,
                _started: None,
            });
        }
        Self::start_own()
    }

    /// Starts a control plane that nobody else uses, whatever cluster the other tests have.
    ///
    /// # Errors
    /// As [`ControlPlane::start`].
    pub(crate) fn start_own() -> Result<Self, String> {
        Self::start_with(|_| {})
    }

    /// As [`ControlPlane::start_own`], with more arguments for the starter.
    ///
    /// # Errors
    /// As [`ControlPlane::start`].
    pub(crate) fn start_with(arguments: impl FnOnce(&mut Command)) -> Result<Self, String> {
        let bin = build(&[])?;
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let mut up = Command::new(bin.join("up"));
        up.arg("--dir").arg(folder.path());
        arguments(&mut up);
        let mut child = up
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the control plane does not start: {error}"))?;
        let stdin = child.stdin.take();
        let kubeconfig = read_ready_line(&mut child)?;
        let started = Some(Started {
            child,
            stdin,
            _folder: folder,
        });
        Ok(ControlPlane {
            kubeconfig,
            helm: bin.join("helm"),
            _started: started,
        })
    }

    /// The kubeconfig of an administrator; its contexts name other users.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The real Helm 4.2.4.
    pub(crate) fn helm(&self) -> PathBuf {
        self.helm.clone()
    }
}

/// The real Helm 4.2.4 alone, for what needs no cluster.
///
/// # Errors
/// Why it cannot be had: no Go, no network.
pub(crate) fn helm() -> Result<PathBuf, String> {
    Ok(build(&["helm"])?.join("helm"))
}

/// The real registry of the distribution project.
///
/// # Errors
/// Why it cannot be had: no Go, no network.
pub(crate) fn registry() -> Result<PathBuf, String> {
    Ok(build(&["registry"])?.join("registry"))
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // Whether it ended well changes nothing for a test that is over.
        let _ = self.child.wait();
    }
}

/// Builds what is named, everything when nothing is, and returns the folder of the programs.
///
/// # Errors
/// Why it cannot be had: no Go, no network.
pub(crate) fn build(what: &[&str]) -> Result<PathBuf, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/controlplane/build");
    let output = Command::new(script)
        .args(what)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("tests/controlplane/build does not run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().last() {
        Some(folder) if output.status.success() => Ok(folder.into()),
        _ => Err("the control plane cannot be built here (see above)".to_owned()),
    }
}

/// `ready <kubeconfig> <seconds>`, the starter's only line.
fn read_ready_line(child: &mut Child) -> Result<PathBuf, String> {
    let stdout = child.stdout.take().expect("standard output is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (Some("ready"), Some(kubeconfig)) => Ok(kubeconfig.into()),
        _ => Err("the control plane ended before it was ready (see above)".to_owned()),
    }
}
