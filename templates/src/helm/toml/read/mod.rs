//! Reading TOML, with the limits and the words of BurntSushi's reader (`lex.go`, `parse.go`).

mod cursor;
mod number;
mod text;
mod tree;

use super::DEEPEST;
use crate::gotmpl::printf::{quote, quote_rune};
use crate::gotmpl::{List, Map, Text, Value};
use crate::sprig::Clock;
use cursor::{Cursor, Fault, is_blank, is_line_end};
use tree::{IsList, Node, Table, Tree};

/// Reads a TOML document. Dates without a zone are local ones by the clock.
///
/// # Errors
///
/// Says where the text is not TOML, or what it defines twice.
pub(in super::super) fn read(text: &Text, clock: &Clock) -> Result<Map, String> {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
    let bytes = text.as_bytes();
    let bytes = marks
        .iter()
        .find_map(|mark| bytes.strip_prefix(*mark))
        .unwrap_or(bytes);
    if bytes.iter().take(6).any(|byte| *byte == 0) {
        return Err(
            "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"
                .into(),
        );
    }
    let mut reader = Reader {
        cursor: Cursor::new(bytes),
        tree: Tree::default(),
        clock,
        depth: 0,
    };
    match reader.document() {
        Ok(()) => Ok(reader.tree.finish()),
        Err(Fault { line, message }) => Err(match reader.tree.name() {
            name if name.is_empty() => format!("toml: line {line}: {message}"),
            name => format!(
                "toml: line {line} (last key {}): {message}",
                quote(name.as_bytes())
            ),
        }),
    }
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    tree: Tree,
    clock: &'t Clock,
    depth: usize,
}

type Done = Result<(), Fault>;

