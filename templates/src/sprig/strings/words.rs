//! Words: snake, kebab and camel case, by the rules of `xstrings`.

use super::super::Table;
use super::super::runes::{
    is_letter, is_number, is_punctuation, is_space, is_upper, to_lower, to_upper, to_utf8,
};
use crate::gotmpl::{Text, function};

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("snakecase", function(|text: Text| separate(&text, '_'))),
        ("kebabcase", function(|text: Text| separate(&text, '-'))),
        ("camelcase", function(camelcase)),
    ]
}

fn is_connector(rune: char) -> bool {
    rune == '-' || rune == '_' || is_space(rune)
}

/// Says whether the rune is a letter of a script with words: Chinese characters are not.
fn is_alphabet(rune: char) -> bool {
    let is_chinese =
        matches!(rune, '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}');
    is_letter(rune) && !is_chinese
}

/// Makes `SomeWords` of `some_words`; connectors in front, behind and in a row stay.
fn camelcase(text: Text) -> Text {
    let text = to_utf8(&text);
    let mut runes = text.chars();
    let mut out = String::with_capacity(text.len());
    let mut current = None;
    for rune in runes.by_ref() {
        current = Some(rune);
        if !is_connector(rune) {
            break;
        }
        out.push(rune);
    }
    let Some(first) = current else {
        return Text::default();
    };
    let mut in_capitals = is_upper(first);
    let mut current = if is_connector(first) {
        first
    } else {
        to_upper(first)
    };
    if runes.as_str().is_empty() {
        // a text of connectors alone gets its last one twice
        out.push(current);
        return out.into();
    }
    for next in runes {
        let previous = current;
        current = next;
        match (is_connector(next), is_connector(previous)) {
            (true, true) => out.push(previous),
            (false, true) => {
                in_capitals = is_upper(next);
                current = to_upper(next);
            }
            _ => {
                if in_capitals && is_upper(next) {
                    current = to_lower(next);
                } else {
                    in_capitals = false;
                }
                out.push(previous);
            }
        }
    }
    out.push(current);
    out.into()
}

/// What a piece of text consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    End,
    Number,
    Capitals,
    Letters,
    Connector,
    Punctuation,
    Other,
}

/// Cuts the next word off.
fn next_word<'a>(rest: &mut &'a str) -> (Word, &'a str) {
    let Some(first) = rest.chars().next() else {
        return (Word::End, "");
    };
    let text = *rest;
    let run = |is_part: fn(char) -> bool| {
        text.char_indices()
            .skip(1)
            .find(|(_, rune)| !is_part(*rune))
            .map_or(text.len(), |(at, _)| at)
    };
    let (word, end) = if is_connector(first) {
        (Word::Connector, run(is_connector))
    } else if is_punctuation(first) {
        (Word::Punctuation, run(is_punctuation))
    } else if is_upper(first) {
        (Word::Capitals, capitals(text, run))
    } else if is_alphabet(first) {
        (Word::Letters, run(|rune| is_alphabet(rune) && !is_upper(rune)))
    } else if is_number(first) {
        (Word::Number, run(is_number))
    } else {
        let is_other =
            |rune| !(is_connector(rune) || is_alphabet(rune) || is_number(rune) || is_punctuation(rune));
        (Word::Other, run(is_other))
    };
    let (piece, after) = text.split_at(end);
    *rest = after;
    (word, piece)
}

/// Finds the end of a word that starts with a capital: `Http`, or `HTTP` of `HTTPServer`.
fn capitals(text: &str, run: impl Fn(fn(char) -> bool) -> usize) -> usize {
    match text.chars().nth(1) {
        Some(second) if is_upper(second) => {
            let end = run(is_upper);
            match text[end..].chars().next() {
                Some(next) if is_alphabet(next) => {
                    end - text[..end].chars().next_back().map_or(0, char::len_utf8)
                }
                _ => end,
            }
        }
        Some(second) if is_alphabet(second) => run(|rune| is_alphabet(rune) && !is_upper(rune)),
        _ => run(|_| false),
    }
}

/// Makes `some_words` of `SomeWords`.
fn separate(text: &[u8], connector: char) -> Text {
    let text = to_utf8(text);
    let mut out = Separated {
        out: String::with_capacity(text.len() + 8),
        connector,
    };
    let mut rest: &str = &text;
    let (mut word, mut piece) = next_word(&mut rest);
    while !rest.is_empty() {
        if word != Word::Connector {
            out.push(word, piece);
        }
        let (previous, last) = (word, piece);
        (word, piece) = next_word(&mut rest);
        match previous {
            Word::Number => {
                (word, piece) = out.push_run(word, piece, &mut rest);
                out.connect_before(word, &[Word::End, Word::Punctuation, Word::Connector]);
            }
            Word::Connector => out.push(previous, last),
            Word::Punctuation => {}
            _ if word == Word::Number => (word, piece) = out.push_number(word, piece, &mut rest),
            _ => out.connect_before(word, &[Word::Connector, Word::Punctuation]),
        }
    }
    out.push(word, piece);
    out.out.into()
}

/// The result of [`separate`] so far.
struct Separated {
    out: String,
    connector: char,
}

impl Separated {
    fn push(&mut self, word: Word, piece: &str) {
        match word {
            Word::Capitals | Word::Connector => {
                for rune in piece.chars() {
                    self.out.push(if is_connector(rune) {
                        self.connector
                    } else {
                        to_lower(rune)
                    });
                }
            }
            _ => self.out.push_str(piece),
        }
    }

    /// Writes a connector unless the coming word is one of those that need none.
    fn connect_before(&mut self, word: Word, exceptions: &[Word]) {
        if !exceptions.contains(&word) {
            self.out.push(self.connector);
        }
    }

    /// Writes letters and numbers that go together, such as `2m3s`, and returns the word after them.
    fn push_run<'a>(&mut self, word: Word, piece: &'a str, rest: &mut &'a str) -> (Word, &'a str) {
        let (mut word, mut piece) = (word, piece);
        while matches!(word, Word::Letters | Word::Number) {
            self.push(word, piece);
            (word, piece) = next_word(rest);
        }
        (word, piece)
    }

    /// Writes a number after a word: part of that word, or the start of the next when small letters follow.
    fn push_number<'a>(&mut self, word: Word, piece: &'a str, rest: &mut &'a str) -> (Word, &'a str) {
        if rest.is_empty() {
            return (word, piece);
        }
        let number = piece;
        let (word, piece) = next_word(rest);
        if word != Word::Letters {
            self.push(Word::Number, number);
            self.connect_before(word, &[Word::Connector, Word::Punctuation]);
            return (word, piece);
        }
        self.out.push(self.connector);
        self.push(Word::Number, number);
        let (word, piece) = self.push_run(word, piece, rest);
        self.connect_before(word, &[Word::End, Word::Connector, Word::Punctuation]);
        (word, piece)
    }
}
