//! Regular expressions: sprig's chapter "Regular Expressions", with the syntax and the messages of Go's `regexp`.

mod class;
mod compiled;
mod parse;
mod syntax;
mod translate;
mod unicode;

use super::Table;
use crate::gotmpl::{List, Text, Type, function, printf};
use compiled::{Alphabet, Compiled, compile, compile_for};
use std::rc::Rc;

/// The functions of this chapter. Those without `must` panic in Go on a bad pattern, which words the error differently.
pub(super) fn table() -> Table {
    let mut table = vec![
        (
            "regexMatch",
            function(|pattern: Text, text: Text| compile(&pattern, &text).is_ok_and(|it| it.is_match(&text))),
        ),
        (
            "mustRegexMatch",
            function(|pattern: Text, text: Text| Ok::<_, String>(compile(&pattern, &text)?.is_match(&text))),
        ),
        ("regexQuoteMeta", function(quote_meta)),
    ];
    table.extend(find());
    table.extend(replace());
    table
}

/// Compiles, and fails as Go's `MustCompile` panics.
fn must_compile(pattern: &Text, text: &[u8]) -> Result<Rc<Compiled>, String> {
    compile(pattern, text).map_err(|message| {
        let can_stand_in_backquotes = pattern.as_str().is_some_and(|text| {
            !text
                .chars()
                .any(|c| c == '`' || c == '\u{feff}' || c < ' ' && c != '\t' || c == '\u{7f}')
        });
        let quoted = match can_stand_in_backquotes {
            true => format!("`{pattern}`"),
            false => printf::quote(pattern),
        };
        format!("regexp: Compile({quoted}): {message}")
    })
}

fn find() -> Table {
    vec![
        (
            "regexFind",
            function(|pattern: Text, text: Text| Ok::<_, String>(must_compile(&pattern, &text)?.find(&text))),
        ),
        (
            "mustRegexFind",
            function(|pattern: Text, text: Text| Ok::<_, String>(compile(&pattern, &text)?.find(&text))),
        ),
        (
            "regexFindAll",
            function(|pattern: Text, text: Text, count: i64| {
                Ok::<_, String>(nil_if_none(must_compile(&pattern, &text)?.find_all(&text, count)))
            }),
        ),
        (
            "mustRegexFindAll",
            function(|pattern: Text, text: Text, count: i64| {
                Ok::<_, String>(nil_if_none(compile(&pattern, &text)?.find_all(&text, count)))
            }),
        ),
        (
            "regexSplit",
            function(|pattern: Text, text: Text, count: i64| {
                Ok::<_, String>(split(&*must_compile(&pattern, &text)?, &text, count))
            }),
        ),
        (
            "mustRegexSplit",
            function(|pattern: Text, text: Text, count: i64| {
                Ok::<_, String>(split(&*compile(&pattern, &text)?, &text, count))
            }),
        ),
    ]
}

fn replace() -> Table {
    vec![
        (
            "regexReplaceAll",
            function(|pattern: Text, text: Text, new: Text| {
                Ok::<_, String>(must_compile(&pattern, &text)?.replace_all(&text, &new))
            }),
        ),
        (
            "mustRegexReplaceAll",
            function(|pattern: Text, text: Text, new: Text| {
                Ok::<_, String>(compile(&pattern, &text)?.replace_all(&text, &new))
            }),
        ),
        (
            "regexReplaceAllLiteral",
            function(|pattern: Text, text: Text, new: Text| {
                Ok::<_, String>(must_compile(&pattern, &text)?.replace_all_literal(&text, &new))
            }),
        ),
        (
            "mustRegexReplaceAllLiteral",
            function(|pattern: Text, text: Text, new: Text| {
                Ok::<_, String>(compile(&pattern, &text)?.replace_all_literal(&text, &new))
            }),
        ),
    ]
}

/// Go returns a nil slice when nothing matches.
fn nil_if_none(matches: Vec<Text>) -> List {
    if matches.is_empty() {
        List::nil(Type::String)
    } else {
        List::strings(matches)
    }
}

fn split(compiled: &Compiled, text: &Text, count: i64) -> List {
    if count == 0 {
        List::nil(Type::String)
    } else {
        List::strings(compiled.split(text, count))
    }
}

/// Puts a backslash before what means something in a pattern.
fn quote_meta(text: Text) -> Text {
    let mut out = Vec::with_capacity(text.len() + 8);
    for byte in text.iter() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.into()
}

/// A pattern of Go's `regexp` package (RE2), for use outside of templates.
#[derive(Debug)]
pub struct Pattern(std::rc::Rc<compiled::Compiled>);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// Returns Go's message when the pattern is none.
    pub fn new(pattern: &str) -> Result<Self, String> {
        compile_for(&pattern.into(), Alphabet::Unicode).map(Self)
    }

    /// Says whether the pattern is found anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }

    /// Says where in the text the pattern is found first.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.0.find_place(text)
    }
}
