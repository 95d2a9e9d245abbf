//! Coalescing: user values over a chart's defaults, and the same for each of its subcharts.
//!
//! The rules, and above all those for `null`, are those of Helm 4.2.4's `pkg/chart/common/util/coalesce.go`.

use super::go_format::{as_truth, plain};
use crate::quote::quote;
use crate::{Chart, Map, Remark, Value};

/// A subchart's values are not a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("type mismatch on {name}: {value}")]
pub struct CoalesceError {
    /// The subchart.
    pub name: String,
    /// What is there instead, as Go's `%t` shows it.
    pub value: String,
}

/// Values, and what was odd on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coalesced {
    /// The result.
    pub values: Map,
    /// What could not be merged.
    pub remarks: Vec<Remark>,
}

/// Puts `values` over the defaults of `chart` and, below each subchart's name, over the defaults of that subchart.
///
/// A `null` of the user's removes a default; a chart's own `null` is dropped.
///
/// # Errors
///
/// When a subchart's name holds something else than a table.
pub fn coalesce(chart: &Chart, values: Map) -> Result<Coalesced, CoalesceError> {
    let mut remarks = Vec::new();
    let values = coalesce_noting(chart, values, &mut remarks)?;
    Ok(Coalesced { values, remarks })
}

/// As [`coalesce`]; what was odd is in `remarks` even when it fails.
///
/// # Errors
///
/// See [`coalesce`].
pub(crate) fn coalesce_noting(
    chart: &Chart,
    values: Map,
    remarks: &mut Vec<Remark>,
) -> Result<Map, CoalesceError> {
    run(chart, values, (Nulls::Remove, remarks))
}

/// As [`coalesce_noting`], but `null`s stay, to take effect when coalescing is done for good.
///
/// # Errors
///
/// See [`coalesce`].
pub(crate) fn merge_chart(
    chart: &Chart,
    values: Map,
    remarks: &mut Vec<Remark>,
) -> Result<Map, CoalesceError> {
    run(chart, values, (Nulls::Keep, remarks))
}

/// Puts `values` over `below`, table by table, as `--reuse-values` needs it: a `null` over something removes it.
pub fn coalesce_tables(mut values: Map, below: &Map) -> Coalesced {
    let mut coalescer = Coalescer::default();
    if values.is_empty() {
        values.clone_from(below);
    } else {
        coalescer.tables(&mut values, below, "", TableNulls::Remove);
    }
    Coalesced {
        values,
        remarks: coalescer.remarks,
    }
}

/// Puts `values` over `below`, table by table, and keeps `null`s. Returns what could not be merged.
pub(crate) fn merge_over(values: &mut Map, below: &Map) -> Vec<Remark> {
    let mut coalescer = Coalescer::default();
    coalescer.tables(values, below, "", TableNulls::Keep);
    coalescer.remarks
}

fn run(
    chart: &Chart,
    mut values: Map,
    (nulls, remarks): (Nulls, &mut Vec<Remark>),
) -> Result<Map, CoalesceError> {
    let mut coalescer = Coalescer::default();
    let outcome = coalescer.chart(chart, &mut values, "", nulls);
    remarks.append(&mut coalescer.remarks);
    outcome?;
    share_globals(chart, &mut values);
    Ok(values)
}

/// What a `null` does to the chart's values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    Remove,
    Keep,
}

/// What a `null` does inside a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableNulls {
    /// One of the user's removes what is below it.
    Remove,
    /// The same, and those below are as if they were not there.
    RemoveBoth,
    /// All stay.
    Keep,
}

#[derive(Default)]
struct Coalescer {
    remarks: Vec<Remark>,
}

const GLOBAL: &str = "global";

impl Coalescer {
    fn say(&mut self, message: impl Into<String>) {
        self.remarks.push(Remark::info(message));
    }

    fn chart(
        &mut self,
        chart: &Chart,
        values: &mut Map,
        prefix: &str,
        nulls: Nulls,
    ) -> Result<(), CoalesceError> {
        let path = join(prefix, chart.name());
        self.defaults(chart, values, &path, nulls);
        for subchart in &chart.subcharts {
            self.subchart(subchart, values, &path, nulls)?;
        }
        Ok(())
    }

