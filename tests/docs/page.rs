//! A page of the book, as steps of a session.

use super::masks;
use super::session::Printed;

/// A page.
pub(super) struct Page {
    lines: Vec<String>,
    pub(super) steps: Vec<Step>,
}

/// What a block, or a command in it, asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A file with this text.
    File { file: String, text: String },
    /// Commands that succeed.
    Script { text: String },
    /// A command, and what it prints: the lines of the page from one on.
    Command {
        text: String,
        first: usize,
        shown: Vec<String>,
    },
    /// A part of a file of the project.
    Quote { file: String, text: String },
}

/// A block between fences.
struct Block {
    language: String,
    /// The file that it is, when the line above says so.
    file: Option<String>,
    /// The number of its first line.
    first: usize,
    lines: Vec<String>,
}

/// Languages of which nothing is run, when a block is not a file.
const QUIET: [&str; 5] = ["text", "yaml", "json", "jinja", "toml"];

/// How many blocks of a page may be left out, before that is no exception any more.
const LEFT_OUT: usize = 2;

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// Says which block is none of those that there are.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let blocks = blocks(&lines);
        let left_out = blocks.iter().filter(|block| block.language == "text").count();
        if left_out > LEFT_OUT {
            return Err(format!("{left_out} blocks are left out"));
        }
        let mut steps = Vec::new();
        for block in blocks {
            let at = block.first;
            steps.extend(block.steps().map_err(|why| format!("line {at}: {why}"))?);
        }
        Ok(Page { lines, steps })
    }

    /// The page, with what was printed in place of what is shown where that is something else.
    pub(super) fn with(&self, printed: &[Option<Printed>]) -> String {
        let mut lines = self.lines.clone();
        for (step, printed) in self.steps.iter().zip(printed).rev() {
            let (Step::Command { first, shown, .. }, Some(printed)) = (step, printed) else {
                continue;
            };
            if !masks::is_same(shown, &printed.lines()) {
                lines.splice(*first..first + shown.len(), printed.lines());
            }
        }
        lines.join("\n") + "\n"
    }
}

impl Step {
    /// Says what is wrong with what was printed.
    pub(super) fn fault(&self, printed: &Printed) -> Option<String> {
        match self {
            Step::Command { text, shown, first } if !masks::is_same(shown, &printed.lines()) => {
                Some(format!(
                    "line {first}: {text}\n-- shown:\n{}\n-- printed:\n{}",
                    shown.join("\n"),
                    printed.text
                ))
            }
            Step::Script { text } if printed.code != 0 => {
                Some(format!("exit {}: {text}\n{}", printed.code, printed.text))
            }
            _ => None,
        }
    }
}

impl Block {
    fn steps(self) -> Result<Vec<Step>, String> {
        let text = self.lines.iter().map(|line| format!("{line}\n")).collect();
        Ok(match (self.language.as_str(), self.file) {
            ("console", None) => commands(self.first, &self.lines)?,
            ("sh", None) => vec![Step::Script { text }],
            ("rust", Some(file)) => vec![Step::Quote { file, text }],
            (_, Some(file)) => vec![Step::File { file, text }],
            (language, None) if QUIET.contains(&language) => Vec::new(),
            (language, None) => return Err(format!("nothing is known about blocks of {language:?}")),
        })
    }
}

/// Reads `$ ` and what is below.
fn commands(first: usize, lines: &[String]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut goes_on = false;
    for (at, line) in lines.iter().enumerate() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step::Command {
                text: command.to_owned(),
                first: first + at + 1,
                shown: Vec::new(),
            }),
            (None, Some(Step::Command { text, first, .. })) if goes_on => {
                text.push('\n');
                text.push_str(line);
                *first += 1;
            }
            (None, Some(Step::Command { shown, .. })) => shown.push(line.clone()),
            (None, _) => return Err("it does not begin with a command".to_owned()),
        }
        let is_command = line.starts_with("$ ") || goes_on;
        goes_on = is_command && line.ends_with('\\');
    }
    Ok(steps)
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(Block, &str)> = None;
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let fence = line.trim_start().strip_prefix("```");
        open = match (open.take(), fence) {
            (Some((block, _)), Some("")) => {
                blocks.push(block);
                None
            }
            (Some((mut block, indent)), _) => {
                block
                    .lines
                    .push(line.strip_prefix(indent).unwrap_or(line).to_owned());
                Some((block, indent))
            }
            (None, Some(language)) => Some((
                Block {
                    language: language.to_owned(),
                    file: lines[..at]
                        .iter()
                        .rev()
                        .find(|line| !line.is_empty())
                        .and_then(|line| file(line)),
                    first: at + 1,
                    lines: Vec::new(),
                },
                indent,
            )),
            (None, None) => None,
        };
    }
    blocks
}

/// Reads a line that is nothing but the name of a file and a colon.
fn file(line: &str) -> Option<String> {
    let name = line.trim().strip_prefix('`')?.strip_suffix("`:")?;
    (!name.contains('`')).then(|| name.to_owned())
}

#[test]
fn pages_are_read() {
    let text = "Text\n\n`a.yaml`:\n\n```yaml\na: 1\n```\n\n```console\n$ cox x \\\n    y\nout\n$ z\n```\n";
    let page = Page::read(text).expect("it is a page");
    let file = Step::File {
        file: "a.yaml".to_owned(),
        text: "a: 1\n".to_owned(),
    };
    let command = |text: &str, first, shown: &[&str]| Step::Command {
        text: text.to_owned(),
        first,
        shown: shown.iter().map(|line| (*line).to_owned()).collect(),
    };
    assert_eq!(
        page.steps,
        [
            file,
            command("cox x \\\n    y", 11, &["out"]),
            command("z", 13, &[])
        ]
    );
    let printed = |text: &str| {
        Some(Printed {
            code: 0,
            text: text.to_owned(),
        })
    };
    let blessed = page.with(&[None, printed("new\n"), printed("more\n")]);
    assert_eq!(blessed, text.replace("out\n$ z\n", "new\n$ z\nmore\n"));
    let said = page.steps[1].fault(&printed("new\n").expect("it is printed"));
    assert!(said.is_some_and(|said| said.contains("shown:\nout\n-- printed:\nnew\n")));
    assert_eq!(page.steps[2].fault(&printed("").expect("it is printed")), None);
    assert!(Page::read("```\nx\n```\n").is_err());
    assert!(Page::read("```console\nx\n```\n").is_err());
}
