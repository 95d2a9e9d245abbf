//! How the program is linked.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if said("CARGO_CFG_TARGET_OS") == "linux" && said("CARGO_CFG_TARGET_ENV") == "gnu" {
        fix_address();
        if said("HOST") == said("TARGET") {
            bring_unwinder();
            order_functions();
        }
    }
}

/// Returns what cargo says by a variable; nothing where it says nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo says by variables what it builds for"
)]
fn said(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// Links the program to run at a fixed address, as Go links `helm`: at another one, thirty thousand pointers would be
/// corrected and their pages copied at each start, which takes a fifth of it. Stack, heap and libraries stay at random
/// addresses.
fn fix_address() {
    println!("cargo::rustc-link-arg-bins=-no-pie");
}

/// Links what unwinds the stack into the program, where the compiler has it as an archive: to find and load it as a library
/// takes a twentieth of each start.
fn bring_unwinder() {
    let asked = Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    let Ok(path) = asked.map(|said| PathBuf::from(String::from_utf8_lossy(&said.stdout).trim())) else {
        return;
    };
    // A compiler without it gives the name back.
    if let Some(folder) = path.parent().filter(|_| path.is_file()) {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Has the linker put the functions side by side that runs begin with: scattered over thirty megabytes, each brought a
/// page of its own into memory, which took a fifth of each start. `link/find` finds them out.
///
/// Only the linker that comes with Rust for this kind of machine is known to understand the list; and a program that is
/// built to be tested is linked often.
fn order_functions() {
    const LIST: &str = "link/first.ld";
    println!("cargo::rerun-if-changed={LIST}");
    let has_own_linker = !said("RUSTC_LINKER").is_empty() || said("CARGO_ENCODED_RUSTFLAGS").contains("link");
    if said("CARGO_CFG_TARGET_ARCH") == "x86_64" && said("PROFILE") == "release" && !has_own_linker {
        println!(
            "cargo::rustc-link-arg-bins=-T{}/{LIST}",
            said("CARGO_MANIFEST_DIR")
        );
    }
}
