//! A chart as data: load it, merge values into it, configure it.
//!
//! ```
//! use chart::{Chart, ConfigureOptions, Layer, Starter, Values};
//!
//! # let folder = std::env::temp_dir().join(format!("chart-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let path = chart::create("web", &folder, Starter::Go)?.path;
//! let mut read = |path: &str| Ok(std::fs::read(path)?);
//! let values = Values::from_layers(&[Layer::Set("replicaCount=3".to_owned())], &mut read)?;
//! let configured = Chart::load(path)?.configure(&values.0, &ConfigureOptions::default())?;
//! assert_eq!(configured.values()["replicaCount"], 3.into());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chart;
mod metadata;
mod file;
mod load;
mod dependency;
pub mod values;
mod configure;
mod create;
mod starter;
mod expand;
mod package;
pub mod provenance;
pub mod lint;
mod version;
mod map;
mod value;
pub mod yaml;
pub mod json;
pub mod quote;
pub mod pattern;
mod error;
pub mod parallel;
mod remark;

pub use bytes::Bytes;
pub use chart::{Chart, Crd};
pub use configure::{ConfigureError, ConfigureFault, ConfigureOptions, ConfiguredChart};
pub use create::{CreateError, Created, create};
pub use dependency::{Dependency, Lock, is_compatible, normal_time};
pub use error::{FileError, chain};
pub use expand::{ExpandError, expand};
pub use file::File;
pub use load::{
    ArchiveError, IgnoreError, LoadError, MAX_CHART_SIZE, MAX_FILE_SIZE, ValuesFileError, Watch, read_values,
};
pub use map::Map;
pub use metadata::{Maintainer, Metadata, ValidationError};
pub use package::PackageError;
pub use remark::{Remark, RemarkLevel};
pub use starter::Starter;
pub use value::Value;
pub use values::{Layer, Values, ValuesError};
pub use version::{RequirementError, Version, VersionError, VersionReq};
