//! `values.yaml`: can it be read, and does it fit the schema?

use super::{Finding, Severity, Subject};
use crate::values::{coalesce_tables, validate_one};
use crate::{ConfigureOptions, Map, Remark, yaml};

const PATH: &str = "values.yaml";

/// Checks the `values.yaml` of a chart, with the user's values on top, against the chart's own schema. Subcharts are
/// not looked at. What could not be merged is returned besides.
pub fn values(
    subject: &Subject,
    user_values: &Map,
    options: &ConfigureOptions,
) -> (Vec<Finding>, Vec<Remark>) {
    if subject.kind(PATH).is_err() {
        let missing = Finding::new(Severity::Info, PATH, "file does not exist");
        return (vec![missing], Vec::new());
    }
    let mut remarks = Vec::new();
    let found = check(subject, user_values, (options, &mut remarks)).err();
    let finding = found.map(|message| Finding::new(Severity::Error, PATH, message));
    (finding.into_iter().collect(), remarks)
}

fn check(
    subject: &Subject,
    user_values: &Map,
    (options, remarks): (&ConfigureOptions, &mut Vec<Remark>),
) -> Result<(), String> {
    let bytes = subject
        .read(PATH)
        .map_err(|err| format!("unable to parse YAML: {err}"))?;
    let defaults = yaml::map_from_slice(&bytes).map_err(|err| {
        // Helm decodes into a named type here.
        let text = err
            .to_string()
            .replace("type map[string]interface {}", "type common.Values");
        format!("unable to parse YAML: {text}")
    })?;
    let coalesced = coalesce_tables(user_values.clone(), &defaults);
    remarks.extend(coalesced.remarks);
    let schema = subject.read("values.schema.json").unwrap_or_default();
    if schema.is_empty() || options.skip_schema_validation {
        return Ok(());
    }
    validate_one(&schema, &coalesced.values)
}
