//! `Host`: what the functions of Tera work on.
//!
//! Tera wants functions that may be called from any thread; the values of Go templates stay on theirs. So a function
//! holds nothing but its name, and finds the host of its thread when it is called.

use crate::engine::Engine as _;
use crate::gotmpl::{FunctionError, Templates, Value};
use crate::helm::GoEngine;
use std::cell::RefCell;
use std::rc::Rc;
use tera::Error as TeraError;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Host>>> = const { RefCell::new(None) };
}

/// The Go side of a rendering, and which templates of Tera are under way.
pub(super) struct Host {
    go: Rc<GoEngine>,
    /// What the templates under way were given, the innermost last.
    scopes: RefCell<Vec<Value>>,
    /// What the last function failed with: Tera keeps only the text.
    failure: RefCell<Option<(&'static str, FunctionError)>>,
}

impl Host {
    pub(super) fn new(go: &Rc<GoEngine>) -> Self {
        Self {
            go: Rc::clone(go),
            scopes: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// Runs a template that was given `data`.
    pub(super) fn enter<T>(self: &Rc<Self>, data: &Value, work: impl FnOnce() -> T) -> T {
        let outer = CURRENT.with(|current| current.replace(Some(Rc::clone(self))));
        self.scopes.borrow_mut().push(data.clone());
        self.failure.take();
        let outcome = work();
        self.scopes.borrow_mut().pop();
        CURRENT.with(|current| current.replace(outer));
        outcome
    }

    /// Takes what a function failed with.
    pub(super) fn take_failure(&self) -> Option<(&'static str, FunctionError)> {
        self.failure.take()
    }

    /// Returns what the running template was given: its `.`.
    pub(super) fn scope(&self) -> Value {
        self.scopes.borrow().last().cloned().unwrap_or_default()
    }

    /// Begins with a file.
    pub(super) fn begin(&self, path: &str) {
        self.go.begin(path);
    }

    /// Returns the functions.
    pub(super) fn functions(&self) -> &Templates {
        self.go.set()
    }
}

/// Does the work of a function of the running template.
pub(super) fn call<T>(
    name: &'static str,
    work: impl FnOnce(&Host) -> Result<T, FunctionError>,
) -> Result<T, TeraError> {
    let host = CURRENT.with(|current| current.borrow().clone());
    let host = host.ok_or_else(|| TeraError::message("no rendering is under way"))?;
    work(&host).map_err(|error| {
        // The text of the whole trail is not asked for here: at the end of a long recursion there is a lot of it.
        host.failure.replace(Some((name, error)));
        TeraError::message(name)
    })
}
