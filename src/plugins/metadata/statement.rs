//! The metadata as Go writes the type `plugin.Metadata`: what stands in a provenance. Fields have the names that they
//! have in Go, lists and tables that nobody gave are `null`.

use chart::Value;
use serde_json::{Map, json};

use super::{Config, Metadata, PlatformCommand, ProtocolCommand, Runtime, Sandbox, Subprocess};

pub(super) fn of(metadata: &Metadata) -> Value {
    let (runtime, runtime_config) = match &metadata.runtime {
        Runtime::Subprocess(subprocess) => ("subprocess", of_subprocess(subprocess)),
        Runtime::Extism(sandbox) => ("extism/v1", of_sandbox(sandbox)),
    };
    let statement = json!({
        "APIVersion": metadata.api_version,
        "Config": of_config(&metadata.config),
        "Name": metadata.name,
        "Runtime": runtime,
        "RuntimeConfig": runtime_config,
        "SourceURL": metadata.source_url,
        "Type": metadata.kind().to_string(),
        "Version": metadata.version,
    });
    serde_json::from_value(statement).expect("JSON is YAML")
}

fn of_config(config: &Config) -> serde_json::Value {
    match config {
        Config::Cli(usage) => json!({
            "IgnoreFlags": usage.ignores_flags,
            "LongHelp": usage.long,
            "ShortHelp": usage.short,
            "Usage": usage.usage,
        }),
        Config::Getter(protocols) => json!({"Protocols": protocols}),
        Config::PostRenderer | Config::Test => json!({}),
    }
}

fn of_sandbox(sandbox: &Sandbox) -> serde_json::Value {
    let memory = &sandbox.memory;
    json!({
        "AllowedHosts": sandbox.allowed_hosts,
        "Config": sandbox.config,
        "EntryFuncName": sandbox.entry,
        "FileSystem": {"CreateTempDir": sandbox.has_temporary_folder},
        "HostFunctions": sandbox.host_functions,
        "Memory": {
            "MaxHTTPResponseBytes": memory.response_bytes.unwrap_or(0),
            "MaxPages": memory.pages,
            "MaxVarBytes": memory.variable_bytes.unwrap_or(0),
        },
        "Timeout": sandbox.timeout,
    })
}

fn of_subprocess(subprocess: &Subprocess) -> serde_json::Value {
    let hooks: Map<String, serde_json::Value> = subprocess
        .hooks
        .iter()
        .map(|(event, commands)| (event.clone(), of_commands(commands)))
        .collect();
    let protocols: Vec<_> = subprocess.protocols.iter().map(of_protocol).collect();
    json!({
        "PlatformCommand": of_commands(&subprocess.commands),
        "PlatformHooks": if hooks.is_empty() { json!(null) } else { json!(hooks) },
        "ProtocolCommands": if protocols.is_empty() { json!(null) } else { json!(protocols) },
    })
}

fn of_protocol(protocol: &ProtocolCommand) -> serde_json::Value {
    json!({
        "PlatformCommand": of_commands(&protocol.commands),
        "Protocols": protocol.protocols,
    })
}

fn of_commands(commands: &[PlatformCommand]) -> serde_json::Value {
    if commands.is_empty() {
        return json!(null);
    }
    let commands = commands.iter().map(|command| {
        json!({
            "Architecture": command.arch,
            "Args": if command.args.is_empty() { json!(null) } else { json!(command.args) },
            "Command": command.command,
            "OperatingSystem": command.os,
        })
    });
    commands.collect()
}
