//! The methods of `common.Values`, the type of `.Values` and of `.` itself.

use super::convert::marshal;
use crate::gotmpl::{Function, Map, MapType, VALUES_MAP, function};

/// Each field of each map is looked for among these first.
const METHODS: [&[u8]; 3] = [b"AsMap", b"Table", b"YAML"];

/// Finds a method of a map of the type `common.Values`. A key of the same name is out of reach, as in Helm.
pub(super) fn method(map: &Map, name: &[u8]) -> Option<Function> {
    if !METHODS.contains(&name) {
        return None;
    }
    let map = map.clone();
    Some(match name {
        b"AsMap" => function(move || map.viewed_as(&MapType::ANY)),
        b"Table" => function(move |path: String| table(&map, &path)),
        _ => function(move || marshal(&map.clone().into())),
    })
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
