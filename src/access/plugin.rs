//! Programs that say who we are, as managed clusters have them: client-go's credential plugins
//! (`client.authentication.k8s.io`). What they print is never shown: it is secret when all is well.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ConnectError;
use super::files::{Cluster, Exec, document, yaml};
use super::transport;
use crate::settings::{KubeSettings, program_in};

const GROUP: &str = "client.authentication.k8s.io/";

/// What client-go adds when a program is not there.
const HELP: &str = "\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n\nTo \
                    learn more about this feature, consult the documentation available at:\n      \
                    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins";

/// A program that says who we are, and what it is told.
#[derive(Debug, Clone)]
pub(super) struct Plugin {
    exec: Exec,
    cluster: Option<Told>,
    folders: Vec<PathBuf>,
}

/// Whether a program may ask the user something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Talk {
    WithUser,
    Alone,
}

/// Why a program did not say who we are.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PluginError(String);

/// What a program said.
#[derive(Default)]
pub(super) struct Credentials {
    pub(super) token: String,
    /// A certificate and its key.
    pub(super) certificate: Option<(String, String)>,
    pub(super) expires: Option<SystemTime>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    token: String,
    client_certificate_data: String,
    client_key_data: String,
    expiration_timestamp: Option<String>,
}

impl Exec {
    /// When the program may talk to the user. Versions before `v1` had a default.
    pub(super) fn mode(&self) -> &str {
        let has_default = self.api_version.starts_with(GROUP) && self.api_version.contains("/v1beta");
        match self.interactive_mode.as_str() {
            "" if has_default => "IfAvailable",
            mode => mode,
        }
    }
}

impl Plugin {
    /// A program; `cluster` is what it shall know.
    ///
    /// # Errors
    /// For versions of the protocol that nobody speaks, and files with certificates that cannot be read.
    pub(super) fn new(
        exec: Exec,
        cluster: Option<&Cluster>,
        settings: &KubeSettings,
    ) -> Result<Self, ConnectError> {
        let version = exec.api_version.strip_prefix(GROUP).unwrap_or_default();
        if !matches!(version, "v1" | "v1beta1") {
            let fault = format!("exec plugin: invalid apiVersion {:?}", exec.api_version);
            return Err(ConnectError::Unusable(fault));
        }
        Ok(Plugin {
            exec,
            cluster: cluster.map(Told::of).transpose()?,
            folders: settings.program_folders.clone(),
        })
    }

    /// Runs the program. It ends with the future.
    ///
    /// # Errors
    /// [`PluginError`] when it is not there, fails, or says something else.
    pub(super) async fn ask(&self) -> Result<Credentials, PluginError> {
        let talk = self.talk()?;
        let mut command = tokio::process::Command::new(self.program()?);
        command.args(&self.exec.args).kill_on_drop(true);
        let variables = self.exec.env.iter();
        command.envs(variables.map(|variable| (&variable.name, &variable.value)));
        command.env("KUBERNETES_EXEC_INFO", self.request(talk));
        let stdin = match talk {
            Talk::WithUser => Stdio::inherit(),
            Talk::Alone => Stdio::null(),
        };
        command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let child = command.spawn().map_err(|error| self.not_started(&error))?;
        let output = child.wait_with_output().await;
        let output = output.map_err(|error| PluginError(format!("exec: {error}")))?;
        if !output.status.success() {
            let code = output.status.code().unwrap_or(-1);
            let name = &self.exec.command;
            return Err(PluginError(format!(
                "exec: executable {name} failed with exit code {code}"
            )));
        }
        self.read(&String::from_utf8_lossy(&output.stdout))
    }

    /// Whether it may talk to the user.
    fn talk(&self) -> Result<Talk, PluginError> {
        let is_watched = io::stdin().is_terminal();
        match self.exec.mode() {
            "Never" => Ok(Talk::Alone),
            "Always" if !is_watched => Err(PluginError(
                "exec plugin cannot support interactive mode: standard input is not a terminal".to_owned(),
            )),
            _ if is_watched => Ok(Talk::WithUser),
            _ => Ok(Talk::Alone),
        }
    }

    /// Where the program is. What `$PATH` says of the current folder does not count, as in Go.
    fn program(&self) -> Result<OsString, PluginError> {
        let name = &self.exec.command;
        if name.contains('/') {
            return Ok(name.into());
        }
        let found = program_in(self.folders.iter().cloned(), name);
        found.map(PathBuf::into_os_string).ok_or_else(|| {
            let is_fit = |c: &char| !c.is_control() || matches!(c, '\t'..='\r');
            let hint: String = self.exec.install_hint.chars().filter(is_fit).collect();
            let hint = if hint.is_empty() {
                hint
            } else {
                format!("\n\n{hint}")
            };
            PluginError(format!("exec: executable {name} not found{HELP}{hint}"))
        })
    }

