//! `cox`: the command line of Coxswain. Flags in, text out; everything else is in the library crates.

mod cli;
mod settings;
mod context;
mod holder;
mod signals;
mod throttle;
mod zone;
mod error;
mod report;
mod crash;
mod usage;
mod plugins;
mod complete;
mod access;
mod args;
mod commands;
mod output;

use std::process::ExitCode;

fn main() -> ExitCode {
    crash::guard(cli::main)
}
