//! Text → tokens (`scannerc.go`). Comments are kept aside; see `comments.rs`.

use super::comments::Comment;
use super::cursor::Cursor;
use super::token::{Error, Mark, Token, TokenKind};

/// The deepest nesting that the scanner follows.
const MAX_DEPTH: usize = 10_000;

/// How far a key may be from its colon.
const LONGEST_SIMPLE_KEY: isize = 1024;

/// A place where a key may have begun that was not marked with `?`.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    is_possible: bool,
    is_required: bool,
    token: usize,
    mark: Mark,
}

/// Reads tokens.
pub(super) struct Scanner {
    pub(super) cursor: Cursor,
    /// All tokens so far, those that were taken too.
    pub(super) tokens: Vec<Token>,
    /// The next token to be taken.
    head: usize,
    is_available: bool,
    pub(super) comments: Vec<Comment>,
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    pub(super) simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
}

impl Scanner {
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        Ok(Scanner {
            cursor: Cursor::new(text)?,
            tokens: vec![Token::new(TokenKind::StreamStart, Mark::default())],
            head: 0,
            is_available: false,
            comments: Vec::new(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
        })
    }

    /// The next token.
    pub(super) fn peek(&mut self) -> Result<&Token, Error> {
        if !self.is_available {
            self.fetch_more()?;
            self.is_available = true;
        }
        Ok(&self.tokens[self.head])
    }

    /// Takes the token that was peeked at.
    pub(super) fn take(&mut self) -> Token {
        self.is_available = false;
        self.head += 1;
        self.tokens[self.head - 1].clone()
    }

    /// Comments need two tokens ahead to find their place; a possible key needs its colon.
    fn fetch_more(&mut self) -> Result<(), Error> {
        loop {
            if self.head + 2 < self.tokens.len() {
                let head = self.head;
                let is_head = |key: &SimpleKey| key.is_possible && key.token == head;
                match self.simple_keys.iter().rposition(is_head) {
                    Some(at) if self.is_valid(at)? => {}
                    _ => return Ok(()),
                }
            }
            self.fetch_next()?;
        }
    }

