//! What an ordinary schema says.

use regex::Regex;

use super::Text;
use super::literal::Literal;

/// A schema, or a part of one.
pub(super) enum Schema<'a> {
    /// Everything fits, or nothing does.
    Constant(bool),
    /// What fits all of these.
    Keywords(Vec<Keyword<'a>>),
}

impl<'a> Schema<'a> {
    /// Returns the first keyword of some kind.
    pub(super) fn find(&self, is_it: impl Fn(&Keyword) -> bool) -> Option<&Keyword<'a>> {
        match self {
            Schema::Constant(_) => None,
            Schema::Keywords(keywords) => keywords.iter().find(|keyword| is_it(keyword)),
        }
    }

    /// Returns the schema below a keyword; `names` says which, where there are several.
    pub(super) fn part<'n>(
        &self,
        keyword: &str,
        names: &mut impl Iterator<Item = &'n str>,
    ) -> Option<&Schema<'a>> {
        let Schema::Keywords(keywords) = self else {
            return None;
        };
        keywords.iter().find_map(|said| match (keyword, said) {
            ("properties", Keyword::Properties(table))
            | ("definitions", Keyword::Definitions(table))
            | ("$defs", Keyword::Defs(table)) => table.get(names.next()?),
            ("items", Keyword::Items(schema))
            | ("additionalProperties", Keyword::AdditionalProperties(schema)) => Some(&**schema),
            _ => None,
        })
    }

    /// Whether it refers to another schema and asks for more than that.
    pub(super) fn asks_beside_reference(&self) -> bool {
        let is_reference = |keyword: &Keyword| matches!(keyword, Keyword::Ref(_));
        let is_other = |keyword: &Keyword| {
            let is_silent = matches!(
                keyword,
                Keyword::Dialect(_) | Keyword::Id | Keyword::Definitions(_)
            );
            !is_silent && !is_reference(keyword)
        };
        self.find(is_reference).is_some() && self.find(is_other).is_some()
    }
}

/// A keyword and what it asks for. Those that only describe are left out.
pub(super) enum Keyword<'a> {
    /// `$schema`
    Dialect(Text<'a>),
    /// `$id`
    Id,
    /// `$ref`
    Ref(Text<'a>),
    /// `definitions`
    Definitions(Table<'a>),
    /// `$defs`
    Defs(Table<'a>),
    /// `type`
    Type(Types),
    /// `const`
    Const(Literal<'a>),
    /// `enum`
    Enum(Vec<Literal<'a>>),
    /// `format`
    Format,
    /// `pattern`
    Pattern(Regex),
    /// `minLength`, in characters
    MinLength(usize),
    /// `maxLength`
    MaxLength(usize),
    /// `minimum`
    Minimum(f64),
    /// `maximum`
    Maximum(f64),
    /// `exclusiveMinimum`
    Above(f64),
    /// `exclusiveMaximum`
    Below(f64),
    /// `items`
    Items(Box<Schema<'a>>),
    /// `minItems`
    MinItems(usize),
    /// `maxItems`
    MaxItems(usize),
    /// `uniqueItems`
    UniqueItems(bool),
    /// `properties`
    Properties(Table<'a>),
    /// `patternProperties`
    PatternProperties(Vec<(Regex, Schema<'a>)>),
    /// `additionalProperties`
    AdditionalProperties(Box<Schema<'a>>),
    /// `required`
    Required(Vec<Text<'a>>),
    /// `minProperties`
    MinProperties(usize),
    /// `maxProperties`
    MaxProperties(usize),
    /// `allOf`
    AllOf(Vec<Schema<'a>>),
    /// `anyOf`
    AnyOf(Vec<Schema<'a>>),
    /// `oneOf`
    OneOf(Vec<Schema<'a>>),
    /// `not`
    Not(Box<Schema<'a>>),
    /// `if`
    If(Box<Schema<'a>>),
    /// `then`
    Then(Box<Schema<'a>>),
    /// `else`
    Else(Box<Schema<'a>>),
}

/// Schemas by name.
pub(super) struct Table<'a>(Vec<(Text<'a>, Schema<'a>)>);

impl<'a> Table<'a> {
    /// Returns a table, unless a name is there twice.
    pub(super) fn new(mut entries: Vec<(Text<'a>, Schema<'a>)>) -> Option<Self> {
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let is_unique = entries.windows(2).all(|pair| pair[0].0 != pair[1].0);
        is_unique.then_some(Self(entries))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Schema<'a>> {
        let found = self.0.binary_search_by(|(key, _)| key.0.as_ref().cmp(name));
        found.ok().map(|place| &self.0[place].1)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &Schema<'a>> {
        self.0.iter().map(|(_, schema)| schema)
    }
}

/// A set of types, one bit each.
#[derive(Clone, Copy, Default)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Types = Types(1);
    pub(super) const BOOLEAN: Types = Types(2);
    pub(super) const INTEGER: Types = Types(4);
    pub(super) const NUMBER: Types = Types(8);
    pub(super) const STRING: Types = Types(16);
    pub(super) const ARRAY: Types = Types(32);
    pub(super) const OBJECT: Types = Types(64);
    /// Those of a whole number.
    pub(super) const WHOLE: Types = Types(Self::INTEGER.0 | Self::NUMBER.0);

    /// Returns the type of a name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// Adds a type, and says whether it was not there.
    pub(super) fn add(&mut self, other: Types) -> bool {
        let is_new = !self.has(other);
        self.0 |= other.0;
        is_new
    }

    /// Whether one of the others is among these.
    pub(super) fn has(self, others: Types) -> bool {
        self.0 & others.0 != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}
