//! Waiting: for what, and for how long.

use std::time::Duration;

use release::{WaitOptions, WaitStrategy};

use super::duration;
use crate::context::Context;

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
    pub(crate) wait: Option<Wait>,
    /// time to wait for any individual Kubernetes operation (like Jobs for hooks)
    #[arg(long, value_name = "duration", default_value = "5m0s", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
}

/// What is waited for, and how that was said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    strategy: WaitStrategy,
    /// The boolean of old, and the word that it means.
    old: Option<[&'static str; 2]>,
}

impl WaitArgs {
    /// Warns of the flag's old form.
    pub(crate) fn warn(&self, cx: &Context) {
        if let Some([old, new]) = self.wait.and_then(|wait| wait.old) {
            cx.ui().warning(&format!(
                "--wait={old} is deprecated (boolean value) and can be replaced with --wait={new}"
            ));
        }
    }

    /// The options of the engine; Jobs count as soon as they run.
    pub(crate) fn options(&self) -> WaitOptions {
        WaitOptions {
            strategy: self.wait.map(|wait| wait.strategy).unwrap_or_default(),
            timeout: self.timeout,
            for_jobs: false,
        }
    }
}

fn strategy(text: &str) -> Result<Wait, String> {
    let (strategy, old) = match text {
        "watcher" => (WaitStrategy::Watcher, None),
        "true" => (WaitStrategy::Watcher, Some(["true", "watcher"])),
        "hookOnly" => (WaitStrategy::HookOnly, None),
        "false" => (WaitStrategy::HookOnly, Some(["false", "hookOnly"])),
        "legacy" => (WaitStrategy::Legacy, None),
        _ => {
            return Err(format!(
                "invalid wait input {text:?}. Valid inputs are watcher, hookOnly, and legacy"
            ));
        }
    };
    Ok(Wait { strategy, old })
}
