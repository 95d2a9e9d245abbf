//! A chart as data: load it, merge values into it, configure it.

mod chart;
mod metadata;
mod file;
mod dependency;
mod configure;
mod create;
mod package;
pub mod lint;
mod load;
pub mod values;
mod value;
mod error;
pub mod pattern;
mod version;
pub mod yaml;
pub mod json;
pub mod quote;

pub use chart::{Chart, Crd};
pub use configure::{ConfigureError, ConfigureOptions, ConfiguredChart};
pub use create::{CreateError, Created, create};
pub use dependency::{Dependency, Lock, is_compatible};
pub use error::FileError;
pub use file::File;
pub use load::{
    ArchiveError, IgnoreError, LoadError, MAX_CHART_SIZE, MAX_FILE_SIZE, ValuesFileError, read_values,
};
pub use metadata::{Maintainer, Metadata, ValidationError};
pub use package::PackageError;
pub use value::{Map, Value};
pub use values::{Layer, Values, ValuesError};
pub use version::{RequirementError, Version, VersionError, VersionReq};
