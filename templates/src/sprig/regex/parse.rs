//! Parsing a pattern by the rules of Go's `regexp/syntax`.

use super::class::{self, escape, literal};
use super::syntax::{Fault, Grouping, Node, Repeat, SyntaxError};

/// A parsed pattern: its tree, and the names of its groups, the whole match being the first.
pub(super) struct Pattern {
    pub(super) node: Node,
    pub(super) names: Vec<Option<String>>,
}

/// The flags that are in force at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) folds_case: bool,
    is_multi_line: bool,
    dot_takes_newline: bool,
    is_lazy: bool,
}

type Result<T> = std::result::Result<T, SyntaxError>;

/// Parses a pattern.
pub(super) fn parse(pattern: &[u8]) -> Result<Pattern> {
    let text = std::str::from_utf8(pattern).map_err(|error| {
        SyntaxError::new(
            Fault::Utf8,
            &String::from_utf8_lossy(&pattern[error.valid_up_to()..]),
        )
    })?;
    let mut parser = Parser::new(text);
    parser.run()?;
    if parser.frames.len() != 1 {
        return Err(SyntaxError::new(Fault::MissingParen, text));
    }
    let frame = parser.frames.pop().expect("the outermost frame was never closed");
    let node = frame.finish();
    node.check_limits()
        .map_err(|fault| SyntaxError::new(fault, text))?;
    Ok(Pattern {
        node,
        names: parser.names,
    })
}

/// A group that is open.
struct Frame {
    grouping: Grouping,
    /// The flags to go back to.
    outer_flags: Flags,
    alternatives: Vec<Node>,
    current: Vec<Node>,
}

impl Frame {
    fn new(grouping: Grouping, outer_flags: Flags) -> Self {
        Self {
            grouping,
            outer_flags,
            alternatives: Vec::new(),
            current: Vec::new(),
        }
    }

    fn finish(mut self) -> Node {
        let last = Node::concat(self.current);
        if self.alternatives.is_empty() {
            return last;
        }
        self.alternatives.push(last);
        Node::Alternate(self.alternatives)
    }
}

struct Parser<'p> {
    whole: &'p str,
    rest: &'p str,
    flags: Flags,
    frames: Vec<Frame>,
    names: Vec<Option<String>>,
    /// From the last repetition operator on, when that was just before.
    last_repeat: Option<&'p str>,
}

impl<'p> Parser<'p> {
    fn new(text: &'p str) -> Self {
        Self {
            whole: text,
            rest: text,
            flags: Flags::default(),
            frames: vec![Frame::new(Grouping::Plain, Flags::default())],
            names: vec![None],
            last_repeat: None,
        }
    }

    fn run(&mut self) -> Result<()> {
        while let Some(first) = self.rest.chars().next() {
            let before = self.rest;
            let was_repeat = self.step(first)?;
            self.last_repeat = was_repeat.then_some(before);
        }
        Ok(())
    }

    /// Parses one item and says whether it was a repetition operator.
    fn step(&mut self, first: char) -> Result<bool> {
        match first {
            '(' => self.open()?,
            '|' => self.bar(),
            ')' => self.close()?,
            '^' => self.place(if self.flags.is_multi_line { "(?m:^)" } else { r"\A" }, 1),
            '$' => self.place(if self.flags.is_multi_line { "(?m:$)" } else { r"\z" }, 1),
            '.' => self.place(
                if self.flags.dot_takes_newline {
                    "(?s:.)"
                } else {
                    r"[^\n]"
                },
                1,
            ),
            '[' => {
                let (atom, rest) = class::parse_brackets(self.rest, self.flags)?;
                self.rest = rest;
                self.push(Node::Atom(atom));
            }
            '*' | '+' | '?' => return self.operator(first).map(|()| true),
            '{' => return self.braces(),
            '\\' => self.backslash()?,
            character => {
                self.rest = &self.rest[character.len_utf8()..];
                self.push(Node::Atom(literal(character, self.flags)));
            }
        }
        Ok(false)
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames
            .last_mut()
            .expect("the outermost frame is never closed")
    }

    fn push(&mut self, node: Node) {
        self.frame().current.push(node);
    }

    fn place(&mut self, translation: &str, length: usize) {
        self.rest = &self.rest[length..];
        self.push(Node::Atom(translation.to_owned()));
    }

    fn bar(&mut self) {
        self.rest = &self.rest[1..];
        let frame = self.frame();
        let alternative = Node::concat(std::mem::take(&mut frame.current));
        frame.alternatives.push(alternative);
    }

    fn open(&mut self) -> Result<()> {
        if self.rest.starts_with("(?") {
            return self.open_special();
        }
        self.names.push(None);
        self.open_frame(Grouping::Capturing);
        self.rest = &self.rest[1..];
        Ok(())
    }

    fn open_frame(&mut self, grouping: Grouping) {
        self.frames.push(Frame::new(grouping, self.flags));
    }

    fn close(&mut self) -> Result<()> {
        if self.frames.len() < 2 {
            return Err(SyntaxError::new(Fault::UnexpectedParen, self.whole));
        }
        let frame = self.frames.pop().expect("there are two");
        self.flags = frame.outer_flags;
        let grouping = frame.grouping;
        let node = Node::Group(Box::new(frame.finish()), grouping);
        self.push(node);
        self.rest = &self.rest[1..];
        Ok(())
    }

    /// Parses `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`.
    fn open_special(&mut self) -> Result<()> {
        let named = ["(?P<", "(?<"]
            .into_iter()
            .find(|start| self.rest.starts_with(start) && self.rest.len() > start.len());
        match named {
            Some(start) => self.open_named(start.len()),
            None => self.open_flags(),
        }
    }

