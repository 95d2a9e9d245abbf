//! Go's `text/template`, alone: parses and executes any Go template.

mod text;
mod types;
mod value;
mod list;
mod map;
mod object;
mod function;
mod equal;
mod error;
mod place;
mod duration;
pub mod printf;
mod token;
mod lexer;
mod nodes;
mod number;
mod unquote;
mod ast;
mod printed;
mod parser;
mod functions;
mod builtins;
mod compare;
mod escape;
mod stack;
mod budget;
mod later;
mod templates;
mod mentions;
mod exec;
mod trace;

pub use ast::{Parsed, SharedBytes};
pub use budget::{Cost, Limits};
pub(crate) use duration::{MONTHS, WEEKDAYS};
pub use duration::{format_duration, name_of_integer};
pub use equal::deep_equal;
pub use error::{Call, ExecError, ParseError};
pub use exec::State;
pub use function::{
    Arguments, Bytes, Duration, FromArg, Function, FunctionError, Int32, Int64, IntoFunction, IntoResult,
    IntoStateFunction, IntoValue, Parameter, Rest, Strings, function, function_with_state,
};
pub use functions::Functions;
pub use list::List;
pub use map::Map;
pub use object::Object;
pub use place::Location;
pub use templates::{MapMethods, MissingKey, Options, Templates, TextParser};
pub use text::Text;
pub use trace::{Answer, Chance, Condition, DataRead, Origin, Printed, Step, Structure, Tracer};
pub use types::{FloatKind, IntKind, Kind, MapType, Type, UintKind};
pub use value::{VALUES_MAP, Value};

#[cfg(test)]
mod tests;
