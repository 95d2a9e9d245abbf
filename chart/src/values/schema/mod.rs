//! `values.schema.json`: do the values fit?
//!
//! Drafts 4 to 2020-12 (the latter without `$schema`). A `$ref` leads to other parts of the schema, but never to the
//! network or to a file: Helm fetches both, which lets a chart make the user's machine ask anything of anyone.

mod ordinary;
mod text;

use std::error::Error;
use std::fmt;

use boon::{CompileError, Compiler, SchemaIndex, Schemas, UrlLoader, ValidationError};

use self::text::error_text;
use super::go_format::type_name;
use crate::json::{self, JsonFault};
use crate::quote::quote;
use crate::{Chart, Map, Value};

/// What is wrong with the values, chart by chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError(String);

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for SchemaError {}

/// Checks `values` against the schema of `chart`, and what is below each subchart's name against that of the subchart.
///
/// # Errors
///
/// All that does not fit, under the name of the chart that says so.
pub fn validate(chart: &Chart, values: &Map) -> Result<(), SchemaError> {
    let mut report = String::new();
    check(chart, values, &mut report);
    if report.is_empty() {
        Ok(())
    } else {
        Err(SchemaError(report))
    }
}

fn check(chart: &Chart, values: &Map, report: &mut String) {
    if let Some(schema) = &chart.schema
        && let Err(message) = validate_one(schema, values)
    {
        report.push_str(&format!("{}:\n{message}", chart.name()));
    }
    for subchart in &chart.subcharts {
        match values.get(subchart.name()) {
            None | Some(Value::Null) => {}
            Some(Value::Map(inner)) => check(subchart, inner, report),
            Some(other) => report.push_str(&format!(
                "{}:\ninvalid type for values: expected object (map), got {}\n",
                subchart.name(),
                type_name(other)
            )),
        }
    }
}

const LOCATION: &str = "file:///values.schema.json";

/// Checks `values` against one schema.
///
/// # Errors
///
/// A line per thing that does not fit, or what is wrong with the schema.
pub(crate) fn validate_one(schema: &[u8], values: &Map) -> Result<(), String> {
    let values = Value::Map(values.clone());
    if ordinary::fits(schema, &values) {
        return Ok(());
    }
    validate_any(schema, &values)
}

/// As [`validate_one`], for schemas of every kind.
fn validate_any(schema: &[u8], values: &Value) -> Result<(), String> {
    let (schemas, compiled) = compile(parse(schema)?)?;
    let values = json(values);
    let fits = schemas.validate(&values, compiled);
    fits.map_err(|err| format!("{}\n", complaint(&err)))
}

/// Checks documents against a schema; returns for each what does not fit, a line each, or nothing.
///
/// # Errors
///
/// What is wrong with the schema.
pub fn misfits(
    schema: serde_json::Value,
    documents: &[serde_json::Value],
) -> Result<Vec<Option<String>>, SchemaError> {
    let (schemas, compiled) = compile(schema).map_err(SchemaError)?;
    let check = |document| {
        schemas
            .validate(document, compiled)
            .err()
            .map(|err| complaint(&err))
    };
    Ok(documents.iter().map(check).collect())
}

fn compile(schema: serde_json::Value) -> Result<(Schemas, SchemaIndex), String> {
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(Loader));
    compiler
        .add_resource(LOCATION, schema)
        .map_err(|err| compile_text(&err))?;
    let mut schemas = Schemas::new();
    let compiled = compiler
        .compile(LOCATION, &mut schemas)
        .map_err(|err| compile_text(&err))?;
    Ok((schemas, compiled))
}

fn complaint(err: &ValidationError<'_, '_>) -> String {
    let text = error_text(err);
    let first = format!("jsonschema validation failed with '{LOCATION}#'\n");
    text.strip_prefix(&first).unwrap_or(&text).to_owned()
}

fn parse(schema: &[u8]) -> Result<serde_json::Value, String> {
    serde_json::from_slice(schema).map_err(|err| {
        let is_blank = schema.iter().all(u8::is_ascii_whitespace);
        match json::fault(schema) {
            Some(JsonFault::End) if is_blank => "EOF".to_owned(),
            Some(JsonFault::End) => "unexpected EOF".to_owned(),
            Some(JsonFault::Byte { message, .. }) => message,
            None if err.to_string().starts_with("trailing characters") => {
                "invalid character after top-level value".to_owned()
            }
            None => err.to_string(),
        }
    })
}

/// Answers for what a schema refers to outside itself.
struct Loader;

impl UrlLoader for Loader {
    fn load(&self, url: &str) -> Result<serde_json::Value, Box<dyn Error>> {
        // Helm lets everything pass that a name it cannot resolve should check.
        if url.starts_with("urn:") {
            return Ok(serde_json::Value::Bool(true));
        }
        Err("references to files and to the network are not followed".into())
    }
}

/// Says what is wrong with a schema in the words of Helm's library.
fn compile_text(err: &CompileError) -> String {
    match err {
        CompileError::LoadUrlError { url, src } => format!("failing loading {}: {src}", quote(url)),
        CompileError::UnsupportedUrlScheme { url } => format!("no URLLoader registered for {}", quote(url)),
        CompileError::InvalidMetaSchemaUrl { url, src } => {
            format!("invalid $schema in {}: {src}", quote(url))
        }
        CompileError::UnsupportedDraft { url } => format!("draft {} is not supported", quote(url)),
        CompileError::MetaSchemaCycle { url } => format!("cycle in resolving $schema in {}", quote(url)),
        CompileError::ValidationError { url, src } => {
            format!(
                "{} is not valid against metaschema: {}",
                quote(&with_fragment(url)),
                error_text(src)
            )
        }
        CompileError::JsonPointerNotFound(pointer) => {
            format!("json-pointer in {} not found", quote(pointer))
        }
        CompileError::AnchorNotFound { url, reference } => {
            format!(
                "anchor in {} not found in schema {}",
                quote(reference),
                quote(url)
            )
        }
        CompileError::InvalidRegex { url, regex, src } => {
            format!("invalid regex {} at {}: {src}", quote(regex), quote(url))
        }
        other => other.to_string(),
    }
}

fn with_fragment(url: &str) -> String {
    if url.contains('#') {
        url.to_owned()
    } else {
        format!("{url}#")
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => value.as_i64().map_or_else(|| (*number).into(), Into::into),
        Value::String(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(json).collect(),
        Value::Map(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), json(value)))
            .collect(),
    }
}
