//! What there is to say of a command, read from the tree of commands.

use clap::{Arg, Command};

/// A command.
#[derive(Debug)]
pub(super) struct Page {
    /// How it is called: `cox repo add`.
    pub(super) path: String,
    /// What it does, in a line.
    pub(super) summary: String,
    /// What else there is to know: paragraphs.
    pub(super) details: Option<String>,
    /// The usage line; nothing for a group.
    pub(super) usage: Option<String>,
    /// Its own flags, by name.
    pub(super) flags: Vec<Flag>,
    /// The flags that every command has, by name.
    pub(super) global_flags: Vec<Flag>,
    /// The command that it is below.
    pub(super) parent: Option<Link>,
    /// The commands below it, by name.
    pub(super) children: Vec<Link>,
}

/// Another command.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) path: String,
    pub(super) summary: String,
}

/// A flag.
#[derive(Debug, Clone)]
pub(super) struct Flag {
    pub(super) letter: Option<char>,
    pub(super) name: String,
    /// What its value is called; nothing for a switch.
    pub(super) value: Option<String>,
    /// What it does and what counts without it.
    pub(super) text: String,
}

impl Page {
    /// The pages of a command and of all that can be seen below it, the lowest first.
    pub(super) fn all(root: &Command) -> Vec<Page> {
        let mut pages = Vec::new();
        let mut global = flags(root);
        global.retain(|flag| flag.name != "help");
        below(root, root.get_name().to_owned(), None, &global, &mut pages);
        pages
    }
}

fn below(command: &Command, path: String, parent: Option<&Link>, global: &[Flag], pages: &mut Vec<Page>) {
    let link = Link {
        path: path.clone(),
        summary: text(command.get_about()),
    };
    let mut children: Vec<_> = command
        .get_subcommands()
        .filter(|child| !child.is_hide_set())
        .collect();
    children.sort_by_key(|child| child.get_name());
    let child_path = |child: &Command| format!("{path} {}", child.get_name());
    for child in &children {
        below(child, child_path(child), Some(&link), global, pages);
    }
    pages.push(Page {
        usage: children.is_empty().then(|| usage(command)),
        details: command
            .get_long_about()
            .map(ToString::to_string)
            .filter(|details| *details != link.summary),
        children: children
            .iter()
            .map(|child| Link {
                path: child_path(child),
                summary: text(child.get_about()),
            })
            .collect(),
        flags: flags(command),
        global_flags: if parent.is_some() {
            global.to_vec()
        } else {
            Vec::new()
        },
        parent: parent.cloned(),
        path,
        summary: link.summary,
    });
}

fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage.trim_start_matches("Usage:").trim().to_owned()
}

/// The flags that can be seen, those of clap's own making among them.
fn flags(command: &Command) -> Vec<Flag> {
    let visible = command
        .get_arguments()
        .filter(|argument| !argument.is_positional() && !argument.is_hide_set());
    let mut flags: Vec<Flag> = visible.flat_map(spellings).collect();
    flags.push(Flag {
        letter: Some('h'),
        name: "help".to_owned(),
        value: None,
        text: format!("help for {}", command.get_name()),
    });
    flags.sort_by(|a, b| a.name.cmp(&b.name));
    flags
}

/// A flag under each of its names.
fn spellings(argument: &Arg) -> impl Iterator<Item = Flag> {
    let names = argument
        .get_long_and_visible_aliases()
        .unwrap_or_default()
        .into_iter();
    names.map(|name| Flag {
        letter: argument.get_short(),
        name: name.to_owned(),
        value: value(argument),
        text: text(argument.get_help()) + &default(argument),
    })
}

fn value(argument: &Arg) -> Option<String> {
    let name = argument.get_value_names()?.first()?.to_string();
    (name != "bool").then_some(name)
}

/// `(default "text")`, where clap knows of a default that is worth a word.
fn default(argument: &Arg) -> String {
    let values = argument.get_default_values();
    if argument.is_hide_default_value_set() || values.is_empty() {
        return String::new();
    }
    let values: Vec<_> = values.iter().map(|value| value.to_string_lossy()).collect();
    let values = values.join(",");
    match value(argument).as_deref() {
        Some("string") => format!(" (default {values:?})"),
        _ => format!(" (default {values})"),
    }
}

fn text(words: Option<&clap::builder::StyledStr>) -> String {
    words.map(ToString::to_string).unwrap_or_default()
}