    fn fetch_next(&mut self) -> Result<(), Error> {
        let scan_mark = self.cursor.mark;
        self.scan_to_next_token();
        self.unroll_indent(self.cursor.mark.column, scan_mark);
        if self.cursor.is_at_end() {
            return self.fetch_stream_end();
        }
        if self.cursor.mark.column == 0 && self.cursor.current() == '%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            return self.fetch_document_indicator();
        }
        let mut comment_mark = self.cursor.mark;
        let follows = if self.flow_level == 0 { ':' } else { ',' };
        if let Some(last) = self.tokens.last().filter(|_| self.cursor.current() == follows) {
            comment_mark = last.start;
        }
        self.fetch_content()?;
        // What stands behind a dash is about what comes next.
        if self
            .tokens
            .last()
            .is_none_or(|last| last.kind != TokenKind::BlockEntry)
        {
            self.scan_line_comment(comment_mark);
        }
        Ok(())
    }

    fn fetch_content(&mut self) -> Result<(), Error> {
        let is_block = self.flow_level == 0;
        let ends = self.cursor.is_blank_or_end(1);
        match self.cursor.current() {
            '[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            '{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            ']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            '}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            ',' => self.fetch_flow_entry(),
            '-' if ends => self.fetch_block_entry(),
            '?' if !is_block || ends => self.fetch_key(),
            ':' if !is_block || ends => self.fetch_value(),
            '*' => self.fetch_with_key(|it| it.scan_anchor(TokenKind::Alias)),
            '&' => self.fetch_with_key(|it| it.scan_anchor(TokenKind::Anchor)),
            '!' => self.fetch_with_key(Scanner::scan_tag),
            '|' | '>' if is_block => self.fetch_block_scalar(),
            '\'' | '"' => self.fetch_with_key(Scanner::scan_quoted),
            '-' => self.fetch_with_key(Scanner::scan_plain),
            '?' | ':' if is_block => self.fetch_with_key(Scanner::scan_plain),
            '?' | ':' | '#' | '|' | '>' | '%' | '@' | '`' | ' ' | '\t' => {
                Err(self.error(self.cursor.mark, "found character that cannot start any token"))
            }
            _ => self.fetch_with_key(Scanner::scan_plain),
        }
    }

    pub(super) fn error(&self, context: Mark, problem: &str) -> Error {
        Error::scanner(context, self.cursor.mark, problem)
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.tokens.push(Token::new(kind, start));
    }

    fn push_skipping(&mut self, kind: TokenKind, length: usize) {
        self.push(kind, self.cursor.mark);
        for _ in 0..length {
            self.cursor.skip();
        }
    }

    fn is_valid(&mut self, at: usize) -> Result<bool, Error> {
        let key = self.simple_keys[at];
        let mark = self.cursor.mark;
        if !key.is_possible {
            return Ok(false);
        }
        if key.mark.line < mark.line || key.mark.index + LONGEST_SIMPLE_KEY < mark.index {
            if key.is_required {
                return Err(self.error(key.mark, "could not find expected ':'"));
            }
            self.simple_keys[at].is_possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    fn last_key(&mut self) -> &mut SimpleKey {
        self.simple_keys
            .last_mut()
            .expect("there is one for each flow level, and one for the block")
    }

    fn save_simple_key(&mut self) -> Result<(), Error> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        self.remove_simple_key()?;
        *self.last_key() = SimpleKey {
            is_possible: true,
            is_required: self.flow_level == 0 && self.indent == self.cursor.mark.column,
            token: self.tokens.len(),
            mark: self.cursor.mark,
        };
        Ok(())
    }

    fn remove_simple_key(&mut self) -> Result<(), Error> {
        let key = *self.last_key();
        if key.is_possible && key.is_required {
            return Err(self.error(key.mark, "could not find expected ':'"));
        }
        self.last_key().is_possible = false;
        Ok(())
    }

    /// Opens a block if `column` is further right than the one around it.
    fn roll_indent(&mut self, at: Option<usize>, kind: TokenKind, mark: Mark) -> Result<(), Error> {
        if self.flow_level > 0 || self.indent >= mark.column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = mark.column;
        if self.indents.len() > MAX_DEPTH {
            let key = *self.last_key();
            return Err(self.error(key.mark, &format!("exceeded max depth of {MAX_DEPTH}")));
        }
        let at = at.unwrap_or(self.tokens.len());
        self.tokens.insert(at, Token::new(kind, mark));
        Ok(())
    }

    /// Closes blocks that are further right than `column`. They end before comments that belong to what is around them.
    fn unroll_indent(&mut self, column: isize, scan_mark: Mark) {
        if self.flow_level > 0 {
            return;
        }
        let mut block_mark = scan_mark;
        block_mark.index -= 1;
        while self.indent > column {
            let mut stop = block_mark.index;
            for comment in self.comments.iter().rev() {
                if comment.end.index < stop {
                    break;
                }
                if comment.start.column == self.indent + 1 {
                    block_mark = comment.start;
                }
                stop = comment.scan.index;
            }
            self.push(TokenKind::BlockEnd, block_mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn end_blocks(&mut self) -> Result<(), Error> {
        self.unroll_indent(-1, self.cursor.mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }

    fn fetch_stream_end(&mut self) -> Result<(), Error> {
        self.cursor.force_new_line();
        self.end_blocks()?;
        self.push(TokenKind::StreamEnd, self.cursor.mark);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Error> {
        self.end_blocks()?;
        let token = self.scan_directive()?;
        self.tokens.push(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<(), Error> {
        let kind = match self.cursor.current() {
            '-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.end_blocks()?;
        self.push_skipping(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.save_simple_key()?;
        self.simple_keys.push(SimpleKey {
            mark: self.cursor.mark,
            ..SimpleKey::default()
        });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.error(self.cursor.mark, &format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.simple_key_allowed = true;
        self.push_skipping(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.simple_keys.pop();
        }
        self.simple_key_allowed = false;
        self.push_skipping(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_skipping(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        let mark = self.cursor.mark;
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error(mark, "block sequence entries are not allowed in this context"));
            }
            self.roll_indent(None, TokenKind::BlockSequenceStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_skipping(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        let mark = self.cursor.mark;
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error(mark, "mapping keys are not allowed in this context"));
            }
            self.roll_indent(None, TokenKind::BlockMappingStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_skipping(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        let mark = self.cursor.mark;
        let last = self.simple_keys.len() - 1;
        if self.is_valid(last)? {
            let key = self.simple_keys[last];
            self.tokens
                .insert(key.token, Token::new(TokenKind::Key, key.mark));
            self.roll_indent(Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            self.last_key().is_possible = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.error(mark, "mapping values are not allowed in this context"));
                }
                self.roll_indent(None, TokenKind::BlockMappingStart, mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_skipping(TokenKind::Value, 1);
        Ok(())
    }

    /// Fetches what may be a key, and after which none may begin.
    fn fetch_with_key(&mut self, scan: fn(&mut Scanner) -> Result<Token, Error>) -> Result<(), Error> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = scan(self)?;
        self.tokens.push(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar()?;
        self.tokens.push(token);
        Ok(())
    }
}