    /// Fills in the chart's own defaults.
    fn defaults(&mut self, chart: &Chart, values: &mut Map, path: &str, nulls: Nulls) {
        for (key, default) in &chart.values {
            match values.get(key) {
                Some(Value::Null) if nulls == Nulls::Remove => {
                    values.remove(key);
                }
                Some(Value::Map(table)) => match default {
                    Value::Map(default) if table.is_same(default) => {}
                    Value::Map(default) => {
                        let nulls = table_nulls(chart, key, nulls);
                        self.tables(table_at(values, key), default, &join(path, key), nulls);
                    }
                    Value::Null => {}
                    _ => self.say(format!("warning: skipped value for {path}.{key}: Not a table.")),
                },
                Some(_) => {}
                None if nulls == Nulls::Keep => {
                    values.insert(key.clone(), default.clone());
                }
                None => values.extend(without_nulls(default).map(|default| (key.clone(), default))),
            }
        }
    }

    fn subchart(
        &mut self,
        subchart: &Chart,
        values: &mut Map,
        path: &str,
        nulls: Nulls,
    ) -> Result<(), CoalesceError> {
        let name = subchart.name();
        let mut inner = match values.get_mut(name) {
            None => Map::new(),
            Some(Value::Map(inner)) => std::mem::take(inner),
            Some(other) => {
                return Err(CoalesceError {
                    name: name.to_owned(),
                    value: as_truth(other),
                });
            }
        };
        self.globals(&mut inner, values, path);
        let result = self.chart(subchart, &mut inner, path, nulls);
        return_shared_globals(&inner, values);
        values.insert(name.to_owned(), Value::Map(inner));
        result
    }

    /// Hands the parent's globals down; they win over what the subchart has.
    fn globals(&mut self, inner: &mut Map, parent: &Map, path: &str) {
        if !matches!(inner.get(GLOBAL), None | Some(Value::Map(_))) {
            let message = "warning: skipping globals because destination global is not a table.";
            return self.say(message);
        }
        let given = match parent.get(GLOBAL) {
            None => &Map::new(),
            Some(Value::Map(given)) => given,
            Some(_) => {
                let message = "warning: skipping globals because source global is not a table.";
                return self.say(message);
            }
        };
        let Value::Map(own) = inner
            .entry(GLOBAL.to_owned())
            .or_insert_with(|| Value::Map(Map::new()))
        else {
            return;
        };
        for (key, value) in given {
            self.global(own, key, value, path);
        }
    }

    fn global(&mut self, own: &mut Map, key: &str, value: &Value, path: &str) {
        match (value, own.get(key)) {
            (Value::Map(given), Some(Value::Map(below))) => {
                let mut merged = given.clone();
                self.tables(&mut merged, below, &join(path, key), TableNulls::Keep);
                own.insert(key.to_owned(), Value::Map(merged));
            }
            (Value::Map(_), Some(_)) => {
                let message = format!(
                    "Conflict: cannot merge map onto non-map for {}. Skipping.",
                    quote(key)
                );
                self.say(message);
            }
            (Value::Map(_), None) => {
                own.insert(key.to_owned(), value.clone());
            }
            (_, Some(Value::Map(_))) => self.say(format!("key {key} is table. Skipping")),
            (_, _) => {
                own.insert(key.to_owned(), value.clone());
            }
        }
    }

    /// Puts `above` over `below`.
    fn tables(&mut self, above: &mut Map, below: &Map, path: &str, nulls: TableNulls) {
        for (key, value) in below {
            if nulls == TableNulls::RemoveBoth && value.is_null() {
                continue;
            }
            match (above.get(key), value) {
                (Some(Value::Null), value) if nulls != TableNulls::Keep && !value.is_null() => {
                    above.remove(key);
                }
                (Some(Value::Null), _) => {}
                (None, value) if nulls == TableNulls::RemoveBoth => {
                    above.extend(without_nulls(value).map(|value| (key.clone(), value)));
                }
                (None, value) => {
                    above.insert(key.clone(), value.clone());
                }
                (Some(Value::Map(above)), Value::Map(below)) if above.is_same(below) => {}
                (Some(Value::Map(_)), Value::Map(below)) => {
                    self.tables(table_at(above, key), below, &join(path, key), nulls);
                }
                (Some(_), Value::Map(_)) => self.say(format!(
                    "warning: cannot overwrite table with non table for {} ({})",
                    join(path, key),
                    seen(value, nulls)
                )),
                (Some(Value::Map(_)), value) if !value.is_null() => self.say(format!(
                    "warning: destination for {} is a table. Ignoring non-table value ({})",
                    join(path, key),
                    plain(value)
                )),
                _ => {}
            }
        }
    }
}

