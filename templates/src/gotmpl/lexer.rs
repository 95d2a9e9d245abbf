//! Cuts the text of a template into tokens.

use super::printf::{decode, is_printable, quote};
use super::token::{Keyword, Token, TokenKind};
use memchr::{memchr, memchr3, memmem};

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
/// The right delimiter behind the minus of a trim marker.
const TRIMMING_RIGHT: &[u8] = b"-}}";
/// A trim marker is a minus with a space on the side of the action.
const MARKER: usize = 2;

/// Says that the scanner has a message.
struct Failed;

/// The scanner: gives the tokens one after the other.
pub(super) struct Lexer<'s> {
    source: &'s [u8],
    /// Where the scan is.
    position: usize,
    /// Where the token that is being scanned starts.
    start: usize,
    is_inside_action: bool,
    open_parens: usize,
    /// Whether `break` and `continue` are keywords; a function of that name makes them plain words.
    pub(super) has_loop_keywords: bool,
    /// What was wrong, once an error token has been given.
    pub(super) error: Option<String>,
}

impl<'s> Lexer<'s> {
    pub(super) fn new(source: &'s [u8]) -> Self {
        Self {
            source,
            position: 0,
            start: 0,
            is_inside_action: false,
            open_parens: 0,
            has_loop_keywords: true,
            error: None,
        }
    }

    /// Returns the next token; the end of the text, or an error, is the last one and comes again.
    pub(super) fn next_token(&mut self) -> Token {
        let scanned = match self.is_inside_action {
            _ if self.error.is_some() => Err(Failed),
            true => self.inside_action(),
            false => self.text(),
        };
        scanned.unwrap_or_else(|Failed| Token::new(TokenKind::Error, self.start..self.start))
    }

    fn fail<T>(&mut self, message: impl Into<String>) -> Result<T, Failed> {
        self.error = Some(message.into());
        Err(Failed)
    }

