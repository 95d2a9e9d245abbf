//! When the program itself is at fault: one line that says so, and no more.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::Mutex;

use crate::error::CommandError;

/// The last panic. Libraries catch those that they can explain; only one that nobody caught is told of.
static LAST: Mutex<Option<String>> = Mutex::new(None);

/// Runs the program and turns a panic into an error.
pub(crate) fn guard(work: impl FnOnce() -> ExitCode) -> ExitCode {
    set_hook(Box::new(remember));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| report())
}

fn remember(panic: &PanicHookInfo) {
    let what = panic.payload_as_str().unwrap_or("no message");
    let text = match panic.location() {
        Some(place) => format!("{what} ({}:{})", place.file(), place.line()),
        None => what.to_owned(),
    };
    if let Ok(mut last) = LAST.lock() {
        *last = Some(text);
    }
}

fn report() -> ExitCode {
    let last = LAST.lock().ok().and_then(|mut last| last.take());
    let text = last.unwrap_or_else(|| "no message".to_owned());
    CommandError::new(format!("internal error: {text}"))
        .hint("this is a fault of the program, not of the chart: please report it")
        .report()
}
