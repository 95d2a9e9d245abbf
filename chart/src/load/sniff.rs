//! What a file that should be an archive really is, for a helpful error.

use std::path::Path;

/// How much of a file is looked at.
const LOOK: usize = 512;

/// Checks that the bytes start like a gzip file, or says what they look like.
pub(super) fn check_archive(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if bytes.starts_with(b"\x1f\x8b\x08") {
        return Ok(());
    }
    let name = path.display();
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if matches!(extension, "yml" | "yaml") {
        return Err(format!(
            "file '{name}' seems to be a YAML file, but expected a gzipped archive"
        ));
    }
    Err(format!(
        "file '{name}' does not appear to be a gzipped archive; got '{}'",
        content_type(bytes)
    ))
}

/// The few answers of Go's `http.DetectContentType` that matter here. Helm fills the buffer up with zeros, which makes
/// every text shorter than the buffer binary.
fn content_type(bytes: &[u8]) -> &'static str {
    let start = &bytes[..bytes.len().min(LOOK)];
    let first = start
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(0);
    let visible = start[first..].to_ascii_lowercase();
    let signatures: [(&[u8], &str); 5] = [
        (b"<!doctype html", "text/html; charset=utf-8"),
        (b"<html", "text/html; charset=utf-8"),
        (b"<?xml", "text/xml; charset=utf-8"),
        (b"%pdf-", "application/pdf"),
        (b"pk\x03\x04", "application/zip"),
    ];
    if let Some((_, name)) = signatures
        .iter()
        .find(|(signature, _)| visible.starts_with(signature))
    {
        return name;
    }
    let is_binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    if bytes.len() < LOOK || start.iter().any(is_binary) {
        "application/octet-stream"
    } else {
        "text/plain; charset=utf-8"
    }
}
