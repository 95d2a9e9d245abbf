//! `cox`: the command line of Coxswain. Flags in, text out; everything else is in the library crates.

mod cli;
mod settings;
mod context;
mod kubeconfig;
mod error;
mod crash;
mod usage;
mod args;
mod commands;
mod output;

use std::process::ExitCode;

/// Rendering runs on a thread of its own, whose memory the system's allocator would ask for a few pages at a time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    crash::guard(cli::main)
}
