//! How the program is linked.

use std::env;
use std::path::PathBuf;
use std::process::Command;

#[expect(
    clippy::disallowed_methods,
    reason = "cargo says by variables what it builds for"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        fix_address();
        if env::var("HOST") == env::var("TARGET") {
            bring_unwinder();
            order_functions(&target("ARCH"));
        }
    }
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
fn order_functions(arch: &str) {
    const LIST: &str = "link/first.ld";
    println!("cargo::rerun-if-changed={LIST}");
    let given = |name: &str| env::var(name).unwrap_or_default();
    let has_own_linker =
        env::var("RUSTC_LINKER").is_ok() || given("CARGO_ENCODED_RUSTFLAGS").contains("link");
    if arch == "x86_64" && given("PROFILE") == "release" && !has_own_linker {
        println!(
            "cargo::rustc-link-arg-bins=-T{}/{LIST}",
            given("CARGO_MANIFEST_DIR")
        );
    }
}
