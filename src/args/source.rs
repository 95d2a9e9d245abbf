//! Which chart: the reference and the flags that go with it.

use std::path::{Path, PathBuf};

use chart::Chart;
use repo::oci::{Beside, Fetched};
use repo::{Archive, ChartRef};

use super::keyring::KeyringArgs;
use super::path;
use super::remote::RemoteArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::registry;

/// Flags for where a chart comes from. Charts on disk have one version: these matter to remote ones.
#[derive(Debug, clap::Args)]
pub(crate) struct SourceArgs {
    /// specify a version constraint for the chart version to use: a version (1.1.1) or a range (^2.0.0)
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) version: String,
    /// use development versions, too. Equivalent to version '>0.0.0-0'. If --version is set, this is ignored
    #[arg(long)]
    pub(crate) devel: bool,
    /// verify the package before using it
    #[arg(long)]
    pub(crate) verify: bool,
    /// chart repository url where to locate the requested chart
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) repo: String,
    /// pass credentials to all domains
    #[arg(long)]
    pub(crate) pass_credentials: bool,
    #[command(flatten)]
    pub(crate) keyring: KeyringArgs,
    #[command(flatten)]
    pub(crate) remote: RemoteArgs,
}

impl SourceArgs {
    /// Finds the chart that `reference` names.
    ///
    /// # Errors
    /// When there is no chart there, or it is to be verified and is not what its provenance says.
    pub(crate) fn locate(&self, cx: &Context, reference: &str) -> Result<Archive> {
        if !self.repo.is_empty() {
            let reference = format!("{} in {}", reference.trim(), self.repo);
            return Err(repo::FetchError::Remote { reference }.into());
        }
        if let ChartRef::Oci(url) = ChartRef::parse(reference) {
            return self.locate_in_registry(cx, &url);
        }
        let archive = cx.fetcher().fetch(&ChartRef::parse(reference))?;
        if self.verify {
            let path = path::absolute(&archive.path().to_string_lossy())?;
            self.keyring.verify(cx, &path)?;
        }
        Ok(archive)
    }

    /// Brings a chart of a registry into the content cache.
    fn locate_in_registry(&self, cx: &Context, url: &str) -> Result<Archive> {
        let version = match self.version.trim() {
            "" if self.devel => ">0.0.0-0",
            version => version,
        };
        let beside = if self.verify {
            Beside::Provenance
        } else {
            Beside::Nothing
        };
        let fetched = self.remote.fetch(cx, (url, version), beside)?;
        cx.ui().aside(&registry::pulled(&fetched))?;
        if self.verify {
            let folder = tempfile::tempdir()?;
            let copy = place(&fetched, folder.path())?;
            self.keyring.verify(cx, &copy)?;
        }
        Ok(Archive::at(fetched.archive))
    }

    /// Reads a chart that is to be installed.
    ///
    /// # Errors
    /// When it is none, is a library, or charts that it depends on are missing from it.
    pub(crate) fn read_installable(&self, cx: &Context, archive: &Archive) -> Result<Chart> {
        let chart = archive.load()?;
        check_installable(&chart)?;
        complete(cx, chart)
    }

    /// Reads a chart with all that it depends on.
    ///
    /// # Errors
    /// When it is none, or charts that it depends on are missing from it.
    pub(crate) fn read_complete(&self, cx: &Context, archive: &Archive) -> Result<Chart> {
        complete(cx, archive.load()?)
    }
}

/// Puts archive and provenance of a registry into a folder, under the names that the provenance speaks of.
///
/// # Errors
/// When there is no provenance, or the system refuses.
fn place(fetched: &Fetched, folder: &Path) -> Result<PathBuf> {
    let provenance = fetched.signature()?;
    let archive = folder.join(fetched.file_name());
    std::fs::copy(&fetched.archive, &archive)?;
    std::fs::write(folder.join(format!("{}.prov", fetched.file_name())), provenance)?;
    Ok(archive)
}

fn complete(cx: &Context, chart: Chart) -> Result<Chart> {
    if chart.metadata.deprecated {
        cx.ui().warning("this chart is deprecated");
    }
    check_dependencies(&chart)?;
    Ok(chart)
}

/// Helm's rule: only applications can be installed.
fn check_installable(chart: &Chart) -> Result {
    match chart.metadata.kind.as_str() {
        "" | "application" => Ok(()),
        kind => Err(CommandError::new(format!("{kind} charts are not installable"))),
    }
}

fn check_dependencies(chart: &Chart) -> Result {
    check_charts(chart).map_err(|error| {
        error.during(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to \
             fetch missing dependencies",
        )
    })
}

/// Every declared dependency must be in `charts/`.
///
/// # Errors
/// Names those that are not.
pub(crate) fn check_charts(chart: &Chart) -> Result {
    let is_missing = |name: &String| !chart.subcharts.iter().any(|subchart| subchart.name() == name);
    let names = chart
        .metadata
        .dependencies
        .iter()
        .map(|dependency| &dependency.name);
    let missing: Vec<&str> = names
        .filter(|name| is_missing(name))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(format!(
        "found in Chart.yaml, but missing in charts/ directory: {}",
        missing.join(", ")
    )))
}
