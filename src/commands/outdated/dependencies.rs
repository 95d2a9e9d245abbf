//! The dependencies of a chart beside their newest versions.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use repo::{DependencyOptions, DependencyVersions, Digests, Proof, Refresh};
use serde::Serialize;

use super::Outdated;
use crate::args::path;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::table::Table;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    wanted: &'a str,
    locked: &'a str,
    fitting: &'a str,
    latest: &'a str,
    repository: &'a str,
}

impl Outdated {
    pub(super) fn show_dependencies(&self, cx: &Context, chart: &str) -> Result {
        let options = DependencyOptions {
            refresh: if self.skip_refresh {
                Refresh::Skipped
            } else {
                Refresh::Fetched
            },
            proof: Proof::Ignored,
            digests: Digests::Ignored,
            now: SystemTime::now(),
            registry: Arc::new(self.remote.registry(cx)?),
        };
        let folder = path::clean(chart);
        let repositories = cx.repositories_aside(self.remote.reach())?;
        let found = cx.block_on(async {
            Ok(repositories
                .dependency_versions(Path::new(&folder), &options)
                .await?)
        })?;
        let rows: Vec<Row<'_>> = found
            .iter()
            .filter(|versions| self.all || is_outdated(versions))
            .map(row)
            .collect();
        cx.ui()
            .data(self.output.output.render(&rows, || Ok(table(&rows)))?)?;
        let count = found.iter().filter(|versions| is_outdated(versions)).count();
        if self.fail_on_outdated && count > 0 {
            return Err(CommandError::new(format!("outdated dependencies: {count}")));
        }
        Ok(())
    }
}

/// Whether there is something newer than what is locked; without a lock file, than what fits.
fn is_outdated(versions: &DependencyVersions) -> bool {
    let used = if versions.locked.is_empty() {
        &versions.fitting
    } else {
        &versions.locked
    };
    [&versions.fitting, &versions.newest]
        .iter()
        .any(|known| repo::is_newer(known, used))
}

fn row(versions: &DependencyVersions) -> Row<'_> {
    Row {
        name: &versions.name,
        wanted: &versions.wanted,
        locked: &versions.locked,
        fitting: &versions.fitting,
        latest: &versions.newest,
        repository: &versions.repository,
    }
}

fn table(rows: &[Row<'_>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.row(["NAME", "WANTED", "LOCKED", "FITTING", "LATEST", "REPOSITORY"]);
    for row in rows {
        table.row([
            row.name,
            row.wanted,
            row.locked,
            row.fitting,
            row.latest,
            row.repository,
        ]);
    }
    table.render()
}
