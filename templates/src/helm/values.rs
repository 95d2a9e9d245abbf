//! The methods of `common.Values`, the type of `.Values` and of `.` itself.

use super::convert::marshal;
use crate::gotmpl::{Function, Map, MapType, VALUES_MAP, function};

/// Finds a method of a map of the type `common.Values`. A key of the same name is out of reach, as in Helm.
pub(super) fn method(map: &Map, name: &[u8]) -> Option<Function> {
    let map = map.clone();
    match name {
        b"AsMap" => Some(function(move || map.viewed_as(&MapType::ANY))),
        b"Table" => Some(function(move |path: String| table(&map, &path))),
        b"YAML" => Some(function(move || marshal(&map.clone().into()))),
        _ => None,
    }
}

/// Finds the table below a dotted path.
fn table(map: &Map, path: &str) -> Result<Map, String> {
    let mut table = map.clone();
    for step in path.split('.') {
        table = match table.get(step).as_ref().and_then(|value| value.as_map()) {
            Some(inner) => inner.viewed_as(&VALUES_MAP),
            None => {
                return Err(format!(
                    "{} is not a table",
                    crate::gotmpl::printf::quote(step.as_bytes())
                ));
            }
        };
    }
    Ok(table)
}
