//! Go's `fmt`: `Sprintf`, `Sprint` and `Sprintln` over template values.

mod float;
mod integer;
mod quote;
mod value;

pub use float::format_float;
pub(super) use quote::{decode, is_printable};
pub use quote::{quote, quote_rune};

use super::text::Text;
use super::types::Kind;
use super::value::Value;
use value::Printer;

/// What stands between `%` and the verb.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: names of fields.
    pub(super) plus_value: bool,
    /// `%#v`: Go's syntax.
    pub(super) sharp_value: bool,
}

/// Prints a value as `%v` does.
pub fn sprint_value(value: &Value) -> Text {
    if let Value::String(text) = value {
        return text.clone();
    }
    let mut out = Vec::new();
    write_value(&mut out, value);
    out.into()
}

/// Appends a value as `%v` prints it.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => out.extend_from_slice(text),
        other => Printer::new(out).print(other, 'v'),
    }
}

/// Prints a value as an action does: a pointer as what it points to.
pub(super) fn write_indirect(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => out.extend_from_slice(text),
        other => Printer::new(out).print_indirect(other),
    }
}

/// Prints a value as an action does, into a text of its own.
pub(super) fn sprint_indirect(value: &Value) -> Text {
    let mut out = Vec::new();
    write_indirect(&mut out, value);
    out.into()
}

/// Prints what a value holds, as Go's `fmt` does with a `reflect.Value`: the methods of pointers to it do not count.
pub(super) fn sprint_held(value: &Value) -> Text {
    let mut out = Vec::new();
    Printer::new(&mut out).print_held(value);
    out.into()
}

/// Prints the values one after the other, with a space between two that are not strings.
pub fn sprint(values: &[Value]) -> Text {
    let mut out = Vec::new();
    let mut was_string = true;
    for value in values {
        let is_string = value.kind() == Kind::String;
        if !is_string && !was_string {
            out.push(b' ');
        }
        write_value(&mut out, value);
        was_string = is_string;
    }
    out.into()
}

/// Prints the values with spaces between and a line end after.
pub fn sprintln(values: &[Value]) -> Text {
    let mut out = Vec::new();
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push(b' ');
        }
        write_value(&mut out, value);
    }
    out.push(b'\n');
    out.into()
}

/// Prints the values by a format; what is wrong with the format is said in the output, as Go does.
pub fn sprintf(format: &[u8], arguments: &[Value]) -> Text {
    let mut out = Vec::with_capacity(format.len() + 16);
    Formatter {
        format,
        arguments,
        position: 0,
        next: 0,
        is_reordered: false,
        is_after_index: false,
        is_good: true,
        flags: Flags::default(),
    }
    .run(&mut out);
    out.into()
}

/// The state of one `Sprintf`.
struct Formatter<'a> {
    format: &'a [u8],
    arguments: &'a [Value],
    /// Where in the format.
    position: usize,
    /// Which argument is next.
    next: usize,
    /// Whether an explicit index was used anywhere.
    is_reordered: bool,
    /// Whether what was read last is an index.
    is_after_index: bool,
    /// Whether the index of this verb is usable.
    is_good: bool,
    flags: Flags,
}

