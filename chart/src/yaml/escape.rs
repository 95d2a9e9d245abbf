//! The escapes of double quotes: libyaml's, which both readers and both writers share.

/// What the character behind a backslash stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// This character.
    Character(char),
    /// The character whose code follows in so many digits.
    Code(usize),
}

/// Returns what a backslash and `letter` stand for. `\/`, which YAML 1.2 has, is none of them.
pub(super) fn read(letter: char) -> Option<Escape> {
    Some(Escape::Character(match letter {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '\'' | '\\' => letter,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return Some(Escape::Code(2)),
        'u' => return Some(Escape::Code(4)),
        'U' => return Some(Escape::Code(8)),
        _ => return None,
    }))
}

/// Returns the character with the code that `digits` give.
///
/// # Errors
///
/// What libyaml says when they are no digits, or of no character.
pub(super) fn character(digits: impl Iterator<Item = char>) -> Result<char, &'static str> {
    let mut code = 0u32;
    for digit in digits {
        let digit = digit
            .to_digit(16)
            .ok_or("did not find expected hexdecimal number")?;
        code = code << 4 | digit;
    }
    char::from_u32(code).ok_or("found invalid Unicode character escape code")
}

/// Returns the escape that a character is written with.
pub(super) fn written(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' | '\\' => c,
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match u32::from(c) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
