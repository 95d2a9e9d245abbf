//! How a string may be written: what libyaml's emitter finds out before it picks quotes or a block.

use super::order::Dialect;
use super::scalar::{Resolved, is_base_60, resolve};

/// The ways to write a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Returns the style for `text` in block context. `is_key` is for a key on one line.
pub(super) fn choose(text: &str, dialect: Dialect, is_key: IsKey) -> Style {
    let traits = Traits::of(text, dialect);
    let mut style = wanted(text);
    if is_key == IsKey::Yes && traits.is_multiline {
        style = Style::Double;
    }
    if style == Style::Plain && (!traits.plain_allowed || (text.is_empty() && is_key == IsKey::Yes)) {
        style = Style::Single;
    }
    if style == Style::Single && !traits.single_allowed {
        style = Style::Double;
    }
    if style == Style::Literal && (!traits.block_allowed || is_key == IsKey::Yes) {
        style = Style::Double;
    }
    style
}

/// Whether a scalar is a key on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsKey {
    Yes,
    No,
}

/// What go-yaml asks for: a block for several lines, quotes for what would be read as something else.
fn wanted(text: &str) -> Style {
    if text.contains('\n') {
        Style::Literal
    } else if resolve(text) == Resolved::Text && !is_base_60(text) {
        Style::Plain
    } else {
        Style::Double
    }
}

/// What the characters of a string allow.
#[derive(Debug)]
pub(super) struct Traits {
    pub(super) is_multiline: bool,
    plain_allowed: bool,
    single_allowed: bool,
    block_allowed: bool,
}

/// What is seen on the way through a string.
#[derive(Default)]
struct Seen {
    indicators: bool,
    line_breaks: bool,
    special: bool,
    tabs: bool,
    edge_space: bool,
    edge_break: bool,
    trailing_space: bool,
    break_then_space: bool,
    space_then_break: bool,
}

impl Traits {
    pub(super) fn of(text: &str, dialect: Dialect) -> Self {
        if text.is_empty() {
            return Traits {
                is_multiline: false,
                plain_allowed: true,
                single_allowed: true,
                block_allowed: false,
            };
        }
        let seen = Seen::look(text, dialect);
        let unquotable = seen.space_then_break || seen.special;
        let plain_breaks = seen.edge_space || seen.edge_break || seen.break_then_space || seen.line_breaks;
        Traits {
            is_multiline: seen.line_breaks,
            plain_allowed: !(plain_breaks || unquotable || seen.tabs || seen.indicators),
            single_allowed: !(seen.break_then_space || unquotable || seen.tabs),
            block_allowed: !(seen.trailing_space || unquotable),
        }
    }
}

impl Seen {
    fn look(text: &str, dialect: Dialect) -> Self {
        let mut seen = Seen {
            indicators: text.starts_with("---") || text.starts_with("..."),
            ..Seen::default()
        };
        let mut after_blank = true;
        let mut previous = Previous::Other;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let before_blank = next.is_none_or(|next| matches!(next, ' ' | '\t'));
            seen.indicators |= if at == 0 {
                is_leading_indicator(c, next)
            } else {
                (c == ':' && before_blank) || (c == '#' && after_blank)
            };
            if c == '\t' && dialect == Dialect::V3 {
                seen.tabs = true;
            } else if !is_printable(c) {
                seen.special = true;
            }
            previous = seen.space_or_break(
                c,
                previous,
                Edges {
                    first: at == 0,
                    last: next.is_none(),
                },
            );
            after_blank = matches!(c, ' ' | '\t' | '\0') || is_break(c);
        }
        seen
    }

    fn space_or_break(&mut self, c: char, previous: Previous, edges: Edges) -> Previous {
        let on_edge = edges.first || edges.last;
        if c == ' ' {
            self.edge_space |= on_edge;
            self.trailing_space |= edges.last;
            self.break_then_space |= previous == Previous::Break;
            Previous::Space
        } else if is_break(c) {
            self.line_breaks = true;
            self.edge_break |= on_edge;
            self.space_then_break |= previous == Previous::Space;
            Previous::Break
        } else {
            Previous::Other
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Space,
    Break,
    Other,
}

#[derive(Clone, Copy)]
struct Edges {
    first: bool,
    last: bool,
}

fn is_leading_indicator(c: char, next: Option<char>) -> bool {
    match c {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            true
        }
        '?' | ':' | '-' => next.is_none_or(|next| matches!(next, ' ' | '\t')),
        _ => false,
    }
}

/// Says whether libyaml ends a line at `c`.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Says whether libyaml writes `c` as it is. Characters beyond the basic plane are not.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}
