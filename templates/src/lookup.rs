//! `Lookup`: how the template function `lookup` asks a cluster.

use chart::Map;
use std::fmt;

/// Finds objects of a cluster for templates.
pub trait Lookup: Send + Sync {
    /// Returns one object, or a list when `name` is empty; an empty map when there is nothing of the kind.
    ///
    /// # Errors
    ///
    /// Fails when the cluster cannot be asked; rendering ends then.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, LookupError>;
}

/// Why a cluster could not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupError(pub String);

impl fmt::Display for LookupError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for LookupError {}

/// No cluster: finds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline;

impl Lookup for Offline {
    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Map, LookupError> {
        Ok(Map::new())
    }
}
