//! Tables that the API server makes of objects, printed as Kubernetes' command-line tools do.

use serde_json::Value;

/// A column is at least this wide, the blanks behind it included.
const MIN_WIDTH: usize = 6;

/// The blanks between two columns.
const PADDING: usize = 3;

/// Prints one table after the other; headers only where the columns change.
#[derive(Default)]
pub(crate) struct ServerTables {
    last_columns: Value,
}

impl ServerTables {
    /// The text of a `meta.k8s.io` `Table`, the columns that are always shown.
    pub(crate) fn text(&mut self, table: &Value) -> String {
        let columns = table["columnDefinitions"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut rows = Vec::new();
        if self.last_columns != table["columnDefinitions"] {
            self.last_columns = table["columnDefinitions"].clone();
            rows.push(
                columns
                    .iter()
                    .map(|column| column["name"].as_str().unwrap_or_default().to_uppercase())
                    .collect(),
            );
        }
        for row in table["rows"].as_array().into_iter().flatten() {
            rows.push(
                row["cells"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(cell_text)
                    .collect::<Vec<String>>(),
            );
        }
        let is_shown = |n: usize| {
            columns
                .get(n)
                .is_some_and(|column| column["priority"].as_i64().unwrap_or(0) == 0)
        };
        let shown = |row: Vec<String>| -> Vec<String> {
            row.into_iter()
                .enumerate()
                .filter(|(n, _)| is_shown(*n))
                .map(|(_, cell)| cell)
                .collect()
        };
        aligned(&rows.into_iter().map(shown).collect::<Vec<_>>())
    }
}

fn cell_text(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.clone(),
        Value::Null => "<none>".to_owned(),
        other => other.to_string(),
    }
}

/// Columns as wide as their widest cell; the last one is not padded.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let cell_width = |n: usize| {
        rows.iter()
            .filter_map(|row| row.get(n))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|n| (cell_width(n).unwrap_or(0) + PADDING).max(MIN_WIDTH))
        .collect();
    let line = |row: &Vec<String>| {
        let last = row.len().saturating_sub(1);
        let cell = |(n, text): (usize, &String)| {
            let gap = if n == last {
                0
            } else {
                widths[n] - text.chars().count()
            };
            format!("{text}{}", " ".repeat(gap))
        };
        format!("{}\n", row.iter().enumerate().map(cell).collect::<String>())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_are_printed_once_and_columns_keep_a_least_width() {
        let table = |name: &str| {
            json!({"columnDefinitions": [{"name": "Name"}, {"name": "Data"}, {"name": "Age"}, {"name": "More", "priority": 1}],
                   "rows": [{"cells": [name, 1, "0s", "x"]}]})
        };
        let mut printer = ServerTables::default();
        assert_eq!(printer.text(&table("a")), "NAME   DATA   AGE\na      1      0s\n");
        assert_eq!(printer.text(&table("a-long-name")), "a-long-name   1     0s\n");
    }
}
