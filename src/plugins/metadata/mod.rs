//! `plugin.yaml`, in its form `v1` and the one before (Helm's `internal/plugin/metadata*.go`).

mod decode;
mod extism;
mod legacy;
mod statement;
mod v1;

use std::collections::BTreeMap;
use std::fmt;

use chart::Version;
use chart::yaml::tree::{self, Node, first_document};

use decode::Fields;

pub(crate) use extism::Sandbox;

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
    /// `v1`, or `legacy` for the form before.
    pub(crate) api_version: &'static str,
    pub(crate) name: String,
    /// Empty where plugins of the old form say none.
    pub(crate) version: String,
    pub(crate) source_url: String,
    pub(crate) config: Config,
    pub(crate) runtime: Runtime,
}

/// What a plugin says of itself by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Config {
    Cli(Usage),
    /// The schemes of URLs that it gets.
    Getter(Vec<String>),
    PostRenderer,
    Test,
}

/// How a command presents itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) usage: String,
    pub(crate) short: String,
    pub(crate) long: String,
    /// It gets no arguments at all.
    pub(crate) ignores_flags: bool,
}

/// How a plugin is run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Runtime {
    /// As a program.
    Subprocess(Subprocess),
    /// As WebAssembly, in a sandbox.
    Extism(Sandbox),
}

/// The programs of a plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subprocess {
    pub(crate) commands: Vec<PlatformCommand>,
    /// What is run when the plugin is installed, updated or deleted.
    pub(crate) hooks: BTreeMap<String, Vec<PlatformCommand>>,
    /// Whether variables are put into the arguments of hooks; a shell does that itself.
    pub(crate) expands_hooks: bool,
    pub(crate) protocols: Vec<ProtocolCommand>,
}

/// A command for some platforms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PlatformCommand {
    pub(crate) os: String,
    pub(crate) arch: String,
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
}

/// What gets URLs of some schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProtocolCommand {
    pub(crate) protocols: Vec<String>,
    pub(crate) commands: Vec<PlatformCommand>,
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
            "" => legacy::read(root),
            "v1" => v1::read(root),
            other => invalid(format!("invalid plugin apiVersion: {other:?}")),
        }
    }

    /// What the plugin is for.
    pub(crate) fn kind(&self) -> PluginType {
        match self.config {
            Config::Cli(_) => PluginType::Cli,
            Config::Getter(_) => PluginType::Getter,
            Config::PostRenderer => PluginType::PostRenderer,
            Config::Test => PluginType::Test,
        }
    }

    /// The metadata as they stand in a provenance.
    pub(crate) fn statement(&self) -> chart::Value {
        statement::of(self)
    }
}

fn read_commands(fields: &mut Fields, name: &'static str) -> Vec<PlatformCommand> {
    let items = fields.items(name, "[]plugin.PlatformCommand");
    commands_of(&items, &mut fields.errors)
}

fn commands_of(items: &[&Node], errors: &mut Vec<String>) -> Vec<PlatformCommand> {
    let read = |item: &&Node| {
        let mut fields = Fields::of(Some(item), "plugin.PlatformCommand");
        let command = PlatformCommand {
            os: fields.text("os"),
            arch: fields.text("arch"),
            command: fields.text("command"),
            args: fields.texts("args"),
        };
        errors.extend(fields.errors);
        command
    };
    items.iter().map(read).collect()
}

/// Reads lists of commands by event.
fn read_platform_hooks(fields: &mut Fields) -> BTreeMap<String, Vec<PlatformCommand>> {
    let pairs = fields.pairs("platformHooks");
    let hooks = pairs.into_iter().map(|(event, node)| {
        let items: Vec<&Node> = node.content.iter().collect();
        (event, commands_of(&items, &mut fields.errors))
    });
    hooks.collect()
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
