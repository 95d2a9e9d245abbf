//! Plugins as WebAssembly (`runtime_extismv1.go`): the module of Extism's kind in `plugin.wasm`, in a sandbox of wasmtime.
//!
//! Extism's own crate is not used: it gives a plugin no streams and no environment, which Helm does. The host functions
//! are those of Extism (`host.rs`), the messages those of Helm (`message.rs`).

mod blocks;
mod engine;
mod guest;
mod host;
mod hosts;
mod message;
mod request;
mod running;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chart::FileError;
use repo::http::HttpOptions;

use super::metadata::Sandbox;
use super::{MODULE, Plugin, PluginError, Surroundings};
use crate::commands::version::USER_AGENT;
use message::AnswerError;
use running::Ended;

pub(super) use message::Message;
pub(super) use running::end_all;

/// Where code that was made of modules is kept, below the folder for what can be made again.
const CODE: &str = "plugin-code";
/// Has plugins write to our streams that Helm gives none, for their authors. Extism's variable.
const SHOWS: &str = "EXTISM_ENABLE_WASI_OUTPUT";

/// Why a plugin did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WasmError {
    #[error(transparent)]
    Read(#[from] FileError),
    #[error("plugin requested host function {0:?} not found")]
    HostFunction(String),
    #[error("failed to create a temporary folder for the plugin")]
    Temporary(#[source] std::io::Error),
    /// In Helm's words.
    #[error("failed to create existing plugin: {0}")]
    Create(String),
    #[error("plugin error: {0}")]
    Call(String),
    #[error("failed to read what the plugin answers")]
    Answer(#[from] AnswerError),
}

/// Everything that one run of a plugin needs.
#[derive(Debug)]
struct Job {
    wasm: Vec<u8>,
    sandbox: Sandbox,
    /// The message, as JSON.
    input: String,
    streams: Streams,
    environment: BTreeMap<String, String>,
    /// How servers are reached.
    http: HttpOptions,
    /// What is `/tmp` for the plugin.
    temporary: Option<PathBuf>,
}

/// Which of our streams the plugin has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Streams {
    All,
    Output,
    None,
}

/// Runs a plugin once.
///
/// # Errors
/// When there is no module, or none that can be run; when it fails, takes longer or more than it may, or gives an answer
/// that is none.
pub(super) fn invoke(
    plugin: &Plugin,
    sandbox: &Sandbox,
    message: &Message<'_>,
    around: Surroundings<'_>,
) -> Result<Vec<u8>, PluginError> {
    if let Some(name) = sandbox.host_functions.iter().flatten().next() {
        return Err(WasmError::HostFunction(name.clone()).into());
    }
    let temporary = temporary(sandbox).map_err(WasmError::Temporary)?;
    let job = Job {
        wasm: read(&plugin.folder.join(MODULE))?,
        sandbox: sandbox.clone(),
        input: message.input(),
        streams: streams(message, &around),
        environment: message.environment(around.settings, around.environment),
        http: HttpOptions {
            timeout: None,
            proxy: around.settings.proxy(),
            user_agent: USER_AGENT.to_owned(),
            ..HttpOptions::default()
        },
        temporary: temporary.as_ref().map(|folder| folder.path().to_owned()),
    };
    let code = Path::new(&around.settings.homes.cache).join(CODE);
    match running::run(job, &code)? {
        Ended::Answer(answer) => Ok(message.read(&answer).map_err(WasmError::from)?),
        Ended::Code(code) => Err(PluginError::Exit {
            name: plugin.metadata.name.clone(),
            code: u8::try_from(code).unwrap_or(u8::MAX),
        }),
    }
}

fn temporary(sandbox: &Sandbox) -> std::io::Result<Option<tempfile::TempDir>> {
    let make = || tempfile::Builder::new().prefix("helm-plugin-").tempdir();
    sandbox.has_temporary_folder.then(make).transpose()
}

fn read(path: &Path) -> Result<Vec<u8>, WasmError> {
    Ok(std::fs::read(path).map_err(|error| FileError::new("open", path, &error))?)
}

fn streams(message: &Message<'_>, around: &Surroundings<'_>) -> Streams {
    match message {
        Message::Command(_) => Streams::All,
        _ if around.settings.environment().contains_key(SHOWS) => Streams::Output,
        _ => Streams::None,
    }
}
