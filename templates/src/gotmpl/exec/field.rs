//! Fields, map entries and methods: `.A.B`, `$x.A`, `(pipeline).A`.

use super::call::Inputs;
use super::{Failure, State};
use crate::gotmpl::ast::{Expression, Names, NodeRef};
use crate::gotmpl::duration;
use crate::gotmpl::function::{Function, Operand};
use crate::gotmpl::printf::quote;
use crate::gotmpl::templates::MissingKey;
use crate::gotmpl::types::{Kind, Type};
use crate::gotmpl::value::Value;
use std::borrow::Cow;
use std::rc::Rc;

impl<'t> State<'t, '_> {
    /// Evaluates `.A.B` on a receiver; the arguments go to the last name, if that is a method.
    pub(super) fn eval_fields(
        &mut self,
        mut receiver: Operand,
        node: NodeRef<'t>,
        names: Names,
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        let tree = self.tree;
        let mut names = tree.source.names(names).peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                return self.eval_field(&receiver, name, node, inputs);
            }
            receiver = self.eval_field(&receiver, name, node, Inputs::none(inputs.dot))?;
        }
        Ok(receiver)
    }

    pub(super) fn eval_chain(
        &mut self,
        word: &'t Expression,
        (inner, names): (&'t Expression, Names),
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        self.at(NodeRef::Expression(word));
        if let Expression::Nil(_) = inner {
            return self.fail(format!(
                "indirection through explicit nil in {}",
                self.printed(word)
            ));
        }
        let receiver = self.eval_operand(inputs.dot, inner)?;
        self.eval_fields(receiver, NodeRef::Expression(word), names, inputs)
    }

    fn eval_field(
        &mut self,
        receiver: &Operand,
        name: &'t [u8],
        node: NodeRef<'t>,
        inputs: Inputs<'_, 't>,
    ) -> Result<Operand, Failure> {
        if let Value::Nil = receiver.value {
            return self.eval_field_of_nil(receiver, name);
        }
        if let Some(method) = self.method(&receiver.value, name) {
            let result = self.call((&method, name), node, inputs)?;
            return Ok(self.traced_method(receiver, name, result));
        }
        let has_arguments = !inputs.is_empty();
        match &receiver.value {
            Value::Map(map) => {
                if has_arguments {
                    return self.fail(format!("{} is not a method but has arguments", lossy(name)));
                }
                match map.get(name) {
                    Some(value) => {
                        let entry = Operand::element(value, map.element_type());
                        Ok(self.traced_entry(receiver, name, entry))
                    }
                    None => {
                        let missing = self.missing_entry(name, map.element_type())?;
                        Ok(self.traced_entry(receiver, name, missing))
                    }
                }
            }
            Value::Object(object) if receiver.value.kind() == Kind::Map => match object.get(name) {
                _ if has_arguments => self.fail(format!("{} is not a method but has arguments", lossy(name))),
                Some(value) => Ok(self.traced_entry(receiver, name, Operand::concrete(value))),
                None => self.missing_entry(name, Type::BYTES),
            },
            Value::Object(object) => match object.field(&lossy(name)) {
                None => self.no_field(receiver, name),
                Some(_) if has_arguments => self.fail(format!(
                    "{} has arguments but cannot be invoked as function",
                    lossy(name)
                )),
                Some(value) => Ok(self.traced_entry(receiver, name, Operand::concrete(value))),
            },
            _ => self.no_field(receiver, name),
        }
    }

    /// Nil in an interface has no fields; nil that is nothing at all has all of them, and they are nil.
    fn eval_field_of_nil(&self, receiver: &Operand, name: &[u8]) -> Result<Operand, Failure> {
        if receiver.is_interface {
            return self.fail(format!("nil pointer evaluating interface {{}}.{}", lossy(name)));
        }
        if self.missing_key() == MissingKey::Error {
            return self.fail(format!("nil data; no entry for key {}", quote(name)));
        }
        Ok(Operand::default())
    }

    fn missing_entry(&self, name: &[u8], element: Type) -> Result<Operand, Failure> {
        match self.missing_key() {
            MissingKey::Invalid => Ok(Operand::default()),
            MissingKey::Zero => Ok(Operand::element(Value::zero(element), element)),
            MissingKey::Error => self.fail(format!("map has no entry for key {}", quote(name))),
        }
    }

    fn no_field<T>(&self, receiver: &Operand, name: &[u8]) -> Result<T, Failure> {
        let of: Cow<'_, str> = if receiver.is_interface {
            Type::Any.name()
        } else {
            receiver.value.type_name()
        };
        self.fail(format!("can't evaluate field {} in type {of}", lossy(name)))
    }

    /// Finds a method; a map has them only when its type has a name.
    fn method(&self, receiver: &Value, name: &[u8]) -> Option<Function> {
        match receiver {
            Value::Object(object) => Rc::clone(object).method(&lossy(name)),
            Value::Map(map) => {
                map.map_type().name?;
                self.run
                    .options
                    .map_methods
                    .and_then(|methods| methods(map, name))
            }
            Value::Int(number, kind) => duration::method(*number, *kind, name),
            _ => None,
        }
    }
}

fn lossy(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name)
}
