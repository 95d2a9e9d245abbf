//! Quoting as Go's `%q` does it, which is how Helm's messages show names.

use std::fmt::Write;

/// Returns `text` in double quotes with Go's escapes (`strconv.Quote`).
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    text.chars().for_each(|c| push(&mut quoted, c, '"'));
    quoted.push('"');
    quoted
}

/// Returns `rune` in single quotes with Go's escapes (`strconv.QuoteRune`).
pub fn quote_rune(rune: char) -> String {
    let mut quoted = String::from("'");
    push(&mut quoted, rune, '\'');
    quoted.push('\'');
    quoted
}

/// Adds a character as it stands between marks.
fn push(quoted: &mut String, c: char, mark: char) {
    match c {
        _ if c == mark || c == '\\' => {
            quoted.push('\\');
            quoted.push(c);
        }
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        _ if is_printable(c) => quoted.push(c),
        _ => push_escape(quoted, c),
    }
}

fn push_escape(quoted: &mut String, c: char) {
    let code = c as u32;
    let written = match code {
        0..0x20 | 0x7f => write!(quoted, "\\x{code:02x}"),
        0..0x10000 => write!(quoted, "\\u{code:04x}"),
        _ => write!(quoted, "\\U{code:08x}"),
    };
    written.expect("writing to a string cannot fail");
}

/// Says whether Go's `unicode.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // The standard library keeps the same table to decide what `{:?}` escapes, but does not export it. A combining
    // mark is escaped only at the start of a string, hence the letter before it.
    let mut text = String::from("a");
    text.push(c);
    text.escape_debug().nth(1) != Some('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_like_go() {
        for (text, quoted) in [
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\u{7}\n\u{1}\u{7f}", r#""\a\n\x01\x7f""#),
            (
                "é\u{a0}\u{200b}\u{301}😀\u{e0001}",
                "\"é\\u00a0\\u200b\u{301}😀\\U000e0001\"",
            ),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }
}
