//! What an action prints.

use super::{Failure, State};
use crate::gotmpl::function::Operand;
use crate::gotmpl::printf::write_indirect;
use crate::gotmpl::value::Value;

impl State<'_, '_> {
    /// Prints the value of an action; what is not there prints as `<no value>`.
    pub(super) fn print(&mut self, value: &Operand) -> Result<(), Failure> {
        match &value.value {
            Value::Nil => self.run.out.extend_from_slice(b"<no value>"),
            Value::Function(_) => {
                let node = self
                    .node
                    .map(|node| self.printed(node).to_string())
                    .unwrap_or_default();
                return self.fail(format!("can't print {node} of type {}", value.value.type_name()));
            }
            printable => write_indirect(&mut self.run.out, printable),
        }
        Ok(())
    }
}
