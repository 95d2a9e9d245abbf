//! Compiled patterns: searching, replacing, splitting, and the store that keeps them.

use super::super::runes;
use super::parse::parse;
use super::syntax::{Fault, SyntaxError};
use super::translate;
use crate::gotmpl::Text;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// A pattern, ready to search with.
#[derive(Debug)]
pub(super) struct Compiled {
    regex: Regex,
    /// The pattern is an empty text, which splits differently.
    is_blank: bool,
    names: Vec<Option<String>>,
}

type Stored = Result<Rc<Compiled>, String>;

/// How many patterns are kept; charts use a few, but may make them from values.
const CAPACITY: usize = 100;

/// How large a compiled pattern may be in memory to be kept.
const KEPT_SIZE: usize = 8 << 20;

/// How large a compiled pattern may be in memory.
const SIZE_LIMIT: usize = 128 << 20;

/// How many patterns above [`KEPT_SIZE`] a rendering may compile; each takes up to a second.
const MOST_LARGE: usize = 50;

thread_local! {
    // Charts apply one pattern thousands of times, and compiling costs far more than searching a name.
    static COMPILED: RefCell<BTreeMap<(Text, Alphabet), Stored>> = const { RefCell::new(BTreeMap::new()) };

    static LARGE: Cell<usize> = const { Cell::new(0) };
}

/// What the texts are made of that a pattern is compiled for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alphabet {
    Ascii,
    Unicode,
}

impl Alphabet {
    fn of(text: &[u8]) -> Self {
        match text.is_ascii() {
            true => Self::Ascii,
            false => Self::Unicode,
        }
    }
}

/// Compiles a pattern to search in a text, or finds it among those compiled before.
///
/// # Errors
///
/// Returns the text of Go's error.
pub(super) fn compile(pattern: &Text, text: &[u8]) -> Stored {
    compile_for(pattern, Alphabet::of(text))
}

/// Compiles a pattern for all texts of an alphabet, as [`compile`] does for one.
///
/// # Errors
///
/// See [`compile`].
pub(super) fn compile_for(pattern: &Text, alphabet: Alphabet) -> Stored {
    COMPILED.with_borrow_mut(|compiled| {
        let key = (pattern.clone(), alphabet);
        if let Some(found) = compiled.get(&key) {
            return found.clone();
        }
        if compiled.len() >= CAPACITY {
            compiled.clear();
        }
        let (new, size) = Compiled::new(pattern, alphabet);
        let new = new.map(Rc::new).map_err(|error| error.to_string());
        if size == Size::Small {
            compiled.insert(key, new.clone());
        }
        new
    })
}

/// A text to search in. Where it is not UTF-8, every broken byte is searched as a replacement character, as Go does.
struct Subject<'t> {
    bytes: &'t [u8],
    text: Cow<'t, str>,
    /// For every place in the text the one in the bytes, when they differ.
    places: Option<Vec<usize>>,
}

impl<'t> Subject<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        let text = runes::to_utf8(bytes);
        let places = match &text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => {
                let mut places = Vec::with_capacity(text.len() + 1);
                let mut start = 0;
                for (piece, rune) in runes::split(bytes).into_iter().zip(text.chars()) {
                    places.resize(places.len() + rune.len_utf8(), start);
                    start += piece.len();
                }
                places.push(start);
                Some(places)
            }
        };
        Self { bytes, text, places }
    }

    fn slice(&self, range: Range<usize>) -> &'t [u8] {
        match &self.places {
            None => &self.bytes[range],
            Some(places) => &self.bytes[places[range.start]..places[range.end]],
        }
    }
}

/// Whether a pattern is small enough to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Small,
    Large,
}

impl Compiled {
    /// Compiles a pattern, one that is large only when there were not many of them before.
    fn new(pattern: &[u8], alphabet: Alphabet) -> (Result<Self, SyntaxError>, Size) {
        let small = Self::within(pattern, (alphabet, KEPT_SIZE));
        if !matches!(&small, Err(error) if error.fault == Fault::Large) {
            return (small, Size::Small);
        }
        if LARGE.get() == MOST_LARGE {
            return (small, Size::Large);
        }
        LARGE.set(LARGE.get() + 1);
        (Self::within(pattern, (alphabet, SIZE_LIMIT)), Size::Large)
    }

    fn within(pattern: &[u8], limits: (Alphabet, usize)) -> Result<Self, SyntaxError> {
        let parsed = parse(pattern)?;
        let mut translated = String::with_capacity(pattern.len() * 2);
        translate::write(&parsed.node, &mut translated);
        let regex = build(&translated, limits)
            // what parsed is well formed, so only its size is left
            .ok_or_else(|| SyntaxError::new(Fault::Large, &String::from_utf8_lossy(pattern)))?;
        Ok(Self {
            regex,
            is_blank: pattern.is_empty(),
            names: parsed.names,
        })
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.regex.is_match(&*runes::to_utf8(text))
    }

    /// Returns where in a text the first match begins.
    pub(super) fn find_place(&self, text: &str) -> Option<usize> {
        Some(self.regex.find(text)?.start())
    }

    /// Returns the first match, or an empty text.
    pub(super) fn find(&self, text: &[u8]) -> Text {
        let subject = Subject::new(text);
        self.regex
            .find(&*subject.text)
            .map_or_else(Text::default, |found| subject.slice(found.range()).into())
    }

