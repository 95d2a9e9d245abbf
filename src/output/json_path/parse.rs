//! Text → parts of a template.

use chart::Value;

use super::{Filter, Node, Part, Slice};

/// Reads a template.
pub(super) fn template(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        if start > 0 {
            parts.push(Part::Text(rest[..start].to_owned()));
        }
        let mut action = Action {
            rest: &rest[start + 1..],
            nodes: Vec::new(),
        };
        action.read()?;
        rest = action.rest;
        parts.push(Part::Action(action.nodes));
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

/// Reads what could stand between braces.
fn action(text: &str) -> Result<Vec<Node>, String> {
    let closed = format!("{text}}}");
    let mut action = Action {
        rest: &closed,
        nodes: Vec::new(),
    };
    action.read()?;
    Ok(action.nodes)
}

/// An action that is being read: what is left of the text, and what was read.
struct Action<'a> {
    rest: &'a str,
    nodes: Vec<Node>,
}

impl<'a> Action<'a> {
    /// Reads to the closing brace and over it.
    fn read(&mut self) -> Result<(), String> {
        loop {
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Ok(());
            }
            if let Some(rest) = self.rest.strip_prefix("[?(") {
                self.rest = rest;
                self.filter()?;
            } else if let Some(rest) = self.rest.strip_prefix("..") {
                self.rest = rest;
                self.recursive()?;
            } else {
                self.step()?;
            }
        }
    }

    fn step(&mut self) -> Result<(), String> {
        let Some(letter) = self.rest.chars().next().filter(|c| !matches!(c, '\r' | '\n')) else {
            return Err("unclosed action".to_owned());
        };
        let after = &self.rest[letter.len_utf8()..];
        match letter {
            ' ' | '@' | '$' => self.rest = after,
            '[' => {
                self.rest = after;
                self.array()?;
            }
            '"' | '\'' => {
                self.rest = after;
                self.quoted(letter)?;
            }
            '.' => {
                self.rest = after;
                self.field();
            }
            '+' | '-' | '0'..='9' => self.number()?,
            _ if letter == '_' || letter.is_alphabetic() => self.identifier(),
            _ => {
                return Err(format!(
                    "unrecognized character in action: U+{:04X} '{letter}'",
                    u32::from(letter)
                ));
            }
        }
        Ok(())
    }

    /// Takes as much as belongs to a word; a backslash keeps the next letter in it.
    fn word(&mut self) -> &'a str {
        let mut is_kept = false;
        let is_end = |c: char| " \t\r\n.,[]$@{}".contains(c);
        let end = self.rest.find(|c: char| {
            let ends = !is_kept && is_end(c);
            is_kept = !is_kept && c == '\\';
            ends
        });
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    fn field(&mut self) {
        let word = self.word();
        self.nodes.push(match word {
            "*" => Node::Wildcard,
            _ => Node::Field(word.replace('\\', "")),
        });
    }

    fn identifier(&mut self) {
        let node = match self.word() {
            "true" => Node::Constant(Value::Bool(true)),
            "false" => Node::Constant(Value::Bool(false)),
            "range" => Node::Range,
            "end" => Node::End,
            _ => Node::Unknown,
        };
        self.nodes.push(node);
    }

    fn recursive(&mut self) -> Result<(), String> {
        if matches!(self.nodes.last(), Some(Node::Recursive)) {
            return Err("invalid multiple recursive descent".to_owned());
        }
        self.nodes.push(Node::Recursive);
        if self.rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
            self.field();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest[sign..].bytes();
        let length = sign
            + digits
                .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
                .count();
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        let value = match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Value::Int(number),
            (_, Ok(number)) => Value::Float(number),
            _ => return Err(format!("cannot parse number {text}")),
        };
        self.nodes.push(Node::Constant(value));
        Ok(())
    }

    fn quoted(&mut self, quote: char) -> Result<(), String> {
        let unterminated = || "unterminated quoted string".to_owned();
        let mut text = String::new();
        let mut letters = self.rest.char_indices();
        loop {
            let (at, letter) = letters.next().ok_or_else(unterminated)?;
            match letter {
                '\n' => return Err(unterminated()),
                '\\' => text.push(escaped(letters.next().ok_or_else(unterminated)?.1)),
                _ if letter == quote => {
                    self.rest = &self.rest[at + 1..];
                    self.nodes.push(Node::Constant(Value::String(text)));
                    return Ok(());
                }
                _ => text.push(letter),
            }
        }
    }

    fn array(&mut self) -> Result<(), String> {
        let end = self.rest.find([']', '\n']);
        let end = end.filter(|end| self.rest[*end..].starts_with(']'));
        let end = end.ok_or_else(|| "unterminated array".to_owned())?;
        let text = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        if text.contains(',') {
            let parts = text
                .split(',')
                .map(|part| action(&format!("[{}]", part.trim_matches(' '))));
            self.nodes.push(Node::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(key) = key.filter(|key| !key.contains('\'')) {
            self.nodes.extend(action(&format!(".{key}"))?);
            return Ok(());
        }
        let slice = slice(text).ok_or_else(|| format!("invalid array index {text}"))?;
        self.nodes.push(Node::Slice(slice));
        Ok(())
    }

    fn filter(&mut self) -> Result<(), String> {
        let end = filter_end(self.rest).ok_or_else(|| "unterminated filter".to_owned())?;
        let text = &self.rest[..end];
        let after = &self.rest[end + 1..];
        self.rest = after
            .strip_prefix(']')
            .ok_or_else(|| "unclosed array expect ]".to_owned())?;
        let is_operator = |c: char| "!<>=".contains(c);
        let filter = match text.find(is_operator) {
            Some(start) if start > 0 => {
                let right = text[start..].trim_start_matches(is_operator);
                let operator = &text[start..text.len() - right.len()];
                Filter {
                    left: action(&text[..start])?,
                    comparison: Some((operator.to_owned(), action(right)?)),
                }
            }
            _ => Filter {
                left: action(text)?,
                comparison: None,
            },
        };
        self.nodes.push(Node::Filter(filter));
        Ok(())
    }
}

/// Where the filter's parenthesis closes, outside of quotes.
fn filter_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('\n', _) => return None,
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open && before != '\\' => quote = None,
            (')', None) => return Some(at),
            _ => {}
        }
        before = letter;
    }
    None
}

fn escaped(letter: char) -> char {
    match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        other => other,
    }
}

fn slice(text: &str) -> Option<Slice> {
    let text = if text == "*" { ":" } else { text };
    let parts: Vec<Option<i64>> = text
        .split(':')
        .map(|part| match part {
            "" => Some(None),
            _ => part.parse().ok().map(Some),
        })
        .collect::<Option<_>>()?;
    if parts.len() > 3 || text.contains('+') {
        return None;
    }
    let part = |n: usize| parts.get(n).copied().flatten();
    Some(Slice {
        start: part(0),
        end: part(1),
        step: part(2),
        is_index: parts.len() == 1,
    })
}
