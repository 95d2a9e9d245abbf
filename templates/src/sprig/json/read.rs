//! Reading JSON.

use super::JsonError;
use crate::gotmpl::{Map, MapType, Text, Value};
use std::collections::BTreeMap;

/// JSON nested deeper than this is refused. Go's limit is 10,000, which nobody needs and which costs much stack.
const DEPTH: usize = 400;

/// Reads one JSON value; numbers become `float64`, of equal keys the last one counts.
///
/// # Errors
///
/// Returns Go's text of what is wrong.
pub fn from_json(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = Reader {
        text,
        at: 0,
        overflow: None,
    };
    let value = reader.value(DEPTH)?;
    reader.skip_space();
    match (reader.text.get(reader.at), reader.overflow) {
        (Some(byte), _) => Err(invalid(*byte, "after top-level value")),
        // the text is well formed, and only now does Go look at its numbers
        (None, Some(number)) => Err(JsonError(format!(
            "json: cannot unmarshal number {number} into Go value of type float64"
        ))),
        (None, None) => Ok(value),
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    overflow: Option<&'t str>,
}

fn invalid(byte: u8, context: &str) -> JsonError {
    let shown = match byte {
        b'\'' => r"'\''".into(),
        b'"' => "'\"'".into(),
        byte => {
            let quoted = crate::gotmpl::printf::quote(char::from(byte).encode_utf8(&mut [0; 4]).as_bytes());
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    };
    JsonError(format!("invalid character {shown} {context}"))
}

fn end() -> JsonError {
    JsonError("unexpected end of JSON input".into())
}

impl<'t> Reader<'t> {
    /// Returns the next byte; Go's scanner sees a space at the end of the text.
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(b' ')
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// Skips space and takes the byte behind it, which must be there.
    fn next_token(&mut self) -> Result<u8, JsonError> {
        self.skip_space();
        let byte = *self.text.get(self.at).ok_or_else(end)?;
        self.at += 1;
        Ok(byte)
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| JsonError("exceeded max depth".into()))?;
        match self.next_token()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::String),
            b't' => self.literal("true", true.into()),
            b'f' => self.literal("false", false.into()),
            b'n' => self.literal("null", Value::Nil),
            b'-' | b'0'..=b'9' => {
                self.at -= 1;
                self.number()
            }
            byte => Err(invalid(byte, "looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        for expected in word.bytes().skip(1) {
            if self.peek() != expected {
                let context = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(invalid(self.peek(), &context));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut entries = BTreeMap::new();
        let mut may_end = true;
        loop {
            match self.next_token()? {
                b'}' if may_end => break,
                b'"' => {}
                byte => return Err(invalid(byte, "looking for beginning of object key string")),
            }
            may_end = false;
            let key = self.string()?;
            match self.next_token()? {
                b':' => {}
                byte => return Err(invalid(byte, "after object key")),
            }
            entries.insert(key, self.value(depth)?);
            match self.next_token()? {
                b',' => {}
                b'}' => break,
                byte => return Err(invalid(byte, "after object key:value pair")),
            }
        }
        Ok(Map::typed(MapType::ANY, entries).into())
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.skip_space();
        if self.text.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(items.into());
        }
        loop {
            items.push(self.value(depth)?);
            match self.next_token()? {
                b',' => {}
                b']' => return Ok(items.into()),
                byte => return Err(invalid(byte, "after array element")),
            }
        }
    }

    fn digits(&mut self, context: &str) -> Result<(), JsonError> {
        if !self.peek().is_ascii_digit() {
            return Err(invalid(self.peek(), context));
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if let b'e' | b'E' = self.peek() {
            self.at += 1;
            if let b'+' | b'-' = self.peek() {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).expect("digits and signs are ASCII");
        let number: f64 = text.parse().expect("this is how numbers are written");
        if number.is_infinite() {
            self.overflow.get_or_insert(text);
        }
        Ok(number.into())
    }

    /// Reads a string behind its opening quote.
    fn string(&mut self) -> Result<Text, JsonError> {
        let mut out = Vec::new();
        loop {
            let plain = self.text[self.at..]
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
            let plain = &self.text[self.at..][..plain.ok_or_else(end)?];
            out.extend_from_slice(super::super::to_utf8(plain).as_bytes());
            self.at += plain.len() + 1;
            match self.text[self.at - 1] {
                b'"' => return Ok(out.into()),
                b'\\' => self.escape(&mut out)?,
                byte => return Err(invalid(byte, "in string literal")),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let byte = self.peek();
        let character = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                let rune = self.unicode()?;
                out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            byte => return Err(invalid(byte, "in string escape code")),
        };
        self.at += 1;
        out.push(character);
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.peek();
            let digit = char::from(byte).to_digit(16);
            code = code * 16 + digit.ok_or_else(|| invalid(byte, "in \\u hexadecimal character escape"))?;
            self.at += 1;
        }
        Ok(code)
    }

    /// Reads the four digits of `\u`, and those of a second one that makes a pair with it.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let first = self.hexadecimal()?;
        if let Some(rune) = char::from_u32(first) {
            return Ok(rune);
        }
        let start = self.at;
        if first < 0xdc00 && self.text[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let second = self.hexadecimal()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = start;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }
}