impl Reader<'_> {
    fn document(&mut self) -> Done {
        loop {
            let letter = self.cursor.next()?;
            match letter {
                None => return Ok(()),
                Some('\t' | ' ' | '\n' | '\r') => {}
                Some('#') => self.cursor.comment()?,
                Some('[') => {
                    self.header()?;
                    self.end_of_line()?;
                }
                Some(_) => {
                    self.cursor.unread(letter);
                    self.entry()?;
                    self.end_of_line()?;
                }
            }
        }
    }

    fn end_of_line(&mut self) -> Done {
        self.cursor.skip(is_blank)?;
        let letter = self.cursor.next()?;
        match letter {
            Some('#') => self.cursor.comment(),
            None | Some('\n' | '\r') => Ok(()),
            Some(other) => Err(self.cursor.fault(format!(
                "expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
                quote_rune(other)
            ))),
        }
    }

    /// Reads the name of a table; its first bracket was taken.
    fn header(&mut self) -> Done {
        let is_new = self.cursor.accept('[')?;
        let mut key = Vec::new();
        loop {
            let part = self.table_name()?;
            if key.is_empty() {
                self.tree.line = self.cursor.line;
            }
            key.push(part);
            self.cursor.skip(is_blank)?;
            let letter = self.cursor.next()?;
            match letter {
                Some('.') => {}
                Some(']') => break,
                _ => return Err(self.wrong(letter, "expected '.' or ']' to end table name, but got")),
            }
        }
        if !is_new {
            self.tree.enter(&key)?;
            self.tree.note_list("", IsList::No);
            return Ok(());
        }
        let letter = self.cursor.next()?;
        if letter != Some(']') {
            return Err(self.wrong(letter, "expected end of table array name delimiter ']', but got"));
        }
        self.tree.enter_new(&key)?;
        self.tree.note_list("", IsList::No);
        Ok(())
    }

    fn table_name(&mut self) -> Result<String, Fault> {
        self.cursor.skip(is_blank)?;
        match self.cursor.peek()? {
            Some(']') | None => Err(self
                .cursor
                .fault("unexpected end of table name (table names cannot be empty)")),
            Some('.') => Err(self
                .cursor
                .fault("unexpected table separator (table names cannot be empty)")),
            _ => self.name(),
        }
    }

    /// Reads one part of a name.
    fn name(&mut self) -> Result<String, Fault> {
        if self.cursor.accept('"')? {
            return text::basic(&mut self.cursor);
        }
        if self.cursor.accept('\'')? {
            return text::raw(&mut self.cursor);
        }
        let start = self.cursor.position();
        let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        self.cursor.skip(|letter| letter.is_some_and(is_bare))?;
        Ok(self.cursor.since(start).to_owned())
    }

    /// Reads a key of one or several parts, and the equals sign.
    fn key(&mut self) -> Result<Vec<String>, Fault> {
        self.cursor.skip(is_blank)?;
        match self.cursor.peek()? {
            Some('=') | None => return Err(self.cursor.fault("unexpected '=': key name appears blank")),
            Some('.') => return Err(self.cursor.fault("unexpected '.': keys cannot start with a '.'")),
            Some(_) => {}
        }
        let mut key = Vec::new();
        loop {
            self.cursor.skip(is_blank)?;
            match self.cursor.peek()? {
                Some('=') | None => return Err(self.cursor.fault("unexpected '='")),
                Some('.') => return Err(self.cursor.fault("unexpected '.'")),
                Some(_) => {}
            }
            let part = self.name()?;
            if key.is_empty() {
                self.tree.line = self.cursor.line;
            }
            key.push(part);
            self.cursor.skip(is_blank)?;
            let letter = self.cursor.next()?;
            match letter {
                Some('.') => {}
                Some('=') => return Ok(key),
                None => {
                    return Err(self
                        .cursor
                        .fault_at(letter, "unexpected EOF; expected key separator '='"));
                }
                Some('\n') => {
                    return Err(self
                        .cursor
                        .fault_before("expected '.' or '=', but got '\\n' instead"));
                }
                Some(_) => return Err(self.wrong(letter, "expected '.' or '=', but got")),
            }
        }
    }

    /// Reads a key and its value into the table of the context.
    fn entry(&mut self) -> Done {
        let outer = self.tree.context.clone();
        let key = self.key()?;
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        self.tree.key.clone_from(last);
        self.tree.enter_parents(parents)?;
        let (node, is_list) = self.value()?;
        self.tree.set(last, node)?;
        self.tree.note_list(last, is_list);
        self.tree.context = outer;
        self.tree.key.clear();
        Ok(())
    }

    /// Reads a value that stands alone.
    fn value(&mut self) -> Result<(Node, IsList), Fault> {
        self.value_in(Place::Alone)
    }

    fn value_in(&mut self, place: Place) -> Result<(Node, IsList), Fault> {
        self.cursor.skip(is_blank)?;
        let letter = self.cursor.next()?;
        let value: Value = match letter {
            Some('[') => return Ok((self.list()?, IsList::Yes)),
            Some('{') => return Ok((self.deeper(|reader| reader.inline_table(place))?, IsList::No)),
            Some('"') if self.is_long('"')? => text::multi_line(&mut self.cursor, '"')?.into(),
            Some('\'') if self.is_long('\'')? => text::multi_line(&mut self.cursor, '\'')?.into(),
            Some('"') => text::basic(&mut self.cursor)?.into(),
            Some('\'') => text::raw(&mut self.cursor)?.into(),
            Some('.') => return Err(self.cursor.fault("floats must start with a digit, not '.'")),
            Some('-' | '+') => number::signed(&mut self.cursor)?,
            Some('0'..='9') => {
                self.cursor.unread(letter);
                number::number_or_date(&mut self.cursor, self.clock)?
            }
            Some(found) if found.is_alphabetic() => self.word(found)?,
            Some('\n') => {
                let message = "expected value but found '\\n' instead";
                return Err(self.cursor.fault_before(message));
            }
            None => return Err(self.cursor.fault_at(letter, "unexpected EOF; expected value")),
            Some(_) => return Err(self.wrong(letter, "expected value but found")),
        };
        Ok((Node::Value(value), IsList::No))
    }

    /// Says whether two more quotes follow, and takes them then.
    fn is_long(&mut self, quote: char) -> Result<bool, Fault> {
        if !self.cursor.accept(quote)? {
            return Ok(false);
        }
        let is_long = self.cursor.accept(quote)?;
        if !is_long {
            self.cursor.back(1);
        }
        Ok(is_long)
    }

    /// Reads `true`, `false`, `inf` or `nan`, whose first letter was taken.
    fn word(&mut self, first: char) -> Result<Value, Fault> {
        let start = self.cursor.position() - first.len_utf8();
        if matches!(first, 'i' | 'n') {
            if number::is_special(&mut self.cursor)? {
                return number::to_float(&self.cursor, self.cursor.since(start));
            }
            // Go's reader steps back over one letter, even if it took two.
            self.cursor.back(1);
        } else {
            self.cursor.unread(Some(first));
        }
        let start = self.cursor.position();
        self.cursor
            .skip(|letter| letter.is_some_and(char::is_alphabetic))?;
        match self.cursor.since(start) {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            other => {
                let found = quote(other.as_bytes());
                Err(self
                    .cursor
                    .fault(format!("expected value but found {found} instead")))
            }
        }
    }

    /// Reads a list whose bracket was taken.
    fn list(&mut self) -> Result<Node, Fault> {
        let key = self.tree.key.clone();
        self.tree.note_list(&key, IsList::Yes);
        let mut items = Vec::new();
        loop {
            let letter = self.next_in_brackets()?;
            match letter {
                Some(',') => return Err(self.cursor.fault("unexpected comma")),
                Some(']') => break,
                _ => self.cursor.unread(letter),
            }
            let (item, _) = self.deeper(|reader| reader.value_in(Place::InList))?;
            items.push(item.into_value());
            let letter = self.next_in_brackets()?;
            match letter {
                Some(',') => {}
                Some(']') => break,
                _ => {
                    let found = letter.map_or("end of file".to_owned(), |letter| format!("'{letter}'"));
                    let message =
                        format!("expected a comma (',') or array terminator (']'), but got {found}");
                    return Err(self.cursor.fault_at(letter, message));
                }
            }
        }
        Ok(Node::Value(List::new(items).into()))
    }

    /// Takes the next character that is no blank, line end or comment.
    fn next_in_brackets(&mut self) -> Result<Option<char>, Fault> {
        loop {
            self.cursor
                .skip(|letter| is_blank(letter) || is_line_end(letter))?;
            match self.cursor.next()? {
                Some('#') => self.cursor.comment()?,
                letter => return Ok(letter),
            }
        }
    }

    /// Reads a table in braces, the first of which was taken. Its keys go to the tree as well, for what is defined twice.
    fn inline_table(&mut self, place: Place) -> Result<Node, Fault> {
        let outer = (self.tree.context.clone(), self.tree.key.clone());
        let mut inner = outer.0.clone();
        inner.push(std::mem::take(&mut self.tree.key));
        self.tree.context.clone_from(&inner);
        self.tree.add_implicit();
        match place {
            Place::Alone => self.tree.enter(&inner)?,
            Place::InList => self.tree.enter_new(&inner)?,
        }
        let mut table = Table::new();
        loop {
            let letter = self.next_in_brackets()?;
            match letter {
                Some(',') => return Err(self.cursor.fault("unexpected comma")),
                Some('}') => break,
                _ => self.cursor.unread(letter),
            }
            self.inline_entry(&mut table)?;
            self.tree.context.clone_from(&inner);
            if self.is_last()? {
                break;
            }
        }
        (self.tree.context, self.tree.key) = outer;
        Ok(Node::Table(table))
    }

    /// Reads what is between two entries of a table in braces; says whether there is no other.
    fn is_last(&mut self) -> Result<bool, Fault> {
        loop {
            let letter = self.next_in_brackets()?;
            match letter {
                Some(',') => {
                    self.cursor.skip(is_blank)?;
                    if self.cursor.peek()? != Some('}') {
                        return Ok(false);
                    }
                }
                Some('}') => return Ok(true),
                _ => {
                    let found = letter.map_or("end of file".to_owned(), |letter| format!("'{letter}'"));
                    let message = format!(
                        "expected a comma or an inline table terminator '}}', but got {found} instead"
                    );
                    return Err(self.cursor.fault_at(letter, message));
                }
            }
        }
    }

    fn inline_entry(&mut self, table: &mut Table) -> Done {
        let key = self.key()?;
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        self.tree.key.clone_from(last);
        self.tree.enter_parents(parents)?;
        let (node, is_list) = self.value()?;
        self.tree.set(last, node.clone())?;
        self.tree.note_list(last, is_list);
        let mut table = table;
        for part in parents {
            let node = table
                .entry(part.clone())
                .or_insert_with(|| Node::Table(Table::new()));
            let Node::Table(next) = node else {
                let name = quote(tree::joined(&self.tree.context).as_bytes());
                return Err(self.tree.fault(format!("{name} is not a table")));
            };
            table = next;
        }
        table.insert(last.clone(), node);
        Ok(())
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.cursor.fault("value is nested too deeply"));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn wrong(&self, letter: Option<char>, expected: &str) -> Fault {
        let found = quote_rune(letter.unwrap_or('\0'));
        self.cursor
            .fault_at(letter, format!("{expected} {found} instead"))
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place {
    Alone,
    InList,
}
