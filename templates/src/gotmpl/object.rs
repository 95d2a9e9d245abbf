//! `Object`: data of the host that templates see as a Go struct, pointer or named type.

use super::function::Function;
use super::text::Text;
use super::types::Type;
use super::value::Value;
use std::any::Any;
use std::rc::Rc;

/// A value with fields and methods that the host defines, such as `.Capabilities` or a `time.Time`.
///
/// Only [`go_type`](Object::go_type) must be given; the rest says what a plain struct without fields would.
#[expect(clippy::len_without_is_empty, reason = "most objects have no length at all")]
pub trait Object: Any {
    /// Returns the Go type: its name (`*common.Capabilities`) and kind (pointer, struct, map, slice …).
    fn go_type(&self) -> Type;

    /// Returns the exported fields in the order of the struct, for printing and conversion.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Returns one field.
    fn field(&self, name: &str) -> Option<Value> {
        self.fields()
            .into_iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value)
    }

    /// Returns a method as a function bound to this object; it may have arguments.
    fn method(self: Rc<Self>, _name: &str) -> Option<Function> {
        None
    }

    /// Returns what `String()` or `Error()` gives, for types that have it.
    fn text(&self) -> Option<Text> {
        None
    }

    /// Returns what an action prints. Go asks a pointer's `String` method there even for a field that is no pointer.
    fn action_text(&self) -> Option<Text> {
        self.text()
    }

    /// Returns the length, for types with one (kinds map and slice).
    fn len(&self) -> Option<usize> {
        None
    }

    /// Returns keys and values in the order of a `range`, for types with entries; the keys of a slice are its indexes.
    fn entries(&self) -> Option<Vec<(Value, Value)>> {
        None
    }

    /// Returns the value of a key of a map-like type.
    fn get(&self, _key: &[u8]) -> Option<Value> {
        None
    }

    /// Returns what `index` gives for a key that a map-like type does not have: Go's zero value of its elements.
    fn missing(&self) -> Value {
        Value::Nil
    }

    /// Says whether the two are equal to Go's `==`.
    fn is_equal(&self, _other: &dyn Object) -> bool {
        false
    }

    /// Returns what `encoding/json` writes of a struct: names and values in the order of its fields. Nothing for what is
    /// no struct, or has its fields in alphabetical order anyway.
    fn json_fields(&self) -> Option<Vec<(&'static str, Value)>> {
        None
    }

    /// Returns what `encoding/json` would make of it: maps, lists, strings, numbers.
    fn to_plain(&self) -> Value {
        match self.text() {
            Some(text) => Value::String(text),
            None => Value::from_iter(self.fields()),
        }
    }
}

impl dyn Object {
    /// Returns the object as its Rust type.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        let object: &dyn Any = self;
        object.downcast_ref()
    }
}
