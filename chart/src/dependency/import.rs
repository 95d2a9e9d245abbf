//! `import-values`: what a chart takes over from its subcharts' values.

use crate::quote::quote;
use crate::values::{CoalesceError, go_plain, merge_chart, merge_over, table};
use crate::{Chart, Dependency, Map, Remark, Value};

/// Imports values into the defaults of `chart` and all its subcharts, the innermost first.
///
/// What is imported ranks below the chart's own defaults. A table that is not there only makes a warning.
///
/// # Errors
///
/// When a subchart's values are not a table.
pub(crate) fn import(chart: &mut Chart, remarks: &mut Vec<Remark>) -> Result<(), CoalesceError> {
    for subchart in &mut chart.subcharts {
        import(subchart, remarks)?;
    }
    if chart.metadata.dependencies.is_empty() {
        return Ok(());
    }
    let mut values = merge_chart(chart, Map::new(), remarks)?;
    let mut imported = Map::new();
    for dependency in &mut chart.metadata.dependencies {
        collect(dependency, &values, &mut imported, remarks);
    }
    remarks.extend(merge_over(&mut values, &imported));
    chart.values = values;
    Ok(())
}

fn collect(dependency: &mut Dependency, values: &Map, imported: &mut Map, remarks: &mut Vec<Remark>) {
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
        let path = format!("{}.{child}", dependency.name);
        match table(values, &path) {
            Some(found) => remarks.extend(merge_over(imported, &at_path(&parent, found))),
            None => remarks.push(missing(&item, dependency, no_table(values, &path))),
        }
    }
    dependency.import_values = known;
}

/// Says that there is nothing to import; Helm has other words for each of the two ways to write it.
fn missing(item: &Value, dependency: &Dependency, step: &str) -> Remark {
    let remark = match item {
        Value::Map(_) => {
            Remark::warning("ImportValues missing table from chart").about("chart", dependency.name.as_str())
        }
        _ => Remark::warning("ImportValues missing table"),
    };
    remark.about("error", format!("{} is not a table", quote(step)))
}

/// Returns the first step of a dotted path at which there is no table.
fn no_table<'p>(values: &Map, path: &'p str) -> &'p str {
    let mut below = Some(values);
    path.split('.')
        .find(|step| {
            below = below.and_then(|table| table.get(*step)?.as_map());
            below.is_none()
        })
        .unwrap_or(path)
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
