//! Digests, written in hexadecimal.

use super::super::Table;
use crate::gotmpl::{Text, function};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        (
            "sha1sum",
            function(|text: Text| hexadecimal(&Sha1::digest(&*text))),
        ),
        (
            "sha256sum",
            function(|text: Text| hexadecimal(&Sha256::digest(&*text))),
        ),
        (
            "sha512sum",
            function(|text: Text| hexadecimal(&Sha512::digest(&*text))),
        ),
        ("adler32sum", function(|text: Text| adler32(&text).to_string())),
    ]
}

fn hexadecimal(bytes: &[u8]) -> Text {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| DIGITS[usize::from(digit)])
        .collect::<Vec<u8>>()
        .into()
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
