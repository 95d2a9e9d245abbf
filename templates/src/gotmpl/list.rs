//! `List`: a Go slice that nobody changes in place.

use super::text::Text;
use super::types::Type;
use super::value::Value;
use std::ops::Deref;
use std::rc::Rc;

/// A list of values with the type of its elements; cheap to clone, never changed.
#[derive(Debug, Clone)]
pub struct List(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    element: Type,
    is_nil: bool,
    items: Vec<Value>,
}

impl List {
    /// Makes an `[]interface {}`.
    pub fn new(items: Vec<Value>) -> Self {
        Self::typed(Type::Any, items)
    }

    /// Makes a list with elements of a given type; the items must be of that type.
    pub fn typed(element: Type, items: Vec<Value>) -> Self {
        Self(Rc::new(Inner {
            element,
            is_nil: false,
            items,
        }))
    }

    /// Makes the nil slice of a type: empty, and `null` in JSON.
    pub fn nil(element: Type) -> Self {
        Self(Rc::new(Inner {
            element,
            is_nil: true,
            items: Vec::new(),
        }))
    }

    /// Makes a `[]string`.
    pub fn strings<T: Into<Text>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::typed(
            Type::String,
            items.into_iter().map(|item| Value::String(item.into())).collect(),
        )
    }

    /// Makes an `[]int`.
    pub fn ints(items: impl IntoIterator<Item = i64>) -> Self {
        Self::typed(Type::INT, items.into_iter().map(Value::from).collect())
    }

    /// Returns the type of the elements.
    pub fn element_type(&self) -> Type {
        self.0.element
    }

    /// Says whether this is a nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.is_nil
    }

    /// Returns the type of the list itself.
    pub fn list_type(&self) -> Type {
        match self.0.element {
            Type::Any => Type::LIST,
            Type::Bool => Type::List(&Type::Bool),
            Type::String => Type::STRINGS,
            Type::INT => Type::List(&Type::INT),
            Type::INT64 => Type::List(&Type::INT64),
            Type::FLOAT => Type::List(&Type::FLOAT),
            Type::BYTE => Type::BYTES,
            Type::MAP => Type::List(&Type::MAP),
            Type::LIST => Type::List(&Type::LIST),
            Type::STRINGS => Type::List(&Type::STRINGS),
            Type::Named(name, _) => Type::Named(name, super::types::Kind::Slice),
            _ => Type::LIST,
        }
    }

    /// Returns where in memory the list is: what tells it from all others that are alive.
    pub(super) fn address(&self) -> usize {
        Rc::as_ptr(&self.0).addr()
    }

    /// Says whether both are one and the same list in memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.items
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::new(items.into_iter().collect())
    }
}
