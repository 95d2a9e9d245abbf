//! The form from before there were kinds: commands, or getters if they say so. None of them is a post-renderer.

use std::collections::BTreeMap;

use chart::yaml::tree::Node;

use super::decode::Fields;
use super::{
    Config, Metadata, PlatformCommand, ProtocolCommand, Result, Runtime, Subprocess, Usage, finish, invalid,
    is_name, is_version, read_commands, read_platform_hooks,
};

pub(super) fn read(root: &Node) -> Result<Metadata> {
    let mut fields = Fields::of(Some(root), "plugin.MetadataLegacy");
    let (name, version) = (fields.text("name"), fields.text("version"));
    let usage = Usage {
        usage: String::new(),
        short: clean(&fields.text("usage")),
        long: fields.text("description"),
        ignores_flags: fields.switch("ignoreFlags"),
    };
    let command = fields.text("command");
    let mut commands = read_commands(&mut fields, "platformCommand");
    let hooks = fields.pairs("hooks");
    let platform_hooks = read_platform_hooks(&mut fields);
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
    if !platform_hooks.is_empty() && !hooks.is_empty() {
        return invalid("both platformHooks and hooks are set");
    }
    let protocols = read_downloaders(&downloaders)?;
    if !command.is_empty() {
        commands.push(plain(command));
    }
    let expands_hooks = hooks.is_empty();
    let runtime = Subprocess {
        commands,
        hooks: if expands_hooks {
            platform_hooks
        } else {
            in_shell(hooks)
        },
        expands_hooks,
        protocols,
    };
    Ok(Metadata {
        api_version: "legacy",
        name,
        version,
        source_url: String::new(),
        config: config(usage, &runtime.protocols),
        runtime: Runtime::Subprocess(runtime),
    })
}

fn config(usage: Usage, protocols: &[ProtocolCommand]) -> Config {
    if protocols.is_empty() {
        return Config::Cli(usage);
    }
    let all = protocols
        .iter()
        .flat_map(|command| command.protocols.iter().cloned());
    Config::Getter(all.collect())
}

fn plain(command: String) -> PlatformCommand {
    PlatformCommand {
        command,
        ..PlatformCommand::default()
    }
}

/// Hooks that are lines for a shell.
fn in_shell(hooks: Vec<(String, &Node)>) -> BTreeMap<String, Vec<PlatformCommand>> {
    let command = |node: &Node| PlatformCommand {
        args: vec!["-c".to_owned(), node.value.clone()],
        ..plain("sh".to_owned())
    };
    hooks
        .into_iter()
        .map(|(event, node)| (event, vec![command(node)]))
        .collect()
}

fn read_downloaders(downloaders: &[&Node]) -> Result<Vec<ProtocolCommand>> {
    let mut found = Vec::new();
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
        found.push(ProtocolCommand {
            protocols,
            commands: vec![plain(command)],
        });
    }
    Ok(found)
}

/// White space becomes spaces, and what cannot be seen goes.
fn clean(text: &str) -> String {
    let seen = |c: char| {
        if c.is_whitespace() {
            Some(' ')
        } else {
            (!c.is_control()).then_some(c)
        }
    };
    text.chars().filter_map(seen).collect()
}
