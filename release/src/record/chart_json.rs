//! A chart as release records hold it: everything but its subcharts.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::{Chart, File, Lock, Map, Metadata};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::names::null_is_default;
use crate::time::{self, Time};

/// Go's zero time, which the record holds for a schema without a time.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

#[derive(Serialize)]
struct ChartOut<'a> {
    metadata: &'a Metadata,
    lock: &'a Option<Lock>,
    templates: Option<Vec<FileOut<'a>>>,
    values: Option<&'a Map>,
    schema: Option<String>,
    schemamodtime: String,
    files: Option<Vec<FileOut<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modtime: Option<Time>,
}

#[derive(Serialize)]
struct FileOut<'a> {
    name: &'a str,
    data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    modtime: Option<Time>,
}

impl<'a> From<&'a File> for FileOut<'a> {
    fn from(file: &'a File) -> Self {
        FileOut {
            name: &file.name,
            data: STANDARD.encode(&file.data),
            modtime: file.modified.map(Time::from),
        }
    }
}

pub(super) fn serialize<S: Serializer>(chart: &Chart, serializer: S) -> Result<S::Ok, S::Error> {
    // Go writes a list or map that was never made as null.
    let has_values = !chart.values.is_empty() || chart.raw_file("values.yaml").is_some();
    ChartOut {
        metadata: &chart.metadata,
        lock: &chart.lock,
        templates: files_out(&chart.templates),
        values: has_values.then_some(&chart.values),
        schema: chart.schema.as_ref().map(|schema| STANDARD.encode(schema)),
        schemamodtime: chart
            .schema_modified
            .map_or_else(|| ZERO_TIME.to_owned(), |time| Time::from(time).to_string()),
        files: files_out(&chart.files),
        modtime: chart.modified.map(Time::from),
    }
    .serialize(serializer)
}

fn files_out(files: &[File]) -> Option<Vec<FileOut<'_>>> {
    (!files.is_empty()).then(|| files.iter().map(FileOut::from).collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ChartIn {
    #[serde(deserialize_with = "null_is_default")]
    metadata: Metadata,
    lock: Option<Lock>,
    #[serde(deserialize_with = "null_is_default")]
    templates: Vec<FileIn>,
    #[serde(deserialize_with = "null_is_default")]
    values: Map,
    schema: Option<Base64>,
    #[serde(deserialize_with = "time::optional")]
    schemamodtime: Option<Time>,
    #[serde(deserialize_with = "null_is_default")]
    files: Vec<FileIn>,
    #[serde(deserialize_with = "time::optional")]
    modtime: Option<Time>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FileIn {
    name: String,
    data: Option<Base64>,
    #[serde(deserialize_with = "time::optional")]
    modtime: Option<Time>,
}

struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Bytes)
    }
}

/// Reads bytes as Go does: base64, or a list of numbers.
struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Base64;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("base64 or a list of bytes")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Base64, E> {
        STANDARD.decode(text).map(Base64).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Base64, A::Error> {
        let mut bytes = Vec::new();
        while let Some(number) = numbers.next_element()? {
            bytes.push(number);
        }
        Ok(Base64(bytes))
    }
}

impl From<FileIn> for File {
    fn from(file: FileIn) -> Self {
        File {
            name: file.name,
            data: file.data.map_or_else(Vec::new, |data| data.0).into(),
            modified: file.modtime.map(SystemTime::from),
        }
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Chart, D::Error> {
    let stored = Option::<ChartIn>::deserialize(deserializer)?.unwrap_or_default();
    Ok(Chart {
        metadata: stored.metadata,
        lock: stored.lock,
        values: stored.values,
        schema: stored.schema.map(|schema| schema.0.into()),
        schema_modified: stored.schemamodtime.map(SystemTime::from),
        templates: stored.templates.into_iter().map(File::from).collect(),
        files: stored.files.into_iter().map(File::from).collect(),
        modified: stored.modtime.map(SystemTime::from),
        ..Chart::default()
    })
}
