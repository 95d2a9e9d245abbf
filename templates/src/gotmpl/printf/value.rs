//! One value by one verb.

use super::Flags;
use super::float::format_float;
use super::integer::{self, Integer};
use super::quote::{Charset, can_backquote, decode, quote_with};
use crate::gotmpl::duration;
use crate::gotmpl::list::List;
use crate::gotmpl::map::Map;
use crate::gotmpl::object::Object;
use crate::gotmpl::types::{FloatKind, Kind, Type};
use crate::gotmpl::value::Value;

/// How deep values are printed. A map that holds itself, which `set` can make, has no end; Go dies of it.
const DEEPEST: usize = 1000;

/// Prints values into a buffer, by the flags of one directive.
pub(super) struct Printer<'b> {
    out: &'b mut Vec<u8>,
    flags: Flags,
    depth: usize,
    /// Set when a value was too deep: nothing more is printed, since such a value may be endless in breadth as well.
    is_exhausted: bool,
    /// Set while a bad verb is reported: methods are not asked then.
    is_erroring: bool,
}

impl<'b> Printer<'b> {
    pub(super) fn new(out: &'b mut Vec<u8>) -> Self {
        Self::with_flags(out, Flags::default())
    }

    pub(super) fn with_flags(out: &'b mut Vec<u8>, flags: Flags) -> Self {
        Self {
            out,
            flags,
            depth: 0,
            is_exhausted: false,
            is_erroring: false,
        }
    }

    /// Prints an argument.
    pub(super) fn print(&mut self, value: &Value, verb: char) {
        match (verb, value) {
            ('T', _) => self.pad(self.truncated(value.type_name().as_bytes()).to_vec().as_slice()),
            ('v', Value::Nil) => self.pad(b"<nil>"),
            (_, Value::Nil) => self.bad_verb(value, verb),
            ('p', _) => self.pointer(value, verb),
            _ => self.value(value, verb),
        }
    }

    /// Prints a value by `%v`, without the sign that tells a pointer.
    pub(super) fn print_indirect(&mut self, value: &Value) {
        let Value::Object(object) = value else {
            return self.print(value, 'v');
        };
        match object.action_text() {
            Some(text) => self.out.extend_from_slice(&text),
            None if value.kind() == Kind::Pointer => self.structure(object.as_ref(), 'v'),
            None => self.print(value, 'v'),
        }
    }

    /// Prints by `%v` what a value holds, which for a pointer is the struct behind it.
    pub(super) fn print_held(&mut self, value: &Value) {
        match value {
            Value::Object(object) if value.kind() == Kind::Pointer => self.structure(object.as_ref(), 'v'),
            other => self.print(other, 'v'),
        }
    }

    fn value(&mut self, value: &Value, verb: char) {
        if self.is_exhausted || self.stringer(value, verb) {
            return;
        }
        match value {
            Value::Nil => self.out.extend_from_slice(b"<nil>"),
            Value::Bool(_) => self.boolean(value, verb),
            Value::Int(number, _) => self.integer((*number).into(), value, verb),
            Value::Uint(number, _) => self.integer((*number).into(), value, verb),
            Value::Float(number, kind) => self.float(*number, *kind, value, verb),
            Value::Complex(parts) => self.complex(**parts, value, verb),
            Value::String(text) => self.string(text, value, verb),
            Value::Bytes(bytes) => self.bytes(bytes, value, verb),
            Value::List(list) => self.list(list, verb),
            Value::Map(map) => self.map(map, verb),
            Value::Object(object) => self.object(object.as_ref(), value, verb),
            Value::Function(_) => self.pointer(value, verb),
        }
    }

    /// Prints the text of a value with a `String` method; says whether it has one that this verb asks for.
    fn stringer(&mut self, value: &Value, verb: char) -> bool {
        if self.is_erroring || self.flags.sharp_value || !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        let text = match value {
            Value::Int(number, kind) => duration::name_of_integer(*number, *kind).map(Into::into),
            Value::Object(object) => object.text(),
            _ => None,
        };
        match text {
            Some(text) => {
                self.string(&text, value, verb);
                true
            }
            None => false,
        }
    }

    fn boolean(&mut self, value: &Value, verb: char) {
        match verb {
            't' | 'v' => self.pad(if value.is_true() { b"true" } else { b"false" }),
            _ => self.bad_verb(value, verb),
        }
    }

