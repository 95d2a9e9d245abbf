//! The functions of the language: `index`, `len`, `printf`, comparison, escapes.
//!
//! Those that Go declares over `reflect.Value` see whether a nil came as an `interface {}`; the rest are plain
//! functions.

use super::budget::Cost;
use super::compare;
use super::escape::{escape_html, escape_js, escape_query};
use super::function::{Body, Function, Operand, Rest, function};
use super::list::List;
use super::printf;
use super::text::Text;
use super::types::{Kind, Type};
use super::value::Value;

/// Returns the builtins by name.
pub(super) fn functions() -> Vec<(&'static str, Function)> {
    vec![
        ("and", special(Body::And)),
        ("or", special(Body::Or)),
        ("call", special(Body::Call)),
        ("not", builtin(1, Arity::Exact, not)),
        ("index", builtin(1, Arity::AndMore, index)),
        ("slice", builtin(1, Arity::AndMore, slice)),
        ("len", builtin(1, Arity::Exact, length)),
        ("eq", builtin(1, Arity::AndMore, compare::eq)),
        ("ne", builtin(2, Arity::Exact, compare::ne)),
        ("lt", builtin(2, Arity::Exact, compare::lt)),
        ("le", builtin(2, Arity::Exact, compare::le)),
        ("gt", builtin(2, Arity::Exact, compare::gt)),
        ("ge", builtin(2, Arity::Exact, compare::ge)),
        ("print", function(print)),
        ("printf", function(printf)),
        ("println", function(println)),
        ("html", function(html)),
        ("js", function(js)),
        ("urlquery", function(urlquery)),
    ]
}

/// Parameters of builtins, as many as any has.
const VALUES: &[Type] = &[Type::Reflect; 2];

enum Arity {
    Exact,
    AndMore,
}

fn builtin(fixed: usize, arity: Arity, body: fn(&[Operand]) -> Result<Operand, String>) -> Function {
    let is_variadic = matches!(arity, Arity::AndMore);
    let parameters = &VALUES[..fixed + usize::from(is_variadic)];
    Function {
        parameters,
        is_variadic,
        is_result_interface: false,
        body: Body::Builtin(body),
        cost: Cost::Steps(0),
    }
}

/// A function that the executor knows: its first parameter is followed by any number of others.
fn special(body: Body) -> Function {
    Function {
        parameters: &VALUES[..2],
        is_variadic: true,
        is_result_interface: false,
        body,
        cost: Cost::Steps(0),
    }
}

fn print(values: Rest<Value>) -> Text {
    printf::sprint(&values.0)
}

fn println(values: Rest<Value>) -> Text {
    printf::sprintln(&values.0)
}

fn printf(format: Text, values: Rest<Value>) -> Text {
    printf::sprintf(&format, &values.0)
}

fn html(values: Rest<Value>) -> Text {
    escape_html(&joined(&values.0))
}

fn js(values: Rest<Value>) -> Text {
    escape_js(&joined(&values.0))
}

fn urlquery(values: Rest<Value>) -> Text {
    escape_query(&joined(&values.0))
}

/// Prints arguments as a template prints them, nil as `<no value>`, pointers as what they point to.
fn joined(values: &[Value]) -> Text {
    let printable = values.iter().map(|value| match value {
        Value::Nil => "<no value>".into(),
        Value::Object(_) => printf::sprint_indirect(value).into(),
        value => value.clone(),
    });
    let printable: Vec<Value> = printable.collect();
    // What replaces nil is a string to Go as well, so it takes part in the rule for spaces.
    printf::sprint(&printable)
}

fn not(arguments: &[Operand]) -> Result<Operand, String> {
    Ok(Operand::concrete(Value::Bool(!arguments[0].value.is_true())))
}

fn length(arguments: &[Operand]) -> Result<Operand, String> {
    let item = &arguments[0];
    if item.value.is_untyped_nil() {
        // Go finds no type to complain about when the nil is not even an interface, and panics.
        return Err(if item.is_interface {
            "len of nil pointer".into()
        } else {
            "reflect: call of reflect.Value.Type on zero Value".into()
        });
    }
    match item.value.len() {
        Some(length) => Ok(Operand::concrete(Value::from(length as i64))),
        None => Err(format!("len of type {}", pointed_type(&item.value))),
    }
}

