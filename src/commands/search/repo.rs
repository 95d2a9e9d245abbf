//! `search repo`.

use std::path::PathBuf;

use chart::{Metadata, Version, VersionReq};
use repo::SearchOptions;
use repo::cache::{Found, Needle};
use repo::oci::Reference;
use serde::Serialize;
use templates::Pattern;

use super::{NOTHING, none_found};
use crate::args::output::OutputArgs;
use crate::args::pflag;
use crate::args::remote::RemoteArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::table::Table;

/// search repositories for a keyword in charts
///
/// Search reads through all of the repositories configured on the system, and looks for matches. Search of these
/// repositories uses the metadata stored on the system.
///
/// It will display the latest stable versions of the charts found, unless a flag asks for pre-releases, or for a range of
/// versions.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Repo {
    #[arg(value_name = "[keyword]")]
    words: Vec<String>,
    /// use regular expressions for searching repositories you have added
    #[arg(short, long)]
    regexp: bool,
    /// show the long listing, with each version of each chart on its own line, for repositories you have added
    #[arg(short = 'l', long)]
    versions: bool,
    /// use development versions (alpha, beta, and release candidate releases), too. Equivalent to version '>0.0.0-0'. If
    /// --version is set, this is ignored
    #[arg(long)]
    devel: bool,
    /// search using semantic versioning constraints on repositories you have added
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    version: String,
    /// maximum column width for output table
    #[arg(long, value_name = "uint", default_value = "50", value_parser = pflag::unsigned)]
    max_col_width: usize,
    /// search fails if no results are found
    #[arg(long)]
    fail_on_no_result: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    version: &'a str,
    app_version: &'a str,
    description: &'a str,
}

impl Repo {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let found = self.search(cx)?;
        if found.is_empty() && self.fail_on_no_result {
            return Err(none_found());
        }
        let rows: Vec<Row<'_>> = found.iter().map(row).collect();
        let text = self.output.output.render(&rows, || Ok(self.table(&rows)))?;
        Ok(cx.ui().data(text)?)
    }

    fn search(&self, cx: &Context) -> Result<Vec<Found>> {
        let version = match (self.version.as_str(), self.devel) {
            ("", true) => ">0.0.0-0",
            ("", false) => ">0.0.0",
            (version, _) => version,
        };
        let options = SearchOptions {
            version: version.to_owned(),
            every_version: self.versions,
        };
        let words = self.words.join(" ");
        if words.starts_with("oci://") {
            return self.search_registry(cx, &words, &options);
        }
        let repositories = cx.repositories(None)?;
        let pattern;
        let find;
        let needle = if self.words.is_empty() {
            Needle::Nothing
        } else if self.regexp {
            pattern = Pattern::new(&words).map_err(CommandError::new)?;
            find = |text: &str| pattern.find(text);
            Needle::Pattern(&find)
        } else {
            Needle::Text(&words)
        };
        Ok(repositories.search(&needle, &options)?)
    }

    /// Lists the versions that a registry has of a chart: the highest in the range, or all of them.
    fn search_registry(&self, cx: &Context, url: &str, options: &SearchOptions) -> Result<Vec<Found>> {
        let reference = Reference::parse(url)?;
        let range = VersionReq::parse(&options.version)
            .map_err(|error| CommandError::from(error).during("an invalid version/constraint format"))?;
        let client = self.remote.registry(cx)?;
        let cache = PathBuf::from(&cx.settings().homes.content_cache);
        let most = if options.every_version { usize::MAX } else { 1 };
        let listed = cx.block_on(async {
            let versions = client.versions(&reference).await?.into_iter();
            let versions: Vec<Version> = versions
                .filter(|version| range.matches(version))
                .take(most)
                .collect();
            Ok(client.catalog(&reference, &versions, &cache).await?)
        })?;
        Ok(listed
            .into_iter()
            .map(|metadata| found(&reference, metadata))
            .collect())
    }

    fn table(&self, rows: &[Row<'_>]) -> String {
        if rows.is_empty() {
            return NOTHING.to_owned();
        }
        let mut table = Table::new().with_widest_column(self.max_col_width);
        table.row(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
        for row in rows {
            table.row([row.name, row.version, row.app_version, row.description]);
        }
        table.render()
    }
}

fn found(reference: &Reference, metadata: Metadata) -> Found {
    Found {
        name: format!("oci://{}/{}", reference.registry, reference.repository),
        version: metadata.version,
        app_version: metadata.app_version,
        description: metadata.description,
        score: 0,
    }
}

fn row(found: &Found) -> Row<'_> {
    Row {
        name: &found.name,
        version: &found.version,
        app_version: &found.app_version,
        description: &found.description,
    }
}
