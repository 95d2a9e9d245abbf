//! A bar for a transfer that takes its time: on a terminal, called as `cox`; otherwise nothing is shown.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use repo::oci::SharedProgress;

use super::ui::Ui;

/// A transfer that is shown, or not.
pub(crate) struct Transfer {
    bar: ProgressBar,
}

/// Begins to show a transfer of that many bytes.
pub(crate) fn shown(ui: &Ui, bytes: u64) -> Transfer {
    with_template(ui, Some(bytes), "{bar:30} {bytes}/{total_bytes} {bytes_per_sec}")
}

/// Begins to show a transfer of nobody knows how many bytes.
pub(crate) fn growing(ui: &Ui) -> Transfer {
    with_template(ui, None, "{spinner} {bytes} {bytes_per_sec}")
}

fn with_template(ui: &Ui, bytes: Option<u64>, template: &str) -> Transfer {
    let is_seen = ui.is_watched() && !ui.is_helm();
    let target = if is_seen {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(bytes, target);
    if is_seen && let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    Transfer { bar }
}

impl Transfer {
    /// What counts the bytes.
    pub(crate) fn counter(&self) -> SharedProgress {
        let bar = self.bar.clone();
        Arc::new(move |bytes| bar.inc(bytes))
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
