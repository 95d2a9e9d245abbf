//! `runtimeConfig` of plugins that are WebAssembly (Helm's `RuntimeConfigExtismV1`): what the sandbox lets them have.

use std::collections::BTreeMap;

use super::decode::Fields;

/// What a plugin may have in its sandbox. A provenance tells lists and tables that nobody gave from empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sandbox {
    pub(crate) memory: Memory,
    /// What the plugin may ask for by name.
    pub(crate) config: Option<BTreeMap<String, String>>,
    /// The hosts that it may send requests to, as patterns.
    pub(crate) allowed_hosts: Option<Vec<String>>,
    /// Whether it has a folder `/tmp`, for as long as it runs.
    pub(crate) has_temporary_folder: bool,
    /// How many milliseconds it may run; 0 is as long as it wants.
    pub(crate) timeout: u64,
    /// Functions of ours that it wants. There are none.
    pub(crate) host_functions: Option<Vec<String>>,
    /// The function that is called; empty is the usual one.
    pub(crate) entry: String,
}

/// How much memory a plugin may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// In pages of 64 KiB; 0 says nothing of it.
    pub(crate) pages: u32,
    /// For the answer to a request; negative is Extism's limit.
    pub(crate) response_bytes: Option<i64>,
    /// For variables; negative is Extism's limit.
    pub(crate) variable_bytes: Option<i64>,
}

/// Reads the fields; those that nobody knows are passed over, as in Helm.
pub(super) fn read(fields: &mut Fields) -> Sandbox {
    let (mut memory, mut files) = (
        Fields::of(fields.node("memory"), "plugin.RuntimeConfigExtismV1Memory"),
        Fields::of(
            fields.node("fileSystem"),
            "plugin.RuntimeConfigExtismV1FileSystem",
        ),
    );
    let sandbox = Sandbox {
        memory: Memory {
            pages: memory.number("maxPages", "uint32").unwrap_or(0),
            response_bytes: memory.number("maxHttpResponseBytes", "int64"),
            variable_bytes: memory.number("maxVarBytes", "int64"),
        },
        config: table(fields, "config"),
        allowed_hosts: list(fields, "allowedHosts"),
        has_temporary_folder: files.switch("createTempDir"),
        timeout: fields.number("timeout", "uint64").unwrap_or(0),
        host_functions: list(fields, "hostFunctions"),
        entry: fields.text("entryFuncName"),
    };
    fields.errors.append(&mut memory.errors);
    fields.errors.append(&mut files.errors);
    sandbox
}

fn list(fields: &mut Fields, name: &'static str) -> Option<Vec<String>> {
    fields.node(name)?;
    Some(fields.texts(name))
}

fn table(fields: &mut Fields, name: &'static str) -> Option<BTreeMap<String, String>> {
    fields.node(name)?;
    let pairs = fields.pairs(name).into_iter();
    Some(pairs.map(|(key, value)| (key, value.value.clone())).collect())
}
