//! Functions of templates: plain Rust functions, their parameters described as Go types.
//!
//! `("trunc", function(trunc))` with `fn trunc(length: i64, text: Text) -> Result<Text, String>` is all it takes: the
//! executor evaluates the arguments for the parameter types, checks them and words the errors as Go does. A function
//! that runs templates takes the [`State`] first and is registered with [`function_with_state`].

use super::budget::Cost;
use super::error::{ExecError, ParseError};
use super::exec::State;
use super::list::List;
use super::map::Map;
use super::text::Text;
use super::trace::Flow;
use super::types::{FloatKind, IntKind, MapType, Type, UintKind};
use super::value::Value;
use std::any::TypeId;
use std::fmt;
use std::mem::needs_drop;
use std::ops::Deref;
use std::rc::Rc;

/// A function that a template can call.
#[derive(Clone)]
pub struct Function {
    pub(super) parameters: &'static [Type],
    pub(super) is_variadic: bool,
    /// Whether the result is declared as `interface {}`.
    pub(super) is_result_interface: bool,
    pub(super) body: Body,
    /// What a call takes.
    pub(super) cost: Cost,
}

type HostFunction = dyn Fn(&mut State<'_, '_>, Arguments) -> Result<Value, FunctionError>;

/// A function of the host.
#[derive(Clone)]
pub(super) enum Host {
    /// One that holds nothing, as most do: then it takes no memory to keep it.
    Bare(&'static HostFunction),
    /// One that holds something, such as a clock.
    Holding(Rc<HostFunction>),
}

impl Host {
    fn new<F>(function: F) -> Self
    where
        F: Fn(&mut State<'_, '_>, Arguments) -> Result<Value, FunctionError> + 'static,
    {
        if size_of::<F>() == 0 && !needs_drop::<F>() {
            // The box of something without a size is not in memory either, so nothing is lost.
            return Self::Bare(Box::leak(Box::new(function)));
        }
        Self::Holding(Rc::new(function))
    }
}

impl Deref for Host {
    type Target = HostFunction;

    fn deref(&self) -> &HostFunction {
        match self {
            Self::Bare(function) => function,
            Self::Holding(function) => &**function,
        }
    }
}

/// What is behind a function.
#[derive(Clone)]
pub(super) enum Body {
    /// A function of the host.
    Host(Host),
    /// A function of the language, which sees values before they are taken out of their interface.
    Builtin(fn(&[Operand]) -> Result<Operand, String>),
    /// `and`, which stops at the first argument that is false.
    And,
    /// `or`, which stops at the first argument that is true.
    Or,
    /// `call`, which calls its first argument.
    Call,
}

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "func{:?}", self.parameters)
    }
}

/// A value and whether Go would hold it as an `interface {}`: the elements of maps and lists of anything are, and
/// errors speak of that type, not of the one inside.
#[derive(Debug, Clone, Default)]
pub(super) struct Operand {
    pub(super) value: Value,
    pub(super) is_interface: bool,
    /// Where it comes from, while a tracer takes notes.
    pub(super) flow: Flow,
}

impl Operand {
    pub(super) fn concrete(value: Value) -> Self {
        Self {
            value,
            is_interface: false,
            flow: Flow::NOWHERE,
        }
    }

    pub(super) fn element(value: Value, element: Type) -> Self {
        Self {
            value,
            is_interface: element == Type::Any,
            flow: Flow::NOWHERE,
        }
    }

    /// Says where it comes from.
    pub(super) fn with_flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }
}

/// Why a function failed: a message, and the failure of the template that it ran, if it ran one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// The message of this level; the text of the failure below follows it.
    pub message: String,
    /// The failure of a template that the function executed.
    pub cause: Option<Box<ExecError>>,
    /// Why a text that the function was given is no template.
    pub text: Option<Box<ParseError>>,
}

