//! Calls: arguments by the types of the parameters, and what comes back.

use super::{Failure, State};
use crate::gotmpl::ast::{Expression, NodeRef, Source, Span};
use crate::gotmpl::budget::{self, weight};
use crate::gotmpl::function::{Arguments, Body, Function, FunctionError, Operand};
use crate::gotmpl::number::Number;
use crate::gotmpl::types::{Kind, Type};
use crate::gotmpl::value::Value;
use std::rc::Rc;

impl<'t> State<'t, '_> {
    pub(super) fn call_function(
        &mut self,
        (name, number): (Span, u32),
        node: NodeRef<'t>,
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        let functions = Rc::clone(&self.run.functions);
        self.call(
            (functions.get(number as usize), self.tree.source.slice(name)),
            node,
            inputs,
        )
    }

    /// Calls a function or method. An error of the function is reported at `node`.
    pub(super) fn call(
        &mut self,
        (function, name): (&Function, &[u8]),
        node: NodeRef<'t>,
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        self.check_count(function, name, &inputs)?;
        let words = inputs.words;
        let values = match function.body {
            Body::And => return self.call_short_circuit(inputs, Stop::AtFalse),
            Body::Or => return self.call_short_circuit(inputs, Stop::AtTrue),
            _ => self.eval_arguments(function, inputs)?,
        };
        self.charge(function, &values)?;
        let calling = self
            .run
            .tracer
            .as_mut()
            .map(|tracer| tracer.calling(name, &values));
        let mut outcome = match &function.body {
            Body::Host(host) => {
                let is_interface = function.is_result_interface;
                let before = self.node;
                if self.run.tracer.is_some() {
                    // Calls of templates are to be found at the function, not at its last argument.
                    self.at(node);
                }
                let value = host(self, Arguments(values.into_iter()));
                // What fails next fails where it would without a tracer.
                self.node = before;
                value.and_then(|value| self.charged(value)).map(|value| Operand {
                    is_interface,
                    ..Operand::concrete(value)
                })
            }
            Body::Builtin(builtin) => builtin(&values).map_err(FunctionError::from),
            Body::Call | Body::And | Body::Or => {
                let callee = words
                    .first()
                    .map_or_else(|| last_name(&values), |word| self.printed(word).to_string());
                self.call_value(&callee, values).map(Operand::concrete)
            }
        };
        if let (Some(calling), Ok(result)) = (calling, &mut outcome)
            && let Some(tracer) = &mut self.run.tracer
        {
            let called = (name, &self.tree.source, node);
            result.flow = tracer.called(&calling, called, &result.value);
        }
        outcome.map_err(|error| {
            self.at(node);
            let mut failure = self.error(format!("error calling {}: ", String::from_utf8_lossy(name)));
            failure.cause = Some(Box::new(error));
            Box::new(failure)
        })
    }

    /// Accounts for a call.
    fn charge(&self, function: &Function, values: &[Operand]) -> Result<(), Failure> {
        let values = values.iter().map(|operand| &operand.value);
        let weights: u64 = values.clone().map(weight).sum();
        match function.cost.steps(values) {
            Ok(steps) => self.step(budget::CALL + weights + steps),
            Err(message) => self.fail(message),
        }
    }

    /// Accounts for what a function returned.
    fn charged(&self, value: Value) -> Result<Value, FunctionError> {
        self.run.budget.step(weight(&value))?;
        Ok(value)
    }

    fn check_count(&self, function: &Function, name: &[u8], inputs: &Inputs<'_, 't>) -> Result<(), Failure> {
        let arguments = inputs.words.len();
        let given = arguments + usize::from(inputs.last.is_some());
        let wanted = function.parameters.len();
        if function.is_variadic {
            if given + 1 < wanted {
                let least = wanted - 1;
                return self.fail(format!(
                    "wrong number of args for {}: want at least {least} got {arguments}",
                    String::from_utf8_lossy(name)
                ));
            }
        } else if given != wanted {
            return self.fail(format!(
                "wrong number of args for {}: want {wanted} got {given}",
                String::from_utf8_lossy(name)
            ));
        }
        Ok(())
    }

    fn eval_arguments(
        &mut self,
        function: &Function,
        inputs: Inputs<'_, 't>,
    ) -> Result<Vec<Operand>, Failure> {
        let Inputs { dot, words, last } = inputs;
        let mut values = Vec::with_capacity(words.len() + 1);
        let rest = function.parameters.last().copied().unwrap_or(Type::Any);
        let parameter = |position: usize| function.parameters.get(position).copied().unwrap_or(rest);
        for (position, word) in words.iter().enumerate() {
            values.push(self.eval_argument(dot, parameter(position), word)?);
        }
        if let Some(last) = last {
            values.push(self.validate(last, parameter(words.len()))?);
        }
        Ok(values)
    }

    /// `and` and `or`: the first argument that decides, or the last one.
    fn call_short_circuit(&mut self, inputs: Inputs<'_, 't>, stop: Stop) -> Result<Operand, Failure> {
        let mut value = Operand::default();
        for word in inputs.words {
            let before = value.flow;
            value = self.eval_argument(inputs.dot, Type::Reflect, word)?;
            if let Some(tracer) = &mut self.run.tracer {
                value.flow = tracer.passed(before, &value);
            }
            if value.value.is_true() == (stop == Stop::AtTrue) {
                return Ok(value);
            }
        }
        Ok(match (inputs.last, &mut self.run.tracer) {
            (None, _) => value,
            (Some(last), None) => last,
            (Some(last), Some(tracer)) => {
                let flow = tracer.passed(value.flow, &last);
                last.with_flow(flow)
            }
        })
    }

    /// `call`: the first value is the function.
    fn call_value(&mut self, callee: &str, values: Vec<Operand>) -> Result<Value, FunctionError> {
        let mut values = values.into_iter().map(|operand| operand.value);
        match values.next().unwrap_or_default() {
            Value::Function(function) => self.call_prepared(callee, &function, values.collect()),
            Value::Nil => Err("call of nil".into()),
            other => Err(format!("non-function {callee} of type {}", other.type_name()).into()),
        }
    }

    /// Calls a function with values that come from no template text.
    pub(super) fn call_prepared(
        &mut self,
        callee: &str,
        function: &Function,
        values: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        let given = values.len();
        let wanted = function.parameters.len();
        if function.is_variadic && given + 1 < wanted {
            let least = wanted - 1;
            return Err(
                format!("wrong number of args for {callee}: got {given} want at least {least}").into(),
            );
        }
        if !function.is_variadic && given != wanted {
            return Err(format!("wrong number of args for {callee}: got {given} want {wanted}").into());
        }
        let rest = function.parameters.last().copied().unwrap_or(Type::Any);
        let mut prepared = Vec::with_capacity(given);
        for (position, value) in values.into_iter().enumerate() {
            let wanted = function.parameters.get(position).copied().unwrap_or(rest);
            let value = prepare(value, wanted).map_err(|error| format!("arg {position}: {error}"))?;
            prepared.push(Operand::concrete(value));
        }
        match &function.body {
            Body::Host(host) => host(self, Arguments(prepared.into_iter())),
            Body::Builtin(builtin) => {
                let result = builtin(&prepared)?;
                Ok(result.value)
            }
            Body::And | Body::Or | Body::Call => Err("call of a builtin".into()),
        }
    }

    /// Evaluates an argument for a parameter type.
    fn eval_argument(
        &mut self,
        dot: &Operand,
        wanted: Type,
        word: &'t Expression,
    ) -> Result<Operand, Failure> {
        self.at(NodeRef::Expression(word));
        match word {
            Expression::Nil(_) if wanted.is_nillable() => Ok(nil_of(wanted)),
            Expression::Nil(_) => self.fail(format!("cannot assign nil to {}", wanted.name())),
            Expression::Bool(..) | Expression::Number(..) | Expression::String(..) => {
                self.eval_literal(wanted, word)
            }
            _ => {
                let value = self.eval_operand(dot, word)?;
                self.validate(value, wanted)
            }
        }
    }

    /// Evaluates a word that is not a constant, without arguments.
    pub(super) fn eval_operand(&mut self, dot: &Operand, word: &'t Expression) -> Result<Operand, Failure> {
        self.at(NodeRef::Expression(word));
        let node = NodeRef::Expression(word);
        match word {
            Expression::Field(names) => self.eval_fields(dot.clone(), node, *names, Inputs::none(dot)),
            Expression::Variable(symbol, whole) => {
                self.eval_variable(word, (*symbol, *whole), Inputs::none(dot))
            }
            Expression::Pipe(pipe) => self.eval_pipeline(dot, &self.source()[*pipe]),
            Expression::Function(name, number) => {
                self.call_function((*name, *number), node, Inputs::none(dot))
            }
            Expression::Chain(inner, names) => {
                self.eval_chain(word, (&self.source()[*inner], *names), Inputs::none(dot))
            }
            _ => Ok(dot.clone()),
        }
    }

    /// Gives a constant the type of the parameter.
    fn eval_literal(&mut self, wanted: Type, word: &'t Expression) -> Result<Operand, Failure> {
        let printed = self.printed(word);
        let expected = |kind: &str| format!("expected {kind}; found {}", printed);
        let value = match (wanted.kind(), word) {
            (Kind::Interface, kind) | (Kind::Struct, kind) if matches!(wanted, Type::Any | Type::Reflect) => {
                return self.eval_ideal(kind);
            }
            (Kind::Bool, Expression::Bool(truth, _)) => Value::Bool(*truth),
            (Kind::Bool, _) => return self.fail(expected("bool")),
            (Kind::String, Expression::String(_, text)) => self.tree.constant(*text).clone(),
            (Kind::String, _) => return self.fail(expected("string")),
            (Kind::Float32 | Kind::Float64 | Kind::Complex128, kind) => {
                match number_for(self.source(), wanted, kind) {
                    Some(value) => value,
                    None if wanted == Type::Complex => return self.fail(expected("complex")),
                    None => return self.fail(expected("float")),
                }
            }
            (_, kind) if matches!(wanted, Type::Int(_)) => match number_for(self.source(), wanted, kind) {
                Some(value) => value,
                None => return self.fail(expected("integer")),
            },
            (_, kind) if matches!(wanted, Type::Uint(_)) => match number_for(self.source(), wanted, kind) {
                Some(value) => value,
                None => return self.fail(expected("unsigned integer")),
            },
            _ => {
                return self.fail(format!(
                    "can't handle {printed} for arg of type {}",
                    wanted.name()
                ));
            }
        };
        Ok(Operand::concrete(value))
    }

    fn eval_ideal(&self, kind: &Expression) -> Result<Operand, Failure> {
        match kind {
            Expression::Bool(truth, _) => Ok(Operand::concrete(Value::Bool(*truth))),
            Expression::String(_, text) => Ok(Operand::concrete(self.tree.constant(*text).clone())),
            Expression::Number(text, number) => self.ideal_constant(*text, &self.source()[*number]),
            _ => Ok(Operand::default()),
        }
    }

    /// Checks that a value fits a parameter, by Go's rules for assignment.
    fn validate(&self, value: Operand, wanted: Type) -> Result<Operand, Failure> {
        let Some(own) = value.value.go_type() else {
            if !value.is_interface {
                if wanted.is_nillable() {
                    return Ok(nil_of(wanted).with_flow(value.flow));
                }
                return self.fail(format!("invalid value; expected {}", wanted.name()));
            }
            if matches!(wanted, Type::Any | Type::Reflect) {
                return Ok(value);
            }
            return self.wrong_type(wanted, &Type::Any.name());
        };
        if own.is_assignable_to(wanted) || is_pointer_to(own, wanted) {
            return Ok(value);
        }
        self.wrong_type(wanted, &own.name())
    }

    fn wrong_type<T>(&self, wanted: Type, got: &str) -> Result<T, Failure> {
        self.fail(format!(
            "wrong type for value; expected {}; got {got}",
            wanted.name()
        ))
    }
}