impl Formatter<'_> {
    fn run(&mut self, out: &mut Vec<u8>) {
        while self.position < self.format.len() {
            let rest = &self.format[self.position..];
            let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            out.extend_from_slice(&rest[..plain]);
            self.position += plain;
            if plain == rest.len() {
                break;
            }
            self.position += 1;
            self.directive(out);
        }
        self.extra(out);
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.position).copied()
    }

    /// Handles one directive, after its percent sign.
    fn directive(&mut self, out: &mut Vec<u8>) {
        self.flags = Flags::default();
        self.is_good = true;
        self.read_flags();
        self.read_index();
        self.read_width(out);
        self.read_precision(out);
        if !self.is_after_index {
            self.read_index();
        }
        let Some(verb) = self.read_verb() else {
            out.extend_from_slice(b"%!(NOVERB)");
            return;
        };
        self.print_verb(verb, out);
    }

    fn read_flags(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => self.flags.sharp = true,
                b'0' => self.flags.zero = true,
                b'+' => self.flags.plus = true,
                b'-' => self.flags.minus = true,
                b' ' => self.flags.space = true,
                _ => break,
            }
            self.position += 1;
        }
    }

    /// Reads `[n]`, if it is there.
    fn read_index(&mut self) {
        self.is_after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.is_reordered = true;
        let rest = &self.format[self.position..];
        let close = if rest.len() < 3 {
            None
        } else {
            rest.iter().position(|byte| *byte == b']')
        };
        let Some(close) = close else {
            self.position += 1;
            self.is_good = false;
            return;
        };
        self.position += close + 1;
        let digits = &rest[1..close];
        let (number, used) = parse_number(digits);
        let number = number.filter(|_| used == digits.len());
        self.is_after_index = number.is_some();
        match number {
            Some(number) if (1..=self.arguments.len()).contains(&number) => self.next = number - 1,
            _ => self.is_good = false,
        }
    }

    fn read_number(&mut self) -> Option<usize> {
        let (number, used) = parse_number(&self.format[self.position..]);
        self.position += used;
        number
    }

    fn read_width(&mut self, out: &mut Vec<u8>) {
        if self.peek() != Some(b'*') {
            self.flags.width = self.read_number();
            if self.is_after_index && self.flags.width.is_some() {
                self.is_good = false;
            }
            return;
        }
        self.position += 1;
        self.is_after_index = false;
        let Some(width) = self.integer_argument() else {
            out.extend_from_slice(b"%!(BADWIDTH)");
            return;
        };
        if width < 0 {
            self.flags.minus = true;
            self.flags.zero = false;
        }
        self.flags.width = Some(width.unsigned_abs() as usize);
    }

    fn read_precision(&mut self, out: &mut Vec<u8>) {
        if self.peek() != Some(b'.') || self.position + 1 >= self.format.len() {
            return;
        }
        self.position += 1;
        if self.is_after_index {
            self.is_good = false;
        }
        self.read_index();
        if self.peek() != Some(b'*') {
            self.flags.precision = Some(self.read_number().unwrap_or(0));
            return;
        }
        self.position += 1;
        self.is_after_index = false;
        match self.integer_argument() {
            Some(precision) if precision >= 0 => self.flags.precision = Some(precision as usize),
            _ => out.extend_from_slice(b"%!(BADPREC)"),
        }
    }

    /// Takes the argument that a `*` stands for.
    fn integer_argument(&mut self) -> Option<i64> {
        let number = match self.arguments.get(self.next)? {
            Value::Int(number, _) => Some(*number),
            Value::Uint(number, _) => i64::try_from(*number).ok(),
            _ => None,
        };
        self.next += 1;
        number.filter(|number| (-LARGEST..=LARGEST).contains(number))
    }

    fn read_verb(&mut self) -> Option<char> {
        let rest = &self.format[self.position..];
        if rest.is_empty() {
            return None;
        }
        let (verb, size) = quote::decode(rest);
        self.position += size;
        Some(verb.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn print_verb(&mut self, verb: char, out: &mut Vec<u8>) {
        let mut encoded = [0; 4];
        let verb_text = verb.encode_utf8(&mut encoded).as_bytes();
        match self.arguments.get(self.next) {
            _ if verb == '%' => out.push(b'%'),
            _ if !self.is_good => out.extend([b"%!", verb_text, b"(BADINDEX)"].concat()),
            None => out.extend([b"%!", verb_text, b"(MISSING)"].concat()),
            Some(argument) => {
                if verb == 'v' {
                    self.flags.sharp_value = std::mem::take(&mut self.flags.sharp);
                    self.flags.plus_value = std::mem::take(&mut self.flags.plus);
                }
                Printer::with_flags(out, self.flags).print(argument, verb);
                self.next += 1;
            }
        }
    }

    /// Names the arguments that no verb used.
    fn extra(&self, out: &mut Vec<u8>) {
        if self.is_reordered || self.next >= self.arguments.len() {
            return;
        }
        out.extend_from_slice(b"%!(EXTRA ");
        for (position, argument) in self.arguments[self.next..].iter().enumerate() {
            if position > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(argument.type_name().as_bytes());
            if !matches!(argument, Value::Nil) {
                out.push(b'=');
                write_value(out, argument);
            }
        }
        out.push(b')');
    }
}

/// Go refuses widths and precisions above this.
const LARGEST: i64 = 1_000_000;

/// Reads digits at the start; gives the number and how many bytes were used. A number that is too large uses
/// everything and is none, as in Go.
fn parse_number(text: &[u8]) -> (Option<usize>, usize) {
    let mut number = None;
    for (position, byte) in text.iter().enumerate() {
        if !byte.is_ascii_digit() {
            return (number, position);
        }
        let so_far = number.unwrap_or(0);
        if so_far > LARGEST as usize {
            return (None, text.len());
        }
        number = Some(so_far * 10 + usize::from(byte - b'0'));
    }
    (number, text.len())
}

#[cfg(test)]
mod tests;
