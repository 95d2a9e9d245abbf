//! Go's quoted strings and characters, and which characters it takes for printable.

/// Quotes bytes as a Go string constant.
pub fn quote(bytes: &[u8]) -> String {
    quote_with(bytes, b'"', Charset::Unicode)
}

/// Quotes a character as a Go rune constant.
pub fn quote_rune(rune: char) -> String {
    quote_with(rune.encode_utf8(&mut [0; 4]).as_bytes(), b'\'', Charset::Unicode)
}

/// Which characters stay as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// All printable ones.
    Unicode,
    /// Printable ASCII.
    Ascii,
}

pub(super) fn quote_with(bytes: &[u8], mark: u8, charset: Charset) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push(char::from(mark));
    let mut rest = bytes;
    while !rest.is_empty() {
        let (rune, size) = decode(rest);
        match rune {
            Some(rune) => push_escaped(&mut out, rune, mark, charset),
            None => out.push_str(&format!("\\x{:02x}", rest[0])),
        }
        rest = &rest[size..];
    }
    out.push(char::from(mark));
    out
}

fn push_escaped(out: &mut String, rune: char, mark: u8, charset: Charset) {
    if rune == char::from(mark) || rune == '\\' {
        out.push('\\');
        out.push(rune);
        return;
    }
    if is_printable(rune) && (rune.is_ascii() || charset == Charset::Unicode) {
        out.push(rune);
        return;
    }
    match rune {
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        _ => match u32::from(rune) {
            code if code < 0x20 || code == 0x7f => out.push_str(&format!("\\x{code:02x}")),
            code if code < 0x10000 => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        },
    }
}

/// Says whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the space.
pub(in crate::gotmpl) fn is_printable(rune: char) -> bool {
    if rune.is_ascii() {
        return (' '..='~').contains(&rune);
    }
    // The standard library knows, and says it only through the escapes of a string. The letter before keeps a
    // combining mark from being the first character, which would be escaped for another reason.
    let mut pair = String::from("a");
    pair.push(rune);
    pair.escape_debug().nth(1) == Some(rune)
}

/// Reads one character; none when the first byte does not begin one. Gives the number of bytes to go on by.
pub(in crate::gotmpl) fn decode(bytes: &[u8]) -> (Option<char>, usize) {
    let Some(first) = bytes.first() else {
        return (None, 0);
    };
    let length = match first {
        0..=0x7f => return (Some(char::from(*first)), 1),
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return (None, 1),
    };
    let rune = bytes
        .get(..length)
        .and_then(|encoded| std::str::from_utf8(encoded).ok());
    match rune.and_then(|text| text.chars().next()) {
        Some(rune) => (Some(rune), length),
        None => (None, 1),
    }
}

/// Says whether Go would write the string between backquotes.
pub(super) fn can_backquote(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        text.chars().all(|rune| {
            rune != '\u{feff}' && rune != '`' && rune != '\u{7f}' && (rune >= ' ' || rune == '\t')
        })
    })
}
