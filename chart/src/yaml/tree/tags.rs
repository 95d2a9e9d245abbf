//! Anchors, tags and directives.

use super::scanner::Scanner;
use super::token::{Error, Mark, Token, TokenKind};

impl Scanner {
    fn read_word(&mut self, text: &mut String) {
        while is_word(self.cursor.current()) {
            self.cursor.read(text);
        }
    }

    pub(super) fn scan_anchor(&mut self, kind: TokenKind) -> Result<Token, Error> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut value = String::new();
        self.read_word(&mut value);
        let ends = self.cursor.is_blank_or_end(0)
            || matches!(
                self.cursor.current(),
                '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`'
            );
        if value.is_empty() || !ends {
            return Err(self.error(start, "did not find expected alphabetic or numeric character"));
        }
        Ok(Token {
            value,
            ..Token::new(kind, start)
        })
    }

    pub(super) fn scan_tag(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark;
        let (handle, suffix) = if self.cursor.peek(1) == '<' {
            self.cursor.skip();
            self.cursor.skip();
            let suffix = self.scan_uri("", start)?;
            if self.cursor.current() != '>' {
                return Err(self.error(start, "did not find the expected '>'"));
            }
            self.cursor.skip();
            (String::new(), suffix)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.error(start, "did not find expected whitespace or line break"));
        }
        Ok(Token {
            value: handle,
            suffix,
            ..Token::new(TokenKind::Tag, start)
        })
    }

    fn scan_short_tag(&mut self, start: Mark) -> Result<(String, String), Error> {
        let handle = self.scan_tag_handle(start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_uri("", start)?;
            return Ok((handle, suffix));
        }
        let suffix = self.scan_uri(&handle, start)?;
        if suffix.is_empty() {
            return Ok((String::new(), "!".to_owned()));
        }
        Ok(("!".to_owned(), suffix))
    }

    fn scan_tag_handle(&mut self, start: Mark) -> Result<String, Error> {
        if self.cursor.current() != '!' {
            return Err(self.error(start, "did not find expected '!'"));
        }
        let mut handle = String::new();
        self.cursor.read(&mut handle);
        self.read_word(&mut handle);
        if self.cursor.current() == '!' {
            self.cursor.read(&mut handle);
        }
        Ok(handle)
    }

    /// Reads the rest of a tag. `head` was taken for a handle and is part of it, but for its `!`.
    fn scan_uri(&mut self, head: &str, start: Mark) -> Result<String, Error> {
        let mut bytes = head.get(1..).unwrap_or_default().as_bytes().to_vec();
        let mut is_empty = head.is_empty();
        while is_uri(self.cursor.current()) {
            is_empty = false;
            if self.cursor.current() == '%' {
                bytes.push(self.scan_escaped_byte(start)?);
            } else {
                let mut text = String::new();
                self.cursor.read(&mut text);
                bytes.extend(text.bytes());
            }
        }
        if is_empty {
            return Err(self.error(start, "did not find expected tag URI"));
        }
        String::from_utf8(bytes).map_err(|_| self.error(start, "found an incorrect leading UTF-8 octet"))
    }

    fn scan_escaped_byte(&mut self, start: Mark) -> Result<u8, Error> {
        let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (digit(self.cursor.peek(1)), digit(self.cursor.peek(2))) else {
            return Err(self.error(start, "did not find URI escaped octet"));
        };
        for _ in 0..3 {
            self.cursor.skip();
        }
        Ok(high << 4 | low)
    }

    pub(super) fn scan_directive(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut name = String::new();
        self.read_word(&mut name);
        if name.is_empty() {
            return Err(self.error(start, "could not find expected directive name"));
        }
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.error(start, "found unexpected non-alphabetical character"));
        }
        let token = match name.as_str() {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(self.error(start, "found unknown directive name")),
        };
        self.cursor.skip_blanks();
        if self.cursor.current() == '#' {
            while !self.cursor.is_break_or_end(0) {
                self.cursor.skip();
            }
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error(start, "did not find expected comment or line break"));
        }
        self.cursor.skip_line();
        Ok(token)
    }

    fn scan_version(&mut self, start: Mark) -> Result<Token, Error> {
        self.cursor.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.cursor.current() != '.' {
            return Err(self.error(start, "did not find expected digit or '.' character"));
        }
        self.cursor.skip();
        let minor = self.scan_version_number(start)?;
        Ok(Token {
            value: format!("{major}.{minor}"),
            ..Token::new(TokenKind::VersionDirective, start)
        })
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u32, Error> {
        let mut number = 0;
        let mut length = 0;
        while let Some(digit) = self.cursor.current().to_digit(10) {
            length += 1;
            if length > 2 {
                return Err(self.error(start, "found extremely long version number"));
            }
            number = number * 10 + digit;
            self.cursor.skip();
        }
        if length == 0 {
            return Err(self.error(start, "did not find expected version number"));
        }
        Ok(number)
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<Token, Error> {
        self.cursor.skip_blanks();
        let handle = self.scan_tag_handle(start)?;
        if handle != "!" && !(handle.len() > 1 && handle.ends_with('!')) {
            return Err(self.error(start, "did not find expected '!'"));
        }
        if !self.cursor.is_blank(0) {
            return Err(self.error(start, "did not find expected whitespace"));
        }
        self.cursor.skip_blanks();
        let prefix = self.scan_uri("", start)?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.error(start, "did not find expected whitespace or line break"));
        }
        Ok(Token {
            value: handle,
            suffix: prefix,
            ..Token::new(TokenKind::TagDirective, start)
        })
    }
}

/// A letter, digit, dash or underscore.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_uri(c: char) -> bool {
    is_word(c) || ";/?:@&=+$,.!~*'()[]%".contains(c)
}
