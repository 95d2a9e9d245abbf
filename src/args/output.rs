//! `-o`: the form of a command's data.

use serde::Serialize;

use crate::error::Result;

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Format {
    #[default]
    Table,
    Json,
    Yaml,
}

/// The flag that chooses the form.
#[derive(Debug, clap::Args)]
pub(crate) struct OutputArgs {
    /// prints the output in the specified format. Allowed values: table, json, yaml
    #[arg(short, long, value_name = "format", default_value = "table", value_parser = parse)]
    pub(crate) output: Format,
}

fn parse(text: &str) -> Result<Format, String> {
    match text {
        "table" => Ok(Format::Table),
        "json" => Ok(Format::Json),
        "yaml" => Ok(Format::Yaml),
        _ => Err("invalid format type".to_owned()),
    }
}

impl Format {
    /// The data as JSON or YAML text, or as what `table` makes of it.
    ///
    /// JSON is one line with `<`, `>` and `&` escaped; YAML is made from that JSON (Helm's `pkg/cli/output`).
    ///
    /// # Errors
    /// When the data has no YAML form (a control character in a string).
    pub(crate) fn render<T: Serialize + ?Sized, R: From<String>>(
        self,
        data: &T,
        table: impl FnOnce() -> Result<R>,
    ) -> Result<R> {
        match self {
            Format::Table => table(),
            Format::Json => Ok(format!("{}\n", chart::json::to_string(data)?).into()),
            Format::Yaml => to_yaml(data).map(R::from),
        }
    }
}

/// YAML text of anything that has a JSON form, with its closing line feed.
///
/// # Errors
/// As [`Format::render`].
pub(crate) fn to_yaml<T: Serialize + ?Sized>(data: &T) -> Result<String> {
    let value: chart::Value = serde_json::from_str(&serde_json::to_string(data)?)?;
    Ok(chart::yaml::to_string(&value)?)
}
