//! `Value`: what a template computes with, with the kinds that Go tells apart.

use super::function::Function;
use super::list::List;
use super::map::Map;
use super::object::Object;
use super::text::Text;
use super::types::{FloatKind, IntKind, Kind, MapType, Type, UintKind};
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// A Go value: numbers know their kind, maps are shared, lists know their element type.
#[derive(Clone, Default)]
pub enum Value {
    /// Nil without a type, and the value of what is not there.
    #[default]
    Nil,
    /// A boolean.
    Bool(bool),
    /// A signed integer.
    Int(i64, IntKind),
    /// An unsigned integer.
    Uint(u64, UintKind),
    /// A float; one of kind `Float32` holds a value that fits.
    Float(f64, FloatKind),
    /// A complex number: real and imaginary part.
    Complex(Rc<(f64, f64)>),
    /// A string.
    String(Text),
    /// A `[]uint8`, kept as bytes.
    Bytes(Text),
    /// Any other slice.
    List(List),
    /// A map.
    Map(Map),
    /// A value of the host.
    Object(Rc<dyn Object>),
    /// A function.
    Function(Rc<Function>),
}

impl Value {
    /// Makes an `int64`.
    pub fn int64(number: i64) -> Self {
        Self::Int(number, IntKind::Int64)
    }

    /// Makes an object.
    pub fn object(object: impl Object) -> Self {
        Self::Object(Rc::new(object))
    }

    /// Returns the type; nothing for nil.
    pub fn go_type(&self) -> Option<Type> {
        Some(match self {
            Self::Nil => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(_, kind) => Type::Int(*kind),
            Self::Uint(_, kind) => Type::Uint(*kind),
            Self::Float(_, kind) => Type::Float(*kind),
            Self::Complex(_) => Type::Complex,
            Self::String(_) => Type::String,
            Self::Bytes(_) => Type::BYTES,
            Self::List(list) => list.list_type(),
            Self::Map(map) => Type::Map(map.map_type()),
            Self::Object(object) => object.go_type(),
            Self::Function(_) => Type::Function,
        })
    }

    /// Returns the name that `%T` and `typeOf` print, `<nil>` for nil.
    pub fn type_name(&self) -> Cow<'static, str> {
        self.go_type().map_or("<nil>".into(), Type::name)
    }

    /// Returns the kind that `reflect` sees.
    pub fn kind(&self) -> Kind {
        self.go_type().map_or(Kind::Invalid, Type::kind)
    }

    /// Returns the name of the kind, as `kindOf` prints it.
    pub fn kind_name(&self) -> &'static str {
        self.kind().name()
    }

    /// Says whether `if` takes the value for true: not zero, not empty, not nil.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(number, _) => *number != 0,
            Self::Uint(number, _) => *number != 0,
            Self::Float(number, _) => *number != 0.0,
            Self::Complex(number) => **number != (0.0, 0.0),
            Self::String(text) | Self::Bytes(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Object(object) => object.len().is_none_or(|length| length > 0),
            Self::Function(_) => true,
        }
    }

    /// Says whether there is no value at all.
    pub(super) fn is_untyped_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// Says whether the value is nil, of any type.
    pub fn is_nil(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::List(list) => list.is_nil(),
            Self::Map(map) => map.is_nil(),
            _ => false,
        }
    }

    #[expect(
        clippy::len_without_is_empty,
        reason = "many values have no length, so emptiness is a question for `is_true`"
    )]
    /// Returns the length that `len` gives: bytes of a string, items, entries.
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::String(text) | Self::Bytes(text) => Some(text.len()),
            Self::List(list) => Some(list.len()),
            Self::Map(map) => Some(map.len()),
            Self::Object(object) => object.len(),
            _ => None,
        }
    }

    /// Returns the items of any slice, bytes and slice-like objects included.
    pub fn to_list(&self) -> Option<List> {
        match self {
            Self::List(list) => Some(list.clone()),
            Self::Bytes(bytes) => {
                let items = bytes
                    .iter()
                    .map(|byte| Self::Uint(u64::from(*byte), UintKind::Uint8));
                Some(List::typed(Type::BYTE, items.collect()))
            }
            Self::Object(object) if self.kind() == Kind::Slice => {
                Some(object.entries()?.into_iter().map(|(_, value)| value).collect())
            }
            _ => None,
        }
    }

    /// Returns the string, when the value is one.
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the map, when the value is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the host's object as its Rust type.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => object.downcast_ref(),
            _ => None,
        }
    }

    /// Returns the zero value of a type: nil for `interface {}`, empty text for `string`.
    pub fn zero(of: Type) -> Self {
        match of {
            Type::Bool => Self::Bool(false),
            Type::Int(kind) => Self::Int(0, kind),
            Type::Uint(kind) => Self::Uint(0, kind),
            Type::Float(kind) => Self::Float(0.0, kind),
            Type::Complex => Self::Complex(Rc::new((0.0, 0.0))),
            Type::String => Self::String(Text::default()),
            Type::BYTES => Self::Bytes(Text::default()),
            Type::List(element) => Self::List(List::nil(*element)),
            Type::Map(map_type) => Self::Map(Map::nil(map_type)),
            Type::Any | Type::Function | Type::Named(..) | Type::Reflect => Self::Nil,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => formatter.write_str("nil"),
            Self::Map(map) => formatter.debug_map().entries(map.entries()).finish(),
            Self::List(list) => formatter.debug_list().entries(list.iter()).finish(),
            other => write!(
                formatter,
                "{}({})",
                other.type_name(),
                super::printf::sprint_value(other)
            ),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Makes an `int`.
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number, IntKind::Int)
    }
}

/// Makes a `float64`.
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number, FloatKind::Float64)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(List::new(items))
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Rc<dyn Object>> for Value {
    fn from(object: Rc<dyn Object>) -> Self {
        Self::Object(object)
    }
}

/// Nothing becomes nil.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

/// Makes a `map[string]interface {}`.
impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::Map(entries.into_iter().collect())
    }
}

/// The type of the map that a chart's values are.
pub const VALUES_MAP: MapType = MapType {
    name: Some("common.Values"),
    element: &Type::Any,
};
