//! Reads an ordinary schema. Reading fails where a keyword has not the form that its draft wants, or is another one.

use std::fmt;
use std::mem::discriminant;

use regex::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Text;
use super::keyword::{Keyword, Schema, Table, Types};
use super::literal::Literal;
use super::skim::{Skim, SkimFlag, SkimList, SkimText};

/// More values than this are not compared with each other.
const MOST_VALUES: usize = 256;

impl<'de> Deserialize<'de> for Schema<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keywords)
    }
}

struct Keywords;

impl<'de> Visitor<'de> for Keywords {
    type Value = Schema<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a schema")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Schema::Constant(flag))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keywords: Vec<Keyword> = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if let Some(keyword) = keyword(&name, &mut map)? {
                // Of two that are the same the last one would count.
                if keywords
                    .iter()
                    .any(|other| discriminant(other) == discriminant(&keyword))
                {
                    return Err(A::Error::custom("twice the same"));
                }
                keywords.push(keyword);
            }
        }
        keywords.shrink_to_fit();
        Ok(Schema::Keywords(keywords))
    }
}

/// Reads what a keyword says. Nothing is returned for one that only describes, or that no draft knows.
fn keyword<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Option<Keyword<'de>>, A::Error> {
    Ok(Some(match name {
        "$schema" => Keyword::Dialect(map.next_value()?),
        "$id" => map.next_value::<Identity>().map(|_| Keyword::Id)?,
        "$ref" => Keyword::Ref(map.next_value()?),
        "definitions" => Keyword::Definitions(map.next_value()?),
        "$defs" => Keyword::Defs(map.next_value()?),
        "type" => Keyword::Type(map.next_value()?),
        "const" => Keyword::Const(map.next_value()?),
        "enum" => map.next_value::<Values>().map(|all| Keyword::Enum(all.0))?,
        "format" => map.next_value::<SkimText>().map(|_| Keyword::Format)?,
        "pattern" => map
            .next_value::<Pattern>()
            .map(|pattern| Keyword::Pattern(pattern.0))?,
        "minLength" => Keyword::MinLength(map.next_value()?),
        "maxLength" => Keyword::MaxLength(map.next_value()?),
        "minimum" => Keyword::Minimum(map.next_value()?),
        "maximum" => Keyword::Maximum(map.next_value()?),
        "exclusiveMinimum" => Keyword::Above(map.next_value()?),
        "exclusiveMaximum" => Keyword::Below(map.next_value()?),
        "minItems" => Keyword::MinItems(map.next_value()?),
        "maxItems" => Keyword::MaxItems(map.next_value()?),
        "uniqueItems" => Keyword::UniqueItems(map.next_value()?),
        "required" => map
            .next_value::<Names>()
            .map(|names| Keyword::Required(names.0))?,
        "minProperties" => Keyword::MinProperties(map.next_value()?),
        "maxProperties" => Keyword::MaxProperties(map.next_value()?),
        _ => return applicator(name, map),
    }))
}

/// As [`keyword`], for those that say what schemas parts have to fit.
fn applicator<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Option<Keyword<'de>>, A::Error> {
    Ok(Some(match name {
        "items" => Keyword::Items(map.next_value()?),
        "properties" => Keyword::Properties(map.next_value()?),
        "patternProperties" => map
            .next_value::<Patterns>()
            .map(|all| Keyword::PatternProperties(all.0))?,
        "additionalProperties" => Keyword::AdditionalProperties(map.next_value()?),
        "allOf" => map.next_value::<Schemas>().map(|all| Keyword::AllOf(all.0))?,
        "anyOf" => map.next_value::<Schemas>().map(|all| Keyword::AnyOf(all.0))?,
        "oneOf" => map.next_value::<Schemas>().map(|all| Keyword::OneOf(all.0))?,
        "not" => Keyword::Not(map.next_value()?),
        "if" => Keyword::If(map.next_value()?),
        "then" => Keyword::Then(map.next_value()?),
        "else" => Keyword::Else(map.next_value()?),
        _ => return description(name, map),
    }))
}

/// Reads what only describes. Some drafts want a form of it; one that has none of these may be meant otherwise.
fn description<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Option<Keyword<'de>>, A::Error> {
    match name {
        "title" | "description" | "$comment" | "contentEncoding" | "contentMediaType" => {
            map.next_value::<SkimText>().map(|_| None)
        }
        "examples" => map.next_value::<SkimList>().map(|_| None),
        "readOnly" | "writeOnly" | "deprecated" => map.next_value::<SkimFlag>().map(|_| None),
        "$anchor"
        | "$dynamicAnchor"
        | "$dynamicRef"
        | "$recursiveAnchor"
        | "$recursiveRef"
        | "$vocabulary"
        | "additionalItems"
        | "contains"
        | "contentSchema"
        | "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "id"
        | "maxContains"
        | "minContains"
        | "multipleOf"
        | "prefixItems"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Err(A::Error::custom("a keyword for the library")),
        // `default` may be anything, like what no draft knows.
        _ => map.next_value::<Skim>().map(|_| None),
    }
}

