//! Comparison by the rules of the language: kinds must match, integers may differ in sign and size.

use super::function::Operand;
use super::types::Kind;
use super::value::Value;

const BAD_TYPE: &str = "invalid type for comparison";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
    Other,
}

fn basic(value: &Value) -> Basic {
    match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(..) => Basic::Int,
        Value::Uint(..) => Basic::Uint,
        Value::Float(..) => Basic::Float,
        Value::Complex(_) => Basic::Complex,
        Value::String(_) => Basic::String,
        _ => Basic::Other,
    }
}

fn incompatible(left: &Value, right: &Value) -> String {
    format!(
        "incompatible types for comparison: {} and {}",
        left.type_name(),
        right.type_name()
    )
}

/// Says whether the first argument equals any of the others.
pub(super) fn eq(arguments: &[Operand]) -> Result<Operand, String> {
    let (first, rest) = arguments.split_first().ok_or("missing argument for comparison")?;
    if rest.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in rest {
        if is_equal(&first.value, &other.value)? {
            return Ok(Operand::concrete(Value::Bool(true)));
        }
    }
    Ok(Operand::concrete(Value::Bool(false)))
}

pub(super) fn ne(arguments: &[Operand]) -> Result<Operand, String> {
    Ok(Operand::concrete(Value::Bool(!is_equal(
        &arguments[0].value,
        &arguments[1].value,
    )?)))
}

fn is_equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Int(int, _), Value::Uint(uint, _)) | (Value::Uint(uint, _), Value::Int(int, _)) => {
            Ok(u64::try_from(*int) == Ok(*uint))
        }
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Complex(left), Value::Complex(right)) => Ok(left == right),
        (Value::Float(left, _), Value::Float(right, _)) => Ok(left == right),
        (Value::Int(left, _), Value::Int(right, _)) => Ok(left == right),
        (Value::Uint(left, _), Value::Uint(right, _)) => Ok(left == right),
        (Value::String(left), Value::String(right)) => Ok(left == right),
        (left, right) if basic(left) != basic(right) => {
            if left.is_untyped_nil() || right.is_untyped_nil() {
                return Ok(false);
            }
            Err(incompatible(left, right))
        }
        (left, right) => are_others_equal(left, right),
    }
}

/// Compares what has no basic kind: nil, maps, lists, objects.
fn are_others_equal(left: &Value, right: &Value) -> Result<bool, String> {
    let (left_kind, right_kind) = (left.kind(), right.kind());
    if left_kind != right_kind && left_kind != Kind::Invalid && right_kind != Kind::Invalid {
        return Err(format!(
            "non-comparable types {}: {}, {}: {}",
            printed(left),
            left.type_name(),
            right.type_name(),
            super::printf::sprint_value(right)
        ));
    }
    if left.is_nil() || right.is_nil() {
        return Ok(left.is_nil() == right.is_nil());
    }
    match (left, right) {
        (Value::Object(left), Value::Object(right))
            if !matches!(right_kind, Kind::Map | Kind::Slice | Kind::Func) =>
        {
            Ok(std::rc::Rc::ptr_eq(left, right) || left.is_equal(right.as_ref()))
        }
        _ => Err(format!(
            "non-comparable type {}: {}",
            printed(right),
            right.type_name()
        )),
    }
}

fn printed(value: &Value) -> super::text::Text {
    super::printf::sprintf(b"%s", std::slice::from_ref(value))
}

pub(super) fn lt(arguments: &[Operand]) -> Result<Operand, String> {
    Ok(Operand::concrete(Value::Bool(is_less(
        &arguments[0].value,
        &arguments[1].value,
    )?)))
}

pub(super) fn le(arguments: &[Operand]) -> Result<Operand, String> {
    let (left, right) = (&arguments[0].value, &arguments[1].value);
    Ok(Operand::concrete(Value::Bool(
        is_less(left, right)? || is_equal(left, right)?,
    )))
}

pub(super) fn gt(arguments: &[Operand]) -> Result<Operand, String> {
    let (left, right) = (&arguments[0].value, &arguments[1].value);
    Ok(Operand::concrete(Value::Bool(
        !(is_less(left, right)? || is_equal(left, right)?),
    )))
}

pub(super) fn ge(arguments: &[Operand]) -> Result<Operand, String> {
    Ok(Operand::concrete(Value::Bool(!is_less(
        &arguments[0].value,
        &arguments[1].value,
    )?)))
}

fn is_less(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Int(left, _), Value::Uint(right, _)) => {
            Ok(u64::try_from(*left).is_ok_and(|left| left < *right) || *left < 0)
        }
        (Value::Uint(left, _), Value::Int(right, _)) => {
            Ok(u64::try_from(*right).is_ok_and(|right| *left < right))
        }
        (Value::Float(left, _), Value::Float(right, _)) => Ok(left < right),
        (Value::Int(left, _), Value::Int(right, _)) => Ok(left < right),
        (Value::Uint(left, _), Value::Uint(right, _)) => Ok(left < right),
        (Value::String(left), Value::String(right)) => Ok(left < right),
        (left, right) => match (basic(left), basic(right)) {
            (Basic::Other, _) | (_, Basic::Other) => Err(BAD_TYPE.into()),
            (left_kind, right_kind) if left_kind != right_kind => Err(incompatible(left, right)),
            _ => Err(BAD_TYPE.into()),
        },
    }
}