    fn integer(&mut self, number: Integer, value: &Value, verb: char) {
        match verb {
            'v' if self.flags.sharp_value && matches!(value, Value::Uint(..)) => {
                self.integer_text(
                    number,
                    'x',
                    Flags {
                        sharp: true,
                        ..self.flags
                    },
                );
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.integer_text(number, verb, self.flags),
            'c' => {
                let rune = rune_of(value);
                self.pad(rune.encode_utf8(&mut [0; 4]).as_bytes());
            }
            'q' => {
                let rune = rune_of(value);
                self.pad(
                    quote_with(rune.encode_utf8(&mut [0; 4]).as_bytes(), b'\'', self.charset()).as_bytes(),
                );
            }
            'U' => {
                let code = if number.is_negative {
                    number.magnitude.wrapping_neg()
                } else {
                    number.magnitude
                };
                let text = integer::unicode(code, self.flags);
                self.pad_blank(text.as_bytes());
            }
            _ => self.bad_verb(value, verb),
        }
    }

    fn integer_text(&mut self, number: Integer, verb: char, flags: Flags) {
        match integer::format(number, verb, flags) {
            Some(text) => self.pad_blank(text.as_bytes()),
            None => self.pad_blank(b""),
        }
    }

    fn float(&mut self, number: f64, kind: FloatKind, value: &Value, verb: char) {
        let (form, precision) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'e' | 'E' => (verb, Some(6)),
            'F' => ('f', Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        let precision = self.flags.precision.or(precision);
        let mut text = format_float(number, form, precision, kind);
        if self.flags.sharp && form != 'b' && number.is_finite() {
            text = keep_zeros(&text, form, precision);
        }
        self.signed(&text);
    }

    /// Prints a number that has its sign in front, by the flags for signs and zeros.
    fn signed(&mut self, text: &str) {
        let is_finite = !text.ends_with(['f', 'N']);
        let (sign, body) = match text.strip_prefix('-') {
            Some(body) => ("-", body),
            None => ("+", text.strip_prefix('+').unwrap_or(text)),
        };
        let sign = match sign {
            "+" if self.flags.plus => "+",
            "+" if self.flags.space => " ",
            "+" if !is_finite && body == "Inf" => "+",
            "+" => "",
            sign => sign,
        };
        let width = self.flags.width.unwrap_or(0);
        if !is_finite {
            self.pad_blank(format!("{sign}{body}").as_bytes());
        } else if self.flags.zero && !self.flags.minus && width > sign.len() + body.len() {
            self.out.extend_from_slice(sign.as_bytes());
            self.out
                .extend(std::iter::repeat_n(b'0', width - sign.len() - body.len()));
            self.out.extend_from_slice(body.as_bytes());
        } else {
            self.pad(format!("{sign}{body}").as_bytes());
        }
    }

    fn complex(&mut self, (real, imaginary): (f64, f64), value: &Value, verb: char) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(value, verb);
        }
        self.out.push(b'(');
        self.float(real, FloatKind::Float64, value, verb);
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.float(imaginary, FloatKind::Float64, value, verb);
        self.flags.plus = plus;
        self.out.extend_from_slice(b"i)");
    }

