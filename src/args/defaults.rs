//! Defaults that a flag has without clap's knowledge, for the help text.

use clap::Arg;

use crate::settings::Settings;

/// Says in the help of a flag what counts when it is not given, in Helm's form.
pub(crate) fn show(argument: Arg, command: &str, settings: &Settings) -> Arg {
    let Some(default) = default(argument.get_id().as_str(), command, settings) else {
        return argument;
    };
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    argument.help(format!("{help} (default {default})"))
}

fn default(flag: &str, command: &str, settings: &Settings) -> Option<String> {
    let homes = &settings.homes;
    let quoted = |text: &str| format!("{text:?}");
    Some(match (flag, command) {
        ("color", _) => quoted(settings.color.name()),
        ("burst_limit", _) => settings.limits.burst_limit.to_string(),
        ("qps", _) if settings.limits.qps != 0.0 => settings.limits.qps.to_string(),
        ("keyring", _) => quoted(&settings.keyring),
        ("content_cache", _) => quoted(&homes.content_cache),
        ("registry_config", _) => quoted(&homes.registry_config),
        ("repository_cache", _) => quoted(&homes.repository_cache),
        ("repository_config", _) => quoted(&homes.repository_config),
        ("dry_run", "template") => quoted("client"),
        ("dry_run", "install" | "upgrade" | "rollback") => quoted("none"),
        ("wait", _) => "hookOnly".to_owned(),
        ("labels" | "post_renderer_args", _) => "[]".to_owned(),
        ("history_max", _) => settings.max_history.to_string(),
        _ => return None,
    })
}
