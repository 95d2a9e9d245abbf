//! Fuzzes what `checks::archive` says must hold.

#![no_main]
#![allow(dead_code, reason = "the checks are shared, and each program needs one of them")]

#[path = "../../tests/fuzz/checks.rs"]
mod checks;

// libFuzzer ends the program at a panic that is caught as well; one that nobody catches ends it all the same.
libfuzzer_sys::fuzz_target!(
    init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))),
    |data: &[u8]| checks::archive(data)
);
