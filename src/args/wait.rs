//! Waiting: for what, and for how long.

use std::time::Duration;

use release::{WaitOptions, WaitStrategy};

use super::duration;

/// Flags about waiting.
#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// wait until resources are ready (up to --timeout). Use '--wait' alone for 'watcher' strategy, or specify one of:
    /// 'watcher', 'hookOnly', 'legacy'. Default when flag is omitted: 'hookOnly'
    #[arg(
        long,
        value_name = "WaitStrategy",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "watcher",
        value_parser = strategy
    )]
    pub(crate) wait: Option<WaitStrategy>,
    /// time to wait for any individual Kubernetes operation (like Jobs for hooks)
    #[arg(long, value_name = "duration", default_value = "5m0s", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
}

impl WaitArgs {
    /// The options of the engine; Jobs count as soon as they run.
    pub(crate) fn options(&self) -> WaitOptions {
        WaitOptions {
            strategy: self.wait.unwrap_or_default(),
            timeout: self.timeout,
            for_jobs: false,
        }
    }
}

fn strategy(text: &str) -> Result<WaitStrategy, String> {
    match text {
        "watcher" | "true" => Ok(WaitStrategy::Watcher),
        "hookOnly" | "false" => Ok(WaitStrategy::HookOnly),
        "legacy" => Ok(WaitStrategy::Legacy),
        _ => Err(format!(
            "invalid wait input {text:?}. Valid inputs are watcher, hookOnly, and legacy"
        )),
    }
}
