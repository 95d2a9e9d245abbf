//! Charts that do not fit into an object beside the rest of their record: kept in objects of their own.
//!
//! The record itself then holds all but the chart's templates and files, so that Helm can still list it, upgrade from it
//! and roll back to it. The parts are written before the record and are never changed; a record that is there has all of
//! them. They belong to it in the server's eyes, and go when it goes, whoever deletes it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::Chart;
use serde_json::{Value, json};

use super::codec::{self, CodecError};
use super::labels::PARTS;
use super::{RecordId, StoreError, tight};
use crate::record::Release;

/// The most an object of the server may hold (`MaxSecretSize` of the API).
pub(super) const LIMIT: usize = 1 << 20;

/// The most that packing tighter is tried for. It takes seconds for what is much larger, and seldom saves more.
const IN_REACH: usize = 2 * LIMIT;

/// The size of a part: what surrounds it needs room too.
const PART: usize = 900 << 10;

/// How the names of parts begin.
const PREFIX: &str = "coxswain.v1.";

/// A record in two: what is written as the record, and the chart's content apart from it.
pub(super) struct Split {
    pub(super) packed: String,
    pub(super) parts: Vec<Vec<u8>>,
}

impl Split {
    /// Packs a record as Helm does; else smaller; splits it if it does not fit otherwise.
    ///
    /// # Errors
    ///
    /// When no object can hold it whatever is done, and those of packing.
    pub(super) fn of(release: &Release) -> Result<Self, CodecError> {
        let whole = |packed| Split {
            packed,
            parts: Vec::new(),
        };
        let packed = codec::encode(release)?;
        if packed.len() <= LIMIT {
            return Ok(whole(packed));
        }
        if packed.len() <= IN_REACH {
            let tight = tight::encode(release)?;
            if tight.len() <= LIMIT {
                return Ok(whole(tight));
            }
        }
        let content = Release {
            chart: Chart {
                templates: release.chart.templates.clone(),
                files: release.chart.files.clone(),
                ..Chart::default()
            },
            ..Release::default()
        };
        let content = STANDARD.decode(codec::encode(&content)?)?;
        let mut rest = release.clone();
        rest.chart.templates.clear();
        rest.chart.files.clear();
        let packed = codec::encode(&rest)?;
        if packed.len() > LIMIT {
            return Err(CodecError::NoRoom { size: packed.len() });
        }
        Ok(Split {
            packed,
            parts: content.chunks(PART).map(<[u8]>::to_vec).collect(),
        })
    }
}

/// Puts a record and its parts together again.
///
/// # Errors
///
/// When parts are missing or damaged.
pub(super) fn join(
    release: &mut Release,
    parts: &BTreeMap<usize, Vec<u8>>,
    count: usize,
) -> Result<(), CodecError> {
    if parts.len() != count || parts.keys().copied().ne(0..count) {
        return Err(CodecError::Parts {
            found: parts.len(),
            count,
        });
    }
    let content: Vec<u8> = parts.values().flatten().copied().collect();
    let content = codec::decode(STANDARD.encode(content).as_bytes())?;
    release.chart.templates = content.chart.templates;
    release.chart.files = content.chart.files;
    Ok(())
}

/// Returns how many parts a record has beside it, judging by its labels and by what it holds itself: Helm copies labels
/// to revisions that have none.
pub(super) fn count(labels: &BTreeMap<String, String>, release: &Release) -> usize {
    let is_whole = !(release.chart.templates.is_empty() && release.chart.files.is_empty());
    let count = labels.get(PARTS).and_then(|count| count.parse().ok());
    if is_whole { 0 } else { count.unwrap_or(0) }
}

/// Returns the object of a part but for its content.
pub(super) fn metadata(id: &RecordId, part: usize) -> Value {
    json!({
        "name": name(id, part),
        "namespace": id.namespace,
        "labels": {
            "owner": "coxswain",
            "name": id.name,
            "version": id.revision.to_string(),
            "part": part.to_string(),
        },
    })
}

pub(super) fn name(id: &RecordId, part: usize) -> String {
    format!("{PREFIX}{}.v{}.{part}", id.name, id.revision)
}

/// Says whether an object is a part, by its name.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Returns the selector of the parts of all records of a release.
pub(super) fn selector_of_all(name: &str) -> String {
    format!("owner=coxswain,name={name}")
}

/// Returns the selector of a record's parts.
pub(super) fn selector(id: &RecordId) -> String {
    format!("owner=coxswain,name={},version={}", id.name, id.revision)
}

/// Says what goes wrong with a record whose parts are not all there.
pub(super) fn error(id: &RecordId, source: CodecError) -> StoreError {
    StoreError::Decode {
        key: id.key(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use chart::File;

    use super::*;

    /// A record with a file of so many bytes that cannot be packed smaller.
    fn release(size: usize) -> Release {
        let mut state = 1_u64;
        let noise = (0..size).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as u8
        });
        let file = File {
            name: "noise".to_owned(),
            data: noise.collect::<Vec<u8>>().into(),
            modified: None,
        };
        let chart = Chart {
            files: vec![file],
            ..Chart::default()
        };
        Release {
            name: "web".to_owned(),
            chart,
            manifest: "a: b\n".to_owned(),
            ..Release::default()
        }
    }

    #[test]
    fn what_fits_nowhere_is_refused() {
        let mut release = release(10);
        release.manifest = (0..400_000_u64)
            .map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string())
            .collect();
        assert!(matches!(Split::of(&release), Err(CodecError::NoRoom { .. })));
    }

    #[test]
    fn what_fits_stays_whole() {
        assert!(Split::of(&release(1000)).unwrap().parts.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_put_together_again() {
        let whole = release(2_000_000);
        let split = Split::of(&whole).unwrap();
        assert!(split.packed.len() < 1000 && split.parts.len() > 1);
        let mut read = codec::decode(split.packed.as_bytes()).unwrap();
        assert_eq!(read.manifest, whole.manifest);
        let mut parts: BTreeMap<_, _> = split.parts.into_iter().enumerate().collect();
        let count = parts.len();
        join(&mut read, &parts, count).unwrap();
        assert_eq!(read, whole);
        parts.remove(&0);
        assert!(matches!(
            join(&mut read, &parts, count),
            Err(CodecError::Parts { .. })
        ));
    }
}
