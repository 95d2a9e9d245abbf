//! Where in a text each of its values is.

use std::ops::Range;

use super::{Kind, Node, Style};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An entry of a table.
    Key(String),
    /// An item of a list.
    Item(usize),
}

/// A value of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How to get there.
    pub path: Vec<Step>,
    /// What it is; a list or table is there besides all that is in it.
    pub kind: Kind,
    /// The text of a scalar.
    pub value: String,
    /// How it is written.
    pub style: Style,
    /// The line of its key, or of itself, from 1.
    pub line: usize,
    /// The part of the text that it is, in bytes. Of a list or table it ends with what is in it; a value that is left out is
    /// nothing, behind its key.
    pub span: Range<usize>,
}

/// Returns where the values of a document are, in the order of the text; `document` is what was read of `text`. Of keys
/// that are there twice both are returned.
pub fn places(text: &str, document: &Node) -> Vec<Found> {
    let mut finder = Finder {
        text,
        bytes: match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| at).collect(),
        },
        starts: Vec::new(),
        found: Vec::new(),
    };
    collect_starts(document.root(), &mut finder.starts);
    finder.starts.sort_unstable();
    let root = document.root();
    finder.visit(root, &mut Vec::new(), None);
    finder.found
}

struct Finder<'t> {
    text: &'t str,
    /// Where the characters begin, unless each is a byte.
    bytes: Vec<usize>,
    /// Where nodes begin, in characters.
    starts: Vec<usize>,
    found: Vec<Found>,
}

fn collect_starts(node: &Node, starts: &mut Vec<usize>) {
    // What was left out has no place.
    if node.line > 0 {
        starts.push(node.start);
    }
    for inner in &node.content {
        collect_starts(inner, starts);
    }
}

impl Finder<'_> {
    fn byte(&self, character: usize) -> usize {
        let length = self.text.len();
        match self.bytes.is_empty() {
            true => character.min(length),
            false => self.bytes.get(character).copied().unwrap_or(length),
        }
    }

    /// Notes a node, which is below `key` if it is in a table, and what is in it.
    fn visit(&mut self, node: &Node, path: &mut Vec<Step>, key: Option<&Node>) {
        let at = self.found.len();
        self.found.push(Found {
            path: path.clone(),
            kind: node.kind,
            value: node.value.clone(),
            style: node.style,
            line: key.unwrap_or(node).line,
            span: match node.line {
                0 => {
                    let place = key.map_or(0, |key| self.span(key).end);
                    place..place
                }
                _ => self.span(node),
            },
        });
        match node.kind {
            Kind::Mapping => {
                for (key, value) in node.fields() {
                    path.push(Step::Key(key.value.clone()));
                    self.visit(value, path, Some(key));
                    path.pop();
                }
            }
            Kind::Sequence => {
                for (number, item) in node.content.iter().enumerate() {
                    path.push(Step::Item(number));
                    self.visit(item, path, None);
                    path.pop();
                }
            }
            _ => {}
        }
        let end = self.found[at..].iter().map(|found| found.span.end).max();
        self.found[at].span.end = end.unwrap_or_default().max(self.found[at].span.start);
    }

    fn span(&self, node: &Node) -> Range<usize> {
        let start = self.byte(node.start);
        if matches!(node.kind, Kind::Mapping | Kind::Sequence) && node.style != Style::Flow {
            return start..start;
        }
        let next = self.starts.partition_point(|other| *other <= node.start);
        let limit = self
            .starts
            .get(next)
            .map_or(self.text.len(), |next| self.byte(*next));
        let rest = &self.text[start..limit.max(start)];
        start..start + length(rest, node)
    }
}

/// Returns how much of the text that follows a node's start is the node.
fn length(rest: &str, node: &Node) -> usize {
    match node.style {
        Style::SingleQuoted => quoted(rest, '\''),
        Style::DoubleQuoted => quoted(rest, '"'),
        Style::Literal | Style::Folded => block(rest),
        Style::Flow => 1,
        Style::Plain => plain(rest),
    }
}

/// Up to the quote that ends it; what stands before the first one is a tag or an anchor.
fn quoted(rest: &str, quote: char) -> usize {
    let Some(first) = rest.find(quote) else {
        return plain(rest);
    };
    let mut characters = rest[first + 1..].char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => {
                characters.next();
            }
            _ if character != quote => {}
            _ if quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                characters.next();
            }
            _ => return first + 1 + at + 1,
        }
    }
    rest.trim_end().len()
}

/// All lines that are indented deeper than the first one that is not must be.
fn block(rest: &str) -> usize {
    let mut lines = rest.split_inclusive('\n');
    let mut length = lines.next().map_or(0, str::len);
    let (mut indent, mut at) = (None, length);
    for line in lines {
        at += line.len();
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            continue;
        }
        if blanks < *indent.get_or_insert(blanks) {
            break;
        }
        length = at;
    }
    rest[..length].trim_end().len()
}

/// Lines up to a comment, or to what follows in brackets; a value of several lines ends before the next thing.
fn plain(rest: &str) -> usize {
    let mut length = 0;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let content = line.find(" #").map_or(line, |comment| &line[..comment]);
        let trimmed = content.trim_end();
        let is_over = content.len() < line.len();
        let starts_other = trimmed.trim_start().starts_with(['#', '?']) || trimmed.trim() == "-";
        if starts_other {
            break;
        }
        if !trimmed.is_empty() {
            length = at + trimmed.len();
        }
        at += line.len();
        if is_over {
            break;
        }
    }
    let value = &rest[..length];
    let value = value.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}'));
    // Dashes of the items that follow.
    let value = value.strip_suffix("\n-").unwrap_or(value);
    value.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::tree::first_document;

    #[test]
    fn spans_are_the_values_as_they_are_written() {
        let text = "# über\na: 'it''s' # one\nb:\n- x: |\n    two\n\n    three\n- \"\\\"q\"\n-   plain text\n    goes on\nc: {d: 1, e: [f, g]}\nh:\ni: &x j\n";
        let node = first_document(text).unwrap().unwrap();
        let found: Vec<_> = places(text, &node)
            .into_iter()
            .filter(|found| found.kind == Kind::Scalar)
            .map(|found| (text[found.span.clone()].to_owned(), found.line))
            .collect();
        let expected = [
            ("'it''s'", 2),
            ("|\n    two\n\n    three", 4),
            ("\"\\\"q\"", 8),
            ("plain text\n    goes on", 9),
            ("1", 11),
            ("f", 11),
            ("g", 11),
            ("", 12),
            ("&x j", 13),
        ];
        let expected: Vec<_> = expected.map(|(text, line)| (text.to_owned(), line)).into();
        assert_eq!(found, expected);
    }
}
