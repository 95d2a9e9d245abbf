//! Programs of plugins that are waited for: they are named when they take long, and end when we are asked to stop.

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::output::ui::Ui;

/// How long a program may be silent before it is said who is waited for.
const SILENCE: Duration = Duration::from_secs(5);

/// The processes that run now.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Says on standard error who is waited for, unless this is dropped soon. Called as `helm`, nothing is said.
#[derive(Debug)]
pub(crate) struct Patience {
    /// Closed when the waiting is over.
    _over: Option<Sender<()>>,
}

impl Patience {
    /// Begins to wait for somebody.
    pub(crate) fn with(ui: &Ui, whom: &str) -> Self {
        if ui.is_helm() {
            return Patience { _over: None };
        }
        let (over, is_over) = channel::<()>();
        let line = format!("waiting for {whom}; Ctrl-C ends it");
        let ui = ui.clone();
        std::thread::spawn(move || {
            if is_over.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
                ui.status(&line);
            }
        });
        Patience { _over: Some(over) }
    }
}

/// A program that runs, and is known to [`end_all`].
#[derive(Debug)]
pub(super) struct Running(pub(super) Child);

impl Running {
    /// Starts a program.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        // Whoever ends all of them does not miss one that is just being started.
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        running.insert(child.id());
        Ok(Running(child))
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn wait(mut self) -> io::Result<ExitStatus> {
        self.0.wait()
    }

    /// Ends it, whatever it is doing.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn end(mut self) -> io::Result<ExitStatus> {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.0.id());
    }
}

/// Asks all programs of plugins that run to end: a signal that only we got is not theirs.
pub(super) fn end_all() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.iter().for_each(|id| ask_to_end(*id));
}

#[cfg(unix)]
fn ask_to_end(id: u32) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(id) {
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

#[cfg(not(unix))]
fn ask_to_end(_id: u32) {}
