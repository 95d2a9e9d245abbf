//! The form `v1`: every field is known, or refused.

use chart::yaml::tree::Node;

use super::decode::Fields;
use super::extism;
use super::{
    Config, Metadata, MetadataError, PluginType, ProtocolCommand, Result, Runtime, Subprocess, Usage,
    commands_of, finish, invalid, is_name, is_version, read_commands, read_platform_hooks,
};

pub(super) fn read(root: &Node) -> Result<Metadata> {
    let mut fields = Fields::of(Some(root), "plugin.MetadataV1");
    let (_, name) = (fields.text("apiVersion"), fields.text("name"));
    let (kind, runtime) = (fields.text("type"), fields.text("runtime"));
    let (version, source_url) = (fields.text("version"), fields.text("sourceURL"));
    let (config, runtime_config) = (fields.node("config"), fields.node("runtimeConfig"));
    fields.refuse_unknown("plugin.MetadataV1");
    finish(fields)?;
    if !is_name(&name) {
        return invalid("invalid plugin `name`");
    }
    if version.is_empty() {
        return invalid("plugin `version` is required");
    }
    if !is_version(&version) {
        return invalid(format!(
            "invalid plugin `version` {version:?}: must be valid semver"
        ));
    }
    for (value, name) in [(&kind, "type"), (&runtime, "runtime")] {
        if value.is_empty() {
            return invalid(format!("`{name}` missing"));
        }
    }
    let convert = |problem: String| MetadataError::Convert(problem);
    let kind = PluginType::parse(&kind).ok_or_else(|| convert(format!("unknown plugin type {kind:?}")))?;
    let config = read_config(kind, config).map_err(|error| convert(error.to_string()))?;
    let runtime = read_runtime(&runtime, runtime_config).map_err(convert)?;
    if let Config::Getter(protocols) = &config {
        check_protocols(protocols)?;
    }
    Ok(Metadata {
        api_version: "v1",
        name,
        version,
        source_url,
        config,
        runtime,
    })
}

/// Reads what the kind of plugin has of its own.
fn read_config(kind: PluginType, config: Option<&Node>) -> Result<Config> {
    let go_type = match kind {
        PluginType::Cli => "schema.ConfigCLIV1",
        PluginType::Getter => "schema.ConfigGetterV1",
        PluginType::PostRenderer => "schema.ConfigPostRendererV1",
        PluginType::Test => "schema.ConfigTestV1",
    };
    let mut fields = Fields::of(config, go_type);
    let config = match kind {
        PluginType::Cli => Config::Cli(Usage {
            usage: fields.text("usage"),
            short: fields.text("shortHelp"),
            long: fields.text("longHelp"),
            ignores_flags: fields.switch("ignoreFlags"),
        }),
        PluginType::Getter => Config::Getter(fields.texts("protocols")),
        PluginType::PostRenderer => Config::PostRenderer,
        PluginType::Test => Config::Test,
    };
    fields.refuse_unknown(go_type);
    finish(fields)?;
    Ok(config)
}

fn check_protocols(protocols: &[String]) -> Result<()> {
    if protocols.is_empty() {
        return invalid("config validation failed: getter has no protocols");
    }
    match protocols.iter().position(String::is_empty) {
        Some(at) => invalid(format!(
            "config validation failed: getter has empty protocol at index {at}"
        )),
        None => Ok(()),
    }
}

fn read_runtime(runtime: &str, config: Option<&Node>) -> std::result::Result<Runtime, String> {
    match runtime {
        "subprocess" => {
            let mut fields = Fields::of(config, "plugin.RuntimeConfigSubprocess");
            let subprocess = Subprocess {
                commands: read_commands(&mut fields, "platformCommand"),
                hooks: read_platform_hooks(&mut fields),
                expands_hooks: false,
                protocols: read_protocols(&mut fields),
            };
            finish(fields).map_err(|error| {
                format!("failed to unmarshal runtimeConfig for subprocess runtime: {error}")
            })?;
            Ok(Runtime::Subprocess(subprocess))
        }
        "extism/v1" => {
            let mut fields = Fields::of(config, "plugin.RuntimeConfigExtismV1");
            let sandbox = extism::read(&mut fields);
            finish(fields).map_err(|error| {
                format!("failed to unmarshal runtimeConfig for extism/v1 runtime: {error}")
            })?;
            Ok(Runtime::Extism(sandbox))
        }
        other => Err(format!("unsupported plugin runtime type: {other:?}")),
    }
}

fn read_protocols(fields: &mut Fields) -> Vec<ProtocolCommand> {
    let items = fields.items("protocolCommands", "[]plugin.SubprocessProtocolCommand");
    let mut protocols = Vec::new();
    for item in items {
        let mut inner = Fields::of(Some(item), "plugin.SubprocessProtocolCommand");
        let commands = inner.items("platformCommand", "[]plugin.PlatformCommand");
        protocols.push(ProtocolCommand {
            protocols: inner.texts("protocols"),
            commands: commands_of(&commands, &mut inner.errors),
        });
        fields.errors.extend(inner.errors);
    }
    protocols
}