/// What a command gives to its first word: the arguments behind it, evaluated over `dot`, and the value from the
/// pipeline, if there is one.
pub(super) struct Inputs<'d, 't> {
    pub(super) dot: &'d Operand,
    pub(super) words: &'t [Expression],
    pub(super) last: Option<Operand>,
}

impl<'d> Inputs<'d, '_> {
    /// What a word gets that stands alone.
    pub(super) fn none(dot: &'d Operand) -> Self {
        Self {
            dot,
            words: &[],
            last: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.last.is_none()
    }
}

/// What ends `and` and `or` early.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    AtFalse,
    AtTrue,
}

fn last_name(values: &[Operand]) -> String {
    values.last().map_or_else(String::new, |operand| {
        format!("<{} Value>", operand.value.type_name())
    })
}

/// Nil as an argument: of the parameter's type, or nothing at all for a builtin.
fn nil_of(wanted: Type) -> Operand {
    Operand::element(Value::zero(wanted), wanted)
}

/// Says whether a pointer is given where what it points to is wanted.
fn is_pointer_to(own: Type, wanted: Type) -> bool {
    match (own, wanted) {
        (Type::Named(pointer, Kind::Pointer), Type::Named(name, _)) => {
            pointer.strip_prefix('*') == Some(name)
        }
        _ => false,
    }
}

