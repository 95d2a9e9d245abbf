//! Plugins: programs, and modules of WebAssembly, in folders of their own that a `plugin.yaml` describes (Helm's
//! `internal/plugin`).

mod archive;
mod getters;
mod invoke;
mod metadata;
mod platform;
mod process;
mod provenance;
mod source;
#[cfg(feature = "wasm-plugins")]
mod wasm;
#[cfg(not(feature = "wasm-plugins"))]
#[path = "no_wasm.rs"]
mod wasm;
mod watch;

pub(crate) use archive::pack;
pub(crate) use getters::Getters;
pub(crate) use invoke::Surroundings;
pub(crate) use metadata::{Config, Metadata, PluginType, Usage};
pub(crate) use process::filter;
pub(crate) use provenance::standing;
pub(crate) use source::{Installer, Source, update};
pub(crate) use watch::Patience;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::output::ui::Ui;
use chart::{FileError, chain};
use metadata::Runtime;

/// The file that makes a folder a plugin.
const FILE: &str = "plugin.yaml";
/// What a plugin has that is WebAssembly.
const MODULE: &str = "plugin.wasm";

/// A plugin that is installed.
#[derive(Debug)]
pub(crate) struct Plugin {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What its file says.
    pub(crate) metadata: Metadata,
}

/// Why a plugin cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PluginError {
    #[error("failed to read plugin at {path:?}")]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("failed to load plugin {folder:?}")]
    Load {
        folder: PathBuf,
        #[source]
        source: metadata::MetadataError,
    },
    #[error("two plugins claim the name {name:?} at {first:?} and {second:?}")]
    Twice {
        name: String,
        first: PathBuf,
        second: PathBuf,
    },
    #[error("plugin: {{Name:{name} Type:{kind}}} not found")]
    NotFound { name: String, kind: PluginType },
    #[error("no plugin command is applicable")]
    NoCommand,
    #[error("failed to prepare plugin command")]
    Prepare(#[source] Box<PluginError>),
    #[error("no downloader found for protocol {0:?}")]
    NoDownloader(String),
    #[error("wasm binary missing for extism/v1 plugin: {0:?}")]
    NoModule(PathBuf),
    #[cfg(feature = "wasm-plugins")]
    #[error(transparent)]
    Wasm(#[from] wasm::WasmError),
    #[cfg(not(feature = "wasm-plugins"))]
    #[error(
        "plugin {0:?} is WebAssembly (runtime extism/v1), which this program does not run: install its form for \
         subprocess, if there is one"
    )]
    Extism(String),
    #[error("plugin {name:?} failed to invoke")]
    Invoke {
        name: String,
        #[source]
        source: Box<PluginError>,
    },
    #[error("plugin {name:?} exited with error")]
    Exit { name: String, code: u8 },
    #[error("plugin {event} hook for {name:?} exited with error")]
    Hook { event: String, name: String },
    #[error("exec: {0:?}: executable file not found in $PATH")]
    NotInPath(String),
    #[error(transparent)]
    Start(FileError),
    #[error(transparent)]
    Run(#[from] io::Error),
}

impl Plugin {
    /// Reads the plugin in a folder.
    ///
    /// # Errors
    /// When it has no `plugin.yaml`, or one that describes no plugin, or is WebAssembly and has no module.
    pub(crate) fn load(folder: &Path) -> Result<Self, PluginError> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).map_err(|source| PluginError::Read { path, source })?;
        let metadata = Metadata::parse(&text).map_err(|source| PluginError::Load {
            folder: folder.to_owned(),
            source,
        })?;
        let module = folder.join(MODULE);
        if matches!(metadata.runtime, Runtime::Extism(_)) && !module.exists() {
            return Err(PluginError::NoModule(module));
        }
        Ok(Plugin {
            folder: folder.to_owned(),
            metadata,
        })
    }

    /// Finds the plugin of that name and kind; see [`all`].
    ///
    /// # Errors
    /// When there is none, and when two plugins of one folder have one name.
    pub(crate) fn find(places: &str, name: &str, kind: PluginType, ui: &Ui) -> Result<Self, PluginError> {
        let found = all(places, ui)?.into_iter();
        let mut found = found.filter(|plugin| plugin.metadata.kind() == kind);
        found
            .find(|plugin| plugin.metadata.name == name)
            .ok_or_else(|| PluginError::NotFound {
                name: name.to_owned(),
                kind,
            })
    }
}

/// Stops all plugins that run and are waited for.
pub(crate) fn end_all() {
    watch::end_all();
    wasm::end_all();
}

/// Reads the plugins in a list of folders, separated as in `$PATH`. One that cannot be read is warned about and passed
/// over.
///
/// # Errors
/// When two plugins of one folder have one name.
pub(crate) fn all(places: &str, ui: &Ui) -> Result<Vec<Plugin>, PluginError> {
    let mut found = Vec::new();
    for place in std::env::split_paths(places) {
        found.extend(load_all(&place, ui)?);
    }
    Ok(found)
}

/// Reads the plugins in the folders of a folder, by name.
fn load_all(place: &Path, ui: &Ui) -> Result<Vec<Plugin>, PluginError> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|folder| folder.join(FILE).exists())
        .collect();
    folders.sort();
    let mut plugins: Vec<Plugin> = Vec::new();
    for folder in folders {
        match Plugin::load(&folder) {
            Ok(plugin) => plugins.push(plugin),
            Err(error) => {
                let file = folder.join(FILE);
                ui.log(
                    "WARN",
                    &[
                        ("msg", "failed to load plugin (ignoring)"),
                        ("plugin_yaml", &file.to_string_lossy()),
                        ("error", &chain(&error)),
                    ],
                );
            }
        }
    }
    check_names(&plugins)?;
    Ok(plugins)
}

fn check_names(plugins: &[Plugin]) -> Result<(), PluginError> {
    for (at, plugin) in plugins.iter().enumerate() {
        let name = &plugin.metadata.name;
        let earlier = plugins[..at].iter().find(|other| other.metadata.name == *name);
        if let Some(earlier) = earlier {
            return Err(PluginError::Twice {
                name: name.clone(),
                first: earlier.folder.clone(),
                second: plugin.folder.clone(),
            });
        }
    }
    Ok(())
}
