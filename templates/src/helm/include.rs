//! `include` and `tpl`: templates that run templates.

use super::{SET_NAME, without_no_value};
use crate::gotmpl::printf::quote;
use crate::gotmpl::{Function, FunctionError, State, Text, Value, function_with_state};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many times a template may be under way before another `include` of it fails.
const DEEPEST: usize = 1000;

/// How many `tpl`s may be within each other. Go goes on until its stack is full, and dies.
const DEEPEST_TEXT: usize = 1000;

/// How many `include`s of a name are under way.
type Counts = Rc<RefCell<BTreeMap<Text, usize>>>;

pub(super) fn functions() -> [(&'static str, Function); 2] {
    let counts = Counts::default();
    let include =
        move |state: &mut State<'_, '_>, name: Text, data: Value| include(state, &counts, &name, data);
    [
        ("include", function_with_state(include)),
        ("tpl", function_with_state(bounded_tpl())),
    ]
}

/// `tpl`, with a count of how many are under way.
fn bounded_tpl() -> impl Fn(&mut State<'_, '_>, Text, Value) -> Result<Text, FunctionError> {
    let depth = Cell::new(0_usize);
    move |state: &mut State<'_, '_>, text: Text, data: Value| {
        if depth.get() == DEEPEST_TEXT {
            return Err(format!("tpl is nested more than {DEEPEST_TEXT} deep").into());
        }
        depth.set(depth.get() + 1);
        let outcome = tpl(state, text, data);
        depth.set(depth.get() - 1);
        outcome
    }
}

fn include(
    state: &mut State<'_, '_>,
    counts: &Counts,
    name: &Text,
    data: Value,
) -> Result<Text, FunctionError> {
    let count = counts.borrow().get(name).copied().unwrap_or(0);
    if count > DEEPEST {
        let message = "rendering template has a nested reference name";
        return Err(format!("{message}: {name}: unable to execute template").into());
    }
    counts.borrow_mut().insert(name.clone(), count + 1);
    let outcome = state.execute(name, data, SET_NAME);
    counts.borrow_mut().insert(name.clone(), count);
    outcome
}

/// Executes a text as a template. What it defines is there for what it runs, and for nothing else.
fn tpl(state: &mut State<'_, '_>, text: Text, data: Value) -> Result<Text, FunctionError> {
    let describe = |error| format!("cannot parse template {}: {error}", quote(&text));
    let outcome = state.execute_text(&SET_NAME.into(), &text, data, describe);
    let rendered = outcome.map_err(|mut error| {
        // An error of the parser has no cause: its message is complete.
        if error.cause.is_some() {
            error.message = format!(
                "error during tpl function execution for {}: {}",
                quote(&text),
                error.message
            );
        }
        error
    })?;
    let cleaned = without_no_value(&rendered);
    if cleaned.len() == rendered.len() {
        Ok(rendered)
    } else {
        Ok(cleaned.into())
    }
}
