//! How the program is linked.

use std::env;

/// Links the program to run at a fixed address, as Go links `helm`: at another one, thirty thousand pointers would be
/// corrected and their pages copied at each start, which takes a fifth of it. Stack, heap and libraries stay at random
/// addresses.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo says by variables what it builds for"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
