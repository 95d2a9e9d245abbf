//! `import-values`: what a chart takes over from its subcharts' values.

use crate::values::{CoalesceError, go_plain, merge_chart, merge_over, table};
use crate::{Chart, Dependency, Map, Value};

/// Imports values into the defaults of `chart` and all its subcharts, the innermost first.
///
/// What is imported ranks below the chart's own defaults. A table that is not there only makes a warning.
///
/// # Errors
///
/// When a subchart's values are not a table.
pub(crate) fn import(chart: &mut Chart, warnings: &mut Vec<String>) -> Result<(), CoalesceError> {
    for subchart in &mut chart.subcharts {
        import(subchart, warnings)?;
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let mut values = merge_chart(chart, Map::new())?.values;
    let mut imported = Map::new();
    for dependency in &mut chart.metadata.dependencies {
        collect(dependency, &values, &mut imported, warnings);
    }
    merge_over(&mut values, &imported);
    chart.values = values;
    Ok(())
}

fn collect(dependency: &mut Dependency, values: &Map, imported: &mut Map, warnings: &mut Vec<String>) {
    let mut known = Vec::new();
    for item in std::mem::take(&mut dependency.import_values) {
        let (child, parent) = match &item {
            Value::String(name) => (format!("exports.{name}"), ".".to_owned()),
            Value::Map(pair) => {
                let part = |name| go_plain(pair.get(name).unwrap_or(&Value::Null));
                (part("child"), part("parent"))
            }
            _ => continue,
        };
        let pair = [
            ("child", Value::from(child.as_str())),
            ("parent", Value::from(parent.as_str())),
        ];
        known.push(Value::from(pair));
        match table(values, &format!("{}.{child}", dependency.name)) {
            Some(found) => merge_over(imported, &at_path(&parent, found)),
            None => warnings.push(format!(
                "ImportValues missing table from chart {}: {child}",
                dependency.name
            )),
        }
    }
    dependency.import_values = known;
}

/// Puts a table below a dotted path; `.` is the root.
fn at_path(path: &str, table: &Map) -> Map {
    if path == "." {
        return table.clone();
    }
    path.rsplit('.').fold(table.clone(), |inner, key| {
        Map::from([(key.to_owned(), Value::Map(inner))])
    })
}