/// Returns the table that stands at a key.
fn table_at<'m>(map: &'m mut Map, key: &str) -> &'m mut Map {
    let table = map.get_mut(key).and_then(Value::as_map_mut);
    table.expect("a table was seen there")
}

/// Values for a subchart keep their nulls, to remove the subchart's own defaults later.
fn table_nulls(chart: &Chart, key: &str, nulls: Nulls) -> TableNulls {
    let is_subchart = chart.subcharts.iter().any(|subchart| subchart.name() == key);
    if is_subchart || nulls == Nulls::Keep {
        TableNulls::Keep
    } else {
        TableNulls::RemoveBoth
    }
}

/// Shows a table as Go does; where nulls count for nothing it has lost its own before Helm speaks of it.
fn seen(table: &Value, nulls: TableNulls) -> String {
    match nulls {
        TableNulls::RemoveBoth => plain(&without_nulls(table).unwrap_or_default()),
        TableNulls::Remove | TableNulls::Keep => plain(table),
    }
}

/// Copies a value without the nulls in its tables; a null itself is nothing.
fn without_nulls(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Map(map) => Some(Value::Map(
            table_without_nulls(map).unwrap_or_else(|| map.clone()),
        )),
        other => Some(other.clone()),
    }
}

/// Copies a table that has nulls in it without them; there is nothing to do for others.
fn table_without_nulls(map: &Map) -> Option<Map> {
    let mut changed: Option<Map> = None;
    for (key, value) in map {
        match value {
            Value::Null => {
                changed.get_or_insert_with(|| map.clone()).remove(key);
            }
            Value::Map(inner) => {
                if let Some(inner) = table_without_nulls(inner) {
                    let changed = changed.get_or_insert_with(|| map.clone());
                    changed.insert(key.clone(), Value::Map(inner));
                }
            }
            _ => {}
        }
    }
    changed
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

/// Helm copies only the first level of a global table for a subchart. The tables below are the same objects for the
/// parent and for all who inherit them, so what one subchart fills in is seen by all. This gives the parent what the
/// subchart has put there.
fn return_shared_globals(inner: &Map, parent: &mut Map) {
    let (Some(Value::Map(inner)), Some(Value::Map(parent))) = (inner.get(GLOBAL), parent.get_mut(GLOBAL))
    else {
        return;
    };
    share_tables(inner, parent);
}

/// And this gives the subcharts what the parent has in the end.
fn share_globals(chart: &Chart, values: &mut Map) {
    let Some(Value::Map(global)) = values.get(GLOBAL) else {
        return;
    };
    if !has_shared_tables(global) {
        return;
    }
    let global = global.clone();
    for subchart in &chart.subcharts {
        let Some(Value::Map(inner)) = values.get_mut(subchart.name()) else {
            continue;
        };
        if let Some(Value::Map(own)) = inner.get_mut(GLOBAL) {
            share_tables(&global, own);
        }
        share_globals(subchart, inner);
    }
}

fn has_shared_tables(global: &Map) -> bool {
    global
        .values()
        .filter_map(Value::as_map)
        .flat_map(|table| table.values())
        .any(|value| value.as_map().is_some())
}

/// Copies the tables at the second level that both have.
fn share_tables(from: &Map, to: &mut Map) {
    for (key, value) in to {
        let (Value::Map(table), Some(Value::Map(source))) = (value, from.get(key)) else {
            continue;
        };
        for (key, inner) in table {
            if let (Value::Map(inner), Some(Value::Map(source))) = (inner, source.get(key))
                && inner != source
            {
                *inner = source.clone();
            }
        }
    }
}
