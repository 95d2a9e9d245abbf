//! `create`.

use std::path::{Path, PathBuf};

use chart::Starter;

use crate::args::path;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// create a new chart with the given name
///
/// Makes a folder with the common files of a chart. Files that are in the way are overwritten; others are left alone.
///
/// The templates are Tera's, which Helm does not know; `--engine gotpl` writes the chart that Helm writes. Called as
/// `helm`, it is the other way round.
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[arg(value_name = "NAME")]
    name: String,
    /// the name or absolute path to Helm starter scaffold
    #[arg(
        short = 'p',
        long,
        value_name = "string",
        default_value = "",
        hide_default_value = true
    )]
    starter: String,
    /// language of the templates: tera, or gotpl for Helm's (default "tera", called as helm "gotpl"). A starter has its own
    #[arg(long, value_name = "string", value_parser = engine)]
    engine: Option<Engine>,
    /// chart API version to use (v2 or v3)
    #[arg(long, hide = true, value_name = "string", default_value = "v2")]
    chart_api_version: String,
}

/// A language of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Go,
    Tera,
}

fn engine(text: &str) -> Result<Engine, String> {
    match text {
        "gotpl" => Ok(Engine::Go),
        "tera" => Ok(Engine::Tera),
        _ => Err("must be one of: gotpl, tera".to_owned()),
    }
}

impl Create {
    pub(crate) fn run(self, cx: &Context) -> Result {
        cx.ui().line(&format!("Creating {}", self.name))?;
        self.check_version(cx)?;
        let folder = path::parent(&self.name);
        let starter = self.starter(cx);
        let starter = match (&starter, self.engine(cx)) {
            (Some(chart), _) => Starter::Chart(chart),
            (None, Engine::Go) => Starter::Go,
            (None, Engine::Tera) => Starter::Tera,
        };
        let created = chart::create(path::base(&self.name), Path::new(&folder), starter)?;
        for file in created.overwritten {
            let line = format!("WARNING: File {:?} already exists. Overwriting.", file.display());
            cx.ui().line(&line)?;
        }
        Ok(())
    }

    /// Scripts that say `helm create` go on to change Helm's files.
    fn engine(&self, cx: &Context) -> Engine {
        let usual = if cx.ui().is_helm() {
            Engine::Go
        } else {
            Engine::Tera
        };
        self.engine.unwrap_or(usual)
    }

    /// The folder of the named starter; a path from the root on is none of Helm's own starters.
    fn starter(&self, cx: &Context) -> Option<PathBuf> {
        let starter = self.starter.as_str();
        match starter {
            "" => None,
            starter if starter.starts_with('/') => Some(PathBuf::from(starter)),
            starter => {
                let starters = path::join(&cx.settings().homes.data, "starters");
                Some(PathBuf::from(path::join(&starters, starter)))
            }
        }
    }

    fn check_version(&self, cx: &Context) -> Result {
        match self.chart_api_version.as_str() {
            "v2" | "" => Ok(()),
            "v3" if cx.settings().has_chart_v3 => {
                Err(CommandError::new("charts of API version v3 are not supported"))
            }
            "v3" => Err(CommandError::new(
                "this feature has been marked as experimental and is not enabled by default. Please set \
                 HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature",
            )),
            other => Err(CommandError::new(format!(
                "unsupported chart API version: {other} (supported: v2, v3)"
            ))),
        }
    }
}
