//! Reflection: sprig's chapter "Reflection Functions".

use super::Table;
use crate::gotmpl::{Text, Value, deep_equal, function};

/// The functions of this chapter.
pub(super) fn table() -> Table {
    vec![
        ("typeOf", function(|value: Value| Text::from(value.type_name()))),
        (
            "typeIs",
            function(|name: Text, value: Value| *name == *value.type_name().as_bytes()),
        ),
        ("typeIsLike", function(type_is_like)),
        ("kindOf", function(|value: Value| value.kind_name())),
        (
            "kindIs",
            function(|name: Text, value: Value| *name == *value.kind_name().as_bytes()),
        ),
        (
            "deepEqual",
            function(|left: Value, right: Value| deep_equal(&left, &right)),
        ),
    ]
}

/// Compares with the type or the type behind a pointer.
fn type_is_like(name: Text, value: Value) -> bool {
    let own = value.type_name();
    *name == *own.as_bytes()
        || own
            .strip_prefix('*')
            .is_some_and(|behind| *name == *behind.as_bytes())
}
