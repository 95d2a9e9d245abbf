//! A bar for transfers that take their time; what is printed meanwhile goes above it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use repo::http::{Moved, Progress};

/// Who waits less than this need not be told for what.
const PATIENCE: Duration = Duration::from_millis(500);

/// All transfers that are under way, as one bar.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transfers(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// When the first one of them began.
    began: Option<Instant>,
    /// How many bytes there are to move; nothing when that is not known of all of them.
    total: Option<u64>,
    /// It counts from the beginning, shown or not: otherwise its rates would be wrong.
    bar: Option<ProgressBar>,
    is_shown: bool,
}

impl Transfers {
    /// What transfers tell, to have a bar drawn on standard error, which must be a terminal.
    pub(crate) fn progress(&self) -> Progress {
        let transfers = self.clone();
        Progress::new(move |moved| transfers.state().note(moved))
    }

    /// Prints something; a bar is out of the way meanwhile.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        let state = self.state();
        match &state.bar {
            Some(bar) if state.is_shown => bar.suspend(print),
            _ => print(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, moved: Moved) {
        match moved {
            Moved::Begun(bytes) => self.begin(bytes),
            Moved::Bytes(count) => self.move_on(count),
            Moved::Ended => self.end(),
        }
    }

    fn begin(&mut self, bytes: Option<u64>) {
        if self.running == 0 {
            *self = State {
                began: Some(Instant::now()),
                total: Some(0),
                bar: Some(ProgressBar::hidden()),
                ..State::default()
            };
        }
        self.running += 1;
        self.total = self.total.zip(bytes).map(|(total, bytes)| total + bytes);
        if let Some(bar) = &self.bar {
            measure(bar, self.total);
        }
    }

    fn move_on(&mut self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        bar.inc(bytes);
        let is_long = self.began.is_some_and(|began| began.elapsed() >= PATIENCE);
        if is_long && !self.is_shown {
            self.is_shown = true;
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    fn end(&mut self) {
        self.running = self.running.saturating_sub(1);
        if self.running == 0 {
            self.is_shown = false;
            if let Some(bar) = &self.bar {
                bar.finish_and_clear();
            }
        }
    }
}

/// Says how much there is to move, if that is known.
fn measure(bar: &ProgressBar, total: Option<u64>) {
    let template = match total {
        Some(total) => {
            bar.set_length(total);
            "{bar:30} {bytes}/{total_bytes} {bytes_per_sec}"
        }
        None => {
            bar.unset_length();
            "{spinner} {bytes} {bytes_per_sec}"
        }
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_at_once_are_added_up_and_end_together() {
        let mut state = State::default();
        for moved in [
            Moved::Begun(Some(10)),
            Moved::Bytes(4),
            Moved::Begun(Some(20)),
            Moved::Bytes(3),
            Moved::Ended,
        ] {
            state.note(moved);
        }
        let position = |state: &State| state.bar.as_ref().map(ProgressBar::position);
        assert_eq!(
            (state.running, state.total, position(&state)),
            (1, Some(30), Some(7))
        );
        assert!(!state.is_shown, "nobody waited yet");
        state.note(Moved::Begun(None));
        assert_eq!(state.total, None);
        state.note(Moved::Ended);
        state.note(Moved::Ended);
        state.note(Moved::Begun(Some(5)));
        assert_eq!(
            (state.running, state.total, position(&state)),
            (1, Some(5), Some(0))
        );
    }
}
