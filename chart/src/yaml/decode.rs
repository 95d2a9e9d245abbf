//! YAML into a struct, with the liberties that Helm's reader takes.
//!
//! `sigs.k8s.io/yaml` and Go's JSON decoder together: keys match regardless of case, a number or boolean where text is
//! wanted becomes text (`version: 1.10` is "1.1"), `null` leaves a field alone, and unknown keys are passed over unless
//! told otherwise. The errors name the field as Go does.

use std::cell::RefCell;
use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

use super::error::Error;
use super::go_syntax::single_precision;
use super::json_kind;
use super::ordinary;
use super::read::{Duplicates, Numbers, Reader};
use crate::Value;

/// Reads the first document of `bytes` into a `T`.
///
/// # Errors
///
/// See [`super::from_str`], and when a value has the wrong type.
pub fn from_slice_as<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    decode_with(reader(bytes).read()?, Unknown::Ignored)
}

fn reader(bytes: &[u8]) -> Reader<'_> {
    Reader::new(bytes, Numbers::Yaml, Duplicates::LastWins)
}

/// Reads the first document of `bytes`, and makes a `T` of those entries of it that are `wanted`: by key, and within them
/// by both keys. There may be entries of the second kind that are not wanted.
///
/// # Errors
///
/// See [`from_slice_as`]; all of the document has to be right.
pub fn entries_from_slice_as<T: DeserializeOwned>(
    bytes: &[u8],
    wanted: impl Fn(&[&str]) -> bool,
) -> Result<T, Error> {
    if let Some(lines) = ordinary::entries(bytes, &wanted)
        && let Ok(value) = reader(&lines).read()
    {
        return decode_with(value, Unknown::Ignored);
    }
    let mut value = reader(bytes).parse()?;
    if let Value::Map(entries) = &mut value {
        entries.retain(|key, _| wanted(&[key]));
    }
    decode_with(value, Unknown::Ignored)
}

/// Reads the first document of `bytes` into a `T`, and refuses doubled and unknown keys.
///
/// # Errors
///
/// See [`from_slice_as`].
pub fn from_slice_as_strict<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let value = Reader::new(bytes, Numbers::Yaml, Duplicates::Refused).read()?;
    decode_with(value, Unknown::Refused)
}

/// Turns a value that was read before into a `T`, by the same rules.
///
/// # Errors
///
/// When a value has the wrong type.
pub fn decode<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    decode_with(value, Unknown::Ignored)
}

fn decode_with<T: DeserializeOwned>(value: Value, unknown: Unknown) -> Result<T, Error> {
    let context = Context {
        unknown,
        path: RefCell::new(Vec::new()),
    };
    let decoder = Decoder {
        value,
        context: &context,
        owner: None,
    };
    T::deserialize(decoder).map_err(|err| Error::decoding(err.0))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Ignored,
    Refused,
}

struct Context {
    unknown: Unknown,
    /// The fields from the root to here.
    path: RefCell<Vec<&'static str>>,
}

/// Go's JSON decoder's complaint.
#[derive(Debug)]
struct DecodeError(String);

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        DecodeError(message.to_string())
    }
}

struct Decoder<'a> {
    value: Value,
    context: &'a Context,
    /// The struct this is a field of.
    owner: Option<&'static str>,
}

impl<'a> Decoder<'a> {
    fn mismatch(&self, wanted: &str) -> DecodeError {
        let kind = json_kind(&self.value);
        let path = self.context.path.borrow().join(".");
        DecodeError(match self.owner {
            Some(owner) => {
                format!("json: cannot unmarshal {kind} into Go struct field {owner}.{path} of type {wanted}")
            }
            None => format!("json: cannot unmarshal {kind} into Go value of type {wanted}"),
        })
    }

    fn with(&self, value: Value) -> Decoder<'a> {
        Decoder {
            value,
            context: self.context,
            owner: self.owner,
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V, wanted: &str) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_i64(0),
            Value::Int(number) => visitor.visit_i64(number),
            Value::Float(number) => visitor.visit_f64(number),
            _ => Err(self.mismatch(wanted)),
        }
    }
}

macro_rules! numbers {
    ($($method:ident => $name:literal),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.number(visitor, $name)
        })+
    };
}

