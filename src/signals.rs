//! Ctrl-C and SIGTERM while an action works: the first one asks it to stop, the second one ends the program.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use release::{Cause, Interrupt};

use crate::output::ui::Ui;
use crate::plugins;

/// A signal that ends programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    name: &'static str,
    /// 128 and its number, as shells have it.
    pub(crate) exit_code: u8,
}

const INTERRUPT: Signal = Signal {
    name: "SIGINT",
    exit_code: 130,
};

#[cfg(unix)]
const TERMINATE: Signal = Signal {
    name: "SIGTERM",
    exit_code: 143,
};

/// For so long after the first signal another one is the same wish.
const ECHO: Duration = Duration::from_millis(200);

/// Which signal came first, if any did while an action worked.
pub(crate) type FirstSignal = Arc<OnceLock<Signal>>;

/// Listens until the program ends. Must be called inside of a runtime.
pub(crate) fn listen(ui: Ui, interrupt: Interrupt, first: FirstSignal, farewell: Option<String>) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::new() else { return };
        let signal = signals.next().await;
        if first.set(signal).is_ok() {
            say(&ui, farewell.as_deref());
            plugins::end_all();
            interrupt.raise(Cause::Signal(signal.name));
        }
        // One wish may come as two signals: `timeout` sends its own to the program and then to the group it is in.
        tokio::time::sleep(ECHO).await;
        let Some(mut signals) = Signals::new() else { return };
        let second = signals.next().await;
        leave(second);
    });
}

fn say(ui: &Ui, farewell: Option<&str>) {
    if let Some(text) = farewell {
        // Nobody may be left to read it.
        let _ = ui.line(text);
    }
    if !ui.is_helm() {
        ui.status("stopping; the same key or signal again leaves at once");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever asks twice wants the program gone, whatever is under way"
)]
fn leave(signal: Signal) -> ! {
    std::process::exit(i32::from(signal.exit_code))
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Some(Signals {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => INTERRUPT,
            _ = self.terminate.recv() => TERMINATE,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Option<Self> {
        Some(Signals)
    }

    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        INTERRUPT
    }
}