impl<'de> Deserialize<'de> for Table<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = deserializer.deserialize_map(Entries::<Text, Schema>(Vec::new()))?;
        Table::new(entries).ok_or_else(|| D::Error::custom("twice the same name"))
    }
}

/// Patterns and what has to fit that is named so.
struct Patterns<'a>(Vec<(Regex, Schema<'a>)>);

impl<'de> Deserialize<'de> for Patterns<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = deserializer.deserialize_map(Entries::<Pattern, Schema>(Vec::new()))?;
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(pattern, schema)| (pattern.0, schema))
            .collect();
        let is_twice = |place: usize| {
            entries[..place]
                .iter()
                .any(|(other, _)| other.as_str() == entries[place].0.as_str())
        };
        if entries.len() > MOST_VALUES || (1..entries.len()).any(is_twice) {
            return Err(D::Error::custom("twice the same pattern"));
        }
        Ok(Patterns(entries))
    }
}

/// The entries of a table, in their order.
struct Entries<K, V>(Vec<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(entry) = map.next_entry()? {
            self.0.push(entry);
        }
        Ok(self.0)
    }
}

/// One schema or more.
struct Schemas<'a>(Vec<Schema<'a>>);

impl<'de> Deserialize<'de> for Schemas<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::deserialize(deserializer)?;
        if all.is_empty() {
            return Err(D::Error::custom("no schema"));
        }
        Ok(Schemas(all))
    }
}

/// Values that differ from each other.
struct Values<'a>(Vec<Literal<'a>>);

impl<'de> Deserialize<'de> for Values<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all: Vec<Literal> = Vec::deserialize(deserializer)?;
        let is_twice = |place: usize| all[..place].contains(&all[place]);
        if all.is_empty() || all.len() > MOST_VALUES || (1..all.len()).any(is_twice) {
            return Err(D::Error::custom("not some different values"));
        }
        Ok(Values(all))
    }
}

/// Names that differ from each other.
struct Names<'a>(Vec<Text<'a>>);

impl<'de> Deserialize<'de> for Names<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all: Vec<Text> = Vec::deserialize(deserializer)?;
        all.sort_unstable();
        if all.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(D::Error::custom("twice the same name"));
        }
        Ok(Names(all))
    }
}

/// The address of a schema, if it is a plain one: without a fragment, which would name a part.
struct Identity;

impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(url) = Text::deserialize(deserializer)?;
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./-_".contains(&byte);
        match rest {
            Some(rest)
                if rest.starts_with(|first: char| first.is_ascii_alphabetic())
                    && rest.bytes().all(is_plain) =>
            {
                Ok(Identity)
            }
            _ => Err(D::Error::custom("an address for the library")),
        }
    }
}

/// A pattern that means the same in all dialects of regular expressions.
struct Pattern(Regex);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(pattern) = Text::deserialize(deserializer)?;
        if !is_plain(pattern.as_bytes()) {
            return Err(D::Error::custom("a pattern for the library"));
        }
        Regex::new(&pattern).map(Pattern).map_err(D::Error::custom)
    }
}

/// Whether a pattern has neither classes with names nor groups with a meaning.
fn is_plain(pattern: &[u8]) -> bool {
    let is_escape = |pair: &[u8]| pair[0] == b'\\' && !pair[1].is_ascii_punctuation();
    !pattern
        .windows(2)
        .any(|pair| is_escape(pair) || pair == b"(?" || pair == b"[:")
}

impl<'de> Deserialize<'de> for Types {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypeNames)
    }
}

struct TypeNames;

impl<'de> Visitor<'de> for TypeNames {
    type Value = Types;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a type, or some")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Types, E> {
        Types::of(name).ok_or_else(|| E::custom("no type"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Types, A::Error> {
        let mut types = Types::default();
        while let Some(Text(name)) = names.next_element()? {
            if !types.add(self::TypeNames.visit_str(&name)?) {
                return Err(A::Error::custom("twice the same type"));
            }
        }
        if types.is_empty() {
            return Err(A::Error::custom("no type"));
        }
        Ok(types)
    }
}
