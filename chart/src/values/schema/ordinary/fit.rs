//! Do values fit an ordinary schema?

use std::cell::Cell;

use super::keyword::{Keyword, Schema, Table, Types};
use super::literal::{are_unique, number};
use super::{Document, Unsure};
use crate::{Map, Value};

/// How deep schemas may lead into each other. They may lead back to themselves.
const MOST_DEPTH: usize = 256;
/// How many schemas are looked at. Those that lead to each other twice take twice as many each time.
const MOST_STEPS: usize = 1 << 20;

/// Says whether `values` certainly fit.
pub(super) fn fits(document: &Document, values: &Value) -> bool {
    let check = Check {
        document,
        steps_left: Cell::new(MOST_STEPS),
    };
    matches!(check.fits(&document.root, values, MOST_DEPTH), Ok(true))
}

struct Check<'d, 'a> {
    document: &'d Document<'a>,
    steps_left: Cell<usize>,
}

impl Check<'_, '_> {
    fn fits(&self, schema: &Schema, value: &Value, depth: usize) -> Result<bool, Unsure> {
        let steps_left = self.steps_left.get().checked_sub(1).ok_or(Unsure)?;
        self.steps_left.set(steps_left);
        let depth = depth.checked_sub(1).ok_or(Unsure)?;
        let keywords = match schema {
            Schema::Constant(all) => return Ok(*all),
            Schema::Keywords(keywords) => keywords,
        };
        for keyword in keywords {
            let does_fit = match value {
                Value::Map(map) => self.fits_table(keyword, schema, (map, depth))?,
                Value::List(items) => self.fits_list(keyword, (items, depth))?,
                Value::String(text) => self.fits_text(keyword, text)?,
                Value::Int(_) | Value::Float(_) => fits_number(keyword, value)?,
                Value::Null | Value::Bool(_) => true,
            };
            if !does_fit || !self.fits_any_kind(keyword, schema, (value, depth))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Checks what a keyword says about values of every type.
    fn fits_any_kind(
        &self,
        keyword: &Keyword,
        schema: &Schema,
        (value, depth): (&Value, usize),
    ) -> Result<bool, Unsure> {
        let fits = |schema: &Schema| self.fits(schema, value, depth);
        Ok(match keyword {
            Keyword::Type(types) => types.has(types_of(value)?),
            Keyword::Const(literal) => literal.is(value)?,
            Keyword::Enum(literals) => any(literals, |literal| literal.is(value))?,
            Keyword::Ref(to) => fits(self.document.find(&to.0)?)?,
            Keyword::AllOf(all) => !any(all, |schema| fits(schema).map(|fits| !fits))?,
            Keyword::AnyOf(all) => any(all, fits)?,
            Keyword::OneOf(all) => {
                let mut count = 0;
                for schema in all {
                    count += usize::from(fits(schema)?);
                }
                count == 1
            }
            Keyword::Not(schema) => !fits(schema)?,
            Keyword::If(condition) => {
                let branch = if fits(condition)? {
                    schema.find(|keyword| matches!(keyword, Keyword::Then(_)))
                } else {
                    schema.find(|keyword| matches!(keyword, Keyword::Else(_)))
                };
                match branch {
                    Some(Keyword::Then(schema) | Keyword::Else(schema)) => fits(schema)?,
                    _ => true,
                }
            }
            _ => true,
        })
    }

    fn fits_table(
        &self,
        keyword: &Keyword,
        schema: &Schema,
        (map, depth): (&Map, usize),
    ) -> Result<bool, Unsure> {
        Ok(match keyword {
            Keyword::MinProperties(least) => map.len() >= *least,
            Keyword::MaxProperties(most) => map.len() <= *most,
            Keyword::Required(names) => names.iter().all(|name| map.contains_key(name.0.as_ref())),
            Keyword::Properties(table) => !any(map.iter(), |(name, value)| {
                self.misfits(table.get(name), value, depth)
            })?,
            Keyword::PatternProperties(patterns) => !any(patterns, |(pattern, schema)| {
                any(map.iter(), |(name, value)| {
                    self.misfits(pattern.is_match(name).then_some(schema), value, depth)
                })
            })?,
            Keyword::AdditionalProperties(rest) => {
                let named = Named::by(schema);
                !any(map.iter(), |(name, value)| {
                    self.misfits((!named.has(name)).then_some(rest), value, depth)
                })?
            }
            _ => true,
        })
    }

    /// Says whether there is a schema that the value does not fit.
    fn misfits(&self, schema: Option<&Schema>, value: &Value, depth: usize) -> Result<bool, Unsure> {
        schema.map_or(Ok(false), |schema| {
            self.fits(schema, value, depth).map(|fits| !fits)
        })
    }

    fn fits_list(&self, keyword: &Keyword, (items, depth): (&[Value], usize)) -> Result<bool, Unsure> {
        Ok(match keyword {
            Keyword::MinItems(least) => items.len() >= *least,
            Keyword::MaxItems(most) => items.len() <= *most,
            Keyword::UniqueItems(true) => are_unique(items)?,
            Keyword::Items(schema) => !any(items, |item| self.misfits(Some(schema), item, depth))?,
            _ => true,
        })
    }

    fn fits_text(&self, keyword: &Keyword, text: &str) -> Result<bool, Unsure> {
        Ok(match keyword {
            Keyword::MinLength(least) => text.chars().count() >= *least,
            Keyword::MaxLength(most) => text.chars().count() <= *most,
            Keyword::Pattern(pattern) => pattern.is_match(text),
            Keyword::Format if self.document.draft.asserts_formats() => return Err(Unsure),
            _ => true,
        })
    }
}

/// The properties that a schema speaks of by name.
struct Named<'s, 'a> {
    table: Option<&'s Keyword<'a>>,
    patterns: Option<&'s Keyword<'a>>,
}

impl<'s, 'a> Named<'s, 'a> {
    fn by(schema: &'s Schema<'a>) -> Self {
        Self {
            table: schema.find(|keyword| matches!(keyword, Keyword::Properties(_))),
            patterns: schema.find(|keyword| matches!(keyword, Keyword::PatternProperties(_))),
        }
    }

    fn has(&self, name: &str) -> bool {
        let is_in = |table: &Table| table.get(name).is_some();
        matches!(self.table, Some(Keyword::Properties(table)) if is_in(table))
            || matches!(self.patterns, Some(Keyword::PatternProperties(patterns))
                if patterns.iter().any(|(pattern, _)| pattern.is_match(name)))
    }
}

fn fits_number(keyword: &Keyword, value: &Value) -> Result<bool, Unsure> {
    Ok(match keyword {
        Keyword::Minimum(least) => number(value)? >= *least,
        Keyword::Maximum(most) => number(value)? <= *most,
        Keyword::Above(limit) => number(value)? > *limit,
        Keyword::Below(limit) => number(value)? < *limit,
        _ => true,
    })
}

/// Returns the types of a value: whole numbers have two.
fn types_of(value: &Value) -> Result<Types, Unsure> {
    Ok(match value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::BOOLEAN,
        Value::Int(_) => Types::WHOLE,
        Value::Float(_) if number(value)?.fract() == 0.0 => Types::WHOLE,
        Value::Float(_) => Types::NUMBER,
        Value::String(_) => Types::STRING,
        Value::List(_) => Types::ARRAY,
        Value::Map(_) => Types::OBJECT,
    })
}

/// As [`Iterator::any`], until one is not certain.
fn any<T>(
    items: impl IntoIterator<Item = T>,
    mut is: impl FnMut(T) -> Result<bool, Unsure>,
) -> Result<bool, Unsure> {
    for item in items {
        if is(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