impl fmt::Display for FunctionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        match &self.cause {
            Some(cause) => cause.fmt(formatter),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FunctionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<String> for FunctionError {
    fn from(message: String) -> Self {
        Self {
            message,
            cause: None,
            text: None,
        }
    }
}

impl From<&str> for FunctionError {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

impl From<ExecError> for FunctionError {
    fn from(cause: ExecError) -> Self {
        Self {
            message: String::new(),
            cause: Some(Box::new(cause)),
            text: None,
        }
    }
}

/// The evaluated arguments of a call, taken one after the other.
pub struct Arguments(pub(super) std::vec::IntoIter<Operand>);

impl Iterator for Arguments {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        self.0.next().map(|operand| operand.value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// A type that a parameter of a template function can have.
pub trait FromArg: Sized {
    /// The Go type of the parameter.
    const TYPE: Type;

    /// Takes the value, which the executor has checked to be of [`TYPE`](FromArg::TYPE) or nil where that is allowed.
    ///
    /// # Errors
    ///
    /// Returns a message when the value is not of the type after all.
    fn from_arg(value: Value) -> Result<Self, String>;
}

fn wrong(value: &Value, wanted: Type) -> String {
    format!(
        "wrong type for value; expected {}; got {}",
        wanted.name(),
        value.type_name()
    )
}

macro_rules! from_arg {
    ($rust:ty, $go:expr, $pattern:pat => $result:expr) => {
        impl FromArg for $rust {
            const TYPE: Type = $go;

            fn from_arg(value: Value) -> Result<Self, String> {
                match value {
                    $pattern => Ok($result),
                    other => Err(wrong(&other, Self::TYPE)),
                }
            }
        }
    };
}

from_arg!(bool, Type::Bool, Value::Bool(value) => value);
from_arg!(i64, Type::INT, Value::Int(number, _) => number);
from_arg!(f64, Type::FLOAT, Value::Float(number, _) => number);
from_arg!(Text, Type::String, Value::String(text) => text);
from_arg!(String, Type::String, Value::String(text) => text.to_str().into_owned());
from_arg!(Int64, Type::INT64, Value::Int(number, _) => Int64(number));
from_arg!(Int32, Type::Int(IntKind::Int32), Value::Int(number, _) => Int32(number as i32));
from_arg!(Duration, Type::Int(IntKind::Duration), Value::Int(number, _) => Duration(number));
from_arg!(Bytes, Type::BYTES, Value::Bytes(bytes) => Bytes(bytes));

impl FromArg for Value {
    const TYPE: Type = Type::Any;

    fn from_arg(value: Value) -> Result<Self, String> {
        Ok(value)
    }
}

/// A parameter or result of Go's type `int64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Int64(pub i64);

/// A parameter or result of Go's type `int32`, which is also a rune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Int32(pub i32);

/// A parameter or result of Go's type `time.Duration`, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

/// A parameter or result of Go's type `[]uint8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes(pub Text);

/// A parameter or result of Go's type `[]string`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strings(pub Vec<Text>);

impl FromArg for List {
    const TYPE: Type = Type::LIST;

    fn from_arg(value: Value) -> Result<Self, String> {
        match value {
            Value::List(list) => Ok(list),
            Value::Nil => Ok(Self::nil(Type::Any)),
            other => Err(wrong(&other, Self::TYPE)),
        }
    }
}

impl FromArg for Strings {
    const TYPE: Type = Type::STRINGS;

    fn from_arg(value: Value) -> Result<Self, String> {
        match value {
            Value::List(list) => Ok(Self(
                list.iter().filter_map(|item| item.as_text().cloned()).collect(),
            )),
            Value::Nil => Ok(Self(Vec::new())),
            other => Err(wrong(&other, Self::TYPE)),
        }
    }
}

impl FromArg for Map {
    const TYPE: Type = Type::MAP;

    fn from_arg(value: Value) -> Result<Self, String> {
        match value {
            // A map of a defined type is converted, as for every call in Go.
            Value::Map(map) if map.map_type().name.is_some() => Ok(map.viewed_as(&MapType::ANY)),
            Value::Map(map) => Ok(map),
            Value::Nil => Ok(Self::nil(MapType::ANY)),
            other => Err(wrong(&other, Self::TYPE)),
        }
    }
}

/// One parameter in the list of a function: a single argument, or all that are left.
pub trait Parameter: Sized {
    /// The Go type of one argument.
    const ARGUMENT: Type;
    /// Whether the parameter takes all arguments that are left.
    const IS_VARIADIC: bool;

    /// Takes the parameter from the arguments.
    ///
    /// # Errors
    ///
    /// Returns a message when an argument is missing or not of the type.
    fn take(arguments: &mut Arguments) -> Result<Self, String>;
}

impl<T: FromArg> Parameter for T {
    const ARGUMENT: Type = T::TYPE;
    const IS_VARIADIC: bool = false;

    fn take(arguments: &mut Arguments) -> Result<Self, String> {
        T::from_arg(arguments.next().unwrap_or_default())
    }
}

/// The last parameter of a variadic function: the arguments that are left.
#[derive(Debug, Clone)]
pub struct Rest<T>(pub Vec<T>);

impl<T: FromArg> Parameter for Rest<T> {
    const ARGUMENT: Type = T::TYPE;
    const IS_VARIADIC: bool = true;

    fn take(arguments: &mut Arguments) -> Result<Self, String> {
        let left: Result<_, _> = arguments.map(T::from_arg).collect();
        left.map(Self)
    }
}

/// A type that a template function can return.
pub trait IntoValue {
    /// Makes the Go value.
    fn into_value(self) -> Value;
}

impl<T: Into<Value>> IntoValue for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

macro_rules! value_from {
    ($rust:ty, $input:pat => $result:expr) => {
        impl From<$rust> for Value {
            fn from($input: $rust) -> Self {
                $result
            }
        }
    };
}

value_from!(Int64, Int64(number) => Self::Int(number, IntKind::Int64));
value_from!(Int32, Int32(number) => Self::Int(i64::from(number), IntKind::Int32));
value_from!(Duration, Duration(number) => Self::Int(number, IntKind::Duration));
value_from!(Bytes, Bytes(bytes) => Self::Bytes(bytes));
value_from!(Strings, Strings(items) => Self::List(List::strings(items)));
value_from!(Vec<Text>, items => Self::List(List::strings(items)));
value_from!(Vec<String>, items => Self::List(List::strings(items)));
value_from!(Vec<i64>, items => Self::List(List::ints(items)));
value_from!(u8, byte => Self::Uint(u64::from(byte), UintKind::Uint8));
value_from!(u32, number => Self::Uint(u64::from(number), UintKind::Uint32));
value_from!(u64, number => Self::Uint(number, UintKind::Uint64));
value_from!(f32, number => Self::Float(f64::from(number), FloatKind::Float32));

/// A value, or a result with one.
pub trait IntoResult {
    /// Makes the result that the executor looks at.
    ///
    /// # Errors
    ///
    /// Returns what the function failed with.
    fn into_result(self) -> Result<Value, FunctionError>;

    /// Says whether Go would declare the result as `interface {}`.
    fn is_interface() -> bool;
}

impl<T: IntoValue + 'static> IntoResult for T {
    fn into_result(self) -> Result<Value, FunctionError> {
        Ok(self.into_value())
    }

    fn is_interface() -> bool {
        TypeId::of::<T>() == TypeId::of::<Value>()
    }
}

impl<T: IntoValue + 'static, E: Into<FunctionError>> IntoResult for Result<T, E> {
    fn into_result(self) -> Result<Value, FunctionError> {
        self.map(IntoValue::into_value).map_err(Into::into)
    }

