//! Parts of a schema that are only read to know that they can be.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// Any value, read as one that is kept: what is passed over unread may have faults.
pub(super) struct Skim;

/// Text, read in the same way.
pub(super) struct SkimText;

/// A list, read in the same way.
pub(super) struct SkimList;

/// `true` or `false`.
pub(super) struct SkimFlag;

impl<'de> Deserialize<'de> for Skim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Skim)
    }
}

impl<'de> Visitor<'de> for Skim {
    type Value = Skim;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_str<E>(self, _: &str) -> Result<Skim, E> {
        Ok(Skim)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Skim, A::Error> {
        while items.next_element::<Skim>()?.is_some() {}
        Ok(Skim)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Skim, A::Error> {
        while entries.next_entry::<Skim, Skim>()?.is_some() {}
        Ok(Skim)
    }
}

impl<'de> Deserialize<'de> for SkimText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SkimText)
    }
}

impl Visitor<'_> for SkimText {
    type Value = SkimText;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("text")
    }

    fn visit_str<E>(self, _: &str) -> Result<SkimText, E> {
        Ok(SkimText)
    }
}

impl<'de> Deserialize<'de> for SkimList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(SkimList)
    }
}

impl<'de> Visitor<'de> for SkimList {
    type Value = SkimList;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<SkimList, A::Error> {
        while items.next_element::<Skim>()?.is_some() {}
        Ok(SkimList)
    }
}

impl<'de> Deserialize<'de> for SkimFlag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(|_| SkimFlag)
    }
}
