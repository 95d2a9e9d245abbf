//! A record as bytes: JSON, gzipped, in base64.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::Metadata;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::parts::LIMIT;
use crate::names::null_is_default;
use crate::record::{Info, Release};

/// A record cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// It is not base64.
    #[error(transparent)]
    Base64(#[from] base64::DecodeError),
    /// It cannot be unpacked.
    #[error(transparent)]
    Gzip(#[from] std::io::Error),
    /// It is not the JSON of a release.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Objects that belong to it are missing.
    #[error("{found} of {count} parts of the chart are there")]
    Parts {
        /// How many there are.
        found: usize,
        /// How many there should be.
        count: usize,
    },
    /// No object can hold it, not even without its chart's files.
    #[error(
        "values, manifest and hooks take {size} bytes when packed, an object of the server holds {LIMIT}: split the chart \
         into several releases"
    )]
    NoRoom {
        /// How much it takes.
        size: usize,
    },
    /// It unpacks to more than any record can be.
    #[error("the record is larger than {MAX_JSON} bytes")]
    TooLarge,
}

/// The most a record may unpack to. Packed it must fit into an object of 1 MiB, and JSON does not shrink a
/// thousandfold unless somebody wants it to.
const MAX_JSON: u64 = 256 << 20;

/// Packs a record as Helm stores it.
///
/// # Errors
///
/// When the record holds what JSON cannot: no such record is known.
pub fn encode(release: &Release) -> Result<String, CodecError> {
    pack(release)
}

/// Packs what is the JSON of a record.
pub(super) fn pack<T: Serialize>(record: &T) -> Result<String, CodecError> {
    let json = chart::json::to_string(record)?;
    let mut encoder = GzEncoder::new(Vec::with_capacity(json.len() / 4), Compression::best());
    encoder.write_all(json.as_bytes())?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// Unpacks a record. Its labels are not in it.
///
/// # Errors
///
/// When it is damaged.
pub fn decode(data: &[u8]) -> Result<Release, CodecError> {
    read(data)
}

/// Unpacks what lists show of a record.
///
/// # Errors
///
/// When it is damaged.
pub fn decode_summary(data: &[u8]) -> Result<Summary, CodecError> {
    read(data)
}

fn read<T: DeserializeOwned>(data: &[u8]) -> Result<T, CodecError> {
    let bytes = STANDARD.decode(data.trim_ascii())?;
    // Records from before compression are plain JSON.
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Ok(serde_json::from_slice(&bytes)?);
    }
    let mut json = Vec::with_capacity(bytes.len() * 4);
    let length = GzDecoder::new(&bytes[..]).take(MAX_JSON).read_to_end(&mut json)?;
    if length as u64 == MAX_JSON {
        return Err(CodecError::TooLarge);
    }
    Ok(serde_json::from_slice(&json)?)
}

/// What lists and histories show of a record. Reading it skips templates, files and manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The release.
    pub name: String,
    /// The namespace of the release.
    pub namespace: String,
    /// The revision.
    #[serde(rename = "version")]
    pub revision: u64,
    /// When, what, how it ended.
    #[serde(deserialize_with = "null_is_default")]
    pub info: Info,
    /// The chart's `Chart.yaml`.
    #[serde(deserialize_with = "null_is_default")]
    pub chart: ChartSummary,
    /// `ssa`, `csa`, or empty.
    pub apply_method: String,
}

/// What a [`Summary`] holds of the chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChartSummary {
    /// `Chart.yaml`.
    #[serde(deserialize_with = "null_is_default")]
    pub metadata: Metadata,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release() -> Release {
        Release {
            name: "web".to_owned(),
            revision: 3,
            manifest: "a: <b>\n".repeat(100),
            ..Release::default()
        }
    }

    #[test]
    fn records_survive() {
        let packed = encode(&release()).unwrap();
        assert_eq!(decode(packed.as_bytes()).unwrap(), release());
        assert_eq!(decode_summary(packed.as_bytes()).unwrap().revision, 3);
    }

    #[test]
    fn uncompressed_records_are_read() {
        let plain = STANDARD.encode(serde_json::to_vec(&release()).unwrap());
        assert_eq!(decode(plain.as_bytes()).unwrap(), release());
    }

    #[test]
    fn damage_is_an_error() {
        assert!(matches!(decode(b"%"), Err(CodecError::Base64(_))));
        assert!(matches!(
            decode(STANDARD.encode(b"\x1f\x8b\x08x").as_bytes()),
            Err(CodecError::Gzip(_))
        ));
        assert!(matches!(
            decode(STANDARD.encode(b"[]").as_bytes()),
            Ok(_) | Err(CodecError::Json(_))
        ));
    }
}
