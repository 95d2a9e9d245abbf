//! `package`.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chart::{Chart, FileError, Version};

use crate::args::remote::RemoteArgs;
use crate::args::signing::SigningArgs;
use crate::args::source::check_charts;
use crate::args::{dependency, path};
use crate::context::Context;
use crate::error::{CommandError, Result};

/// package a chart directory into a chart archive
///
/// With --sign it is signed as well: 'package CHART --sign --key NAME --keyring SECRET-KEYS' writes a provenance file
/// beside the archive, for 'verify' and --verify.
///
/// The same chart makes the same archive when SOURCE_DATE_EPOCH is set: seconds since 1970, which become the time of every
/// file.
#[derive(Debug, clap::Args)]
pub(crate) struct Package {
    #[arg(value_name = "[CHART_PATH] [...]")]
    charts: Vec<String>,
    /// set the version on the chart to this semver version
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    version: String,
    /// set the appVersion on the chart to this version
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    app_version: String,
    /// location to write the chart.
    #[arg(short, long, value_name = "string", default_value = ".")]
    destination: String,
    /// update dependencies from "Chart.yaml" to dir "charts/" before packaging
    #[arg(short = 'u', long)]
    dependency_update: bool,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

impl Package {
    pub(crate) fn run(self, cx: &Context) -> Result {
        if self.charts.is_empty() {
            return Err(CommandError::new(
                "need at least one argument, the path to the chart",
            ));
        }
        self.signing.check(cx)?;
        for chart in &self.charts {
            let file = self.package(cx, chart)?;
            cx.ui().line(&format!(
                "Successfully packaged chart and saved it to: {}",
                file.display()
            ))?;
        }
        Ok(())
    }

    fn package(&self, cx: &Context, folder: &str) -> Result<PathBuf> {
        let given = Path::new(folder);
        std::fs::metadata(given).map_err(|error| FileError::new("stat", given, &error))?;
        let path = path::absolute(folder)?;
        let now = SystemTime::now();
        if self.dependency_update {
            dependency::update_quietly(cx, &path, &self.remote)?;
        }
        let mut chart = Chart::load_folder(path)?;
        cx.ui().remarks(&chart.remarks);
        if !self.version.is_empty() {
            chart.metadata.version.clone_from(&self.version);
        }
        Version::parse(&chart.metadata.version)?;
        if !self.app_version.is_empty() {
            chart.metadata.app_version.clone_from(&self.app_version);
        }
        check_charts(&chart)?;
        let folder = if self.destination == "." {
            std::env::current_dir()?
        } else {
            PathBuf::from(&self.destination)
        };
        let now = match fixed_time(cx.settings().source_date_epoch.as_deref())? {
            Some(time) => {
                chart.set_time(time);
                time
            }
            None => now,
        };
        let archive = chart
            .save(&folder, now)
            .map_err(|error| CommandError::from(error).during("failed to save"))?;
        self.signing.sign(cx, &archive)?;
        Ok(archive)
    }
}

fn fixed_time(text: Option<&str>) -> Result<Option<SystemTime>> {
    let Some(text) = text else { return Ok(None) };
    let seconds: u64 = text.parse().map_err(|_| {
        CommandError::new(format!(
            "invalid SOURCE_DATE_EPOCH {text:?}: must be a number of seconds since 1970"
        ))
    })?;
    Ok(UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
}
