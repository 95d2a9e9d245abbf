//! `pull`.

use std::path::{Path, PathBuf};

use chart::FileError;
use repo::oci::Beside;
use repo::{ChartRef, FetchError, FetchOptions, Fetched, Fetcher, Proof, Repositories};

use super::verify;

use crate::args::path;
use crate::args::source::{SourceArgs, fetch_error};
use crate::context::Context;
use crate::error::{CommandError, Result};

/// download a chart from a repository and (optionally) unpack it in local directory
///
/// This is useful for fetching packages to inspect, modify, or repackage. It can also be used to perform cryptographic
/// verification of a chart without installing the chart.
///
/// If the --verify flag is specified, the requested chart MUST have a provenance file, and MUST pass the verification
/// process. Failure in any part of this will result in an error, and the chart will not be saved locally.
#[derive(Debug, clap::Args)]
pub(crate) struct Pull {
    #[arg(value_name = "[chart URL | repo/chartname] [...]", required = true)]
    charts: Vec<String>,
    /// if set to true, will untar the chart after downloading it
    #[arg(long)]
    untar: bool,
    /// fetch the provenance file, but don't perform verification
    #[arg(long)]
    prov: bool,
    /// if untar is specified, this flag specifies the name of the directory into which the chart is expanded
    #[arg(long, value_name = "string", default_value = ".")]
    untardir: String,
    /// location to write the chart. If this and untardir are specified, untardir is appended to this
    #[arg(short, long, value_name = "string", default_value = ".")]
    destination: String,
    #[command(flatten)]
    source: SourceArgs,
}

impl Pull {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let otherwise = if self.prov { Proof::Fetched } else { Proof::Ignored };
        let options = self.source.fetch_options(self.source.proof(cx, otherwise));
        let repositories = self.source.remote.repositories(cx)?;
        for chart in &self.charts {
            self.pull(cx, (&repositories, chart), &options)?;
        }
        Ok(())
    }

    fn pull(
        &self,
        cx: &Context,
        (repositories, chart): (&Repositories, &str),
        options: &FetchOptions,
    ) -> Result {
        if let (ChartRef::Oci(url), "") = (ChartRef::parse(chart), self.source.repo.as_str()) {
            return self.pull_from_registry(cx, chart, &url);
        }
        let fetched = cx.block_on(async { Ok(self.fetch((repositories, chart), options).await) })?;
        let fetched = match fetched {
            // What looks like a path is read as the name of a repository and a chart all the same.
            Err(FetchError::NoPath { path }) => {
                let path = path.to_string_lossy();
                let repository = path.split('/').next().unwrap_or_default();
                return Err(CommandError::new(format!("repo {repository} not found")));
            }
            Err(FetchError::InRegistry(url)) => return self.pull_from_registry(cx, chart, &url),
            other => other.map_err(|error| fetch_error(cx, error))?,
        };
        if let Some(found) = &fetched.verification {
            cx.ui().data(verify::text(found, "Chart"))?;
        }
        if self.untar {
            self.expand(chart, &fetched.bytes)?;
        }
        Ok(())
    }

    /// The archive is copied, not read: it may be large.
    fn pull_from_registry(&self, cx: &Context, chart: &str, url: &str) -> Result {
        let beside = if self.prov {
            Beside::Provenance
        } else {
            Beside::Nothing
        };
        let (fetched, verification) = self.source.fetch_from_registry(cx, url, beside)?;
        if let Some(found) = &verification {
            cx.ui().data(verify::text(found, "Chart"))?;
        }
        if self.untar {
            let archive = std::fs::read(&fetched.archive)
                .map_err(|err| FileError::new("open", &fetched.archive, &err))?;
            return self.expand(chart.split_once('@').map_or(chart, |(chart, _)| chart), &archive);
        }
        let target = Path::new(&self.destination).join(fetched.file_name());
        if let Some(provenance) = &fetched.provenance {
            let path = Path::new(&self.destination).join(format!("{}.prov", fetched.file_name()));
            repo::write_file(&path, provenance)?;
        }
        Ok(repo::copy_file(&fetched.archive, &target)?)
    }

    /// An archive that is unpacked is not written anywhere.
    async fn fetch(
        &self,
        (repositories, chart): (&Repositories, &str),
        options: &FetchOptions,
    ) -> Result<Fetched, FetchError> {
        let reference = ChartRef::parse(chart);
        let fetcher = Fetcher::new(repositories);
        if self.untar {
            return fetcher.download(&reference, options).await;
        }
        let folder = Path::new(&self.destination);
        let (_, fetched) = fetcher.save(&reference, options, folder).await?;
        Ok(fetched)
    }

    /// Unpacks an archive into a folder that must not be there yet.
    fn expand(&self, chart: &str, archive: &[u8]) -> Result {
        let folder = if Path::new(&self.untardir).is_absolute() {
            path::clean(&self.untardir)
        } else {
            path::join(&self.destination, &self.untardir)
        };
        let target = PathBuf::from(path::join(&folder, chart.rsplit('/').next().unwrap_or(chart)));
        if target.exists() {
            return Err(CommandError::new(format!(
                "failed to untar: a file or directory with the name {} already exists",
                target.display()
            )));
        }
        std::fs::create_dir_all(&target).map_err(|err| {
            CommandError::from(FileError::new("mkdir", &target, &err)).during("failed to untar (mkdir)")
        })?;
        chart::expand(archive, Path::new(&folder))?;
        Ok(())
    }
}