/// Checks an index against a length; the length itself is let through, as the callers need or refuse it themselves.
fn index_of(index: &Value, limit: usize) -> Result<usize, String> {
    let number = match index {
        Value::Int(number, _) => *number,
        Value::Uint(number, _) => *number as i64,
        Value::Nil => return Err("cannot index slice/array with nil".into()),
        other => {
            return Err(format!(
                "cannot index slice/array with type {}",
                other.type_name()
            ));
        }
    };
    match usize::try_from(number) {
        Ok(position) if position <= limit => Ok(position),
        _ => Err(format!("index out of range: {number}")),
    }
}

fn index(arguments: &[Operand]) -> Result<Operand, String> {
    let mut item = arguments[0].clone();
    if item.value.is_untyped_nil() {
        return Err("index of untyped nil".into());
    }
    for index in &arguments[1..] {
        if item.value.is_untyped_nil() {
            return Err("index of nil pointer".into());
        }
        item = element(&item.value, &index.value)?;
    }
    Ok(item)
}

fn element(item: &Value, index: &Value) -> Result<Operand, String> {
    match item {
        Value::Map(map) => {
            let element = map.element_type();
            let value = map.get(map_key(index)?);
            Ok(Operand::element(
                value.unwrap_or_else(|| Value::zero(element)),
                element,
            ))
        }
        Value::Object(object) if item.kind() == Kind::Map => Ok(Operand::concrete(
            object.get(&map_key(index)?).unwrap_or_else(|| object.missing()),
        )),
        Value::String(text) => {
            let position = checked_index(index, text.len(), "string")?;
            Ok(Operand::concrete(Value::from(text[position])))
        }
        _ => {
            let list = item
                .to_list()
                .ok_or_else(|| format!("can't index item of type {}", pointed_type(item)))?;
            let position = checked_index(index, list.len(), "slice")?;
            Ok(Operand::element(list[position].clone(), list.element_type()))
        }
    }
}

/// Lets the index be the length, as Go does, and then fails with the words of Go's panic.
fn checked_index(index: &Value, length: usize, of: &str) -> Result<usize, String> {
    match index_of(index, length)? {
        position if position == length => Err(format!("reflect: {of} index out of range")),
        position => Ok(position),
    }
}

fn map_key(index: &Value) -> Result<Text, String> {
    match index {
        Value::String(text) => Ok(text.clone()),
        Value::Nil => Err("value is nil; should be of type string".into()),
        other => Err(format!("value has type {}; should be string", other.type_name())),
    }
}

fn slice(arguments: &[Operand]) -> Result<Operand, String> {
    let item = &arguments[0].value;
    let indexes = &arguments[1..];
    if item.is_untyped_nil() {
        return Err("slice of untyped nil".into());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    if indexes.len() == 3 && matches!(item, Value::String(_)) {
        return Err("cannot 3-index slice a string".into());
    }
    let length = match item {
        Value::String(text) => text.len(),
        _ if item.kind() == Kind::Slice => item.len().unwrap_or(0),
        other => return Err(format!("can't slice item of type {}", pointed_type(other))),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = index_of(&index.value, length)?;
    }
    let [from, to, capacity] = bounds;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    if to > capacity {
        return Err(format!("invalid slice index: {to} > {capacity}"));
    }
    Ok(Operand::concrete(sliced(item, from, to)))
}

fn sliced(item: &Value, from: usize, to: usize) -> Value {
    match item {
        Value::String(text) => Value::String(text[from..to].into()),
        Value::Bytes(bytes) => Value::Bytes(bytes[from..to].into()),
        other => {
            let list = other.to_list().unwrap_or_else(|| List::nil(Type::Any));
            Value::List(List::typed(list.element_type(), list[from..to].to_vec()))
        }
    }
}

/// Returns the name of the type, of what it points to for a pointer.
fn pointed_type(value: &Value) -> String {
    let name = value.type_name();
    name.strip_prefix('*').unwrap_or(&name).to_owned()
}
