//! `cox`: the command line of Coxswain. Flags in, text out; everything else is in the library crates.

mod cli;
mod settings;
mod context;
mod holder;
mod signals;
mod throttle;
mod zone;
mod random;
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

/// The C library of static builds hands memory out slowly: large charts took up to two thirds more time.
#[cfg(target_env = "musl")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    chart::parallel::prepare_program();
    crash::guard(cli::main)
}