    /// Returns at most `count` matches, all for a negative count.
    pub(super) fn find_all(&self, text: &[u8], count: i64) -> Vec<Text> {
        let subject = Subject::new(text);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let found = self.regex.find_iter(&*subject.text).take(count);
        found.map(|found| subject.slice(found.range()).into()).collect()
    }

    /// Splits around matches into at most `count` parts, any number for a negative count.
    pub(super) fn split(&self, text: &[u8], count: i64) -> Vec<Text> {
        if text.is_empty() && !self.is_blank {
            return vec![Text::default()];
        }
        let subject = Subject::new(text);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        let (mut start, mut end) = (0, 0);
        for found in self.regex.find_iter(&*subject.text).take(count) {
            if parts.len() + 1 == count {
                break;
            }
            end = found.start();
            if found.end() != 0 {
                parts.push(subject.slice(start..end).into());
            }
            start = found.end();
        }
        if end != subject.text.len() {
            parts.push(subject.slice(start..subject.text.len()).into());
        }
        parts
    }

    pub(super) fn replace_all_literal(&self, text: &Text, new: &[u8]) -> Text {
        let subject = Subject::new(text);
        let mut out = Vec::new();
        let mut start = 0;
        for found in self.regex.find_iter(&*subject.text) {
            out.extend_from_slice(subject.slice(start..found.start()));
            out.extend_from_slice(new);
            start = found.end();
        }
        if start == 0 && out.is_empty() {
            return text.clone();
        }
        out.extend_from_slice(subject.slice(start..subject.text.len()));
        out.into()
    }

    /// Replaces matches by a template in which `$1`, `${1}` and `${name}` stand for groups.
    pub(super) fn replace_all(&self, text: &Text, template: &[u8]) -> Text {
        if !template.contains(&b'$') {
            return self.replace_all_literal(text, template);
        }
        let template = parse_template(template);
        let subject = Subject::new(text);
        let mut out = Vec::with_capacity(text.len());
        let mut start = 0;
        for captures in self.regex.captures_iter(&*subject.text) {
            let whole = captures.get_group(0).expect("group 0 is the whole match");
            out.extend_from_slice(subject.slice(start..whole.start));
            for part in &template {
                match part {
                    Part::Plain(text) => out.extend_from_slice(text),
                    Part::Group(name) => {
                        out.extend(
                            self.group(&captures, name)
                                .map_or(&[][..], |range| subject.slice(range)),
                        );
                    }
                }
            }
            start = whole.end;
        }
        out.extend_from_slice(subject.slice(start..subject.text.len()));
        out.into()
    }

    /// Finds what a group matched, by number, or the first of a name that matched.
    fn group(&self, captures: &Captures, name: &str) -> Option<Range<usize>> {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let has_zeros = name.len() > 1 && name.starts_with('0');
        if is_number && !has_zeros {
            return captures.get_group(name.parse().ok()?).map(Range::from);
        }
        let named = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, own)| own.as_deref() == Some(name));
        named
            .filter_map(|(number, _)| captures.get_group(number))
            .next()
            .map(Range::from)
    }
}

/// Compiles what was translated; nothing is returned if it is too large.
fn build(translated: &str, (alphabet, size_limit): (Alphabet, usize)) -> Option<Regex> {
    let build = |is_wide: bool| {
        let syntax = syntax::Config::new().nest_limit(4000);
        let config = Config::new().nfa_size_limit(Some(size_limit));
        Regex::builder()
            .syntax(syntax.unicode(is_wide).utf8(is_wide))
            .configure(config.utf8_empty(is_wide))
            .build(translated)
            .ok()
    };
    // Tables of characters take long to make. Without them an ASCII text is searched alike, if the pattern is ASCII too:
    // folded, others can be the same as a letter of it. A class may need them all the same; then it is refused.
    let is_narrow = alphabet == Alphabet::Ascii && translated.is_ascii();
    is_narrow.then(|| build(false)).flatten().or_else(|| build(true))
}

/// A part of a replacement.
enum Part<'t> {
    Plain(&'t [u8]),
    Group(&'t str),
}

/// Cuts a replacement at its references; a `$` that starts none is plain.
fn parse_template(template: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        parts.push(Part::Plain(&rest[..at]));
        let after = &rest[at + 1..];
        if after.starts_with(b"$") {
            parts.push(Part::Plain(b"$"));
            rest = &after[1..];
        } else if let Some((name, length)) = parse_reference(after) {
            parts.push(Part::Group(name));
            rest = &after[length..];
        } else {
            parts.push(Part::Plain(b"$"));
            rest = after;
        }
    }
    parts.push(Part::Plain(rest));
    parts
}

/// Reads `name` or `{name}`, and its length.
fn parse_reference(text: &[u8]) -> Option<(&str, usize)> {
    let is_braced = text.starts_with(b"{");
    let body = &text[usize::from(is_braced)..];
    let valid = body.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let is_part = |rune: char| rune == '_' || runes::is_letter(rune) || runes::is_digit(rune);
    let name = &valid[..valid.find(|rune| !is_part(rune)).unwrap_or(valid.len())];
    match (name.is_empty(), is_braced) {
        (true, _) => None,
        (false, false) => Some((name, name.len())),
        (false, true) => (body.get(name.len()) == Some(&b'}')).then(|| (name, name.len() + 2)),
    }
}
