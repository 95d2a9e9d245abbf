//! Runes: Go's view of a string that may not be UTF-8, and its simple case mapping.

use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Returns the text with a replacement character for every byte that is no part of a character, as Go's `range` over
/// a string gives them.
pub fn to_utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => {
            let mut out = String::with_capacity(bytes.len() + 8);
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
            }
            out.into()
        }
    }
}

/// Splits into pieces of one rune each; a broken byte is a piece of its own.
pub(super) fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    for chunk in bytes.utf8_chunks() {
        pieces.extend(
            chunk
                .valid()
                .char_indices()
                .map(|(at, rune)| &chunk.valid().as_bytes()[at..at + rune.len_utf8()]),
        );
        pieces.extend(chunk.invalid().chunks(1));
    }
    pieces
}

/// Maps to upper case, one rune to one rune.
pub(super) fn to_upper(rune: char) -> char {
    match rune {
        // these have a longer mapping in full and this one in short
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(rune, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(rune, 9),
        _ => single(rune, rune.to_uppercase()),
    }
}

/// Maps to lower case, one rune to one rune.
pub(super) fn to_lower(rune: char) -> char {
    if rune == '\u{130}' {
        'i'
    } else {
        single(rune, rune.to_lowercase())
    }
}

/// Maps to title case: upper case, but for the digraphs and Georgian.
pub(super) fn to_title(rune: char) -> char {
    match rune {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10ff}' => rune,
        _ => to_upper(rune),
    }
}

fn shifted(rune: char, by: u32) -> char {
    char::from_u32(rune as u32 + by).unwrap_or(rune)
}

fn single(rune: char, mut mapping: impl Iterator<Item = char>) -> char {
    match (mapping.next(), mapping.next()) {
        (Some(mapped), None) => mapped,
        _ => rune,
    }
}

macro_rules! category {
    ($(#[$doc:meta])* $name:ident, $ascii:expr, $class:literal) => {
        $(#[$doc])*
        pub(super) fn $name(rune: char) -> bool {
            static CLASS: LazyLock<Regex> =
                LazyLock::new(|| Regex::new(concat!("^", $class)).expect("the class is well formed"));
            if rune.is_ascii() {
                let is_one: fn(&char) -> bool = $ascii;
                is_one(&rune)
            } else {
                CLASS.is_match(rune.encode_utf8(&mut [0; 4]))
            }
        }
    };
}

category!(
    /// Says whether the rune is a letter (Unicode's L).
    is_letter, char::is_ascii_alphabetic, r"\pL"
);
category!(
    /// Says whether the rune is a decimal digit (Nd).
    is_digit, char::is_ascii_digit, r"\p{Nd}"
);
category!(
    /// Says whether the rune is a number of any sort (N).
    is_number, char::is_ascii_digit, r"\pN"
);
category!(
    /// Says whether the rune is an upper-case letter (Lu).
    is_upper, char::is_ascii_uppercase, r"\p{Lu}"
);
category!(
    /// Says whether the rune is a lower-case letter (Ll).
    is_lower, char::is_ascii_lowercase, r"\p{Ll}"
);
category!(
    /// Says whether the rune is a title-case letter (Lt).
    is_title, |_| false, r"\p{Lt}"
);
category!(
    /// Says whether the rune is punctuation (P); of ASCII, symbols such as `$` and `+` are not.
    is_punctuation, |rune| rune.is_ascii_punctuation() && !"$+<=>^`|~".contains(*rune), r"\pP"
);

/// Says whether the rune is white space.
pub(super) fn is_space(rune: char) -> bool {
    rune.is_whitespace()
}
