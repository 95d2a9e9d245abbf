//! The characters of a TOML text, one by one, and the line that they are on.

/// What is wrong, and on which line.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
}

/// A place in a text. Lines are counted as the reader of Go does, which sets the lines that its errors name.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The byte after the text that is not UTF-8.
    broken: Option<u8>,
    at: usize,
    pub(super) line: usize,
}

/// Blanks between the parts of a line.
pub(super) fn is_blank(letter: Option<char>) -> bool {
    matches!(letter, Some('\t' | ' '))
}

/// The ends of lines.
pub(super) fn is_line_end(letter: Option<char>) -> bool {
    matches!(letter, Some('\n' | '\r'))
}

impl<'t> Cursor<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        let (text, broken) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = &bytes[..error.valid_up_to()];
                let text = std::str::from_utf8(valid).unwrap_or_default();
                (text, bytes.get(valid.len()).copied())
            }
        };
        Cursor {
            text,
            broken,
            at: 0,
            line: 1,
        }
    }

    /// Returns where the next character is, for [`since`](Self::since).
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Returns the text from a position to here.
    pub(super) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    /// Takes the next character; none at the end.
    ///
    /// # Errors
    ///
    /// Fails on what no TOML may hold: controls, `\r` alone, and bytes that are not UTF-8.
    pub(super) fn next(&mut self) -> Result<Option<char>, Fault> {
        let rest = &self.text[self.at..];
        let Some(letter) = rest.chars().next() else {
            return match self.broken {
                Some(byte) => Err(self.fault(format!("invalid UTF-8 byte: 0x{byte:02x}"))),
                None => Ok(None),
            };
        };
        let is_control = match letter {
            '\t' | '\n' => false,
            '\r' => !rest.starts_with("\r\n"),
            '\0'..='\u{1f}' | '\u{7f}' => true,
            _ => false,
        };
        if is_control {
            let code = u32::from(letter);
            return Err(self.fault(format!(
                "TOML files cannot contain control characters: '0x{code:02x}'"
            )));
        }
        self.line += usize::from(letter == '\n');
        self.at += letter.len_utf8();
        Ok(Some(letter))
    }

    /// Steps back over a number of characters of one byte each.
    pub(super) fn back(&mut self, letters: usize) {
        let start = self.at - letters;
        self.line -= self.text[start..self.at].matches('\n').count();
        self.at = start;
    }

    /// Steps back over what [`next`](Self::next) gave.
    pub(super) fn unread(&mut self, letter: Option<char>) {
        if let Some(letter) = letter {
            self.line -= usize::from(letter == '\n');
            self.at -= letter.len_utf8();
        }
    }

    /// Looks at the next character.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next).
    pub(super) fn peek(&mut self) -> Result<Option<char>, Fault> {
        let letter = self.next()?;
        self.unread(letter);
        Ok(letter)
    }

    /// Takes the next character if it is this one.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next).
    pub(super) fn accept(&mut self, wanted: char) -> Result<bool, Fault> {
        let letter = self.next()?;
        if letter == Some(wanted) {
            return Ok(true);
        }
        self.unread(letter);
        Ok(false)
    }

    /// Passes over characters.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next).
    pub(super) fn skip(&mut self, is_skipped: impl Fn(Option<char>) -> bool) -> Result<(), Fault> {
        loop {
            let letter = self.next()?;
            if letter.is_none() || !is_skipped(letter) {
                self.unread(letter);
                return Ok(());
            }
        }
    }

    /// Passes over a comment; its end of line is left.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next).
    pub(super) fn comment(&mut self) -> Result<(), Fault> {
        self.skip(|letter| !is_line_end(letter))
    }

    /// Makes a fault on this line.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            line: self.line,
            message: message.into(),
        }
    }

    /// Makes a fault of a character that was taken. At the end it is on the last line that has something.
    pub(super) fn fault_at(&self, letter: Option<char>, message: impl Into<String>) -> Fault {
        let is_after_line = letter.is_none() && self.text[..self.at].ends_with('\n');
        Fault {
            line: self.line - usize::from(is_after_line),
            message: message.into(),
        }
    }

    /// Makes a fault of an end of line that was taken: it is on the line before.
    pub(super) fn fault_before(&self, message: impl Into<String>) -> Fault {
        Fault {
            line: self.line - 1,
            message: message.into(),
        }
    }
}
