//! A values file: one or more YAML documents, merged.

use crate::yaml::{self, Position, SeparatorError};
use crate::{Map, Value};

/// Why a values file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValuesFileError {
    /// It cannot be cut into documents.
    #[error("error reading yaml document")]
    Separator(#[from] SeparatorError),
    /// A document is no table.
    #[error("cannot unmarshal yaml document")]
    Document(#[from] yaml::Error),
}

/// Reads a values file. Of several documents the later ones win, table by table.
///
/// # Errors
///
/// When a document is not YAML, or is no table.
pub fn read_values(bytes: &[u8]) -> Result<Map, ValuesFileError> {
    let mut values = Map::new();
    let mut documents = yaml::documents(bytes);
    while let Some(document) = documents.next() {
        let read = yaml::map_from_slice(&document?);
        let whole = |error: yaml::Error| {
            let line = 1 + documents.lines_before();
            error.within(&String::from_utf8_lossy(bytes), Position { line, column: 0 })
        };
        merge_tables(&mut values, read.map_err(whole)?);
    }
    Ok(values)
}

/// Puts `over` on top of `values`: tables are merged, anything else is replaced, and `null` is a value like any other.
pub(crate) fn merge_tables(values: &mut Map, over: Map) {
    if values.is_empty() {
        *values = over;
        return;
    }
    for (key, value) in over {
        match (values.get_mut(&key), value) {
            (Some(Value::Map(below)), Value::Map(above)) => merge_tables(below, above),
            (_, value) => {
                values.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_documents_win() {
        let values = read_values(b"a: {x: 1, y: 2}\nb: [1]\n---\na: {y: ~}\nb: [2]\n").unwrap();
        let text = yaml::to_string(&Value::Map(values)).unwrap();
        assert_eq!(text, "a:\n  \"true\": null\n  x: 1\nb:\n- 2\n");
    }
}
