//! Installed releases beside the newest versions of their charts.

use std::collections::BTreeMap;
use std::path::Path;

use chart::{Metadata, VersionReq};
use release::{Head, Query, Status, Summary};
use repo::oci::Reference;
use repo::{Evidence, Newest, Sources};
use serde::Serialize;

use super::Outdated;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::table::Table;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    namespace: &'a str,
    chart: &'a str,
    version: &'a str,
    app_version: &'a str,
    latest: &'a str,
    latest_app_version: &'a str,
    source: &'a str,
    evidence: &'static str,
}

impl Outdated {
    pub(super) fn show_releases(&self, cx: &Context) -> Result {
        let releases = cx.block_on(self.deployed(cx))?;
        let charts: Vec<&Metadata> = releases.iter().map(|release| &release.chart.metadata).collect();
        let newest = self.newest(cx, &charts)?;
        let unknown = newest.iter().filter(|newest| newest.is_none()).count();
        let pairs = releases.iter().zip(&newest);
        let rows: Vec<Row<'_>> = pairs
            .clone()
            .filter(|(_, newest)| self.all || is_outdated(newest.as_ref()))
            .map(|(release, newest)| row(release, newest.as_ref()))
            .collect();
        let text = self.output.output.render(&rows, || Ok(table(&rows)))?;
        cx.ui().data(text)?;
        if unknown > 0 && !self.all {
            cx.ui().status(&format!(
                "{unknown} more with charts of unknown source: see --all, --source"
            ));
        }
        let count = pairs.filter(|(_, newest)| is_outdated(newest.as_ref())).count();
        if self.fail_on_outdated && count > 0 {
            return Err(CommandError::new(format!("outdated releases: {count}")));
        }
        Ok(())
    }

    /// What is deployed, by namespace and name.
    async fn deployed(&self, cx: &Context) -> Result<Vec<Summary>> {
        let store = cx.store().await?;
        let query = Query {
            namespace: (!self.all_namespaces).then(|| cx.namespace().to_owned()),
            status: Some(Status::Deployed),
            ..Query::default()
        };
        let mut newest: BTreeMap<(String, String), Head> = BTreeMap::new();
        for head in store.heads(&query).await? {
            let place = (head.id.namespace.clone(), head.id.name.clone());
            let known = newest.get(&place).map_or(0, |known| known.id.revision);
            if head.id.revision > known {
                newest.insert(place, head);
            }
        }
        let heads: Vec<Head> = newest.into_values().collect();
        Ok(store.summaries(&heads).await?)
    }

    fn newest(&self, cx: &Context, charts: &[&Metadata]) -> Result<Vec<Option<Newest>>> {
        let told = self.source.iter().map(|source| Ok(Reference::parse(source)?));
        let told: Vec<Reference> = told.collect::<Result<_>>()?;
        let repositories = cx.repositories_aside(self.remote.reach())?;
        let registry = self.remote.registry(cx)?;
        let range = if self.devel { ">0.0.0-0" } else { "*" };
        let range = VersionReq::parse(range).map_err(CommandError::from)?;
        let sources = Sources {
            registry: &registry,
            told: &told,
            cache: Path::new(&cx.settings().homes.content_cache),
            range: &range,
        };
        cx.block_on(async {
            if !self.skip_refresh && !self.remote.offline && !charts.is_empty() {
                repositories.refresh_all().await;
            }
            Ok(repositories.newest_of(charts, &sources).await)
        })
    }
}

fn is_outdated(newest: Option<&Newest>) -> bool {
    newest.is_some_and(|newest| newest.is_newer)
}

fn row<'a>(release: &'a Summary, newest: Option<&'a Newest>) -> Row<'a> {
    let metadata = &release.chart.metadata;
    let text = |field: fn(&'a Newest) -> &'a String| newest.map_or("", |newest| field(newest).as_str());
    Row {
        name: &release.name,
        namespace: &release.namespace,
        chart: &metadata.name,
        version: &metadata.version,
        app_version: &metadata.app_version,
        latest: text(|newest| &newest.version),
        latest_app_version: text(|newest| &newest.app_version),
        source: text(|newest| &newest.source),
        evidence: newest.map_or("", |newest| match newest.evidence {
            Evidence::Name => "name",
            Evidence::Version => "version",
            Evidence::Metadata => "metadata",
            Evidence::Told => "told",
        }),
    }
}

fn table(rows: &[Row<'_>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.row(["NAME", "NAMESPACE", "CHART", "VERSION", "LATEST", "SOURCE"]);
    for row in rows {
        table.row([
            row.name,
            row.namespace,
            row.chart,
            row.version,
            or_unknown(row.latest),
            or_unknown(row.source),
        ]);
    }
    table.render()
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}
