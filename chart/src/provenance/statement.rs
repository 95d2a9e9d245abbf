//! What is signed: the chart's metadata and the digests of files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{VerifyError, cleartext, packets};
use crate::yaml;

/// The end of a YAML document. A `---`, which would begin the next one, cannot stand in a clear-signed text as it is.
const CUT: &str = "\n...\n";

/// Digests by file name. Helm knows `images` as well and never fills it. Errors name Helm's type.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename = "provenance.SumCollection")]
struct Digests {
    #[serde(default)]
    files: BTreeMap<String, String>,
}

/// Returns the SHA-256 of an archive in the form that provenances and lock files have: `sha256:…`.
pub fn digest(archive: &[u8]) -> String {
    let bytes = Sha256::digest(archive);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// Writes the statement about an archive.
///
/// # Errors
/// When the metadata has no YAML form.
pub(super) fn write<T: Serialize + ?Sized>(
    metadata: &T,
    name: &str,
    archive: &[u8],
) -> Result<String, yaml::WriteError> {
    let digests = Digests {
        files: BTreeMap::from([(name.to_owned(), digest(archive))]),
    };
    Ok(yaml::serialize(metadata)? + CUT + &yaml::serialize(&digests)?)
}

/// Returns what a statement says of an archive. The metadata in it are not looked at.
///
/// # Errors
/// When it has no digests, or none of the archive.
pub(super) fn signed_digest(statement: &[u8], name: &str) -> Result<String, VerifyError> {
    digests(statement)?
        .files
        .remove(name)
        .ok_or_else(|| VerifyError::OtherFile(name.to_owned()))
}

/// Returns the digests by file name that a provenance speaks of, whoever signed it; nothing if it is none.
pub fn claims(provenance: &[u8]) -> Option<BTreeMap<String, String>> {
    let cleartext = cleartext::decode(provenance)?;
    Some(
        digests(&cleartext.text)
            .map(|digests| digests.files)
            .unwrap_or_default(),
    )
}

fn digests(statement: &[u8]) -> Result<Digests, VerifyError> {
    let cut = packets::find(statement, CUT.as_bytes()).ok_or(VerifyError::NoDigests)?;
    let rest = &statement[cut + CUT.len()..];
    let end = packets::find(rest, CUT.as_bytes()).unwrap_or(rest.len());
    Ok(yaml::from_slice_as(&rest[..end])?)
}
