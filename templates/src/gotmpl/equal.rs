//! Equality: Go's `reflect.DeepEqual`, which sprig compares with.

use super::value::Value;

/// Says whether two values are deeply equal: of the same type, with the same content all the way down.
///
/// A nil list differs from an empty one and `1` from `1.0`, as in Go. Maps and lists that are one and the same in
/// memory are equal without a look inside, so a map that holds itself does no harm unless two of them are compared.
pub fn deep_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left, kind), Value::Int(right, other)) => kind == other && left == right,
        (Value::Uint(left, kind), Value::Uint(right, other)) => kind == other && left == right,
        (Value::Float(left, kind), Value::Float(right, other)) => left == right && kind == other,
        (Value::Complex(left), Value::Complex(right)) => left == right,
        (Value::String(left), Value::String(right)) | (Value::Bytes(left), Value::Bytes(right)) => {
            left == right
        }
        (Value::List(left), Value::List(right)) => {
            left.list_type() == right.list_type()
                && left.is_nil() == right.is_nil()
                && (left.is_same(right)
                    || left.len() == right.len()
                        && left.iter().zip(right.iter()).all(|(l, r)| deep_equal(l, r)))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.map_type() == right.map_type()
                && left.is_nil() == right.is_nil()
                && (left.is_same(right) || left.len() == right.len() && has_same_entries(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.go_type() == right.go_type()
                && (std::rc::Rc::ptr_eq(left, right) || left.is_equal(right.as_ref()))
        }
        _ => false,
    }
}

fn has_same_entries(left: &super::map::Map, right: &super::map::Map) -> bool {
    left.borrow()
        .iter()
        .zip(right.borrow().iter())
        .all(|((key, value), (other_key, other_value))| key == other_key && deep_equal(value, other_value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::types::FloatKind;

    #[test]
    fn kinds_differ() {
        assert!(!deep_equal(&1_i64.into(), &Value::int64(1)));
        assert!(!deep_equal(&1_i64.into(), &1.0.into()));
        assert!(!deep_equal(&Value::Float(1.0, FloatKind::Float32), &1.0.into()));
        assert!(deep_equal(
            &vec![Value::from("a")].into(),
            &vec![Value::from("a")].into()
        ));
    }
}