    fn not_started(&self, error: &io::Error) -> PluginError {
        let path = Path::new(&self.exec.command);
        PluginError(format!(
            "exec: {}",
            chart::FileError::new("fork/exec", path, error)
        ))
    }

    /// What the program is told.
    fn request(&self, talk: Talk) -> String {
        let cluster = self.cluster.as_ref();
        let spec = Spec {
            cluster,
            interactive: talk == Talk::WithUser,
        };
        let spec = chart::json::to_string(&spec).unwrap_or_default();
        let version = &self.exec.api_version;
        format!("{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{version}\",\"spec\":{spec}}}\n")
    }

    /// Reads what the program said.
    fn read(&self, text: &str) -> Result<Credentials, PluginError> {
        let version = &self.exec.api_version;
        let other = |other: &str| {
            PluginError(format!(
                "exec plugin is configured to use API version {version}, plugin returned version {other}"
            ))
        };
        if text.trim().is_empty() {
            return Err(other(&format!("{GROUP}__internal")));
        }
        let undecoded = |fault: String| PluginError(format!("decoding stdout: {fault}"));
        let head = yaml(text).map_err(undecoded)?;
        let own = head["apiVersion"].as_str().unwrap_or(version);
        if own != version && own.starts_with(GROUP) && head["kind"] == "ExecCredential" {
            return Err(other(own));
        }
        let mut document = document(text, version, "ExecCredential").map_err(undecoded)?;
        if head["kind"].as_str().is_none_or(str::is_empty) {
            return Err(undecoded(
                "Object 'Kind' is missing in what the plugin wrote".to_owned(),
            ));
        }
        let Some(status) = document.get_mut("status").map(Value::take) else {
            return Err(PluginError("exec plugin didn't return a status field".to_owned()));
        };
        let status: Status = serde_json::from_value(status)
            .map_err(|_| undecoded("its status is not of the form of an ExecCredential".to_owned()))?;
        Credentials::of(status)
    }
}

impl Credentials {
    fn of(status: Status) -> Result<Self, PluginError> {
        let fault = |text: &str| Err(PluginError(text.to_owned()));
        let (certificate, key) = (status.client_certificate_data, status.client_key_data);
        if status.token.is_empty() && certificate.is_empty() && key.is_empty() {
            return fault("exec plugin didn't return a token or cert/key pair");
        }
        if certificate.is_empty() != key.is_empty() {
            return fault("exec plugin returned only certificate or key, not both");
        }
        let expires = status.expiration_timestamp.filter(|text| !text.is_empty());
        let expires = expires
            .map(|text| text.parse::<Timestamp>())
            .transpose()
            .map_err(|_| {
                PluginError(
                    "decoding stdout: parsing time of expiration: it is not in the form of RFC 3339"
                        .to_owned(),
                )
            })?;
        for (pem, what, label) in [
            (&certificate, "certificate", "CERTIFICATE-----"),
            (&key, "key", "KEY-----"),
        ] {
            if !pem.is_empty() && !pem.contains(label) {
                return fault(&format!(
                    "failed parsing client key/certificate: tls: failed to find any PEM data in {what} input"
                ));
            }
        }
        Ok(Credentials {
            token: status.token,
            certificate: Some((certificate, key)).filter(|(certificate, _)| !certificate.is_empty()),
            expires: expires.map(SystemTime::from),
        })
    }
}

/// What a program is told of the cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told {
    server: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tls_server_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    insecure_skip_tls_verify: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    certificate_authority_data: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    proxy_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_compression: Option<bool>,
    config: Value,
}

impl Told {
    fn of(cluster: &Cluster) -> Result<Self, ConnectError> {
        let authority = transport::bytes(
            &cluster.certificate_authority_data,
            &cluster.certificate_authority,
        )?;
        Ok(Told {
            server: cluster.server.clone(),
            tls_server_name: cluster.tls_server_name.clone(),
            insecure_skip_tls_verify: cluster.insecure_skip_tls_verify.then_some(true),
            certificate_authority_data: STANDARD.encode(authority),
            proxy_url: cluster.proxy_url.clone(),
            disable_compression: cluster.disable_compression.then_some(true),
            config: cluster.for_plugins(),
        })
    }
}

/// What a program is told.
#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a Told>,
    interactive: bool,
}
