//! Measuring one process: its time, and its peak memory.

#![expect(clippy::print_stdout, reason = "the figures of a child are its output")]

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// The argument that makes this program measure another one.
pub(crate) const MEASURE: &str = "--measure";

/// What a program needed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) milliseconds: f64,
    pub(crate) mebibytes: f64,
}

impl Figures {
    /// Adds what a later process needed: time adds up, memory does not.
    pub(crate) fn followed_by(self, next: Figures) -> Figures {
        Figures {
            milliseconds: self.milliseconds + next.milliseconds,
            mebibytes: self.mebibytes.max(next.mebibytes),
        }
    }

    /// The median of the times, and the largest memory.
    pub(crate) fn summarise(samples: &[Figures]) -> Figures {
        let mut times: Vec<f64> = samples.iter().map(|sample| sample.milliseconds).collect();
        times.sort_by(f64::total_cmp);
        Figures {
            milliseconds: times[times.len() / 2],
            mebibytes: samples.iter().map(|sample| sample.mebibytes).fold(0.0, f64::max),
        }
    }
}

/// Runs a command, then prints its time in nanoseconds and its peak memory in KiB as the last line.
pub(crate) fn child(command: &[String]) -> ExitCode {
    let started = Instant::now();
    let status = Command::new(&command[0])
        .args(&command[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let elapsed = started.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system knows about finished children");
    println!("{} {}", elapsed.as_nanos(), usage.max_rss());
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Reads what [`child`] printed.
pub(crate) fn read(output: &[u8]) -> Figures {
    let text = String::from_utf8_lossy(output);
    let line = text.lines().last().unwrap_or_default();
    let (nanoseconds, kibibytes) = line.split_once(' ').expect("a measured child prints two numbers");
    let number = |text: &str| text.parse::<f64>().expect("a measured child prints numbers");
    Figures {
        milliseconds: number(nanoseconds) / 1e6,
        mebibytes: number(kibibytes) / 1024.0,
    }
}