    fn string(&mut self, text: &[u8], value: &Value, verb: char) {
        match verb {
            'v' if self.flags.sharp_value => self.quoted(text),
            'v' | 's' => self.pad(self.truncated(text).to_vec().as_slice()),
            'x' | 'X' => self.hexadecimal(text, verb),
            'q' => self.quoted(text),
            _ => self.bad_verb(value, verb),
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = self.truncated(text);
        let quoted = if self.flags.sharp && can_backquote(text) {
            format!("`{}`", String::from_utf8_lossy(text))
        } else {
            quote_with(text, b'"', self.charset())
        };
        self.pad(quoted.as_bytes());
    }

    fn charset(&self) -> Charset {
        if self.flags.plus {
            Charset::Ascii
        } else {
            Charset::Unicode
        }
    }

    fn hexadecimal(&mut self, text: &[u8], verb: char) {
        let text = &text[..self.flags.precision.unwrap_or(text.len()).min(text.len())];
        let prefix = if verb == 'x' { "0x" } else { "0X" };
        let mut out = String::new();
        for (position, byte) in text.iter().enumerate() {
            if self.flags.space && position > 0 {
                out.push(' ');
            }
            if self.flags.sharp && (self.flags.space || position == 0) {
                out.push_str(prefix);
            }
            out.push_str(&if verb == 'x' {
                format!("{byte:02x}")
            } else {
                format!("{byte:02X}")
            });
        }
        self.pad(out.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8], value: &Value, verb: char) {
        match verb {
            'v' | 'd' if self.flags.sharp_value => {
                let items: Vec<_> = bytes.iter().map(|byte| format!("{byte:#x}")).collect();
                self.out
                    .extend_from_slice(format!("[]byte{{{}}}", items.join(", ")).as_bytes());
            }
            's' => self.pad(self.truncated(bytes).to_vec().as_slice()),
            'x' | 'X' => self.hexadecimal(bytes, verb),
            'q' => self.quoted(bytes),
            _ => {
                if let Some(list) = value.to_list() {
                    self.list(&list, verb);
                }
            }
        }
    }

    fn list(&mut self, list: &List, verb: char) {
        if list.is_nil() && self.flags.sharp_value {
            return self.typed_nil(list.list_type());
        }
        let close = self.open(list.list_type(), "[");
        self.nested(list.iter().enumerate(), |printer, item| {
            printer.element(item, list.element_type(), verb)
        });
        self.out.extend_from_slice(close);
    }

    fn map(&mut self, map: &Map, verb: char) {
        let of = Type::Map(map.map_type());
        if map.is_nil() && self.flags.sharp_value {
            return self.typed_nil(of);
        }
        let close = self.open(of, "map[");
        self.nested(map.entries().iter().enumerate(), |printer, (key, value)| {
            printer.string(key, &Value::String(key.clone()), verb);
            printer.out.push(b':');
            printer.element(value, map.element_type(), verb);
        });
        self.out.extend_from_slice(close);
    }

    /// Prints what stands before the items and returns what stands behind them.
    fn open(&mut self, of: Type, plain: &str) -> &'static [u8] {
        if self.flags.sharp_value {
            self.out.extend_from_slice(format!("{}{{", of.name()).as_bytes());
            return b"}";
        }
        self.out.extend_from_slice(plain.as_bytes());
        b"]"
    }

    fn typed_nil(&mut self, of: Type) {
        self.out
            .extend_from_slice(format!("{}(nil)", of.name()).as_bytes());
    }

    /// Prints items with separators, one level deeper.
    fn nested<T>(&mut self, items: impl Iterator<Item = (usize, T)>, mut print: impl FnMut(&mut Self, T)) {
        if self.depth == DEEPEST {
            self.is_exhausted = true;
            self.out
                .extend_from_slice(b"%!v(PANIC=value is nested too deeply)");
        }
        self.depth += 1;
        for (position, item) in items {
            if self.is_exhausted {
                break;
            }
            if position > 0 {
                self.out
                    .extend_from_slice(if self.flags.sharp_value { b", " } else { b" " });
            }
            print(self, item);
        }
        self.depth -= 1;
    }

    fn element(&mut self, item: &Value, element: Type, verb: char) {
        match item {
            Value::Nil if self.flags.sharp_value => {
                self.typed_nil(element);
            }
            Value::Nil => self.out.extend_from_slice(b"<nil>"),
            item => self.value(item, verb),
        }
    }

