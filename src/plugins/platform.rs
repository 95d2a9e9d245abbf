//! Which of a plugin's commands is for this machine (`subprocess_commands.go`).

use std::collections::BTreeMap;

use super::PluginError;
use super::metadata::PlatformCommand;

/// A program and its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommandLine {
    pub(super) program: String,
    pub(super) args: Vec<String>,
}

/// Whether what variables stand for is put into arguments too, or into the program's name only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expand {
    All,
    ProgramOnly,
}

/// Chooses the command for this machine, and puts in what variables stand for. The more a command says about the
/// machine, the sooner it is chosen; of equal ones, the first.
///
/// # Errors
/// When there is none.
pub(super) fn command_line(
    commands: &[PlatformCommand],
    expanded: Expand,
    variables: &BTreeMap<String, String>,
) -> Result<CommandLine, PluginError> {
    let chosen = choose(commands, os(), arch()).ok_or(PluginError::NoCommand)?;
    let mut words = chosen.command.split(' ');
    let program = words.next().unwrap_or_default();
    if program.is_empty() {
        return Err(PluginError::NoCommand);
    }
    let args = words.chain(chosen.args.iter().map(String::as_str));
    let args = args.map(|arg| match expanded {
        Expand::All => expand(arg, variables),
        Expand::ProgramOnly => arg.to_owned(),
    });
    Ok(CommandLine {
        program: expand(program, variables),
        args: args.collect(),
    })
}

fn choose<'c>(commands: &'c [PlatformCommand], os: &str, arch: &str) -> Option<&'c PlatformCommand> {
    let is = |wanted: &str, here: &str| wanted.eq_ignore_ascii_case(here);
    let exact = |it: &&PlatformCommand| is(&it.os, os) && is(&it.arch, arch);
    let by_os = |it: &&PlatformCommand| is(&it.os, os) && it.arch.is_empty();
    let any = |it: &&PlatformCommand| it.os.is_empty() && it.arch.is_empty();
    let all = || commands.iter();
    all()
        .find(exact)
        .or_else(|| all().find(by_os))
        .or_else(|| all().find(any))
}

/// The operating system as Go calls it.
fn os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

/// The processor as Go calls it.
fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
        "loongarch64" => "loong64",
        other => other,
    }
}

/// Puts in variables as Go's `os.Expand` does: `$NAME` and `${NAME}`; one that is not set is nothing.
fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let (name, length) = name(&rest[at + 1..]);
        match (name, length) {
            ("", 0) => out.push('$'),
            _ => out.push_str(variables.get(name).map_or("", String::as_str)),
        }
        rest = &rest[at + 1 + length..];
    }
    out + rest
}

/// The name behind a dollar sign, and how much of the text it takes. Bad syntax is swallowed, as in Go.
fn name(text: &str) -> (&str, usize) {
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.find('}') {
            Some(0) => ("", 2),
            Some(end) => (&inner[..end], end + 2),
            None => ("", 1),
        };
    }
    let first = text.chars().next().unwrap_or(' ');
    if "*#$@!?-0123456789".contains(first) {
        return (&text[..1], 1);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(os: &str, arch: &str, command: &str) -> PlatformCommand {
        PlatformCommand {
            os: os.to_owned(),
            arch: arch.to_owned(),
            command: command.to_owned(),
            args: Vec::new(),
        }
    }

    #[test]
    fn the_command_that_says_most_about_the_machine_is_chosen() {
        let commands = [
            command("", "", "any"),
            command("windows", "amd64", "windows"),
            command("", "amd64", "never"),
            command("linux", "", "linux"),
            command("Linux", "AMD64", "exact"),
        ];
        let chosen = |os, arch| choose(&commands, os, arch).map(|it| it.command.as_str());
        assert_eq!(chosen("linux", "amd64"), Some("exact"));
        assert_eq!(chosen("linux", "arm64"), Some("linux"));
        assert_eq!(chosen("darwin", "amd64"), Some("any"));
        assert_eq!(choose(&commands[1..3], "linux", "amd64"), None);
    }

    #[test]
    fn variables_are_put_in_as_in_go() {
        let variables = BTreeMap::from([("DIR".to_owned(), "/p".to_owned())]);
        for (text, expected) in [
            ("${DIR}/run", "/p/run"),
            ("$DIR/run", "/p/run"),
            ("a$b", "a"),
            ("100$", "100$"),
            ("${}x", "x"),
            ("${DIR", "DIR"),
            ("$1x", "x"),
            ("$ x", "$ x"),
        ] {
            assert_eq!(expand(text, &variables), expected, "{text}");
        }
    }
}