    fn rest(&self) -> &'s [u8] {
        &self.source[self.position..]
    }

    fn peek(&self) -> Option<u8> {
        self.source.get(self.position).copied()
    }

    /// Returns the next character and how long it is; a broken byte is the replacement character.
    fn peek_rune(&self) -> Option<(char, usize)> {
        match decode(self.rest()) {
            (_, 0) => None,
            (rune, size) => Some((rune.unwrap_or(char::REPLACEMENT_CHARACTER), size)),
        }
    }

    fn emit(&mut self, kind: TokenKind) -> Token {
        let token = Token::new(kind, self.start..self.position);
        self.start = self.position;
        token
    }

    fn ignore(&mut self) {
        self.start = self.position;
    }

    /// Scans text up to an action.
    fn text(&mut self) -> Result<Token, Failed> {
        loop {
            let Some(found) = find_action(self.rest()) else {
                self.position = self.source.len();
                let kind = if self.position > self.start {
                    TokenKind::Text
                } else {
                    TokenKind::Eof
                };
                return Ok(self.emit(kind));
            };
            if found > 0 {
                let delimiter = self.position + found;
                let mut end = delimiter;
                if has_left_marker(&self.source[delimiter + LEFT.len()..]) {
                    end = self.start + trim_end(&self.source[self.start..delimiter]).len();
                }
                let text = self.start..end;
                self.position = delimiter;
                self.ignore();
                if !text.is_empty() {
                    return Ok(Token::new(TokenKind::Text, text));
                }
            }
            if let Some(token) = self.left_delimiter()? {
                return Ok(token);
            }
        }
    }

    /// Scans the left delimiter; a comment is passed over and gives nothing.
    fn left_delimiter(&mut self) -> Result<Option<Token>, Failed> {
        self.position += LEFT.len();
        let marker = if has_left_marker(self.rest()) { MARKER } else { 0 };
        if self.rest()[marker..].starts_with(b"/*") {
            self.position += marker;
            self.ignore();
            return self.comment().map(|()| None);
        }
        let token = self.emit(TokenKind::LeftDelimiter);
        self.is_inside_action = true;
        self.open_parens = 0;
        self.position += marker;
        self.ignore();
        Ok(Some(token))
    }

    fn comment(&mut self) -> Result<(), Failed> {
        self.position += 2;
        let Some(end) = memmem::find(self.rest(), b"*/") else {
            return self.fail("unclosed comment");
        };
        self.position += end + 2;
        let Some(marker) = self.at_right_delimiter() else {
            return self.fail("comment ends before closing delimiter");
        };
        self.right_delimiter(marker);
        Ok(())
    }

    /// Returns the length of the trim marker, which may be none, when a right delimiter is next.
    fn at_right_delimiter(&self) -> Option<usize> {
        let rest = self.rest();
        if has_right_marker(rest) && rest[MARKER..].starts_with(RIGHT) {
            Some(MARKER)
        } else {
            rest.starts_with(RIGHT).then_some(0)
        }
    }

    fn right_delimiter(&mut self, marker: usize) -> Token {
        self.position += marker;
        self.ignore();
        self.position += RIGHT.len();
        let token = self.emit(TokenKind::RightDelimiter);
        if marker > 0 {
            self.position += self.rest().len() - trim_start(self.rest()).len();
            self.ignore();
        }
        self.is_inside_action = false;
        token
    }

    /// Scans a token of an action, and the blanks before it.
    fn inside_action(&mut self) -> Result<Token, Failed> {
        let blanks = run(self.rest(), SPACE);
        self.position += blanks;
        self.ignore();
        // The last blank may belong to the trim marker of the delimiter.
        if blanks > 0 && self.rest().starts_with(TRIMMING_RIGHT) {
            self.position -= 1;
            self.ignore();
            return self.close_action(MARKER);
        }
        let token = self.word_or_sign()?;
        Ok(if blanks > 0 { token.spaced() } else { token })
    }

    #[inline(always)]
    fn word_or_sign(&mut self) -> Result<Token, Failed> {
        let Some(byte) = self.peek() else {
            return self.fail("unclosed action");
        };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            // A dot starts a number only before a digit; at the end of the text Go takes it for a number as well.
            b'.' => match self.source.get(self.position + 1) {
                None | Some(b'0'..=b'9') => self.number(),
                _ => {
                    self.position += 1;
                    self.field_or_variable(TokenKind::Field)
                }
            },
            b'+' | b'-' | b'0'..=b'9' => self.number(),
            b'}' if self.rest().starts_with(RIGHT) => self.close_action(0),
            0..=0x7f => {
                self.position += 1;
                self.sign(char::from(byte))
            }
            _ => self.wide(),
        }
    }

    /// Scans what starts with a character beyond ASCII.
    fn wide(&mut self) -> Result<Token, Failed> {
        let (rune, size) = self.peek_rune().unwrap_or((char::REPLACEMENT_CHARACTER, 1));
        if is_alphanumeric(rune) {
            return self.word();
        }
        self.position += size;
        self.sign(rune)
    }

    /// Scans the right delimiter, after a trim marker of that length.
    fn close_action(&mut self, marker: usize) -> Result<Token, Failed> {
        if self.open_parens > 0 {
            return self.fail("unclosed left paren");
        }
        Ok(self.right_delimiter(marker))
    }

    /// Scans what starts with a character that is no part of a word or number; it has been passed.
    fn sign(&mut self, rune: char) -> Result<Token, Failed> {
        Ok(match rune {
            '=' => self.emit(TokenKind::Assign),
            ':' => {
                if self.peek() != Some(b'=') {
                    return self.fail("expected :=");
                }
                self.position += 1;
                self.emit(TokenKind::Declare)
            }
            '|' => self.emit(TokenKind::Pipe),
            '"' => self.quoted(b'"', TokenKind::String, "unterminated quoted string")?,
            '\'' => self.quoted(b'\'', TokenKind::CharConstant, "unterminated character constant")?,
            '`' => self.raw_string()?,
            '$' => self.field_or_variable(TokenKind::Variable)?,
            '(' => {
                self.open_parens += 1;
                self.emit(TokenKind::LeftParen)
            }
            ')' if self.open_parens == 0 => return self.fail("unexpected right paren"),
            ')' => {
                self.open_parens -= 1;
                self.emit(TokenKind::RightParen)
            }
            rune if rune.is_ascii() && is_printable(rune) => self.emit(TokenKind::Char),
            rune => return self.fail(format!("unrecognized character in action: {}", code_point(rune))),
        })
    }

    /// Passes over letters, digits and underscores, up to what may follow a name.
    #[inline(always)]
    fn skip_name(&mut self) -> Result<(), Failed> {
        self.position += run(self.rest(), WORD);
        if self.is_at_terminator() {
            return Ok(());
        }
        self.skip_wide_name()
    }

    /// The same where letters beyond ASCII may come, or something else that is rare.
    #[cold]
    fn skip_wide_name(&mut self) -> Result<(), Failed> {
        while let Some((rune, size)) = self.peek_rune()
            && is_alphanumeric(rune)
        {
            self.position += size;
        }
        if self.is_at_terminator() {
            return Ok(());
        }
        let rune = self
            .peek_rune()
            .map_or(char::REPLACEMENT_CHARACTER, |(rune, _)| rune);
        self.fail(format!("bad character {}", code_point(rune)))
    }

    fn word(&mut self) -> Result<Token, Failed> {
        self.skip_name()?;
        let kind = match &self.source[self.start..self.position] {
            b"true" | b"false" => TokenKind::Bool,
            b"break" | b"continue" if !self.has_loop_keywords => TokenKind::Identifier,
            word => Keyword::of(word).map_or(TokenKind::Identifier, TokenKind::Keyword),
        };
        Ok(self.emit(kind))
    }

    /// Scans the name after a dot or a dollar sign; a dot alone is the cursor, a dollar alone the root.
    fn field_or_variable(&mut self, kind: TokenKind) -> Result<Token, Failed> {
        if self.is_at_terminator() {
            let alone = if kind == TokenKind::Variable {
                kind
            } else {
                TokenKind::Keyword(Keyword::Dot)
            };
            return Ok(self.emit(alone));
        }
        self.skip_name()?;
        Ok(self.emit(kind))
    }

    /// Says whether what is next may follow a name.
    fn is_at_terminator(&self) -> bool {
        match self.peek() {
            Some(b'}') => self.rest().starts_with(RIGHT),
            next => next.is_none_or(|byte| is_any(byte, TERMINATOR)),
        }
    }

    fn quoted(&mut self, mark: u8, kind: TokenKind, message: &str) -> Result<Token, Failed> {
        while let Some(at) = memchr3(mark, b'\\', b'\n', self.rest()) {
            let byte = self.rest()[at];
            self.position += at + 1;
            if byte == mark {
                return Ok(self.emit(kind));
            }
            if byte == b'\n' || self.peek().is_none_or(|byte| byte == b'\n') {
                break;
            }
            self.position += self.peek_rune().map_or(0, |(_, size)| size);
        }
        self.fail(message)
    }

    fn raw_string(&mut self) -> Result<Token, Failed> {
        let Some(end) = memchr(b'`', self.rest()) else {
            return self.fail("unterminated raw quoted string");
        };
        self.position += end + 1;
        Ok(self.emit(TokenKind::RawString))
    }

    /// Scans a number. What passes here may still be no number; the parser looks closer.
    fn number(&mut self) -> Result<Token, Failed> {
        if !self.scan_number() {
            return self.fail(self.bad_number());
        }
        if !matches!(self.peek(), Some(b'+' | b'-')) {
            return Ok(self.emit(TokenKind::Number));
        }
        if !self.scan_number() || self.source[self.position - 1] != b'i' {
            return self.fail(self.bad_number());
        }
        Ok(self.emit(TokenKind::Complex))
    }

    fn bad_number(&self) -> String {
        format!(
            "bad number syntax: {}",
            quote(&self.source[self.start..self.position])
        )
    }

    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        let mut exponent: &[u8] = b"eE";
        if self.accept(b"0") {
            for (prefix, set, letters) in PREFIXES {
                if self.accept(prefix) {
                    (digits, exponent) = (set, letters);
                    break;
                }
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        match self.peek_rune() {
            Some((rune, size)) if is_alphanumeric(rune) => {
                self.position += size;
                false
            }
            _ => true,
        }
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let is_accepted = self.peek().is_some_and(|byte| set.contains(&byte));
        self.position += usize::from(is_accepted);
        is_accepted
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }
}