impl<'de> Deserializer<'de> for Decoder<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::Int(number) => visitor.visit_i64(number),
            Value::Float(number) => visitor.visit_f64(number),
            Value::String(text) => visitor.visit_string(text),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_bool(false),
            Value::Bool(flag) => visitor.visit_bool(flag),
            _ => Err(self.mismatch("bool")),
        }
    }

    numbers! {
        deserialize_i8 => "int8", deserialize_i16 => "int16", deserialize_i32 => "int", deserialize_i64 => "int64",
        deserialize_u8 => "uint8", deserialize_u16 => "uint16", deserialize_u32 => "uint", deserialize_u64 => "uint64",
        deserialize_f32 => "float32", deserialize_f64 => "float64",
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_string(String::new()),
            Value::Bool(flag) => visitor.visit_string(flag.to_string()),
            Value::Int(number) => visitor.visit_string(number.to_string()),
            Value::Float(number) => visitor.visit_string(single_precision(number)),
            Value::String(text) => visitor.visit_string(text),
            Value::List(_) | Value::Map(_) => Err(self.mismatch("string")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match std::mem::take(&mut self.value) {
            Value::Null => visitor.visit_seq(Items {
                items: Vec::new().into_iter(),
                decoder: self,
            }),
            Value::List(list) => visitor.visit_seq(Items {
                items: list.into_iter(),
                decoder: self,
            }),
            other => {
                let element = Probe::element_of(visitor);
                Err(self.with(other).mismatch(&format!("[]{element}")))
            }
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        let entries = match std::mem::take(&mut self.value) {
            Value::Null => Vec::new(),
            Value::Map(map) => map.into_iter().collect(),
            other => {
                let element = Probe::entry_of(visitor);
                return Err(self.with(other).mismatch(&format!("map[string]{element}")));
            }
        };
        visitor.visit_map(Entries {
            entries: entries.into_iter(),
            value: None,
            decoder: self,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match std::mem::take(&mut self.value) {
            Value::Null => visitor.visit_map(Fields {
                entries: Vec::new().into_iter(),
                next: None,
                name,
                decoder: self,
            }),
            Value::Map(map) => {
                let entries = match_fields(map, fields, self.context.unknown)?;
                visitor.visit_map(Fields {
                    entries: entries.into_iter(),
                    next: None,
                    name,
                    decoder: self,
                })
            }
            other => Err(self.with(other).mismatch(&struct_name(name))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.value {
            Value::String(text) => visitor.visit_enum(Variant(text)),
            _ => Err(self.mismatch("string")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }
}

/// Returns the struct's name as Go prints it; the chart's own structs live in a package called `v2`, others say theirs.
fn struct_name(name: &str) -> String {
    if name.contains('.') {
        name.to_owned()
    } else {
        format!("v2.{name}")
    }
}

/// Returns the struct's name without its package.
fn bare_name(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Pairs the entries with the struct's fields, exact names before equal ones in another case; `null` leaves a field
/// as it is.
fn match_fields(
    map: crate::Map,
    fields: &'static [&'static str],
    unknown: Unknown,
) -> Result<Vec<(&'static str, Value)>, DecodeError> {
    let mut matched: Vec<(&'static str, Value)> = Vec::with_capacity(map.len());
    for (key, value) in map {
        let exact = fields.iter().find(|field| **field == key);
        let Some(field) = exact.or_else(|| fields.iter().find(|field| field.eq_ignore_ascii_case(&key)))
        else {
            if unknown == Unknown::Refused {
                return Err(DecodeError(format!(
                    "json: unknown field {}",
                    crate::quote::quote(&key)
                )));
            }
            continue;
        };
        if value.is_null() {
            continue;
        }
        // Two spellings of one field: the later one wins, as in Go.
        matched.retain(|(name, _)| name != field);
        matched.push((field, value));
    }
    Ok(matched)
}

struct Items<'a> {
    items: std::vec::IntoIter<Value>,
    decoder: Decoder<'a>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(self.decoder.with(item)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'a> {
    entries: std::vec::IntoIter<(String, Value)>,
    value: Option<Value>,
    decoder: Decoder<'a>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let value = self.value.take().expect("a key comes before its value");
        seed.deserialize(self.decoder.with(value))
    }
}

struct Fields<'a> {
    entries: std::vec::IntoIter<(&'static str, Value)>,
    next: Option<(&'static str, Value)>,
    name: &'static str,
    decoder: Decoder<'a>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        self.next = self.entries.next();
        match &self.next {
            Some((field, _)) => seed.deserialize((*field).into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let (field, value) = self.next.take().expect("a key comes before its value");
        let context = self.decoder.context;
        context.path.borrow_mut().push(field);
        let result = seed.deserialize(Decoder {
            value,
            context,
            owner: Some(bare_name(self.name)),
        })?;
        context.path.borrow_mut().pop();
        Ok(result)
    }
}

/// A word that names an enum's variant.
struct Variant(String);

impl<'de> EnumAccess<'de> for Variant {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), DecodeError> {
        let name = seed.deserialize(self.0.clone().into_deserializer())?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, DecodeError> {
        Err(de::Error::custom("only plain variants can be read"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("only plain variants can be read"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("only plain variants can be read"))
    }
}

/// Asks a visitor what its elements are by offering one and failing with the name of what it asked for.
struct Probe;

impl Probe {
    fn element_of<'de, V: Visitor<'de>>(visitor: V) -> String {
        named(visitor.visit_seq(Probe).err())
    }

    fn entry_of<'de, V: Visitor<'de>>(visitor: V) -> String {
        named(visitor.visit_map(Probe).err())
    }
}

fn named(err: Option<DecodeError>) -> String {
    err.map_or_else(|| "interface {}".to_owned(), |err| err.0)
}

impl<'de> SeqAccess<'de> for Probe {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        seed.deserialize(Asked).map(Some)
    }
}

impl<'de> MapAccess<'de> for Probe {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        seed.deserialize("".into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        seed.deserialize(Asked)
    }
}

struct Asked;

macro_rules! asked {
    ($($method:ident => $name:literal),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, DecodeError> {
            Err(DecodeError($name.to_owned()))
        })+
    };
}

impl<'de> Deserializer<'de> for Asked {
    type Error = DecodeError;

    asked! {
        deserialize_any => "interface {}", deserialize_bool => "bool", deserialize_string => "string",
        deserialize_str => "string", deserialize_i64 => "int64", deserialize_u64 => "uint64",
        deserialize_f64 => "float64", deserialize_map => "map[string]interface {}",
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, DecodeError> {
        Err(DecodeError(format!("*{}", struct_name(name))))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 u32 f32 char bytes byte_buf option unit unit_struct newtype_struct seq tuple tuple_struct
        enum identifier ignored_any
    }
}