    fn is_interface() -> bool {
        TypeId::of::<T>() == TypeId::of::<Value>()
    }
}

/// A Rust function whose parameters and result templates know; `Signature` tells functions of different arity apart.
pub trait IntoFunction<Signature> {
    /// Makes the template function.
    fn into_function(self) -> Function;
}

/// A Rust function that takes the [`State`] before its parameters.
pub trait IntoStateFunction<Signature> {
    /// Makes the template function.
    fn into_function(self) -> Function;
}

/// Makes a template function of a Rust function.
pub fn function<S, F: IntoFunction<S>>(function: F) -> Function {
    function.into_function()
}

/// Makes a template function of a Rust function that takes the [`State`] first, to run templates itself.
pub fn function_with_state<S, F: IntoStateFunction<S>>(function: F) -> Function {
    function.into_function()
}

macro_rules! into_function {
    ($($parameter:ident)*) => {
        impl<F, R, $($parameter),*> IntoFunction<fn($($parameter),*) -> R> for F
        where
            F: Fn($($parameter),*) -> R + 'static,
            R: IntoResult,
            $($parameter: Parameter,)*
        {
            fn into_function(self) -> Function {
                Function {
                    parameters: const { &[$($parameter::ARGUMENT),*] },
                    is_variadic: false $(|| $parameter::IS_VARIADIC)*,
                    is_result_interface: R::is_interface(),
                    body: Body::Host(Host::new(move |_state, mut arguments: Arguments| {
                        let _ = &mut arguments;
                        self($($parameter::take(&mut arguments)?),*).into_result()
                    })),
                    cost: Cost::Steps(0),
                }
            }
        }

        impl<F, R, $($parameter),*> IntoStateFunction<fn($($parameter),*) -> R> for F
        where
            F: Fn(&mut State<'_, '_>, $($parameter),*) -> R + 'static,
            R: IntoResult,
            $($parameter: Parameter,)*
        {
            fn into_function(self) -> Function {
                Function {
                    parameters: const { &[$($parameter::ARGUMENT),*] },
                    is_variadic: false $(|| $parameter::IS_VARIADIC)*,
                    is_result_interface: R::is_interface(),
                    body: Body::Host(Host::new(move |state, mut arguments: Arguments| {
                        let _ = &mut arguments;
                        self(state, $($parameter::take(&mut arguments)?),*).into_result()
                    })),
                    cost: Cost::Steps(0),
                }
            }
        }
    };
}

into_function!();
into_function!(A);
into_function!(A B);
into_function!(A B C);
into_function!(A B C D);
into_function!(A B C D E);
into_function!(A B C D E G);
into_function!(A B C D E G H);

#[cfg(test)]
mod tests {
    use super::*;

    fn trunc(length: i64, text: Text) -> Result<Text, String> {
        let length = usize::try_from(length).map_err(|_| "negative".to_owned())?;
        Ok(text[..length.min(text.len())].into())
    }

    fn count(_first: Value, rest: Rest<Value>) -> i64 {
        rest.0.len() as i64
    }

    #[test]
    fn signatures_become_parameters() {
        let table = [
            ("trunc", function(trunc)),
            ("count", function(count)),
            ("now", function(|| "now")),
        ];
        assert_eq!(table[0].1.parameters, [Type::INT, Type::String]);
        assert!(!table[0].1.is_variadic);
        assert_eq!(table[1].1.parameters, [Type::Any, Type::Any]);
        assert!(table[1].1.is_variadic);
        assert!(table[2].1.parameters.is_empty());
    }
}
