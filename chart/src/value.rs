//! `Value`: the plain tree that values, manifests and chart files are read into.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::Map;

/// Any value a chart, a values file or a manifest can hold.
///
/// YAML and JSON numbers are read as [`Value::Float`], as Helm reads them; [`Value::Int`] comes from `--set`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number that never was a float.
    Int(i64),
    /// Every number that was read from YAML or JSON.
    Float(f64),
    /// Text.
    String(String),
    /// A sequence.
    List(Vec<Value>),
    /// A table.
    Map(Map),
}

impl Value {
    /// Returns the entry `key` of a table; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// Returns the value below the dotted `path` (`"image.tag"`), walking tables only.
    pub fn get_path(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, key| value.get(key))
    }

    /// Says whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Returns the table, if this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the table to change it, if this is one.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the sequence, if this is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the text, if this is one. Nothing is converted.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Returns any number as a float.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns a number as an integer if it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Float(number) => whole(*number),
            _ => None,
        }
    }

    /// Moves the table out; anything else becomes an empty one.
    pub fn into_map(self) -> Option<Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }
}

/// Returns the integer that `number` is, or nothing when it has a fraction, is out of range, or is `-0`.
fn whole(number: f64) -> Option<i64> {
    let fits = number.fract() == 0.0 && (-9.2e18..9.2e18).contains(&number);
    (fits && !(number == 0.0 && number.is_sign_negative())).then_some(number as i64)
}

macro_rules! from {
    ($($from:ty => |$name:ident| $into:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $into
            }
        })+
    };
}

from! {
    bool => |flag| Value::Bool(flag),
    i32 => |number| Value::Int(number.into()),
    i64 => |number| Value::Int(number),
    u32 => |number| Value::Int(number.into()),
    f64 => |number| Value::Float(number),
    &str => |text| Value::String(text.to_owned()),
    String => |text| Value::String(text),
    Vec<Value> => |list| Value::List(list),
    Map => |map| Value::Map(map),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Value {
    fn from(entries: [(K, V); N]) -> Self {
        Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(number) => serializer.serialize_i64(*number),
            // Go writes whole floats without a fraction.
            Value::Float(number) => match whole(*number) {
                Some(number) => serializer.serialize_i64(number),
                None => serializer.serialize_f64(*number),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list),
            Value::Map(map) => map.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    // Go's encoding/json reads every number into an `any` as a float64.
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Float(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Float(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = entries.next_entry()? {
            map.insert(key, value);
        }
        Ok(Value::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_floats_when_read_and_whole_ones_print_without_fraction() {
        let value: Value = serde_json::from_str(r#"{"a":1,"b":[1.5,true,null],"c":"x"}"#).unwrap();
        assert_eq!(value.get("a"), Some(&Value::Float(1.0)));
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"a":1,"b":[1.5,true,null],"c":"x"}"#
        );
    }

    #[test]
    fn paths_walk_tables() {
        let value = Value::from([("image", Value::from([("tag", "v1")]))]);
        assert_eq!(value.get_path("image.tag").and_then(Value::as_str), Some("v1"));
        assert_eq!(value.get_path("image.tag.x"), None);
    }
}
