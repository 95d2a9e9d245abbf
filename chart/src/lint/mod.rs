//! The linter's rules that need no rendering. Helm's order is: chart file, values, (templates), dependencies, CRDs.

mod chart_file;
mod crds;
mod dependencies;
mod object;
mod subject;
mod urls;
mod values;

use std::fmt;

pub use chart_file::chart_file;
pub use crds::crds;
pub use dependencies::dependencies;
pub use object::{Object, ObjectMetadata, objects};
pub use subject::{Kind, Subject};
pub use values::values;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Could be better.
    Info,
    /// Breaks a rule, but will probably work.
    Warning,
    /// Will probably not work.
    Error,
}

/// Something the linter has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: a path in the chart, or the chart's folder.
    pub path: String,
    /// What it is.
    pub message: String,
}

impl Finding {
    /// Makes a finding.
    pub fn new(severity: Severity, path: impl Into<String>, message: impl Into<String>) -> Self {
        Finding {
            severity,
            path: path.into(),
            message: message.into(),
        }
    }
}

/// Writes a finding as `helm lint` prints it.
impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        write!(formatter, "[{severity}] {}: {}", self.path, self.message)
    }
}

#[cfg(test)]
mod tests;
