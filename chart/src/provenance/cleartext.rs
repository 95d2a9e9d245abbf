//! The frame around a clear-signed text (RFC 9580, section 7), read and written as Go's `openpgp/clearsign` does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::packets;

/// A clear-signed text, taken apart.
pub(super) struct Cleartext {
    /// The text, a line feed between two lines.
    pub(super) text: Vec<u8>,
    /// The bytes that are signed: the text with other ends of lines.
    pub(super) signed: Vec<u8>,
    /// The packets of the signature, in their armor.
    pub(super) armored: Vec<u8>,
}

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE: &[u8] = b"\n-----END PGP SIGNATURE-----";

/// The hashes that a header may name. What it names is not looked at further.
const HASHES: [&str; 9] = [
    "MD5",
    "SHA1",
    "RIPEMD160",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA3-256",
    "SHA3-512",
];

/// Finds the first clear-signed text; what stands around it does not matter. Nothing when there is none that is whole.
pub(super) fn decode(bytes: &[u8]) -> Option<Cleartext> {
    let mut rest = after_begin(bytes)?;
    rest = after_headers(rest)?;
    let mut text = Vec::new();
    let mut signed = Vec::new();
    let mut is_first = true;
    loop {
        let (line, after) = next_line(rest);
        if line.is_empty() && after.is_empty() {
            return None;
        }
        if line == BEGIN_SIGNATURE {
            break;
        }
        if !is_first {
            text.push(b'\n');
            signed.extend_from_slice(b"\r\n");
        }
        is_first = false;
        let line = trimmed(line.strip_prefix(b"- ").unwrap_or(line));
        text.extend_from_slice(line);
        signed.extend_from_slice(line);
        rest = after;
    }
    let end = packets::find(rest, END_SIGNATURE)? + END_SIGNATURE.len();
    Some(Cleartext {
        text,
        signed,
        armored: rest[..end].to_vec(),
    })
}

fn after_begin(bytes: &[u8]) -> Option<&[u8]> {
    let at_line = format!("\n{BEGIN}");
    let rest = match bytes.strip_prefix(BEGIN.as_bytes()) {
        Some(rest) => rest,
        None => &bytes[packets::find(bytes, at_line.as_bytes())? + at_line.len()..],
    };
    let (suffix, rest) = next_line(rest);
    suffix.is_empty().then_some(rest)
}

/// Headers end with an empty line; only `Hash` is one.
fn after_headers(mut rest: &[u8]) -> Option<&[u8]> {
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.trim_ascii().is_empty() {
            return Some(rest);
        }
        let line = std::str::from_utf8(line).ok()?;
        let (key, hashes) = line.split_once(':')?;
        let is_known = |hash: &str| HASHES.contains(&hash.trim().to_uppercase().as_str());
        if key.trim() != "Hash" || !hashes.split(',').all(is_known) {
            return None;
        }
    }
    None
}

/// A line without its end, and what follows.
fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        None => (bytes, &[]),
        Some(end) => {
            let line = &bytes[..end];
            (line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..])
        }
    }
}

fn trimmed(mut line: &[u8]) -> &[u8] {
    while let [start @ .., b' ' | b'\t'] = line {
        line = start;
    }
    line
}

/// A text that is going to be signed.
pub(super) struct Unsigned {
    /// The lines, without blanks at their ends: nobody signs those.
    lines: Vec<String>,
}

impl Unsigned {
    pub(super) fn new(text: &str) -> Self {
        let without_blanks = |line: &str| line.trim_end_matches([' ', '\t', '\r']).to_owned();
        Unsigned {
            lines: text.split('\n').map(without_blanks).collect(),
        }
    }

    /// The bytes to sign.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.lines.join("\r\n").into_bytes()
    }

    /// The whole clear-signed text, without a line feed at its end.
    pub(super) fn with_signature(&self, hash: &str, packets: &[u8]) -> String {
        let mut text = format!("{BEGIN}\nHash: {hash}\n\n");
        for line in &self.lines {
            if line.starts_with('-') {
                text.push_str("- ");
            }
            text.push_str(line);
            text.push('\n');
        }
        text.push_str("-----BEGIN PGP SIGNATURE-----\n\n");
        text.push_str(&armored(packets));
        text + "-----END PGP SIGNATURE-----"
    }
}

/// Base64 in lines of 64 characters, and the checksum. Go writes none; GnuPG 2.2 stumbles over its absence when no
/// padding ends the last line.
fn armored(packets: &[u8]) -> String {
    let lines = packets.chunks(48).map(|chunk| STANDARD.encode(chunk) + "\n");
    let checksum = &checksum(packets).to_be_bytes()[1..];
    lines.collect::<String>() + "=" + &STANDARD.encode(checksum) + "\n"
}

/// The CRC-24 of RFC 4880, section 6.1.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = 0x00b7_04ce;
    for byte in bytes {
        sum ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            sum <<= 1;
            if sum & 0x0100_0000 != 0 {
                sum ^= 0x0186_4cfb;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(super::checksum(b"123456789"), 0x0021_cf02);
    }
}
