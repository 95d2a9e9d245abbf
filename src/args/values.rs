//! `-f` and the `--set` flags: the user's values.

use std::io::Read;

use chart::values::{Layer, Values};

use crate::error::{CommandError, Result};

/// Flags that set values.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ValuesArgs {
    /// specify values in a YAML file or a URL (can specify multiple)
    #[arg(short = 'f', long, value_name = "strings")]
    values: Vec<String>,
    /// set values on the command line (can specify multiple or separate values with commas: key1=val1,key2=val2)
    #[arg(long, value_name = "stringArray")]
    set: Vec<String>,
    /// set STRING values on the command line (can specify multiple or separate values with commas: key1=val1,key2=val2)
    #[arg(long, value_name = "stringArray")]
    set_string: Vec<String>,
    /// set values from respective files specified via the command line (can specify multiple or separate values with
    /// commas: key1=path1,key2=path2)
    #[arg(long, value_name = "stringArray")]
    set_file: Vec<String>,
    /// set JSON values on the command line (can specify multiple or separate values with commas:
    /// key1=jsonval1,key2=jsonval2 or using json format: {"key1": jsonval1, "key2": "jsonval2"})
    #[arg(long, value_name = "stringArray")]
    set_json: Vec<String>,
    /// set a literal STRING value on the command line
    #[arg(long, value_name = "stringArray")]
    set_literal: Vec<String>,
}
