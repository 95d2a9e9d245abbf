//! Values: what the user gives, in layers, and how it meets what the charts bring.

mod go_format;
mod merge;
mod origins;
mod path;
mod schema;
mod set;

use std::error::Error;

use crate::load::{ValuesFileError, merge_tables, read_values};
use crate::{Map, Value};

pub use go_format::plain as go_plain;
pub use merge::{CoalesceError, Coalesced, coalesce, coalesce_tables};
pub(crate) use merge::{coalesce_noting, merge_chart, merge_over};
pub use origins::{Origins, Owner, Setter, Setting, UserLayer};
pub use path::{path_value, table};
pub(crate) use schema::validate_one;
pub use schema::{SchemaError, misfits, validate};
pub use set::{Reader, SetError, SetGrammar, set};

/// The values a user gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(pub Map);

/// One thing the user said about values, as it was said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// `--values`: where to find a values file.
    File(String),
    /// `--set-json`: an object, or `key=json`.
    Json(String),
    /// `--set`: `key=value`, with types guessed.
    Set(String),
    /// `--set-string`: `key=value`, all text.
    SetString(String),
    /// `--set-file`: `key=path`.
    SetFile(String),
    /// `--set-literal`: `key=value`, taken as it is.
    SetLiteral(String),
}

/// Why the user's values cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValuesError {
    /// A values file cannot be fetched.
    #[error(transparent)]
    Read(Box<dyn Error + Send + Sync>),
    /// A values file is not one.
    #[error("failed to parse {path}")]
    File {
        /// Where it came from.
        path: String,
        /// What is wrong with it.
        #[source]
        source: ValuesFileError,
    },
    /// An object after `--set-json` is none. Helm does not say why.
    #[error("failed parsing --set-json data JSON: {0}")]
    JsonObject(String),
    /// What follows `--set-json` is not `key=json`. Helm does not say why.
    #[error("failed parsing --set-json data {0}")]
    Json(String),
    /// What follows another of the flags does not follow its grammar.
    #[error("failed parsing {flag} data")]
    Set {
        /// Which flag.
        flag: &'static str,
        /// What is wrong.
        #[source]
        source: SetError,
    },
}

impl Values {
    /// Puts the layers on top of each other in Helm's order: files, JSON, `--set`, strings, files' texts, literals;
    /// those of one kind in the order given.
    ///
    /// `read` fetches what a `--values` or `--set-file` names: a path, a URL, `-`.
    ///
    /// # Errors
    ///
    /// The first layer that cannot be read.
    pub fn from_layers(layers: &[Layer], read: &mut Reader) -> Result<Self, ValuesError> {
        let mut ordered: Vec<&Layer> = layers.iter().collect();
        ordered.sort_by_key(|layer| layer.rank());
        let mut values = Map::new();
        for layer in ordered {
            layer.apply(&mut values, read)?;
        }
        Ok(Values(values))
    }
}

impl Layer {
    fn rank(&self) -> usize {
        match self {
            Layer::File(_) => 0,
            Layer::Json(_) => 1,
            Layer::Set(_) => 2,
            Layer::SetString(_) => 3,
            Layer::SetFile(_) => 4,
            Layer::SetLiteral(_) => 5,
        }
    }

    fn apply(&self, values: &mut Map, read: &mut Reader) -> Result<(), ValuesError> {
        let failed = |flag| move |source| ValuesError::Set { flag, source };
        match self {
            Layer::File(path) => {
                let bytes = read(path).map_err(ValuesError::Read)?;
                let file = read_values(&bytes).map_err(|source| ValuesError::File {
                    path: path.clone(),
                    source,
                })?;
                merge_tables(values, file);
                Ok(())
            }
            Layer::Json(text) => json(text, values),
            Layer::Set(text) => set(text, values, SetGrammar::Typed).map_err(failed("--set")),
            Layer::SetString(text) => set(text, values, SetGrammar::Text).map_err(failed("--set-string")),
            Layer::SetFile(text) => set(text, values, SetGrammar::File(read)).map_err(failed("--set-file")),
            Layer::SetLiteral(text) => {
                set(text, values, SetGrammar::Literal).map_err(failed("--set-literal"))
            }
        }
    }
}

fn json(text: &str, values: &mut Map) -> Result<(), ValuesError> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') {
        return set(text, values, SetGrammar::Json).map_err(|_| ValuesError::Json(text.to_owned()));
    }
    match serde_json::from_str(trimmed) {
        Ok(Value::Map(object)) => {
            merge_tables(values, object);
            Ok(())
        }
        _ => Err(ValuesError::JsonObject(text.to_owned())),
    }
}

#[cfg(test)]
mod tests;
