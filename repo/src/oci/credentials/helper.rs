//! Programs that keep credentials: `docker-credential-NAME`, spoken to as Docker does. Secrets go over standard input
//! and output only.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::Credential;

/// The name that stands for an identity token.
const TOKEN: &str = "<token>";

/// What a helper says when it has nothing.
const NOT_FOUND: &str = "credentials not found in native keychain";

/// How long a helper may take: it may ask a person to unlock a key.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// Why a helper was of no help. No message holds what a helper said of credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HelperError {
    /// It cannot be started.
    #[error("exec: {program:?}: {reason}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// It says that it cannot do it.
    #[error("{program} {action}: {said}")]
    Failed {
        /// The program.
        program: String,
        /// What it was to do.
        action: &'static str,
        /// What it said, or how it ended.
        said: String,
    },
    /// It does not end.
    #[error("{program} {action}: no answer within {} s", .patience.as_secs_f64())]
    Hangs {
        /// The program.
        program: String,
        /// What it was to do.
        action: &'static str,
        /// How long it was waited for.
        patience: Duration,
    },
    /// It answers with something else.
    #[error("{program} get: the answer is no credential")]
    Junk {
        /// The program.
        program: String,
    },
}

/// One of these programs.
#[derive(Debug, Clone)]
pub(super) struct Helper {
    program: String,
    patience: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Answer {
    #[serde(rename = "ServerURL")]
    server: String,
    username: String,
    secret: String,
}

impl Helper {
    /// The program of that name; nothing is started yet.
    pub(super) fn new(name: &str, patience: Duration) -> Self {
        Helper {
            program: format!("docker-credential-{name}"),
            patience,
        }
    }

    /// Asks for a credential; an empty one when there is none.
    pub(super) async fn get(&self, server: &str) -> Result<Credential, HelperError> {
        let answer = match self.run("get", server.as_bytes()).await {
            Err(HelperError::Failed { said, .. }) if said == NOT_FOUND => return Ok(Credential::default()),
            answer => answer?,
        };
        let junk = |_| HelperError::Junk {
            program: self.program.clone(),
        };
        let answer: Answer = serde_json::from_slice(&answer).map_err(junk)?;
        Ok(if answer.username == TOKEN {
            Credential {
                identity_token: answer.secret,
                ..Credential::default()
            }
        } else {
            Credential {
                username: answer.username,
                password: answer.secret,
                ..Credential::default()
            }
        })
    }

    /// Has a credential kept.
    pub(super) async fn store(&self, server: &str, credential: &Credential) -> Result<(), HelperError> {
        let (username, secret) = match credential.identity_token.as_str() {
            "" => (credential.username.as_str(), credential.password.as_str()),
            token => (TOKEN, token),
        };
        let answer = Answer {
            server: server.to_owned(),
            username: username.to_owned(),
            secret: secret.to_owned(),
        };
        let input = chart::json::to_string(&answer).expect("text fields can be written");
        let outcome = self.run("store", input.as_bytes()).await;
        outcome.map(drop).map_err(|error| without(error, secret))
    }

    /// Has a credential forgotten.
    pub(super) async fn erase(&self, server: &str) -> Result<(), HelperError> {
        self.run("erase", server.as_bytes()).await.map(drop)
    }

    async fn run(&self, action: &'static str, input: &[u8]) -> Result<Vec<u8>, HelperError> {
        let mut child = Command::new(&self.program)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| self.not_started(&error))?;
        let stdin = child.stdin.take();
        let exchange = async {
            if let Some(mut stdin) = stdin {
                // A helper that does not want to hear may still answer.
                let _ = stdin.write_all(input).await;
            }
            child.wait_with_output().await
        };
        let Ok(output) = tokio::time::timeout(self.patience, exchange).await else {
            return Err(HelperError::Hangs {
                program: self.program.clone(),
                action,
                patience: self.patience,
            });
        };
        let output = output.map_err(|error| self.not_started(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(HelperError::Failed {
            program: self.program.clone(),
            action,
            said: said(&output.stdout, output.status),
        })
    }

    fn not_started(&self, error: &std::io::Error) -> HelperError {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "executable file not found in $PATH".to_owned(),
            kind => kind.to_string(),
        };
        HelperError::Start {
            program: self.program.clone(),
            reason,
        }
    }
}

/// Helpers give their reasons on standard output. What looks like an answer is not repeated.
fn said(output: &[u8], status: ExitStatus) -> String {
    let text = String::from_utf8_lossy(output.trim_ascii()).into_owned();
    if text.is_empty() || text.contains('{') || text.len() > 1000 {
        return status.to_string().replace("exit status: ", "exit status ");
    }
    text
}

fn without(error: HelperError, secret: &str) -> HelperError {
    match error {
        HelperError::Failed {
            program,
            action,
            said,
        } if !secret.is_empty() => HelperError::Failed {
            program,
            action,
            said: said.replace(secret, "…"),
        },
        error => error,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Duration, Helper, HelperError};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_helper_that_hangs_is_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("docker-credential-slow");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").expect("it is written");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("a mode");
        let helper = Helper {
            program: program.display().to_string(),
            patience: Duration::from_millis(100),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.expect("a runtime").block_on(helper.get("a.org"));
        assert!(matches!(outcome, Err(HelperError::Hangs { .. })));
    }
}
