//! PEM: binary data as text between two lines.

use super::super::encoding::base64_decode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A block of PEM.
pub(super) struct Block {
    /// What stands in the first and last line, such as `CERTIFICATE`.
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

/// Finds the first block that is complete.
pub(super) fn decode(text: &[u8]) -> Option<Block> {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        let label = line
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.strip_suffix("-----"));
        let Some(label) = label else { continue };
        let last = format!("-----END {label}-----");
        let mut body = String::new();
        let mut rest = lines.clone();
        let is_complete = rest.by_ref().find(|line| {
            // headers such as `Proc-Type: 4,ENCRYPTED` are no data
            if **line != last && !line.contains(':') {
                body.push_str(line);
            }
            **line == last
        });
        if is_complete.is_some()
            && let Ok(bytes) = base64_decode(body.replace([' ', '\t'], "").as_bytes())
        {
            return Some(Block {
                label: label.to_owned(),
                bytes,
            });
        }
    }
    None
}

/// Writes a block, 64 characters to the line.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        out.extend(line.iter().map(|byte| char::from(*byte)));
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}
