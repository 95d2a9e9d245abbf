//! Plugins: programs in folders of their own that a `plugin.yaml` describes (Helm's `internal/plugin`).

mod decode;
mod metadata;
mod platform;
mod process;

pub(crate) use metadata::{Metadata, PluginType};
pub(crate) use process::filter;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::output::ui::Ui;
use chart::chain;

/// The file that makes a folder a plugin.
const FILE: &str = "plugin.yaml";

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
    #[error("plugins of runtime extism/v1 are not supported")]
    Extism,
    #[error("plugin {0:?} exited with error")]
    Exit(String),
    #[error(transparent)]
    Start(#[from] io::Error),
}

impl Plugin {
    /// Reads the plugin in a folder.
    ///
    /// # Errors
    /// When it has no `plugin.yaml`, or one that describes no plugin.
    pub(crate) fn load(folder: &Path) -> Result<Self, PluginError> {
        let path = folder.join(FILE);
        let text = fs::read_to_string(&path).map_err(|source| PluginError::Read { path, source })?;
        let metadata = Metadata::parse(&text).map_err(|source| PluginError::Load {
            folder: folder.to_owned(),
            source,
        })?;
        Ok(Plugin {
            folder: folder.to_owned(),
            metadata,
        })
    }

    /// Finds the plugin of that name and kind in a list of folders, separated as in `$PATH`. A plugin that cannot be read
    /// is warned about and passed over.
    ///
    /// # Errors
    /// When there is none, and when two plugins of one folder have one name.
    pub(crate) fn find(places: &str, name: &str, kind: PluginType, ui: &Ui) -> Result<Self, PluginError> {
        for place in std::env::split_paths(places) {
            let found = load_all(&place, ui)?;
            let is_it = |plugin: &Plugin| plugin.metadata.name == name && plugin.metadata.kind == kind;
            if let Some(plugin) = found.into_iter().find(is_it) {
                return Ok(plugin);
            }
        }
        Err(PluginError::NotFound {
            name: name.to_owned(),
            kind,
        })
    }
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
