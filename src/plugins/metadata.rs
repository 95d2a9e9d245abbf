//! `plugin.yaml`, in its form `v1` and the one before (`metadata_v1.go`, `metadata_legacy.go`).

use std::fmt;

use chart::Version;
use chart::yaml::tree::{self, Node, first_document};

use super::decode::Fields;

/// What a plugin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PluginType {
    /// A command.
    Cli,
    /// A source of charts.
    Getter,
    /// A post-renderer.
    PostRenderer,
    /// Helm's own tests have them.
    Test,
}

impl PluginType {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "cli/v1" => PluginType::Cli,
            "getter/v1" => PluginType::Getter,
            "postrenderer/v1" => PluginType::PostRenderer,
            "test/v1" => PluginType::Test,
            _ => return None,
        })
    }
}

impl fmt::Display for PluginType {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            PluginType::Cli => "cli/v1",
            PluginType::Getter => "getter/v1",
            PluginType::PostRenderer => "postrenderer/v1",
            PluginType::Test => "test/v1",
        })
    }
}

/// What a `plugin.yaml` says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) kind: PluginType,
    pub(crate) runtime: Runtime,
}

/// How a plugin is run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Runtime {
    /// As a program.
    Subprocess(Vec<PlatformCommand>),
    /// As WebAssembly.
    Extism,
}

/// A command for some platforms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PlatformCommand {
    pub(crate) os: String,
    pub(crate) arch: String,
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
}

/// Why a `plugin.yaml` describes no plugin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetadataError {
    #[error("failed to peek plugin.yaml API version")]
    Peek(#[source] tree::Error),
    #[error("failed to peek plugin.yaml API version: EOF")]
    Empty,
    #[error("yaml: unmarshal errors:\n  {}", .0.join("\n  "))]
    Fields(Vec<String>),
    #[error("failed to convert MetadataV1 to Metadata: {0}")]
    Convert(String),
    #[error("{0}")]
    Invalid(String),
}

type Result<T> = std::result::Result<T, MetadataError>;

fn invalid<T>(problem: impl Into<String>) -> Result<T> {
    Err(MetadataError::Invalid(problem.into()))
}

impl Metadata {
    /// Reads the text of a `plugin.yaml`: strictly if it says that it is of version `v1`.
    ///
    /// # Errors
    /// What Helm finds wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let document = first_document(text).map_err(MetadataError::Peek)?;
        let document = document.ok_or(MetadataError::Empty)?;
        let root = document.root();
        match Fields::of(Some(root), "plugin.apiVersion")
            .text("apiVersion")
            .as_str()
        {
            "" => legacy(root),
            "v1" => v1(root),
            other => invalid(format!("invalid plugin apiVersion: {other:?}")),
        }
    }
}

fn v1(root: &Node) -> Result<Metadata> {
    let mut fields = Fields::of(Some(root), "plugin.MetadataV1");
    let (_, name) = (fields.text("apiVersion"), fields.text("name"));
    let (kind, runtime) = (fields.text("type"), fields.text("runtime"));
    let (version, _) = (fields.text("version"), fields.text("sourceURL"));
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
    let protocols = read_config(kind, config).map_err(|error| convert(error.to_string()))?;
    let runtime = read_runtime(&runtime, runtime_config).map_err(convert)?;
    if kind == PluginType::Getter {
        check_protocols(&protocols)?;
    }
    Ok(Metadata { name, kind, runtime })
}

