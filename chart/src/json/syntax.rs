//! What is wrong with a text that should be JSON, in the words of Go's `encoding/json` (`scanner.go`).

use crate::quote::quote;

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// It ends too early.
    End,
    /// A byte stands where it must not.
    Byte {
        /// How many bytes were read, that one included.
        offset: usize,
        /// What Go says of it.
        message: String,
    },
}

/// Finds what is wrong with the JSON value at the start of a text; nothing when it is fine.
///
/// What follows the value is not looked at. Nesting has Go's limit.
pub fn fault(text: &[u8]) -> Option<JsonFault> {
    let mut scanner = Scanner {
        text,
        at: 0,
        open: Vec::new(),
    };
    scanner.value().err()
}

/// The deepest nesting that Go reads (`maxNestingDepth`).
const DEEPEST: usize = 10_000;

/// What a list or an object is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    open: Vec<Open>,
}

type Scanned = Result<(), JsonFault>;

/// What comes next. The byte closes a list or an object that is empty.
#[derive(Clone, Copy)]
enum Step {
    Value(Option<u8>),
    Key(Option<u8>),
    /// What follows a value.
    After,
}

impl Scanner<'_> {
    /// Reads a value without recursion, since only memory bounds the depth that Go reads.
    fn value(&mut self) -> Scanned {
        let mut step = Step::Value(None);
        loop {
            step = match (step, self.open.last().copied()) {
                (Step::Value(closing), _) => self.begin(closing)?,
                (Step::Key(closing), _) => self.key(closing)?,
                (Step::After, Some(open)) => self.after(open)?,
                (Step::After, None) => return Ok(()),
            };
        }
    }

    fn after(&mut self, open: Open) -> Result<Step, JsonFault> {
        let byte = self.next_token()?;
        match (open, byte) {
            (Open::Object, b',') => Ok(Step::Key(None)),
            (Open::Array, b',') => Ok(Step::Value(None)),
            (Open::Object, b'}') | (Open::Array, b']') => Ok(self.close()),
            (Open::Object, byte) => Err(self.invalid(byte, "after object key:value pair")),
            (Open::Array, byte) => Err(self.invalid(byte, "after array element")),
        }
    }

    fn close(&mut self) -> Step {
        self.open.pop();
        Step::After
    }

    /// Reads a text, a number or a word, or goes into a list or an object.
    fn begin(&mut self, closing: Option<u8>) -> Result<Step, JsonFault> {
        let byte = self.next_token()?;
        if Some(byte) == closing {
            return Ok(self.close());
        }
        match byte {
            b'{' => {
                self.enter(Open::Object)?;
                return Ok(Step::Key(Some(b'}')));
            }
            b'[' => {
                self.enter(Open::Array)?;
                return Ok(Step::Value(Some(b']')));
            }
            b'"' => self.string()?,
            b't' => self.literal("true")?,
            b'f' => self.literal("false")?,
            b'n' => self.literal("null")?,
            b'-' | b'0'..=b'9' => self.number(byte)?,
            byte => return Err(self.invalid(byte, "looking for beginning of value")),
        }
        Ok(Step::After)
    }

    fn enter(&mut self, open: Open) -> Scanned {
        self.open.push(open);
        if self.open.len() > DEEPEST {
            return Err(self.invalid(self.text[self.at - 1], "exceeded max depth"));
        }
        Ok(())
    }

    /// Reads a key and its colon.
    fn key(&mut self, closing: Option<u8>) -> Result<Step, JsonFault> {
        match self.next_token()? {
            b'"' => self.string()?,
            byte if Some(byte) == closing => return Ok(self.close()),
            byte => return Err(self.invalid(byte, "looking for beginning of object key string")),
        }
        match self.next_token()? {
            b':' => Ok(Step::Value(None)),
            byte => Err(self.invalid(byte, "after object key")),
        }
    }

    fn next(&mut self) -> Result<u8, JsonFault> {
        let byte = *self.text.get(self.at).ok_or(JsonFault::End)?;
        self.at += 1;
        Ok(byte)
    }

    fn next_token(&mut self) -> Result<u8, JsonFault> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
        self.next()
    }

    fn literal(&mut self, word: &str) -> Scanned {
        for expected in word.bytes().skip(1) {
            let byte = self.next()?;
            if byte != expected {
                let context = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(self.invalid(byte, &context));
            }
        }
        Ok(())
    }

    fn number(&mut self, first: u8) -> Scanned {
        let mut first = first;
        if first == b'-' {
            first = self.next()?;
            if !first.is_ascii_digit() {
                return Err(self.invalid(first, "in numeric literal"));
            }
        }
        if first != b'0' {
            self.digits();
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.text.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.text.get(self.at) {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn some_digits(&mut self, context: &str) -> Scanned {
        let byte = self.next()?;
        if !byte.is_ascii_digit() {
            return Err(self.invalid(byte, context));
        }
        self.digits();
        Ok(())
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    /// Reads a string behind its opening quote.
    fn string(&mut self) -> Scanned {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => self.escape()?,
                byte @ 0..b' ' => return Err(self.invalid(byte, "in string literal")),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Scanned {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => (0..4).try_for_each(|_| match self.next()? {
                byte if byte.is_ascii_hexdigit() => Ok(()),
                byte => Err(self.invalid(byte, "in \\u hexadecimal character escape")),
            }),
            byte => Err(self.invalid(byte, "in string escape code")),
        }
    }

    fn invalid(&self, byte: u8, context: &str) -> JsonFault {
        let shown = match byte {
            b'\'' => r"'\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            byte => {
                let quoted = quote(char::from(byte).encode_utf8(&mut [0; 4]));
                format!("'{}'", &quoted[1..quoted.len() - 1])
            }
        };
        JsonFault::Byte {
            offset: self.at,
            message: format!("invalid character {shown} {context}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go 1.26 says of each.
    #[test]
    fn faults_are_said_in_the_words_of_go() {
        for (text, offset, message) in [
            (
                "{{ if }}",
                2,
                "invalid character '{' looking for beginning of object key string",
            ),
            (
                "{\"a\": 1 \"b\"}",
                9,
                "invalid character '\"' after object key:value pair",
            ),
            ("{\"a\" 1}", 6, "invalid character '1' after object key"),
            (
                "{\"a\": 1,}",
                9,
                "invalid character '}' looking for beginning of object key string",
            ),
            ("[1, ]", 5, "invalid character ']' looking for beginning of value"),
            ("[1 2]", 4, "invalid character '2' after array element"),
            ("x", 1, "invalid character 'x' looking for beginning of value"),
            ("trux", 4, "invalid character 'x' in literal true (expecting 'e')"),
            ("-x", 2, "invalid character 'x' in numeric literal"),
            (
                "[1.x]",
                4,
                "invalid character 'x' after decimal point in numeric literal",
            ),
            ("[1e+]", 5, "invalid character ']' in exponent of numeric literal"),
            ("\"a\n\"", 3, "invalid character '\\n' in string literal"),
            ("\"\\q\"", 3, "invalid character 'q' in string escape code"),
            (
                "\"\\u12g\"",
                6,
                "invalid character 'g' in \\u hexadecimal character escape",
            ),
            (
                "['a']",
                2,
                "invalid character '\\'' looking for beginning of value",
            ),
            (
                "\u{e9}",
                1,
                "invalid character 'Ã' looking for beginning of value",
            ),
        ] {
            let message = message.to_owned();
            assert_eq!(
                fault(text.as_bytes()),
                Some(JsonFault::Byte { offset, message }),
                "{text}"
            );
        }
    }

    #[test]
    fn values_are_fine_and_halves_of_them_end_early() {
        for text in [
            "{}",
            "[]",
            "[[],{}]",
            " {\"a\": [1, -0.5e+1, null, \"\\u00e9\"]} x",
            "1",
        ] {
            assert_eq!(fault(text.as_bytes()), None, "{text}");
        }
        for text in ["", "{", "[1", "{\"a\"", "\"a", "tru", "-", "[1,"] {
            assert_eq!(fault(text.as_bytes()), Some(JsonFault::End), "{text}");
        }
        let deep = "[".repeat(10_001);
        let message = "invalid character '[' exceeded max depth".to_owned();
        assert_eq!(
            fault(deep.as_bytes()),
            Some(JsonFault::Byte {
                offset: 10_001,
                message
            })
        );
    }
}
