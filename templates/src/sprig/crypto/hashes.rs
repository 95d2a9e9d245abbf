//! Digests, written in hexadecimal.

use super::super::Table;
use crate::gotmpl::{Text, function};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write as _;

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("sha1sum", function(|text: Text| hexadecimal(&Sha1::digest(&*text)))),
        ("sha256sum", function(|text: Text| hexadecimal(&Sha256::digest(&*text)))),
        ("sha512sum", function(|text: Text| hexadecimal(&Sha512::digest(&*text)))),
        ("adler32sum", function(|text: Text| adler32(&text).to_string())),
    ]
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to memory does not fail");
        out
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
