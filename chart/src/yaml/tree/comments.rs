//! Comments between tokens, and the token that each belongs to.
//!
//! A comment is a *head* of what follows, a *line* comment of what is before it, or a *foot* of what is above it. The
//! rules are go-yaml's, down to where its loops start to count.

use super::scanner::Scanner;
use super::token::{Mark, TokenKind};

/// How far go-yaml looks ahead between two lines of a comment.
const LOOK_AHEAD: usize = 512;

/// A comment that waits for its token.
#[derive(Clone, Debug, Default)]
pub(super) struct Comment {
    /// Where the search for it began.
    pub(super) scan: Mark,
    /// The token that it goes with, or a later one.
    pub(super) token: Mark,
    pub(super) start: Mark,
    pub(super) end: Mark,
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
}

/// A reading of consecutive comments.
struct Reading {
    scan: Mark,
    token: Mark,
    token_kind: TokenKind,
    start: Mark,
    text: String,
    next_indent: isize,
    foot_line: isize,
    recent_empty: bool,
    first_empty: bool,
    line: isize,
    column: isize,
}

/// What to do after a look at one character.
enum Step {
    Ahead,
    Comment,
    Stop,
}

impl Scanner {
    /// Reads what is between two tokens.
    pub(super) fn scan_to_next_token(&mut self) {
        let scan_mark = self.cursor.mark;
        loop {
            if self.cursor.mark.column == 0 && self.cursor.current() == '\u{feff}' {
                self.cursor.skip();
            }
            let takes_tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.cursor.current() == ' ' || (takes_tabs && self.cursor.current() == '\t') {
                self.cursor.skip();
            }
            self.raise_comment_behind_dash();
            if self.cursor.current() == '#' {
                self.scan_comments(scan_mark);
            }
            if !self.cursor.is_break(0) {
                return;
            }
            self.cursor.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// A comment behind the first dash of a list is the head of what follows.
    fn raise_comment_behind_dash(&mut self) {
        let Some([.., a, b]) = self.tokens.get(..) else {
            return;
        };
        let is_first_dash = a.kind == TokenKind::BlockSequenceStart && b.kind == TokenKind::BlockEntry;
        let at_break = self.cursor.is_break(0);
        let mark = self.cursor.mark;
        let Some(comment) = self.comments.last_mut() else {
            return;
        };
        if is_first_dash && !comment.line.is_empty() && !at_break {
            comment.head = std::mem::take(&mut comment.line);
            if comment.start.line == mark.line - 1 {
                comment.token = mark;
            }
        }
    }

    /// Reads a comment that follows a token on its line.
    pub(super) fn scan_line_comment(&mut self, token: Mark) {
        if self.cursor.newlines > 0 {
            return;
        }
        let Some(peek) = (0..LOOK_AHEAD).find(|&peek| !self.cursor.is_blank(peek)) else {
            return;
        };
        if self.cursor.peek(peek) != '#' {
            return;
        }
        for _ in 0..peek {
            self.cursor.skip();
        }
        let start = self.cursor.mark;
        let mut text = String::new();
        while !self.cursor.is_break_or_end(0) {
            self.cursor.read(&mut text);
        }
        self.comments.push(Comment {
            token,
            start,
            line: text,
            ..Comment::default()
        });
    }

    /// Reads comments that stand on lines of their own.
    fn scan_comments(&mut self, scan: Mark) {
        let mut reading = self.begin(scan);
        let mut peek = 0;
        while peek < LOOK_AHEAD {
            match self.look(&mut reading, peek) {
                Step::Ahead => {}
                Step::Stop => break,
                Step::Comment => {
                    self.read_comment(&mut reading, peek);
                    peek = 0;
                }
            }
            peek += 1;
        }
        if !reading.text.is_empty() {
            self.comments.push(Comment {
                scan: reading.scan,
                token: reading.start,
                start: reading.start,
                end: Mark {
                    index: self.cursor.mark.index + peek.cast_signed() - 1,
                    line: reading.line,
                    column: reading.column,
                },
                head: reading.text,
                ..Comment::default()
            });
        }
    }

    fn begin(&self, scan: Mark) -> Reading {
        let token = match self.tokens.as_slice() {
            [.., before, last] if last.kind == TokenKind::FlowEntry => before,
            [.., last] => last,
            [] => unreachable!("the start of the stream is the first token"),
        };
        let mark = self.cursor.mark;
        let newlines = self.cursor.newlines;
        // The line on which a comment must begin to belong to what is above it.
        let foot_line = match scan.line {
            0 => -1,
            _ if newlines == 0 && mark.column > 1 => mark.line - newlines + 2,
            _ => mark.line - newlines + 1,
        };
        Reading {
            scan,
            token: token.start,
            token_kind: token.kind,
            start: Mark::default(),
            text: String::new(),
            next_indent: self.indent.max(0),
            foot_line,
            recent_empty: false,
            first_empty: newlines <= 1,
            line: mark.line,
            column: mark.column,
        }
    }

    fn look(&mut self, reading: &mut Reading, peek: usize) -> Step {
        reading.column += 1;
        if self.cursor.is_blank(peek) {
            return Step::Ahead;
        }
        let c = self.cursor.peek(peek);
        let closes = self.flow_level > 0 && matches!(c, ']' | '}');
        if closes || self.cursor.is_break_or_end(peek) {
            return self.look_at_end(reading, peek, closes.then_some(()));
        }
        let is_dedented = reading.column - 1 < reading.next_indent && reading.column != reading.start.column;
        if !reading.text.is_empty() && is_dedented {
            self.push_foot(reading, peek);
        }
        if c == '#' { Step::Comment } else { Step::Stop }
    }

    /// A line ends, or the brackets around the comment are closed.
    fn look_at_end(&mut self, reading: &mut Reading, peek: usize, closes: Option<()>) -> Step {
        let closes = closes.is_some();
        if closes || !reading.recent_empty {
            let is_dedented = reading.start.column - 1 < reading.next_indent;
            let is_below = reading.start.line == reading.foot_line && reading.token_kind != TokenKind::Value;
            if closes || (reading.first_empty && (is_below || is_dedented)) {
                if !reading.text.is_empty() {
                    if is_dedented {
                        reading.token = reading.start;
                    }
                    self.push_foot(reading, peek);
                }
            } else if !reading.text.is_empty() && self.cursor.peek(peek) != '\0' {
                reading.text.push('\n');
            }
        }
        if !self.cursor.is_break(peek) {
            return Step::Stop;
        }
        reading.first_empty = false;
        reading.recent_empty = true;
        reading.column = 0;
        reading.line += 1;
        Step::Ahead
    }

    fn push_foot(&mut self, reading: &mut Reading, peek: usize) {
        let end = Mark {
            index: self.cursor.mark.index + peek.cast_signed(),
            line: reading.line,
            column: reading.column,
        };
        self.comments.push(Comment {
            scan: reading.scan,
            token: reading.token,
            start: reading.start,
            end,
            foot: std::mem::take(&mut reading.text),
            ..Comment::default()
        });
        reading.scan = end;
        reading.token = end;
    }

    /// Reads one line of comment.
    fn read_comment(&mut self, reading: &mut Reading, peek: usize) {
        let seen = self.cursor.mark.index + peek.cast_signed();
        if reading.text.is_empty() {
            reading.start = Mark {
                index: seen,
                line: reading.line,
                column: reading.column,
            };
        } else {
            reading.text.push('\n');
        }
        reading.recent_empty = false;
        loop {
            if self.cursor.is_break_or_end(0) {
                if self.cursor.mark.index >= seen {
                    break;
                }
                self.cursor.skip_line();
            } else if self.cursor.mark.index >= seen {
                self.cursor.read(&mut reading.text);
            } else {
                self.cursor.skip();
            }
        }
        reading.column = 0;
        reading.line = self.cursor.mark.line;
        reading.next_indent = self.indent.max(0);
    }
}