/// Reads what the kind of plugin has of its own; gives the protocols of a getter.
fn read_config(kind: PluginType, config: Option<&Node>) -> Result<Vec<String>> {
    let go_type = match kind {
        PluginType::Cli => "schema.ConfigCLIV1",
        PluginType::Getter => "schema.ConfigGetterV1",
        PluginType::PostRenderer => "schema.ConfigPostRendererV1",
        PluginType::Test => "schema.ConfigTestV1",
    };
    let mut fields = Fields::of(config, go_type);
    let mut protocols = Vec::new();
    match kind {
        PluginType::Cli => {
            for name in ["usage", "shortHelp", "longHelp"] {
                fields.text(name);
            }
            fields.switch("ignoreFlags");
        }
        PluginType::Getter => protocols = fields.texts("protocols"),
        PluginType::PostRenderer | PluginType::Test => {}
    }
    fields.refuse_unknown(go_type);
    finish(fields)?;
    Ok(protocols)
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
            let commands = read_commands(&mut fields);
            finish(fields).map_err(|error| {
                format!("failed to unmarshal runtimeConfig for subprocess runtime: {error}")
            })?;
            Ok(Runtime::Subprocess(commands))
        }
        "extism/v1" => Ok(Runtime::Extism),
        other => Err(format!("unsupported plugin runtime type: {other:?}")),
    }
}

fn read_commands(fields: &mut Fields) -> Vec<PlatformCommand> {
    let items = fields.items("platformCommand", "[]plugin.PlatformCommand");
    let read = |item| {
        let mut inner = Fields::of(Some(item), "plugin.PlatformCommand");
        let command = PlatformCommand {
            os: inner.text("os"),
            arch: inner.text("arch"),
            command: inner.text("command"),
            args: inner.texts("args"),
        };
        (command, inner.errors)
    };
    let mut commands = Vec::new();
    for (command, errors) in items.into_iter().map(read) {
        commands.push(command);
        fields.errors.extend(errors);
    }
    commands
}

/// Plugins from before there were kinds are commands, or getters if they say so. None of them is a post-renderer.
fn legacy(root: &Node) -> Result<Metadata> {
    let mut fields = Fields::of(Some(root), "plugin.MetadataLegacy");
    let (name, version) = (fields.text("name"), fields.text("version"));
    for text in ["usage", "description"] {
        fields.text(text);
    }
    fields.switch("ignoreFlags");
    let command = fields.text("command");
    let mut commands = read_commands(&mut fields);
    let has_hooks = !fields.pairs("hooks").is_empty();
    let has_platform_hooks = !fields.pairs("platformHooks").is_empty();
    let downloaders = fields.items("downloaders", "[]plugin.Downloaders");
    finish(fields)?;
    if !is_name(&name) {
        return invalid(format!(
            "invalid plugin name {name:?}: must contain only a-z, A-Z, 0-9, _ and -"
        ));
    }
    if !version.is_empty() && !is_version(&version) {
        return invalid(format!(
            "invalid plugin version {version:?}: must be valid semver"
        ));
    }
    if !commands.is_empty() && !command.is_empty() {
        return invalid("both platformCommand and command are set");
    }
    if has_platform_hooks && has_hooks {
        return invalid("both platformHooks and hooks are set");
    }
    check_downloaders(&downloaders)?;
    if !command.is_empty() {
        commands.push(PlatformCommand {
            command,
            ..PlatformCommand::default()
        });
    }
    let kind = if downloaders.is_empty() {
        PluginType::Cli
    } else {
        PluginType::Getter
    };
    Ok(Metadata {
        name,
        kind,
        runtime: Runtime::Subprocess(commands),
    })
}

fn check_downloaders(downloaders: &[&Node]) -> Result<()> {
    for (at, node) in downloaders.iter().enumerate() {
        let mut fields = Fields::of(Some(node), "plugin.Downloaders");
        let (command, protocols) = (fields.text("command"), fields.texts("protocols"));
        finish(fields)?;
        if command.is_empty() {
            return invalid(format!("downloader {at} has empty command"));
        }
        if protocols.is_empty() {
            return invalid(format!("downloader {at} has no protocols"));
        }
        if let Some(index) = protocols.iter().position(String::is_empty) {
            return invalid(format!("downloader {at} has empty protocol at index {index}"));
        }
    }
    Ok(())
}

fn finish(fields: Fields) -> Result<()> {
    if fields.errors.is_empty() {
        Ok(())
    } else {
        Err(MetadataError::Fields(fields.errors))
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name.chars().all(allowed)
}

fn is_version(text: &str) -> bool {
    Version::parse_strict(text).is_ok()
}
