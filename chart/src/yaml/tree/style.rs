//! In which styles a text can be written (`yaml_emitter_analyze_scalar`).

use super::super::style::{is_break, is_printable};
use super::Style;

/// What was found out about a text.
#[derive(Clone, Copy, Default)]
pub(super) struct Analysis {
    pub(super) is_multiline: bool,
    flow_plain: bool,
    block_plain: bool,
    single_quoted: bool,
    block: bool,
}

/// What the text has.
#[derive(Default)]
struct Found {
    block_indicators: bool,
    flow_indicators: bool,
    line_breaks: bool,
    special: bool,
    tabs: bool,
    edge: bool,
    trailing_space: bool,
    break_space: bool,
    space_break: bool,
}

impl Analysis {
    pub(super) fn of(text: &str) -> Self {
        if text.is_empty() {
            return Analysis {
                block_plain: true,
                single_quoted: true,
                ..Analysis::default()
            };
        }
        let found = Found::of(text);
        let is_simple = !(found.edge
            || found.break_space
            || found.space_break
            || found.tabs
            || found.special
            || found.line_breaks);
        Analysis {
            is_multiline: found.line_breaks,
            flow_plain: is_simple && !found.flow_indicators,
            block_plain: is_simple && !found.block_indicators,
            single_quoted: !(found.break_space || found.space_break || found.tabs || found.special),
            block: !(found.trailing_space || found.space_break || found.special),
        }
    }

    /// The style that is nearest to `wanted` and possible.
    pub(super) fn choose(self, text: &str, wanted: Style, place: (InFlow, AsKey)) -> Style {
        let in_flow = place.0 == InFlow::Yes;
        let is_key = place.1 == AsKey::Yes;
        let mut style = match wanted {
            Style::Flow => Style::Plain,
            wanted => wanted,
        };
        if is_key && self.is_multiline {
            style = Style::DoubleQuoted;
        }
        if style == Style::Plain {
            let is_allowed = if in_flow {
                self.flow_plain
            } else {
                self.block_plain
            };
            if !is_allowed || (text.is_empty() && (in_flow || is_key)) {
                style = Style::SingleQuoted;
            }
        }
        if style == Style::SingleQuoted && !self.single_quoted {
            style = Style::DoubleQuoted;
        }
        if matches!(style, Style::Literal | Style::Folded) && (!self.block || in_flow || is_key) {
            style = Style::DoubleQuoted;
        }
        style
    }
}

/// Whether there are brackets or braces around a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum InFlow {
    Yes,
    No,
}

/// Whether a scalar is a key without `?`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AsKey {
    Yes,
    No,
}

impl Found {
    fn of(text: &str) -> Self {
        let mut found = Found::default();
        if text.starts_with("---") || text.starts_with("...") {
            found.block_indicators = true;
            found.flow_indicators = true;
        }
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            found.indicator(c, before, next);
            if c == '\t' {
                found.tabs = true;
            } else if !is_printable(c) {
                found.special = true;
            }
            found.space_or_break(c, before, next);
            before = Some(c);
        }
        found
    }

    fn indicator(&mut self, c: char, before: Option<char>, next: Option<char>) {
        let is_first = before.is_none();
        let after_blank = before.is_none_or(|c| matches!(c, ' ' | '\t' | '\0') || is_break(c));
        let before_blank = next.is_none_or(|c| matches!(c, ' ' | '\t'));
        let (flow, block) = match c {
            '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' if is_first => (true, true),
            ',' | '[' | ']' | '{' | '}' => (true, is_first),
            '?' => (true, is_first && before_blank),
            ':' => (true, before_blank),
            '-' if is_first => (before_blank, before_blank),
            '#' => (after_blank, after_blank),
            _ => (false, false),
        };
        self.flow_indicators |= flow;
        self.block_indicators |= block;
    }

    fn space_or_break(&mut self, c: char, before: Option<char>, next: Option<char>) {
        let on_edge = before.is_none() || next.is_none();
        if c == ' ' {
            self.edge |= on_edge;
            self.trailing_space |= next.is_none();
            self.break_space |= before.is_some_and(is_break);
        } else if is_break(c) {
            self.line_breaks = true;
            self.edge |= on_edge;
            self.space_break |= before == Some(' ');
        }
    }
}
