//! The ordinary kind of schema, checked without the library.
//!
//! `boon` begins with what the schemas of five drafts have to be like, and for each part of a schema looks through all
//! parts that it came to: with the schemas that charts have, that takes longer than all else. Most of them say little
//! more than types.
//!
//! Nothing is refused here. The answer is that a schema is as its draft wants it and that the values fit, or that this is
//! for the library to judge: what a schema says besides, what does not fit, and all that takes long.

mod fit;
mod keyword;
mod literal;
mod read;
mod skim;

use std::borrow::Cow;

use keyword::{Keyword, Schema, Table};

use crate::Value;

/// Whether this is for the library to judge.
struct Unsure;

/// Says whether `schema` is one of the ordinary kind, and `values` certainly fit it.
pub(super) fn fits(schema: &[u8], values: &Value) -> bool {
    Document::read(schema).is_some_and(|document| fit::fits(&document, values))
}

/// A schema that is as its draft wants it.
struct Document<'a> {
    root: Schema<'a>,
    draft: Draft,
}

/// A draft, by the number or the year in its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Draft(u16);

impl Draft {
    /// What a schema is of that names none.
    const LATEST: Draft = Draft(2020);

    /// Returns the draft that a `$schema` names.
    fn of(url: &str) -> Option<Self> {
        let url = url.strip_suffix('#').unwrap_or(url);
        let (_, path) = url.split_once("://json-schema.org/")?;
        Some(match path {
            "schema" => Draft::LATEST,
            "draft/2020-12/schema" => Draft(2020),
            "draft/2019-09/schema" => Draft(2019),
            "draft-07/schema" => Draft(7),
            "draft-06/schema" => Draft(6),
            "draft-04/schema" => Draft(4),
            _ => return None,
        })
    }

    /// Whether all counts that stands beside a `$ref`. Before, nothing should, but some of it does.
    fn counts_beside_references(self) -> bool {
        self >= Draft(2019)
    }

    /// Whether a `format` is checked.
    fn asserts_formats(self) -> bool {
        self < Draft(2019)
    }
}

impl<'a> Document<'a> {
    fn read(schema: &'a [u8]) -> Option<Self> {
        let root: Schema = serde_json::from_slice(schema).ok()?;
        let draft = match root.find(|keyword| matches!(keyword, Keyword::Dialect(_))) {
            Some(Keyword::Dialect(url)) => Draft::of(&url.0)?,
            _ => Draft::LATEST,
        };
        let document = Self { root, draft };
        document.holds_root().then_some(document)
    }

    /// Whether all of the schema means in this draft what it means here, and what it refers to is there.
    fn holds_root(&self) -> bool {
        let is_of_root = |keyword: &&Keyword| !matches!(keyword, Keyword::Dialect(_) | Keyword::Id);
        match &self.root {
            Schema::Constant(_) => self.holds(&self.root),
            Schema::Keywords(keywords) => {
                let mut others = keywords.iter().filter(is_of_root);
                self.is_clear(&self.root) && others.all(|keyword| self.holds_keyword(keyword))
            }
        }
    }

    /// As [`Self::holds_root`], for a part of it.
    fn holds(&self, schema: &Schema) -> bool {
        match schema {
            Schema::Constant(_) => self.draft >= Draft(6),
            Schema::Keywords(keywords) => {
                self.is_clear(schema) && keywords.iter().all(|keyword| self.holds_keyword(keyword))
            }
        }
    }

    fn is_clear(&self, schema: &Schema) -> bool {
        self.draft.counts_beside_references() || !schema.asks_beside_reference()
    }

    fn holds_keyword(&self, keyword: &Keyword) -> bool {
        let holds_all = |schemas: &[Schema]| schemas.iter().all(|schema| self.holds(schema));
        let holds_table = |table: &Table| table.schemas().all(|schema| self.holds(schema));
        let is_since = match keyword {
            Keyword::Const(_) | Keyword::Above(_) | Keyword::Below(_) => Draft(6),
            Keyword::Required(names) if names.is_empty() => Draft(6),
            Keyword::If(_) | Keyword::Then(_) | Keyword::Else(_) => Draft(7),
            Keyword::Defs(_) => Draft(2019),
            _ => Draft(4),
        };
        let holds_within = match keyword {
            // They would count for this part only.
            Keyword::Dialect(_) | Keyword::Id => false,
            Keyword::Ref(to) => self.find(&to.0).is_ok(),
            // This one may be a truth value in every draft.
            Keyword::AdditionalProperties(schema) => match **schema {
                Schema::Constant(_) => true,
                Schema::Keywords(_) => self.holds(schema),
            },
            Keyword::Items(schema)
            | Keyword::Not(schema)
            | Keyword::If(schema)
            | Keyword::Then(schema)
            | Keyword::Else(schema) => self.holds(schema),
            Keyword::Properties(table) | Keyword::Definitions(table) | Keyword::Defs(table) => {
                holds_table(table)
            }
            Keyword::PatternProperties(all) => all.iter().all(|(_, schema)| self.holds(schema)),
            Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => holds_all(all),
            _ => true,
        };
        self.draft >= is_since && holds_within
    }

    /// Returns what a `$ref` leads to: the whole, or a part of it.
    fn find(&self, to: &str) -> Result<&Schema<'a>, Unsure> {
        let path = to.strip_prefix('#').ok_or(Unsure)?;
        if path.contains(['~', '%']) {
            return Err(Unsure);
        }
        let mut tokens = path.split('/');
        if tokens.next() != Some("") {
            return Err(Unsure);
        }
        let mut schema = &self.root;
        while let Some(token) = tokens.next() {
            schema = schema.part(token, &mut tokens).ok_or(Unsure)?;
        }
        Ok(schema)
    }
}

/// Text of a schema, in its place where it has no escapes.
#[derive(serde::Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests;