    fn object(&mut self, object: &dyn Object, value: &Value, verb: char) {
        let of = object.go_type();
        match of.kind() {
            Kind::Pointer if self.depth > 0 => return self.pointer(value, verb),
            Kind::Pointer => self.out.push(b'&'),
            Kind::Map => return self.object_map(object, of, verb),
            Kind::Slice => {
                let items = object
                    .entries()
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(_, item)| item)
                    .collect();
                return self.list(&List::typed(of, items), verb);
            }
            _ => {}
        }
        self.structure(object, verb);
    }

    fn structure(&mut self, object: &dyn Object, verb: char) {
        if self.flags.sharp_value {
            self.out
                .extend_from_slice(object.go_type().name().trim_start_matches('*').as_bytes());
        }
        self.out.push(b'{');
        let has_names = self.flags.plus_value || self.flags.sharp_value;
        self.nested(
            object.fields().into_iter().enumerate(),
            |printer, (name, field)| {
                if has_names {
                    printer.out.extend_from_slice(name.as_bytes());
                    printer.out.push(b':');
                }
                printer.element(&field, Type::Any, verb);
            },
        );
        self.out.push(b'}');
    }

    fn object_map(&mut self, object: &dyn Object, of: Type, verb: char) {
        let close = self.open(of, "map[");
        self.nested(
            object.entries().unwrap_or_default().into_iter().enumerate(),
            |printer, (key, value)| {
                printer.element(&key, Type::Any, verb);
                printer.out.push(b':');
                printer.element(&value, Type::Any, verb);
            },
        );
        self.out.extend_from_slice(close);
    }

    /// Prints an address. Ours are not Go's, and Go's are not the same twice: any number will do, so it is a fixed one.
    fn pointer(&mut self, value: &Value, verb: char) {
        let is_number = matches!(verb, 'v' | 'p' | 'b' | 'o' | 'd' | 'x' | 'X');
        if !value.kind().is_nillable() || !is_number {
            return self.bad_verb(value, verb);
        }
        self.pad(if value.is_nil() { b"<nil>" } else { b"0xc000010000" });
    }

    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.out.extend_from_slice(format!("%!{verb}(").as_bytes());
        match value {
            Value::Nil => self.out.extend_from_slice(b"<nil>"),
            value => {
                self.out.extend_from_slice(value.type_name().as_bytes());
                self.out.push(b'=');
                let was_erroring = std::mem::replace(&mut self.is_erroring, true);
                // What is behind a pointer is shown, too, as Go begins anew here.
                let depth = std::mem::take(&mut self.depth);
                self.value(value, 'v');
                self.depth = depth;
                self.is_erroring = was_erroring;
            }
        }
        self.out.push(b')');
    }

    /// Cuts a string to the precision, which counts characters.
    fn truncated<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.flags.precision else {
            return text;
        };
        let mut end = 0;
        for _ in 0..precision {
            if end >= text.len() {
                break;
            }
            end += decode(&text[end..]).1;
        }
        &text[..end]
    }

    fn pad(&mut self, text: &[u8]) {
        let padding = self.padding(text);
        let fill = if self.flags.zero && !self.flags.minus {
            b'0'
        } else {
            b' '
        };
        self.fill(text, padding, fill);
    }

    /// Pads with blanks also when zeros are asked for, because the number has its zeros already.
    fn pad_blank(&mut self, text: &[u8]) {
        let padding = self.padding(text);
        self.fill(text, padding, b' ');
    }

    fn padding(&self, text: &[u8]) -> usize {
        let Some(width) = self.flags.width.filter(|width| *width > 0) else {
            return 0;
        };
        let mut length = 0;
        let mut rest = text;
        while !rest.is_empty() {
            rest = &rest[decode(rest).1..];
            length += 1;
        }
        width.saturating_sub(length)
    }

    fn fill(&mut self, text: &[u8], padding: usize, fill: u8) {
        if !self.flags.minus {
            self.out.extend(std::iter::repeat_n(fill, padding));
        }
        self.out.extend_from_slice(text);
        if self.flags.minus {
            self.out.extend(std::iter::repeat_n(b' ', padding));
        }
    }
}

/// Returns the character of an integer, the replacement character when there is none.
fn rune_of(value: &Value) -> char {
    let code = match value {
        Value::Int(number, _) => u32::try_from(*number).ok(),
        Value::Uint(number, _) => u32::try_from(*number).ok(),
        _ => None,
    };
    code.and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Gives a number the point and the zeros that `#` keeps.
fn keep_zeros(text: &str, form: char, precision: Option<usize>) -> String {
    let mut wanted = match form {
        'g' | 'G' | 'x' => precision.unwrap_or(6) as i64,
        _ => 0,
    };
    let is_hexadecimal = matches!(form, 'x' | 'X');
    let split = text.find(|letter| match letter {
        'p' | 'P' => true,
        'e' | 'E' => !is_hexadecimal,
        _ => false,
    });
    let (mantissa, tail) = text.split_at(split.unwrap_or(text.len()));
    let digits = mantissa.trim_start_matches(['-', '+']);
    let significant = digits
        .trim_start_matches(['0', '.'])
        .chars()
        .filter(|letter| *letter != '.')
        .count();
    wanted -= significant as i64;
    let mut out = mantissa.to_owned();
    if !mantissa.contains('.') {
        if digits == "0" {
            wanted -= 1;
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', wanted.max(0) as usize));
    out.push_str(tail);
    out
}
