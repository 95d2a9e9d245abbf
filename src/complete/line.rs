//! A command line that is not finished.

use clap::{Arg, Command};

/// What is to be completed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The name of a flag.
    Flags,
    /// The value of a flag.
    Value(String),
    /// A word of the command.
    Word,
}

/// A line, as far as it goes.
pub(super) struct Line<'a> {
    root: &'a Command,
    pub(super) command: &'a Command,
    pub(super) is_at_root: bool,
    /// The names of the command, from the first level on.
    pub(super) path: Vec<&'a str>,
    /// The words that are there.
    pub(super) words: Vec<String>,
    /// Flags of all commands that are there, with their values.
    pub(super) global: Vec<String>,
    given: Vec<String>,
    /// After `--` there are no flags.
    is_over: bool,
    pub(super) asked: Asked,
    /// What has been typed of it.
    pub(super) last: String,
}

/// A flag as it can be chosen.
pub(super) struct Flag<'a> {
    name: &'a str,
    letter: Option<char>,
    pub(super) about: String,
}

impl Flag<'_> {
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let letter = self.letter.map(|letter| format!("-{letter}"));
        [Some(format!("--{}", self.name)), letter].into_iter().flatten()
    }
}

/// There is no such command or flag.
#[derive(Debug)]
pub(super) struct Unknown;

impl<'a> Line<'a> {
    /// Reads the words behind the program's name; the last one is to be completed.
    ///
    /// # Errors
    /// When a command or flag is none.
    pub(super) fn read(root: &'a Command, words: &[String]) -> Result<Self, Unknown> {
        let (last, before) = words
            .split_last()
            .map_or(("", words), |(last, before)| (last.as_str(), before));
        let mut line = Line {
            root,
            command: root,
            is_at_root: true,
            path: Vec::new(),
            words: Vec::new(),
            global: Vec::new(),
            given: Vec::new(),
            is_over: false,
            asked: Asked::Word,
            last: last.to_owned(),
        };
        let mut rest = before.iter();
        let mut open = None;
        while let Some(word) = rest.next() {
            if line.is_over || !word.starts_with('-') || word == "-" {
                line.word(word)?;
            } else if word == "--" {
                line.is_over = true;
            } else if let Some(flag) = line.flag(word)? {
                match rest.next() {
                    Some(value) => line.give(&flag, value),
                    None => open = Some(flag),
                }
            }
        }
        line.ask(open);
        Ok(line)
    }

    fn ask(&mut self, open: Option<String>) {
        if let Some(flag) = open {
            self.asked = Asked::Value(flag);
        } else if self.last.starts_with('-') && !self.is_over {
            match self.last.clone().split_once('=') {
                Some((flag, value)) => {
                    self.asked = Asked::Value(flag.trim_start_matches('-').to_owned());
                    value.clone_into(&mut self.last);
                }
                None => self.asked = Asked::Flags,
            }
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Unknown> {
        if !self.command.has_subcommands() || !self.words.is_empty() {
            self.words.push(word.to_owned());
            return Ok(());
        }
        match self.command.find_subcommand(word) {
            Some(command) => {
                self.command = command;
                self.is_at_root = false;
                self.path.push(command.get_name());
            }
            None if self.is_at_root => return Err(Unknown),
            None => self.words.push(word.to_owned()),
        }
        Ok(())
    }

    /// Reads a flag. Returns its name when its value is the next word.
    fn flag(&mut self, word: &str) -> Result<Option<String>, Unknown> {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long
                .split_once('=')
                .map_or((long, None), |(name, value)| (name, Some(value)));
            let flag = self.find(|flag| is_called(flag, name)).ok_or(Unknown)?;
            let takes_value = !flag.is_require_equals_set();
            match value {
                Some(value) => self.give(name, value),
                None if takes_value => return Ok(Some(name.to_owned())),
                None => self.give(name, "true"),
            }
            return Ok(None);
        }
        let letters: Vec<char> = word.chars().skip(1).collect();
        for (at, letter) in letters.iter().enumerate() {
            let flag = self
                .find(|flag| flag.get_short() == Some(*letter))
                .ok_or(Unknown)?;
            let name = flag.get_long().unwrap_or_default().to_owned();
            if flag.is_require_equals_set() {
                self.give(&name, "true");
                continue;
            }
            let value: String = letters[at + 1..].iter().collect();
            if value.is_empty() {
                return Ok(Some(name));
            }
            self.give(&name, value.trim_start_matches('='));
            break;
        }
        Ok(None)
    }

    fn find(&self, is_it: impl Fn(&Arg) -> bool) -> Option<&'a Arg> {
        let own = self.command.get_arguments();
        own.chain(self.root.get_arguments()).find(|flag| is_it(flag))
    }

    fn give(&mut self, name: &str, value: &str) {
        if self.root.get_arguments().any(|flag| is_called(flag, name)) {
            self.global.push(format!("--{name}={value}"));
        }
        self.given.push(name.to_owned());
    }

    /// Whether a flag is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given.iter().any(|given| given == name)
    }

    /// The flags of all commands, unless this is what has them.
    pub(super) fn inherited(&self) -> Vec<Flag<'a>> {
        if self.is_at_root {
            Vec::new()
        } else {
            self.flags(self.root)
        }
    }

    /// The flags of the command.
    pub(super) fn own(&self) -> Vec<Flag<'a>> {
        let mut flags = self.flags(self.command);
        flags.push(Flag {
            name: "help",
            letter: Some('h'),
            about: format!("help for {}", self.command.get_name()),
        });
        flags.sort_by_key(|flag| flag.name);
        flags
    }

    /// The flags that can be given, or given once more, by name.
    fn flags(&self, command: &'a Command) -> Vec<Flag<'a>> {
        let mut flags = Vec::new();
        for argument in command.get_arguments() {
            let Some(name) = argument.get_long().filter(|_| !argument.is_hide_set()) else {
                continue;
            };
            let repeats = matches!(argument.get_action(), clap::ArgAction::Append);
            if self.has(name) && !repeats {
                continue;
            }
            let about = argument.get_help().map(ToString::to_string).unwrap_or_default();
            let aliases = argument.get_visible_aliases().unwrap_or_default();
            let letter = argument.get_short();
            flags.extend(aliases.into_iter().map(|name| Flag {
                name,
                letter: None,
                about: about.clone(),
            }));
            flags.push(Flag { name, letter, about });
        }
        flags.sort_by_key(|flag| flag.name);
        flags
    }
}

fn is_called(flag: &Arg, name: &str) -> bool {
    let aliases = flag.get_visible_aliases().unwrap_or_default();
    flag.get_long() == Some(name) || aliases.contains(&name)
}
