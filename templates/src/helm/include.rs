//! `include` and `tpl`: templates that run templates.

use super::{SET_NAME, without_no_value};
use crate::engine::Peers;
use crate::gotmpl::printf::quote;
use crate::gotmpl::{Function, FunctionError, ParseError, State, Text, Value, function_with_state};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many times a template may be under way before another `include` of it fails.
const DEEPEST: usize = 1000;

/// How many `tpl`s may be within each other. Go goes on until its stack is full, and dies.
const DEEPEST_TEXT: usize = 1000;

/// How many `include`s of a name are under way.
type Counts = Rc<RefCell<BTreeMap<Text, usize>>>;

/// Makes the functions; what no Go template is called is looked for among `peers`.
pub(super) fn functions(peers: &Peers) -> [(&'static str, Function); 2] {
    let counts = Counts::default();
    let peers = peers.clone();
    let include = move |state: &mut State<'_, '_>, name: Text, data: Value| {
        counted(&counts, &name, || match state.knows(&name) {
            true => state.execute(&name, data, SET_NAME),
            false => match peers.include(&name, &data) {
                Some(outcome) => outcome,
                None => state.execute(&name, data, SET_NAME),
            },
        })
    };
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

/// Does the work of an `include`, unless it is one too many.
fn counted(
    counts: &Counts,
    name: &Text,
    work: impl FnOnce() -> Result<Text, FunctionError>,
) -> Result<Text, FunctionError> {
    let count = counts.borrow().get(name).copied().unwrap_or(0);
    if count > DEEPEST {
        let message = "rendering template has a nested reference name";
        return Err(format!("{message}: {name}: unable to execute template").into());
    }
    counts.borrow_mut().insert(name.clone(), count + 1);
    let outcome = work();
    counts.borrow_mut().insert(name.clone(), count);
    outcome
}

/// Executes a text as a template. What it defines is there for what it runs, and for nothing else.
fn tpl(state: &mut State<'_, '_>, text: Text, data: Value) -> Result<Text, FunctionError> {
    let describe = |error: &ParseError| format!("cannot parse template {}: {error}", quote(&text));
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
    Ok(without_no_value(&rendered))
}
