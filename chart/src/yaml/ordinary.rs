//! Documents as nearly all are written, which can be known to be right without reading them.
//!
//! Of a document that is only printed no more than its head is wanted, but all of it has to be YAML. Where every line is
//! of a simple kind (a key, an item, a scalar on one line, a block of text, a comment) that can be seen line by line,
//! many times faster than by a parser. Whatever else there is, such as an anchor, a tab, an escape or a scalar of
//! several lines, makes a document one for the parser, which also has the words for what is wrong.

mod lines;
mod scalars;

use std::borrow::Cow;
use std::ops::Range;

use self::lines::Lines;
use self::scalars::{Value, after_key, is_end, skip_spaces, value};

/// How deep an ordinary document nests at most. Each level takes memory, and more than a few are rare.
const DEEPEST: usize = 100;

/// Returns the lines of those entries of a table that are `wanted`, by key, and within them by both keys. To read them
/// gives what reading the whole document would give of these entries, and that would not fail. Nothing is returned of a
/// document that is not ordinary, or that has no such entry.
pub(super) fn entries<'a>(document: &'a [u8], wanted: impl Fn(&[&str]) -> bool) -> Option<Cow<'a, [u8]>> {
    let mut lines = Lines::new(document)?;
    let mut levels = Levels::default();
    let mut cut = Cut::default();
    while let Some(line) = lines.next() {
        let column = skip_spaces(line.text, 0);
        if is_end(line.text, column) {
            continue;
        }
        let is_item = is_item(line.text, column);
        let key = if is_item {
            None
        } else {
            after_key(line.text, column)
        };
        if key.is_none() && !is_item {
            levels.value_below(line.text, column)?;
            continue;
        }
        levels.enter(column, is_item)?;
        if let Some((key, _)) = key {
            cut.entry((line.start, levels.open.len()), key, &wanted);
        }
        let (parent, value) = match key {
            Some((_, at)) => (column, value(line.text, at)?),
            None => levels.item(line.text, column)?,
        };
        if let Value::Block = value {
            lines.skip_block(parent)?;
        }
        levels.waiting = matches!(value, Value::Below).then_some(parent);
    }
    cut.of(document)
}

/// Says whether an item of a list begins at a place.
fn is_item(line: &[u8], at: usize) -> bool {
    line.get(at) == Some(&b'-') && line.get(at + 1).is_none_or(|next| *next == b' ')
}

/// A table or list that is not at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Level {
    /// Where its keys or dashes stand.
    column: usize,
    is_list: bool,
}

/// The tables and lists around a place, the innermost last.
#[derive(Default)]
struct Levels {
    open: Vec<Level>,
    /// The column of a key or dash whose value may stand on the lines below.
    waiting: Option<usize>,
}

impl Levels {
    /// Comes to a line that has nothing but the value of the key or dash above.
    fn value_below(&mut self, line: &[u8], column: usize) -> Option<()> {
        let is_below = self.waiting.take().is_some_and(|above| column > above);
        (is_below && matches!(value(line, column)?, Value::Whole)).then_some(())
    }

    /// Comes to a line whose text begins at a column, and finds the table or list that goes on there.
    fn enter(&mut self, column: usize, is_list: bool) -> Option<()> {
        let own = Level { column, is_list };
        let is_first = self.open.is_empty();
        let is_below = self.waiting.take().is_some_and(|above| {
            // The dashes of a list may stand under the key that it belongs to.
            column > above || column == above && is_list && self.open.last().is_some_and(|last| !last.is_list)
        });
        if is_first && (is_list || column > 0) {
            return None;
        }
        if is_first || is_below {
            return self.open(own);
        }
        while self.open.last().is_some_and(|last| last.column > column) {
            self.open.pop();
        }
        if !is_list
            && self.open.last()
                == Some(&Level {
                    column,
                    is_list: true,
                })
        {
            self.open.pop();
        }
        (self.open.last() == Some(&own)).then_some(())
    }

    fn open(&mut self, level: Level) -> Option<()> {
        self.open.push(level);
        (self.open.len() <= DEEPEST).then_some(())
    }

    /// Looks at what stands behind a dash, and returns the column of what the value belongs to, and what that is.
    fn item(&mut self, line: &[u8], mut column: usize) -> Option<(usize, Value)> {
        loop {
            let inner = skip_spaces(line, column + 1);
            if is_end(line, inner) {
                return Some((column, Value::Below));
            }
            let is_list = is_item(line, inner);
            let key = if is_list { None } else { after_key(line, inner) };
            if key.is_none() && !is_list {
                return Some((column, value(line, inner)?));
            }
            column = inner;
            self.open(Level { column, is_list })?;
            if let Some((_, at)) = key {
                return Some((column, value(line, at)?));
            }
        }
    }
}

/// Parts of a document.
#[derive(Default)]
struct Cut<'a> {
    parts: Vec<Range<usize>>,
    /// The last part goes on.
    is_open: bool,
    /// The key of the outermost table that we are behind, if it is wanted.
    outer: Option<&'a str>,
}

impl<'a> Cut<'a> {
    /// Comes to an entry of a table that is so deep.
    fn entry(&mut self, (start, depth): (usize, usize), key: &'a [u8], wanted: impl Fn(&[&str]) -> bool) {
        // It stands on one line, and all on it is ASCII.
        let key = std::str::from_utf8(key).unwrap_or_default();
        match (depth, self.outer) {
            (1, _) => {
                self.outer = wanted(&[key]).then_some(key);
                self.go_on(start, self.outer.is_some());
            }
            (2, Some(outer)) => self.go_on(start, wanted(&[outer, key])),
            _ => {}
        }
    }

    fn go_on(&mut self, start: usize, is_wanted: bool) {
        if self.is_open && !is_wanted {
            self.close(start);
        }
        if !self.is_open && is_wanted {
            self.parts.push(start..start);
        }
        self.is_open = is_wanted;
    }

    fn close(&mut self, end: usize) {
        if let Some(part) = self.parts.last_mut() {
            part.end = end;
        }
    }

    /// Returns the parts, one behind the other.
    fn of(mut self, document: &[u8]) -> Option<Cow<'_, [u8]>> {
        if self.is_open {
            self.close(document.len());
        }
        match &*self.parts {
            [] => None,
            [part] => Some(document[part.clone()].into()),
            parts => {
                let parts: Vec<&[u8]> = parts.iter().map(|part| &document[part.clone()]).collect();
                Some(parts.concat().into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
