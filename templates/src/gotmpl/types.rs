//! Go's types, as far as values in templates have them.

use std::borrow::Cow;

/// What Go's `reflect` calls the kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No value at all.
    Invalid,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint`
    Uint,
    /// `uint8`
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// `complex128`
    Complex128,
    /// A function.
    Func,
    /// An interface, which only the type of an element or a parameter can be.
    Interface,
    /// A map.
    Map,
    /// A pointer.
    Pointer,
    /// A slice.
    Slice,
    /// `string`
    String,
    /// A struct.
    Struct,
}

impl Kind {
    /// Returns the name that `kindOf` gives.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Complex128 => "complex128",
            Self::Func => "func",
            Self::Interface => "interface",
            Self::Map => "map",
            Self::Pointer => "ptr",
            Self::Slice => "slice",
            Self::String => "string",
            Self::Struct => "struct",
        }
    }

    /// Says whether a value of this kind may be nil.
    pub fn is_nillable(self) -> bool {
        matches!(
            self,
            Self::Func | Self::Interface | Self::Map | Self::Pointer | Self::Slice
        )
    }
}

/// Which of Go's signed integers a value is; the named ones print by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntKind {
    /// `int`, the type of a constant in a template
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`, the type of a number given with `--set`
    Int64,
    /// `time.Duration`, an `int64` of nanoseconds
    Duration,
    /// `time.Month`, an `int`
    Month,
    /// `time.Weekday`, an `int`
    Weekday,
}

impl IntKind {
    /// Returns the kind below the name.
    pub fn kind(self) -> Kind {
        match self {
            Self::Int | Self::Month | Self::Weekday => Kind::Int,
            Self::Int8 => Kind::Int8,
            Self::Int16 => Kind::Int16,
            Self::Int32 => Kind::Int32,
            Self::Int64 | Self::Duration => Kind::Int64,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Duration => "time.Duration",
            Self::Month => "time.Month",
            Self::Weekday => "time.Weekday",
            plain => plain.kind().name(),
        }
    }
}

/// Which of Go's unsigned integers a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UintKind {
    /// `uint`
    Uint,
    /// `uint8`, a byte
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
}

impl UintKind {
    /// Returns the kind.
    pub fn kind(self) -> Kind {
        match self {
            Self::Uint => Kind::Uint,
            Self::Uint8 => Kind::Uint8,
            Self::Uint16 => Kind::Uint16,
            Self::Uint32 => Kind::Uint32,
            Self::Uint64 => Kind::Uint64,
        }
    }
}

/// Which of Go's floats a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatKind {
    /// `float32`
    Float32,
    /// `float64`, the type of every number in a values file
    Float64,
}

impl FloatKind {
    /// Returns the kind.
    pub fn kind(self) -> Kind {
        match self {
            Self::Float32 => Kind::Float32,
            Self::Float64 => Kind::Float64,
        }
    }
}

/// The type of a map with strings as keys: its name, if it has one, and what its values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapType {
    /// The name of a defined type such as `common.Values`.
    pub name: Option<&'static str>,
    /// The type of the values.
    pub element: &'static Type,
}

impl MapType {
    /// `map[string]interface {}`
    pub const ANY: Self = Self {
        name: None,
        element: &Type::Any,
    };
    /// `map[string]string`
    pub const STRINGS: Self = Self {
        name: None,
        element: &Type::String,
    };
}

/// The type of a value, an element or a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`
    Any,
    /// `bool`
    Bool,
    /// A signed integer.
    Int(IntKind),
    /// An unsigned integer.
    Uint(UintKind),
    /// A float.
    Float(FloatKind),
    /// `complex128`
    Complex,
    /// `string`
    String,
    /// A slice of something.
    List(&'static Type),
    /// A map from strings to something.
    Map(MapType),
    /// A function.
    Function,
    /// A type of the host, such as `time.Time` or `*common.Capabilities`.
    Named(&'static str, Kind),
    /// `reflect.Value`: the parameter of a builtin, which takes values as they are.
    Reflect,
}

impl Type {
    /// `int`
    pub const INT: Self = Self::Int(IntKind::Int);
    /// `int64`
    pub const INT64: Self = Self::Int(IntKind::Int64);
    /// `float64`
    pub const FLOAT: Self = Self::Float(FloatKind::Float64);
    /// `uint8`
    pub const BYTE: Self = Self::Uint(UintKind::Uint8);
    /// `map[string]interface {}`
    pub const MAP: Self = Self::Map(MapType::ANY);
    /// `[]interface {}`
    pub const LIST: Self = Self::List(&Self::Any);
    /// `[]string`
    pub const STRINGS: Self = Self::List(&Self::String);
    /// `[]uint8`
    pub const BYTES: Self = Self::List(&Self::BYTE);

    /// Returns the name that `%T` prints.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Any => "interface {}".into(),
            Self::Bool => "bool".into(),
            Self::Int(kind) => kind.name().into(),
            Self::Uint(kind) => kind.kind().name().into(),
            Self::Float(kind) => kind.kind().name().into(),
            Self::Complex => "complex128".into(),
            Self::String => "string".into(),
            Self::List(element) => format!("[]{}", element.name()).into(),
            Self::Map(MapType { name: Some(name), .. }) => name.into(),
            Self::Map(MapType { element, .. }) => format!("map[string]{}", element.name()).into(),
            Self::Function => "func()".into(),
            Self::Named(name, _) => name.into(),
            Self::Reflect => "reflect.Value".into(),
        }
    }

    /// Returns the kind of the values of this type.
    pub fn kind(self) -> Kind {
        match self {
            Self::Any => Kind::Interface,
            Self::Bool => Kind::Bool,
            Self::Int(kind) => kind.kind(),
            Self::Uint(kind) => kind.kind(),
            Self::Float(kind) => kind.kind(),
            Self::Complex => Kind::Complex128,
            Self::String => Kind::String,
            Self::List(_) => Kind::Slice,
            Self::Map(_) => Kind::Map,
            Self::Function => Kind::Func,
            Self::Named(_, kind) => kind,
            Self::Reflect => Kind::Struct,
        }
    }

    /// Says whether nil may be passed for this type.
    pub fn is_nillable(self) -> bool {
        self == Self::Reflect || self.kind().is_nillable()
    }

    /// Says whether a value of this type may be passed for `parameter`, by Go's rule: the same type, or the same
    /// shape when one of the two has no name.
    pub fn is_assignable_to(self, parameter: Self) -> bool {
        match (self, parameter) {
            (_, Self::Any | Self::Reflect) => true,
            (Self::Map(own), Self::Map(wanted)) => {
                own.element == wanted.element
                    && (own.name == wanted.name || own.name.is_none() || wanted.name.is_none())
            }
            (own, wanted) => own == wanted,
        }
    }
}