/// Prefix of a number, its digits, the letters of its exponent.
const PREFIXES: [(&[u8], &[u8], &[u8]); 3] = [
    (b"xX", b"0123456789abcdefABCDEF_", b"pP"),
    (b"oO", b"01234567_", b""),
    (b"bB", b"01_", b""),
];

/// Returns where the first action of a text begins.
fn find_action(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let brace = from + memchr(LEFT[0], &text[from..])?;
        if text[brace..].starts_with(LEFT) {
            return Some(brace);
        }
        from = brace + 1;
    }
}

fn has_left_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', blank, ..] if is_any(*blank, SPACE))
}

fn has_right_marker(text: &[u8]) -> bool {
    matches!(text, [blank, b'-', ..] if is_any(*blank, SPACE))
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| !is_any(*byte, SPACE))
        .map_or(0, |last| last + 1);
    &text[..end]
}

fn trim_start(text: &[u8]) -> &[u8] {
    &text[run(text, SPACE)..]
}

/// What a byte may be.
const SPACE: u8 = 1;
/// A letter, a digit or an underscore.
const WORD: u8 = 2;
/// What may follow a name; of braces there have to be two.
const TERMINATOR: u8 = 4;

/// What each byte is: names and blanks are looked up byte by byte.
static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\n' => SPACE | TERMINATOR,
            b'.' | b',' | b'|' | b':' | b')' | b'(' => TERMINATOR,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => WORD,
            _ => 0,
        };
        byte += 1;
    }
    kinds
}

fn is_any(byte: u8, kinds: u8) -> bool {
    KINDS[usize::from(byte)] & kinds != 0
}

/// Returns how many bytes of a kind a text starts with.
fn run(text: &[u8], kind: u8) -> usize {
    let end = text.iter().position(|byte| !is_any(*byte, kind));
    end.unwrap_or(text.len())
}

fn is_alphanumeric(rune: char) -> bool {
    rune == '_' || rune.is_alphanumeric()
}

/// Names a character as Go's `%#U`.
fn code_point(rune: char) -> String {
    let code = u32::from(rune);
    if is_printable(rune) {
        format!("U+{code:04X} '{rune}'")
    } else {
        format!("U+{code:04X}")
    }
}
