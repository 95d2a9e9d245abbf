//! `--seed`: a rendering that repeats.

use templates::Clock;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::zone;

/// When the time stands still and nobody said when: the beginning of 2020.
const OTHERWISE: i64 = 1_577_836_800;

/// The flag that makes a rendering repeat.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct SeedArgs {
    /// make the rendering repeatable, for comparison: random numbers, keys and certificates come from this text, and the
    /// time stands still, at SOURCE_DATE_EPOCH (seconds since 1970) or else at the beginning of 2020. Never for an
    /// installation: who knows the text knows the passwords
    #[arg(long, value_name = "string")]
    seed: Option<String>,
}

impl SeedArgs {
    /// Returns the clock that repeats itself, if that is asked for.
    ///
    /// # Errors
    /// When SOURCE_DATE_EPOCH is no number.
    pub(crate) fn clock(&self, cx: &Context) -> Result<Option<Clock>> {
        self.seed.as_deref().map(|seed| seeded(cx, seed)).transpose()
    }

    /// As [`SeedArgs::clock`]; without the flag there is a seed all the same, because what is tried must differ only in what
    /// was changed.
    ///
    /// # Errors
    /// As [`SeedArgs::clock`].
    pub(crate) fn any_clock(&self, cx: &Context) -> Result<Clock> {
        seeded(cx, self.seed.as_deref().unwrap_or_default())
    }
}

fn seeded(cx: &Context, seed: &str) -> Result<Clock> {
    Ok(Clock::with_zone(zone::local).seeded(seed, seconds(cx)?))
}

fn seconds(cx: &Context) -> Result<i64> {
    match cx.settings().source_date_epoch.as_deref() {
        None => Ok(OTHERWISE),
        Some(text) => text.parse().map_err(|_| {
            CommandError::new(format!(
                "invalid SOURCE_DATE_EPOCH {text:?}: must be a number of seconds since 1970"
            ))
        }),
    }
}
