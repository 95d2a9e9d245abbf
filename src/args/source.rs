//! Which chart: the reference and the flags that go with it.

use std::path::{Path, PathBuf};

use chart::Chart;
use chart::provenance::{Verification, VerifyFileError};
use repo::http::Credentials;
use repo::oci::{Beside, Fetched};
use repo::{Archive, ChartRef, FetchError, FetchOptions, Fetcher, Proof};

use super::keyring::{KeyringArgs, is_gnupgs, with_hint};
use super::remote::RemoteArgs;
use super::{dependency, path};
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
    /// Finds the chart that `reference` names, and fetches it if it is somewhere else.
    ///
    /// # Errors
    /// When there is no chart there, or it is to be verified and is not what its provenance says.
    pub(crate) fn locate(&self, cx: &Context, reference: &str) -> Result<Archive> {
        let reference = ChartRef::parse(reference);
        if self.repo.is_empty()
            && let Some(archive) = Archive::on_this_machine(&reference)?
        {
            if self.verify {
                let path = path::absolute(&archive.path().to_string_lossy())?;
                self.keyring.verify(cx, &path)?;
            }
            return Ok(archive);
        }
        if let (ChartRef::Oci(url), true) = (&reference, self.repo.is_empty()) {
            return self.locate_in_registry(cx, url);
        }
        let proof = self.proof(cx, Proof::Ignored);
        let options = self.fetch_options(proof);
        let repositories = self.remote.repositories(cx)?;
        let fetched =
            cx.block_on(async { Ok(Fetcher::new(&repositories).fetch(&reference, &options).await) })?;
        match fetched {
            // Indexes may name charts of registries.
            Err(FetchError::InRegistry(url)) => self.locate_in_registry(cx, &url),
            other => other.map_err(|error| fetch_error(cx, error)),
        }
    }

    /// What is done about the provenance when it need not be there.
    pub(crate) fn proof(&self, cx: &Context, otherwise: Proof) -> Proof {
        if self.verify {
            Proof::Required(self.keyring.path(cx))
        } else {
            otherwise
        }
    }

    /// Which chart it is to be, and how it is reached.
    pub(crate) fn fetch_options(&self, proof: Proof) -> FetchOptions {
        let version = self.version.trim();
        let version = if version.is_empty() && self.devel {
            ">0.0.0-0"
        } else {
            version
        };
        FetchOptions {
            version: version.to_owned(),
            repository: self.repo.clone(),
            credentials: Credentials::whole(&self.remote.username, &self.remote.password),
            pass_credentials: self.pass_credentials,
            tls: self.remote.tls(),
            proof,
        }
    }

    /// Brings a chart of a registry into the content cache.
    fn locate_in_registry(&self, cx: &Context, url: &str) -> Result<Archive> {
        let (fetched, _) = self.fetch_from_registry(cx, url, Beside::Nothing)?;
        Ok(Archive::at(fetched.archive))
    }

    /// Fetches a chart of a registry, and verifies it if that is asked for.
    ///
    /// # Errors
    /// When it is not to be had, or is not what its provenance says.
    pub(crate) fn fetch_from_registry(
        &self,
        cx: &Context,
        url: &str,
        beside: Beside,
    ) -> Result<(Fetched, Option<Verification>)> {
        let version = match self.version.trim() {
            "" if self.devel => ">0.0.0-0",
            version => version,
        };
        let beside = if self.verify { Beside::Provenance } else { beside };
        let fetched = self.remote.fetch(cx, (url, version), beside)?;
        cx.ui().aside(&registry::pulled(&fetched))?;
        if !self.verify {
            return Ok((fetched, None));
        }
        let folder = tempfile::tempdir()?;
        let copy = place(&fetched, folder.path())?;
        let verification = self.keyring.verify(cx, &copy)?;
        Ok((fetched, Some(verification)))
    }

    /// Reads a chart that is to be installed.
    ///
    /// # Errors
    /// When it is none, is a library, or charts that it depends on are missing from it.
    pub(crate) fn read_installable(
        &self,
        cx: &Context,
        archive: &Archive,
        missing: Missing,
    ) -> Result<Chart> {
        let chart = load(cx, archive)?;
        check_installable(&chart)?;
        let chart = complete(cx, (archive, &self.remote), chart, missing)?;
        Ok(chart)
    }

    /// Reads a chart with all that it depends on.
    ///
    /// # Errors
    /// When it is none, or charts that it depends on are missing from it.
    pub(crate) fn read_complete(&self, cx: &Context, archive: &Archive, missing: Missing) -> Result<Chart> {
        complete(cx, (archive, &self.remote), load(cx, archive)?, missing)
    }
}

/// The error of a fetch. Helm does not say why there is no provenance; a person is told below the line.
pub(crate) fn fetch_error(cx: &Context, error: FetchError) -> CommandError {
    match &error {
        FetchError::Provenance { reason, .. } => {
            let line = CommandError::new(error.to_string());
            if cx.ui().is_helm() {
                line
            } else {
                line.hint(chart::chain(reason))
            }
        }
        FetchError::Verify(VerifyFileError::Keyring(reason)) => {
            let export = is_gnupgs(reason).then_some("gpg --export");
            with_hint(cx, error.into(), export)
        }
        _ => error.into(),
    }
}

fn load(cx: &Context, archive: &Archive) -> Result<Chart> {
    let chart = Chart::load_watched(archive.path(), cx.ahead().begin())?;
    cx.ui().remarks(&chart.remarks);
    Ok(chart)
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

fn complete(
    cx: &Context,
    (archive, remote): (&Archive, &RemoteArgs),
    chart: Chart,
    missing: Missing,
) -> Result<Chart> {
    if chart.metadata.deprecated {
        cx.ui().warning("this chart is deprecated");
    }
    match check_dependencies(&chart) {
        Err(_) if missing == Missing::Fetched => {
            dependency::update(cx, archive.path(), remote)?;
            let reloaded = archive.load();
            Ok(reloaded.map_err(|error| {
                CommandError::from(error).during("failed reloading chart after repo update")
            })?)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(chart),
    }
}

/// What is done about dependencies that are not there (`--dependency-update`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// They are an error.
    Refused,
    /// They are fetched.
    Fetched,
}

impl From<bool> for Missing {
    fn from(is_update_wanted: bool) -> Self {
        if is_update_wanted {
            Missing::Fetched
        } else {
            Missing::Refused
        }
    }
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