fn number_for(source: &Source, wanted: Type, word: &Expression) -> Option<Value> {
    let Expression::Number(_, number) = word else {
        return None;
    };
    let Number {
        int,
        uint,
        float,
        complex,
    } = source[*number];
    match wanted {
        Type::Int(kind) => int.map(|number| Value::Int(number, kind)),
        Type::Uint(kind) => uint.map(|number| Value::Uint(number, kind)),
        Type::Float(kind) => float.map(|number| Value::Float(number, kind)),
        Type::Complex => complex.map(|parts| Value::Complex(Rc::new(parts))),
        _ => None,
    }
}

/// Fits a value to a parameter of a function that is called through `call`; integers may be converted there.
fn prepare(value: Value, wanted: Type) -> Result<Value, String> {
    let Some(own) = value.go_type() else {
        if wanted.is_nillable() {
            return Ok(Value::zero(wanted));
        }
        return Err(format!("value is nil; should be of type {}", wanted.name()));
    };
    if own.is_assignable_to(wanted) {
        return Ok(value);
    }
    match (&value, wanted) {
        (Value::Int(number, _), Type::Int(kind)) => Ok(Value::Int(*number, kind)),
        (Value::Int(number, _), Type::Uint(kind)) => Ok(Value::Uint(*number as u64, kind)),
        (Value::Uint(number, _), Type::Int(kind)) => Ok(Value::Int(*number as i64, kind)),
        (Value::Uint(number, _), Type::Uint(kind)) => Ok(Value::Uint(*number, kind)),
        _ => Err(format!(
            "value has type {}; should be {}",
            own.name(),
            wanted.name()
        )),
    }
}