    fn open_named(&mut self, start: usize) -> Result<()> {
        let invalid = |text| SyntaxError::new(Fault::NamedCapture, text);
        let end = self.rest.find('>').ok_or_else(|| invalid(self.rest))?;
        let name = &self.rest[start..end];
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
        {
            return Err(invalid(&self.rest[..=end]));
        }
        self.names.push(Some(name.to_owned()));
        self.open_frame(Grouping::Capturing);
        self.rest = &self.rest[end + 1..];
        Ok(())
    }

    fn open_flags(&mut self) -> Result<()> {
        let before = self.rest;
        let outer = self.flags;
        let mut flags = self.flags;
        let mut value = true;
        let mut has_flag = false;
        let mut end = before.len();
        for (at, character) in before.char_indices().skip(2) {
            let after = at + character.len_utf8();
            end = after;
            match character {
                'i' => flags.folds_case = value,
                'm' => flags.is_multi_line = value,
                's' => flags.dot_takes_newline = value,
                'U' => flags.is_lazy = value,
                '-' if value => {
                    value = false;
                    has_flag = false;
                    continue;
                }
                ':' | ')' if value || has_flag => {
                    if character == ':' {
                        self.frames.push(Frame::new(Grouping::Plain, outer));
                    }
                    self.flags = flags;
                    self.rest = &before[after..];
                    return Ok(());
                }
                _ => break,
            }
            has_flag = true;
        }
        Err(SyntaxError::new(Fault::PerlSyntax, &before[..end]))
    }

    fn operator(&mut self, operator: char) -> Result<()> {
        let (min, max) = match operator {
            '*' => (0, None),
            '+' => (1, None),
            _ => (0, Some(1)),
        };
        self.repeat(
            1,
            Repeat {
                min,
                max,
                is_greedy: true,
                is_counted: false,
            },
        )
    }

    /// Parses `{2}`, `{2,}` or `{2,3}`; anything else in braces is text.
    fn braces(&mut self) -> Result<bool> {
        let Some((min, max, length)) = parse_counts(self.rest) else {
            self.rest = &self.rest[1..];
            self.push(Node::Atom(literal('{', self.flags)));
            return Ok(false);
        };
        if min > 1000 || max.is_some_and(|max| max > 1000 || min > max) {
            return Err(SyntaxError::new(Fault::RepeatSize, &self.rest[..length]));
        }
        self.repeat(
            length,
            Repeat {
                min,
                max,
                is_greedy: true,
                is_counted: true,
            },
        )?;
        Ok(true)
    }

    /// Repeats the last node; `length` is that of the operator.
    fn repeat(&mut self, length: usize, repeat: Repeat) -> Result<()> {
        let before = self.rest;
        let mut after = &before[length..];
        let mut is_lazy = self.flags.is_lazy;
        if let Some(rest) = after.strip_prefix('?') {
            after = rest;
            is_lazy = !is_lazy;
        }
        let operator = &before[..before.len() - after.len()];
        if let Some(last) = self.last_repeat {
            return Err(SyntaxError::new(
                Fault::RepeatOperator,
                &last[..last.len() - after.len()],
            ));
        }
        let Some(node) = self.frame().current.pop() else {
            return Err(SyntaxError::new(Fault::MissingRepeatArgument, operator));
        };
        let repeat = Repeat {
            is_greedy: !is_lazy,
            ..repeat
        };
        let node = Node::Repeat(Box::new(node), repeat);
        let is_many = repeat.is_counted && (repeat.min >= 2 || repeat.max.is_some_and(|max| max >= 2));
        if is_many && !node.has_valid_counts(1000) {
            return Err(SyntaxError::new(Fault::RepeatSize, operator));
        }
        self.push(node);
        self.rest = after;
        Ok(())
    }

    fn backslash(&mut self) -> Result<()> {
        match self.rest.as_bytes().get(1) {
            Some(b'A') => self.place(r"\A", 2),
            Some(b'z') => self.place(r"\z", 2),
            Some(b'b') => self.place(r"(?-u:\b)", 2),
            Some(b'B') => self.place(r"(?-u:\B)", 2),
            Some(b'C') => return Err(SyntaxError::new(Fault::Escape, &self.rest[..2])),
            Some(b'Q') => self.quoted(),
            _ => {
                if let Some((items, rest)) = class::parse_escaped_class(self.rest)? {
                    self.push(Node::Atom(class::bracketed(&items, self.flags)));
                    self.rest = rest;
                } else {
                    let (character, rest) = escape(self.rest)?;
                    self.push(Node::Atom(class::literal_code(character, self.flags)));
                    self.rest = rest;
                }
            }
        }
        Ok(())
    }

    /// Parses `\Q…\E`, where everything is text.
    fn quoted(&mut self) {
        let rest = &self.rest[2..];
        let (text, rest) = rest.split_once(r"\E").unwrap_or((rest, ""));
        self.rest = rest;
        for character in text.chars() {
            self.push(Node::Atom(literal(character, self.flags)));
        }
    }
}

/// Reads counts in braces and the length of all; a number too large is larger than any limit.
fn parse_counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (body, _) = text[1..].split_once('}')?;
    let length = body.len() + 2;
    let (min, max) = match body.split_once(',') {
        None => (body, Some(body)),
        Some((min, "")) => (min, None),
        Some((min, max)) => (min, Some(max)),
    };
    let number = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty();
        let has_zeros = digits.len() > 1 && digits.starts_with('0');
        (is_number && !has_zeros).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let min = number(min)?;
    let max = match max {
        None => None,
        Some(max) => Some(number(max)?),
    };
    Some((min, max, length))
}
