//! GnuPG with keys of its own, below the folder of a test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{TestEnv, skip};

/// A home of GnuPG. Its agent ends with this.
pub(crate) struct Gnupg {
    home: PathBuf,
}

impl Gnupg {
    /// A home without keys; nothing, with a loud line, where there is no GnuPG.
    pub(crate) fn new(env: &TestEnv) -> Option<Self> {
        if Command::new("gpg").arg("--version").output().is_err() {
            skip("tests of signatures", "gpg is not installed (package gnupg)");
            return None;
        }
        let home = env.path().join("gnupg");
        std::fs::create_dir(&home).expect("a folder for the keys");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&home, private).expect("the folder is ours");
        Some(Gnupg { home })
    }

    /// The home.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Makes a key: `NAME <ADDRESS>`, an algorithm, what it may do, and when it ends.
    pub(crate) fn make_key(&self, name: &str, words: &str, passphrase: &str) {
        let mut arguments = vec!["--passphrase", passphrase, "--quick-gen-key", name];
        arguments.extend(words.split_whitespace());
        self.run(&arguments, b"");
    }

    /// Runs `gpg` and returns its standard output.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("gpg")
            .env("GNUPGHOME", &self.home)
            .args(["--quiet", "--batch", "--yes", "--pinentry-mode", "loopback"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        stdin.write_all(input).expect("gpg reads");
        drop(stdin);
        let output = child.wait_with_output().expect("gpg ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}\n{said}");
        output.stdout
    }
}

impl Drop for Gnupg {
    fn drop(&mut self) {
        // An agent that stays would only wait in vain for the folder's return.
        let _ = Command::new("gpgconf")
            .env("GNUPGHOME", &self.home)
            .args(["--kill", "all"])
            .output();
    }
}
