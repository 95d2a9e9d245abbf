//! `Fetcher`: from a reference to an archive.

use std::path::PathBuf;

use chart::{Chart, LoadError};

use crate::{ChartRef, FetchError};

/// Brings charts from where they are.
#[derive(Debug, Default)]
pub struct Fetcher {}

/// A chart that was found: a folder, or an archive file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    path: PathBuf,
}

impl Fetcher {
    /// A fetcher for charts on this machine.
    pub fn new() -> Self {
        Fetcher {}
    }

    /// Finds the chart that `reference` names. A path that exists wins over every other reading.
    ///
    /// # Errors
    /// [`FetchError`] when there is no such chart, or when it is not on this machine.
    pub fn fetch(&self, reference: &ChartRef) -> Result<Archive, FetchError> {
        if let Some(path) = reference.as_path().filter(|path| path.exists()) {
            return Ok(Archive { path });
        }
        Err(match reference {
            ChartRef::Path(path) => FetchError::NoPath { path: path.clone() },
            ChartRef::Word(word) => FetchError::NoRepository { word: word.clone() },
            ChartRef::Named { repository, chart } => FetchError::Remote {
                reference: format!("{repository}/{chart}"),
            },
            ChartRef::Url(url) | ChartRef::Oci(url) => FetchError::Remote {
                reference: url.clone(),
            },
        })
    }
}

impl Archive {
    /// A chart at a place on this machine.
    pub fn at(path: PathBuf) -> Self {
        Archive { path }
    }

    /// Where the chart is.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Reads the chart.
    ///
    /// # Errors
    /// [`LoadError`] when what is there is no chart.
    pub fn load(&self) -> Result<Chart, LoadError> {
        Chart::load(&self.path)
    }
}
