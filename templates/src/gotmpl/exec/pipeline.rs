//! Pipelines, commands, variables and constants.

use super::call::Inputs;
use super::{Failure, State};
use crate::gotmpl::ast::{Command, Expression, NodeRef, Pipe, Span, Symbol};
use crate::gotmpl::function::Operand;
use crate::gotmpl::number::Number;
use crate::gotmpl::printf::quote;
use crate::gotmpl::value::Value;
use std::borrow::Cow;
use std::rc::Rc;

impl<'t> State<'t, '_> {
    /// Evaluates a pipeline and gives its value to the variables that it names. The value is what is inside of an
    /// `interface {}`: a pipeline forgets that there was one.
    pub(super) fn eval_pipeline(&mut self, dot: &Operand, pipe: &'t Pipe) -> Result<Operand, Failure> {
        self.at(NodeRef::Pipe(pipe));
        if self.run.guard.is_overdrawn() {
            return self.fail("expression is nested too deeply");
        }
        let mut last = None;
        for command in &self.source()[pipe.commands] {
            let mut value = self.eval_command(dot, command, last)?;
            value.is_interface = false;
            last = Some(value);
        }
        let value = last.unwrap_or_default();
        for (symbol, name) in self.source().targets(pipe) {
            if self.source().is_assignment(pipe) {
                self.set_variable(*symbol, *name, value.clone())?;
            } else {
                self.run.variables.push((*symbol, value.clone()));
            }
        }
        Ok(value)
    }

    fn eval_command(
        &mut self,
        dot: &Operand,
        command: &'t Command,
        last: Option<Operand>,
    ) -> Result<Operand, Failure> {
        let words = &self.source()[command.words];
        let word = &words[0];
        let inputs = Inputs {
            dot,
            words: &words[1..],
            last,
        };
        match word {
            Expression::Field(names) => {
                self.at(NodeRef::Expression(word));
                self.eval_fields(dot.clone(), NodeRef::Expression(word), *names, inputs)
            }
            Expression::Chain(inner, names) => {
                self.eval_chain(word, (&self.source()[*inner], *names), inputs)
            }
            Expression::Function(name, number) => {
                self.at(NodeRef::Expression(word));
                self.call_function((*name, *number), NodeRef::Command(command), inputs)
            }
            Expression::Pipe(pipe) => {
                self.check_no_inputs(word, &inputs)?;
                self.eval_pipeline(dot, &self.source()[*pipe])
            }
            Expression::Variable(symbol, whole) => self.eval_variable(word, (*symbol, *whole), inputs),
            _ => {
                self.at(NodeRef::Expression(word));
                self.check_no_inputs(word, &inputs)?;
                self.eval_constant(dot, word)
            }
        }
    }

    /// Evaluates what can only stand alone.
    fn eval_constant(&mut self, dot: &Operand, word: &'t Expression) -> Result<Operand, Failure> {
        match word {
            Expression::Bool(truth, _) => Ok(Operand::concrete(Value::Bool(*truth))),
            Expression::Dot(_) => Ok(dot.clone()),
            Expression::Nil(_) => self.fail("nil is not a command"),
            Expression::Number(text, number) => self.ideal_constant(*text, &self.source()[*number]),
            Expression::String(_, text) => Ok(Operand::concrete(self.tree.constant(*text).clone())),
            _ => self.fail(format!(
                "can't evaluate command {}",
                quote(self.printed(word).to_string().as_bytes())
            )),
        }
    }

    fn check_no_inputs(&self, word: &Expression, inputs: &Inputs<'_, 't>) -> Result<(), Failure> {
        if inputs.is_empty() {
            return Ok(());
        }
        // A pipeline as a word prints without its parentheses here, as it does in Go.
        self.fail(format!(
            "can't give argument to non-function {}",
            self.printed(word)
        ))
    }

    pub(super) fn eval_variable(
        &mut self,
        word: &'t Expression,
        (symbol, whole): (Symbol, Span),
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        self.at(NodeRef::Expression(word));
        let (name, names) = self.source().variable(whole);
        let Some(slot) = self.slot(symbol) else {
            return self.fail(format!("undefined variable: {}", self.text(name)));
        };
        let value = self.run.variables[slot].1.clone();
        match names {
            Some(names) => self.eval_fields(value, NodeRef::Expression(word), names, inputs),
            None => {
                self.check_no_inputs(word, &inputs)?;
                Ok(value)
            }
        }
    }

    /// Returns a part of the source for a message.
    pub(super) fn text(&self, span: Span) -> Cow<'t, str> {
        String::from_utf8_lossy(self.tree.source.slice(span))
    }

    /// Finds the variable of that name that was declared last.
    pub(super) fn slot(&self, symbol: Symbol) -> Option<usize> {
        let own = &self.run.variables[self.base..];
        own.iter()
            .rposition(|(other, _)| *other == symbol)
            .map(|slot| self.base + slot)
    }

    pub(super) fn set_variable(&mut self, symbol: Symbol, name: Span, value: Operand) -> Result<(), Failure> {
        let Some(slot) = self.slot(symbol) else {
            return self.fail(format!("undefined variable: {}", self.text(name)));
        };
        self.run.variables[slot].1 = self.assigned(value);
        Ok(())
    }

    /// Gives a number the type that its form asks for: complex, float, or else `int`.
    pub(super) fn ideal_constant(&self, text: Span, number: &Number) -> Result<Operand, Failure> {
        let text = self.tree.source.slice(text);
        let value = match number {
            Number {
                complex: Some(parts), ..
            } => Value::Complex(Rc::new(*parts)),
            Number {
                float: Some(float), ..
            } if is_float_form(text) => Value::from(*float),
            Number { int: Some(int), .. } => Value::from(*int),
            Number { uint: Some(_), .. } => {
                return self.fail(format!("{} overflows int", String::from_utf8_lossy(text)));
            }
            _ => Value::Nil,
        };
        Ok(Operand::concrete(value))
    }
}

fn is_float_form(text: &[u8]) -> bool {
    let is_hexadecimal_int =
        matches!(text, [b'0', b'x' | b'X', _, ..]) && !text.iter().any(|byte| matches!(byte, b'p' | b'P'));
    !is_hexadecimal_int
        && text.first() != Some(&b'\'')
        && text
            .iter()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E' | b'p' | b'P'))
}
