//! Waiting: for what, and for how long.

use std::time::Duration;

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
    pub(crate) wait: Option<Strategy>,
    /// time to wait for any individual Kubernetes operation (like Jobs for hooks)
    #[arg(long, value_name = "duration", default_value = "5m0s", value_parser = duration::parse)]
    pub(crate) timeout: Duration,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// Every object, by watching it.
    Watcher,
    /// Nothing but hooks.
    HookOnly,
    /// The kinds and rules of Helm 3.
    Legacy,
}

fn strategy(text: &str) -> Result<Strategy, String> {
    match text {
        "watcher" | "true" => Ok(Strategy::Watcher),
        "hookOnly" | "false" => Ok(Strategy::HookOnly),
        "legacy" => Ok(Strategy::Legacy),
        _ => Err(format!("invalid wait input {text:?}. Valid inputs are watcher, hookOnly, and legacy")),
    }
}
