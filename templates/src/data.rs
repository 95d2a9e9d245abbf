//! `Data`: what single templates see, typed as in Go: a field that a struct does not have is an error.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::gotmpl::{Function, Kind, List, Map, MapType, Object, Type, Value, function};
use crate::helm::from_chart_value;

/// A value of Go's.
#[derive(Debug, Clone)]
pub enum Data {
    /// Nil.
    Nothing,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `string`
    Text(String),
    /// `[]byte`
    Bytes(Vec<u8>),
    /// `map[string]string`
    Texts(BTreeMap<String, String>),
    /// A slice of what has this type: `string`, `interface {}`, a struct or a pointer to one.
    List(&'static str, Vec<Data>),
    /// A map of values of any type.
    Named(Vec<(&'static str, Data)>),
    /// What users write: maps, lists, texts, numbers.
    Value(chart::Value),
    /// A struct, or a pointer to one.
    Struct(Struct),
}

/// A struct of Go's, or a pointer to one.
#[derive(Debug, Clone)]
pub struct Struct {
    /// The type as `%T` prints it: `version.BuildInfo`, `*v1.Release`.
    pub type_name: &'static str,
    /// The fields, in the order of the type.
    pub fields: Vec<(&'static str, Data)>,
    /// What methods without arguments give.
    pub methods: Vec<(&'static str, Data)>,
}

impl Data {
    /// A struct without methods.
    pub fn of(type_name: &'static str, fields: impl IntoIterator<Item = (&'static str, Data)>) -> Self {
        Data::Struct(Struct {
            type_name,
            fields: fields.into_iter().collect(),
            methods: Vec::new(),
        })
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Data::Text(text.into())
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Data::Nothing => Value::Nil,
            Data::Bool(truth) => Value::Bool(*truth),
            Data::Int(number) => (*number).into(),
            Data::Text(text) => text.as_str().into(),
            Data::Bytes(bytes) => Value::Bytes(bytes.as_slice().into()),
            Data::Texts(texts) => {
                let entries = texts
                    .iter()
                    .map(|(key, text)| (key.as_str().into(), text.as_str().into()));
                Map::typed(MapType::STRINGS, entries.collect()).into()
            }
            Data::List(element, items) => {
                List::typed(type_named(element), items.iter().map(Data::to_value).collect()).into()
            }
            Data::Named(entries) => {
                let entries = entries.iter().map(|(key, data)| (*key, data.to_value()));
                Value::from_iter(entries)
            }
            Data::Value(value) => from_chart_value(value),
            Data::Struct(it) => Value::object(it.clone()),
        }
    }
}

fn type_named(name: &'static str) -> Type {
    match name {
        "string" => Type::String,
        "interface {}" => Type::Any,
        pointer if pointer.starts_with('*') => Type::Named(pointer, Kind::Pointer),
        name => Type::Named(name, Kind::Struct),
    }
}

impl Object for Struct {
    fn go_type(&self) -> Type {
        type_named(self.type_name)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let fields = self.fields.iter();
        fields.map(|(name, data)| (*name, data.to_value())).collect()
    }

    fn field(&self, name: &str) -> Option<Value> {
        let (_, data) = self.fields.iter().find(|(field, _)| *field == name)?;
        Some(data.to_value())
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        let (_, data) = self.methods.iter().find(|(method, _)| *method == name)?;
        let value = data.to_value();
        Some(function(move || value.clone()))
    }
}
