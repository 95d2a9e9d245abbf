//! Real charts: a large one, and all of them. Left out where the corpus is not there.

use std::path::{Path, PathBuf};

use crate::cases::{Case, Lines, words};

const LARGE: &str = "prometheus-community+helm-charts/kube-prometheus-stack";

/// The cases that need real charts.
pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(table) = std::fs::read_to_string(folder.join("cases.tsv")) else {
        return Vec::new();
    };
    let archive = |chart: &str| folder.join("charts").join(format!("{chart}.tgz"));
    let large = archive(LARGE).display().to_string();
    let charts: Vec<PathBuf> = charts(&table).into_iter().map(archive).collect();
    vec![
        Case::fixed(
            "template, kube-prometheus-stack",
            20,
            &format!("template web {large}"),
        ),
        Case::fixed("lint, kube-prometheus-stack", 20, &format!("lint {large}")),
        Case {
            name: format!("template, each of {} real charts", charts.len()),
            runs: 3,
            lines: each(charts),
            may_fail: true,
        },
    ]
}

/// The charts of the table, each once.
fn charts(table: &str) -> Vec<&str> {
    let rows = table.lines().skip(1);
    let mut charts: Vec<&str> = rows.filter_map(|row| row.split('\t').nth(2)).collect();
    charts.sort_unstable();
    charts.dedup();
    charts
}

fn each(charts: Vec<PathBuf>) -> Lines {
    Box::new(move |_, _| {
        let line = |chart: &PathBuf| [words("template web"), vec![chart.display().to_string()]].concat();
        charts.iter().map(line).collect()
    })
}
