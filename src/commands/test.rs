//! `test`.

use release::{TestFilter, TestOptions, TestRun, WaitOptions, WaitStrategy};

use crate::args::duration;
use crate::context::{Context, Dns};
use crate::error::{CommandError, Result};
use crate::output::release::{Part, status_text};

/// run tests for a release
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    #[arg(value_name = "[RELEASE]")]
    name: String,
    /// time to wait for any individual Kubernetes operation (like Jobs for hooks)
    #[arg(long, value_name = "duration", default_value = "5m0s", value_parser = duration::parse)]
    timeout: std::time::Duration,
    /// dump the logs from test pods (this runs after all tests are complete, but before any cleanup)
    #[arg(long)]
    logs: bool,
    /// specify tests by attribute (currently "name") using attribute=value syntax or '!attribute=value' to exclude a
    /// test (can specify multiple or separate values with commas: name=test1,name=test2)
    #[arg(long, value_name = "strings", value_parser = crate::args::csv::line)]
    filter: Vec<String>,
}

impl Test {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let options = TestOptions {
            filter: self.filter(),
            wait: WaitOptions {
                strategy: WaitStrategy::Watcher,
                timeout: self.timeout,
                for_jobs: false,
            },
            logs: self.logs,
        };
        let run = cx.block_on(async {
            let actions = cx.actions(Dns::Ignored).await?;
            Ok(release::test(&actions, &self.name, &options).await?)
        })?;
        self.print(cx, run)
    }

    /// `name=x` and `!name=x`, as Helm reads them: a blank may follow the exclamation mark; other parts say nothing.
    fn filter(&self) -> TestFilter {
        let mut filter = TestFilter::default();
        for part in crate::args::csv::split(&self.filter) {
            if let Some(name) = part.strip_prefix("name=") {
                filter.only.push(name.to_owned());
            } else if let Some(name) = part
                .strip_prefix("!name=")
                .or_else(|| part.strip_prefix("! name="))
            {
                filter.not.push(name.to_owned());
            }
        }
        filter
    }

    fn print(&self, cx: &Context, run: TestRun) -> Result {
        let parts: &[Part] = if cx.ui().is_debug() { &[Part::Debug] } else { &[] };
        cx.ui().data(status_text(&run.release, parts, cx.ui().paint())?)?;
        if self.logs {
            cx.ui().line("")?;
            for log in &run.logs {
                let (pod, container, text) = (&log.pod, &log.container, &log.text);
                cx.ui().line(&format!("POD LOGS: {pod} ({container})\n{text}"))?;
            }
        }
        match (run.result, run.log_errors.first()) {
            (result, None) => Ok(result?),
            (Ok(()), Some(error)) => Err(CommandError::new(error.clone())),
            (Err(failed), Some(error)) => Err(CommandError::new(format!("{}\n{error}", failed.line()))),
        }
    }
}
