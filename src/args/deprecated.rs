//! Flags that Helm has renamed or dropped: they work, and say so.

/// The commands that have a flag, the flag, and what is said about it.
const FLAGS: [(&[&str], &str, &str); 5] = [
    (
        &["install", "upgrade", "rollback", "template"],
        "--force",
        "use --force-replace instead",
    ),
    (
        &["install", "upgrade", "template"],
        "--atomic",
        "use --rollback-on-failure instead",
    ),
    (&["template"], "--validate", "use '--dry-run=server' instead"),
    (&["template"], "--hide-notes", NO_EFFECT),
    (&["template"], "--render-subchart-notes", NO_EFFECT),
];

const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";

/// Returns a line for each deprecated flag among the arguments of a command, in their order.
pub(crate) fn notices(command: &str, arguments: &[String]) -> Vec<String> {
    let flags = arguments.iter().take_while(|argument| *argument != "--");
    let notice = |argument: &String| {
        let name = argument.split('=').next().unwrap_or(argument);
        let (.., text) = FLAGS
            .iter()
            .find(|(commands, flag, _)| *flag == name && commands.contains(&command))?;
        Some(format!("Flag {name} has been deprecated, {text}"))
    };
    flags.filter_map(notice).collect()
}
