//! The functions of Go templates as functions and filters of Tera.
//!
//! Each is there under its own name and in snake case (`toYaml`, `to_yaml`), once as a function, where all arguments
//! are named, and once as a filter, where the value before the `|` is one of them. Where Tera has a filter of the same
//! name, that one stays, except for `default` and `indent`: charts know these by what Helm's do.

use super::host::{self, Host};
use super::parameters::{Parameter, Signature, signature};
use super::value::{from_tera, to_tera};
use crate::gotmpl::{FunctionError, Map, Value};
use crate::helm::without_no_value;
use tera::{Kwargs, State, Tera, TeraResult, Value as TeraValue};

/// The filters of Tera whose names are also functions of sprig.
const TERA_FILTERS: [&str; 15] = [
    "upper", "lower", "trim", "replace", "title", "first", "last", "join", "split", "keys", "values",
    "reverse", "round", "get", "int",
];

/// What takes a value that is not defined as nil.
const TAKES_UNDEFINED: [&str; 6] = ["default", "required", "coalesce", "empty", "all", "any"];

/// Adds every function that is known by its parameters; operators of Tera (`and`, `eq` …) are not among them.
pub(super) fn register<'n>(tera: &mut Tera, names: impl Iterator<Item = &'n str>) {
    for signature in names.filter_map(signature) {
        let snake = snake_case(signature.name);
        for alias in [signature.name.to_owned(), snake] {
            if !TERA_FILTERS.contains(&alias.as_str()) {
                tera.register_filter(alias.clone(), filter(signature));
            }
            tera.register_function(alias, function(signature));
        }
    }
}

fn filter(signature: Signature) -> impl Fn(TeraValue, Kwargs, &State<'_>) -> TeraResult<TeraValue> {
    move |input, given, _| call(signature, Some(&input), &given)
}

fn function(signature: Signature) -> impl Fn(Kwargs, &State<'_>) -> TeraResult<TeraValue> {
    move |given, _| call(signature, None, &given)
}

fn call(signature: Signature, input: Option<&TeraValue>, given: &Kwargs) -> TeraResult<TeraValue> {
    host::call(signature.name, |host| {
        let arguments = arguments(host, signature, (input, given))?;
        let result = host.functions().call(signature.name, arguments)?;
        Ok(to_tera(&without_holes(result))?)
    })
}

/// Cuts out what Go templates print for nothing, as it is cut out of their files.
fn without_holes(result: Value) -> Value {
    match &result {
        Value::String(text) => without_no_value(text).into(),
        _ => result,
    }
}

/// Puts the arguments into the order of the function.
fn arguments(
    host: &Host,
    signature: Signature,
    (input, given): (Option<&TeraValue>, &Kwargs),
) -> Result<Vec<Value>, FunctionError> {
    refuse_unknown(signature, given)?;
    let mut arguments = Vec::new();
    for parameter in signature.parameters() {
        let named = named(given, parameter.name);
        match (parameter.is_input, input) {
            (true, Some(input)) => {
                if parameter.is_rest {
                    add_rest(&mut arguments, signature, named.as_ref())?;
                } else if named.is_some() {
                    return Err(
                        format!("the argument {} is what stands before the filter", parameter.name).into(),
                    );
                }
                arguments.push(revive(host, parameter, convert(signature, input)?)?);
            }
            _ if parameter.is_rest => add_rest(&mut arguments, signature, named.as_ref())?,
            _ => arguments.push(match named {
                Some(value) => revive(host, parameter, convert(signature, &value)?)?,
                None if parameter.is_scope => host.scope(),
                None => return Err(format!("the argument {} is missing", parameter.name).into()),
            }),
        }
    }
    Ok(arguments)
}

fn refuse_unknown(signature: Signature, given: &Kwargs) -> Result<(), FunctionError> {
    let known: Vec<&str> = signature.parameters().map(|parameter| parameter.name).collect();
    for (key, _) in given.iter() {
        let key = key.as_str().unwrap_or_default();
        if !known.contains(&key) {
            let known = if known.is_empty() {
                "none".into()
            } else {
                known.join(", ")
            };
            return Err(format!("there is no argument {key}; there are: {known}").into());
        }
    }
    Ok(())
}

fn named(given: &Kwargs, name: &str) -> Option<TeraValue> {
    let mut given = given.iter();
    given
        .find(|(key, _)| key.as_str() == Some(name))
        .map(|(_, value)| value.clone())
}

/// Adds the arguments of a variadic parameter: the items of a list, or the one value.
fn add_rest(
    arguments: &mut Vec<Value>,
    signature: Signature,
    named: Option<&TeraValue>,
) -> Result<(), FunctionError> {
    let Some(value) = named else { return Ok(()) };
    match value.as_array() {
        Some(items) => {
            for item in items {
                arguments.push(convert(signature, item)?);
            }
        }
        None => arguments.push(convert(signature, value)?),
    }
    Ok(())
}

fn convert(signature: Signature, value: &TeraValue) -> Result<Value, FunctionError> {
    if value.is_undefined() && TAKES_UNDEFINED.contains(&signature.name) {
        return Ok(Value::Nil);
    }
    Ok(from_tera(value)?)
}

/// The form in which a time comes out of a Go function.
const RFC_3339: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// Makes the objects again that Tera knows only as text or maps: times, and certificates.
fn revive(host: &Host, parameter: Parameter, value: Value) -> Result<Value, FunctionError> {
    match (parameter.name, &value) {
        ("time", Value::String(_)) => {
            let parsed = host
                .functions()
                .call("mustToDate", vec![RFC_3339.into(), value.clone()]);
            Ok(parsed.unwrap_or(value))
        }
        ("ca", Value::Map(map)) => {
            let part = |name| encoded(host, map, name);
            host.functions()
                .call("buildCustomCert", vec![part("Cert")?, part("Key")?])
        }
        _ => Ok(value),
    }
}

fn encoded(host: &Host, map: &Map, name: &str) -> Result<Value, FunctionError> {
    let part = map.get(name).unwrap_or_default();
    host.functions().call("b64enc", vec![part])
}

/// Writes a name of Go in snake case: `toYaml` as `to_yaml`, `genCAWithKey` as `gen_ca_with_key`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).map(|at| letters[at]);
        let starts_word = letters.get(position + 1).is_some_and(|next| next.is_lowercase());
        let is_after_small = before.is_some_and(|before| before.is_lowercase() || before.is_numeric());
        let is_after_word = before.is_some_and(char::is_uppercase) && starts_word;
        if letter.is_uppercase() && (is_after_small || is_after_word) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
