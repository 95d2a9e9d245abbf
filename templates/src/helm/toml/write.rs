//! Writing TOML as BurntSushi's encoder lays it out.
//!
//! Plain keys come before tables, sub-tables are indented by two spaces for each level, and whole floats keep `.0`.

use super::{DEEPEST, quoted, quoted_key};
use crate::gotmpl::printf::format_float;
use crate::gotmpl::{FloatKind, Kind, List, Map, Text, Value, format_duration};
use crate::sprig::as_toml;

/// Writes a value as a TOML document; a value that is no table is written as a document of itself.
///
/// # Errors
///
/// Fails on nil in a list, on lists of tables without a key, and on what TOML has no form for, in the encoder's words.
pub(in super::super) fn write(value: &Value) -> Result<String, String> {
    let mut encoder = Encoder {
        out: String::new(),
        depth: 0,
    };
    encoder.encode(&mut Vec::new(), value)?;
    Ok(encoder.out)
}

struct Encoder {
    out: String,
    depth: usize,
}

type Encoded = Result<(), String>;

/// What a value is to TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nil,
    Plain,
    Table,
    Tables,
}

fn shape(value: &Value) -> Result<Shape, String> {
    Ok(match value {
        Value::Nil => Shape::Nil,
        Value::Map(map) if map.is_nil() => Shape::Nil,
        Value::Map(_) => Shape::Table,
        Value::List(list) if list.is_nil() => Shape::Nil,
        Value::List(list) => list_shape(list)?,
        Value::Object(object) if object.text().is_none() => shape(&object.to_plain())?,
        Value::Complex(_) | Value::Function(_) => {
            return Err(format!("unsupported type: {}", value.kind_name()));
        }
        _ => Shape::Plain,
    })
}

fn list_shape(list: &List) -> Result<Shape, String> {
    let mut are_tables = !list.is_empty();
    for item in list.iter() {
        match shape(item)? {
            Shape::Nil => return Err("toml: cannot encode array with nil element".into()),
            Shape::Table => {}
            _ => are_tables = false,
        }
    }
    Ok(if are_tables { Shape::Tables } else { Shape::Plain })
}

impl Encoder {
    fn encode(&mut self, key: &mut Vec<Text>, value: &Value) -> Encoded {
        if self.depth > DEEPEST {
            return Err("toml: value is nested too deeply".into());
        }
        self.depth += 1;
        let encoded = match (value, shape(value)?) {
            (_, Shape::Nil) => Ok(()),
            (Value::Object(object), Shape::Table | Shape::Tables) => self.encode(key, &object.to_plain()),
            (Value::Map(map), _) => self.table(key, map),
            (Value::List(list), Shape::Tables) => self.tables(key, list),
            _ => self.key_value(key, value),
        };
        self.depth -= 1;
        encoded
    }

    fn indent(&mut self, key: &[Text]) {
        (1..key.len()).for_each(|_| self.out.push_str("  "));
    }

    fn new_line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn table(&mut self, key: &mut Vec<Text>, map: &Map) -> Encoded {
        if key.len() == 1 {
            self.new_line();
        }
        if !key.is_empty() {
            self.indent(key);
            self.out.push_str(&format!("[{}]", dotted(key)));
            self.new_line();
        }
        self.entries(key, map)
    }

    fn tables(&mut self, key: &mut Vec<Text>, list: &List) -> Encoded {
        if key.is_empty() {
            return Err("toml: top-level values must be Go maps or structs".into());
        }
        for item in list.iter() {
            let item = plain(item);
            let Value::Map(map) = &item else { continue };
            self.new_line();
            self.indent(key);
            self.out.push_str(&format!("[[{}]]", dotted(key)));
            self.new_line();
            self.entries(key, map)?;
        }
        Ok(())
    }

    /// Writes what is no table first, since all that follows the head of a table belongs to it.
    fn entries(&mut self, key: &mut Vec<Text>, map: &Map) -> Encoded {
        let (plain, tables) = partition(map)?;
        for (name, value) in plain.into_iter().chain(tables) {
            key.push(name);
            let encoded = self.encode(key, &value);
            key.pop();
            encoded?;
        }
        Ok(())
    }

    fn key_value(&mut self, key: &[Text], value: &Value) -> Encoded {
        if let Some(last) = key.last() {
            self.indent(key);
            self.out.push_str(&format!("{} = ", quoted_key(&last.to_str())));
        }
        self.element(value)?;
        if !key.is_empty() {
            self.new_line();
        }
        Ok(())
    }

    /// Writes a value as it stands behind an equals sign or in a list.
    fn element(&mut self, value: &Value) -> Encoded {
        if let Some(time) = as_toml(value) {
            self.out.push_str(&time);
            return Ok(());
        }
        match value {
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Int(number, kind)
                if kind.kind() == Kind::Int64 && value.type_name() == "time.Duration" =>
            {
                self.quoted(&format_duration(*number));
            }
            Value::Int(number, _) => self.out.push_str(&number.to_string()),
            Value::Uint(number, _) => self.out.push_str(&number.to_string()),
            Value::Float(number, kind) => self.out.push_str(&float(*number, *kind)),
            Value::String(text) => self.quoted(&text.to_str()),
            Value::List(list) => return self.list(list),
            Value::Bytes(_) => return self.list(&value.to_list().unwrap_or_else(|| List::new(Vec::new()))),
            Value::Map(map) => return self.inline_table(map),
            Value::Object(object) => match object.text() {
                Some(text) => self.quoted(&text.to_str()),
                None => return self.element(&object.to_plain()),
            },
            other => return Err(format!("unexpected type: {}", other.type_name())),
        }
        Ok(())
    }

    fn list(&mut self, list: &List) -> Encoded {
        self.out.push('[');
        for (position, item) in list.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.element(item)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn inline_table(&mut self, map: &Map) -> Encoded {
        self.out.push('{');
        let (plain, tables) = partition(map)?;
        let is_followed = !tables.is_empty();
        let (plain_count, count) = (plain.len(), plain.len() + tables.len());
        for (position, (name, value)) in plain.into_iter().chain(tables).enumerate() {
            if shape(&value)? == Shape::Nil {
                continue;
            }
            self.out.push_str(&format!("{} = ", quoted_key(&name.to_str())));
            self.element(&value)?;
            let is_last = if position < plain_count {
                position + 1 == plain_count && !is_followed
            } else {
                position + 1 == count
            };
            if !is_last {
                self.out.push_str(", ");
            }
        }
        self.out.push('}');
        Ok(())
    }

    fn quoted(&mut self, text: &str) {
        self.out.push_str(&quoted(text));
    }
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.to_plain(),
        other => other.clone(),
    }
}

/// Entries that are no tables, and those that are, each sorted.
type Partition = (Vec<(Text, Value)>, Vec<(Text, Value)>);

fn partition(map: &Map) -> Result<Partition, String> {
    let (mut plain, mut tables) = (Vec::new(), Vec::new());
    for (key, value) in map.entries() {
        match shape(&value)? {
            Shape::Table | Shape::Tables => tables.push((key, value)),
            Shape::Nil | Shape::Plain => plain.push((key, value)),
        }
    }
    Ok((plain, tables))
}

fn float(number: f64, kind: FloatKind) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let text = format_float(number, 'g', None, kind);
    if text.contains(['e', '.']) {
        text
    } else {
        format!("{text}.0")
    }
}

fn dotted(key: &[Text]) -> String {
    key.iter()
        .map(|part| quoted_key(&part.to_str()))
        .collect::<Vec<_>>()
        .join(".")
}
