//! JSON as Go's `encoding/json` writes it: its number format and its escapes.

mod syntax;

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter};

pub use syntax::{JsonFault, fault};

/// Writes `value` as one line, with `<`, `>` and `&` escaped, as Go's `json.Marshal` does.
///
/// # Errors
///
/// When `value` cannot be JSON: a map with keys that are not strings, or a failing `Serialize`.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    write(
        value,
        GoFormatter {
            indent: None,
            depth: 0,
            has_value: false,
            escape_html: true,
        },
    )
}

/// Writes `value` as one line and leaves `<`, `>` and `&` alone, as Go does after `SetEscapeHTML(false)`.
///
/// # Errors
///
/// See [`to_string`].
pub fn to_string_raw<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    write(
        value,
        GoFormatter {
            indent: None,
            depth: 0,
            has_value: false,
            escape_html: false,
        },
    )
}

/// Writes `value` over several lines, as Go's `json.MarshalIndent(value, "", indent)` does.
///
/// # Errors
///
/// See [`to_string`].
pub fn to_string_indented<T: Serialize + ?Sized>(
    value: &T,
    indent: &str,
) -> Result<String, serde_json::Error> {
    write(
        value,
        GoFormatter {
            indent: Some(indent),
            depth: 0,
            has_value: false,
            escape_html: true,
        },
    )
}

fn write<T: Serialize + ?Sized>(value: &T, formatter: GoFormatter) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter))?;
    Ok(String::from_utf8(bytes).expect("serde_json writes UTF-8"))
}

/// Returns `number` as Go's `encoding/json` prints a float64: shortest digits, an exponent below 1e-6 and from 1e21.
pub fn format_f64(number: f64) -> String {
    if number == 0.0 {
        return if number.is_sign_negative() {
            "-0".to_owned()
        } else {
            "0".to_owned()
        };
    }
    let digits = Digits::of(number);
    let exponent = digits.exponent;
    if (-6..21).contains(&exponent) {
        digits.plain()
    } else {
        digits.scientific(1)
    }
}

/// The shortest decimal digits of a float: `0.DIGITS`, shifted so that the first digit has the weight `10^exponent`.
pub(crate) struct Digits {
    negative: bool,
    digits: String,
    /// The power of ten of the first digit.
    pub(crate) exponent: i32,
}

impl Digits {
    /// Takes a finite number apart; an `f32` has fewer digits.
    pub(crate) fn of(number: impl zmij::Float) -> Self {
        let mut buffer = zmij::Buffer::new();
        let signed = buffer.format_finite(number);
        let text = signed.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().expect("zmij writes a decimal exponent");
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let leading = all.len() - all.trim_start_matches('0').len();
        let digits = all.trim_matches('0').to_owned();
        let negative = text.len() < signed.len();
        if digits.is_empty() {
            return Digits {
                negative,
                digits: "0".to_owned(),
                exponent: 0,
            };
        }
        Digits {
            negative,
            digits,
            exponent: exponent + whole.len() as i32 - 1 - leading as i32,
        }
    }

    /// Returns the number without an exponent.
    pub(crate) fn plain(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let digits = &self.digits;
        if self.exponent < 0 {
            let zeros = "0".repeat((-self.exponent - 1) as usize);
            return format!("{sign}0.{zeros}{digits}");
        }
        let whole = self.exponent as usize + 1;
        if digits.len() <= whole {
            let zeros = "0".repeat(whole - digits.len());
            return format!("{sign}{digits}{zeros}");
        }
        format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
    }

    /// Returns the number as `d.ddde±x` with at least `width` digits in the exponent.
    pub(crate) fn scientific(&self, width: usize) -> String {
        let sign = if self.negative { "-" } else { "" };
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let exponent_sign = if self.exponent < 0 { '-' } else { '+' };
        let exponent = self.exponent.unsigned_abs();
        format!("{sign}{first}{point}{rest}e{exponent_sign}{exponent:0width$}")
    }
}

/// Go's way to write JSON. `indent` is `None` for one line.
#[derive(Clone, Debug)]
struct GoFormatter<'a> {
    indent: Option<&'a str>,
    depth: usize,
    has_value: bool,
    escape_html: bool,
}

impl GoFormatter<'_> {
    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        let Some(indent) = self.indent else { return Ok(()) };
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(indent.as_bytes()))
    }

    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value {
            self.line(writer)?;
        }
        self.has_value = true;
        writer.write_all(bracket)
    }
}

impl Formatter for GoFormatter<'_> {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(format_f64(value).as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.indent.is_some() { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _writer: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    /// Go escapes U+2028 and U+2029 always, and the three HTML characters unless told not to.
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c| self.escapes(c)) {
            let c = rest[at..].chars().next().expect("find points at a character");
            writer.write_all(&rest.as_bytes()[..at])?;
            write!(writer, "\\u{:04x}", c as u32)?;
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let text: &[u8] = match escape {
            CharEscape::Quote => b"\\\"",
            CharEscape::ReverseSolidus => b"\\\\",
            CharEscape::Solidus => b"/",
            CharEscape::Backspace => b"\\b",
            CharEscape::FormFeed => b"\\f",
            CharEscape::LineFeed => b"\\n",
            CharEscape::CarriageReturn => b"\\r",
            CharEscape::Tab => b"\\t",
            CharEscape::AsciiControl(byte) => return write!(writer, "\\u{byte:04x}"),
        };
        writer.write_all(text)
    }
}

impl GoFormatter<'_> {
    fn escapes(&self, c: char) -> bool {
        matches!(c, '\u{2028}' | '\u{2029}') || (self.escape_html && matches!(c, '<' | '>' | '&'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn floats_print_as_in_go() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (100.0, "100"),
            (1.5, "1.5"),
            (-12.25, "-12.25"),
            (0.000001, "0.000001"),
            (0.0000001, "1e-7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1.946580057184005e15, "1946580057184005"),
        ] {
            assert_eq!(format_f64(number), text);
        }
    }

    #[test]
    fn text_and_layout_are_gos() {
        let value = Value::from([
            ("a", Value::from("<&>\u{2028}\u{1}\t")),
            ("b", Value::List(vec![])),
            (
                "c",
                Value::List(vec![Value::Float(1.0), Value::Map(Default::default())]),
            ),
        ]);
        assert_eq!(
            to_string(&value).unwrap(),
            r#"{"a":"\u003c\u0026\u003e\u2028\u0001\t","b":[],"c":[1,{}]}"#
        );
        assert_eq!(
            to_string_indented(value.get("c").unwrap(), "  ").unwrap(),
            "[\n  1,\n  {}\n]"
        );
    }
}
