//! Templates that are parsed when somebody wants them.

use super::ast::{Parsed, Tree};
use super::text::Text;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Templates by name, of which some are parsed.
#[derive(Default)]
pub(super) struct Later {
    templates: RefCell<BTreeMap<Text, Template>>,
    has_misparsed: Cell<bool>,
}

/// Parses a template.
type Parse = Box<dyn FnOnce() -> Option<Parsed>>;

enum Template {
    Waiting(Parse),
    Parsed(Rc<Tree>),
}

impl Later {
    pub(super) fn add(&mut self, name: Text, parse: Parse) {
        self.templates.get_mut().insert(name, Template::Waiting(parse));
    }

    /// Returns a template, which is parsed if it is not. One that cannot be parsed is not there.
    pub(super) fn find(&self, name: &[u8]) -> Option<Rc<Tree>> {
        if let Template::Parsed(tree) = self.templates.borrow().get(name)? {
            return Some(Rc::clone(tree));
        }
        // Parsing may look for other templates: nothing is borrowed meanwhile.
        let (name, template) = self.templates.borrow_mut().remove_entry(name)?;
        let Template::Waiting(parse) = template else {
            return None;
        };
        let tree = parse().and_then(|parsed| parsed.into_trees().find(|tree| tree.name == name));
        let tree = tree.map(Rc::new);
        match &tree {
            Some(tree) => {
                let parsed = Template::Parsed(Rc::clone(tree));
                self.templates.borrow_mut().insert(name, parsed);
            }
            None => self.has_misparsed.set(true),
        }
        tree
    }

    /// Parses what is not parsed.
    pub(super) fn parse_rest(&self) {
        let names: Vec<Text> = self.templates.borrow().keys().cloned().collect();
        for name in names {
            self.find(&name);
        }
    }

    /// Says whether a template that somebody wanted could not be parsed.
    pub(super) fn has_misparsed(&self) -> bool {
        self.has_misparsed.get()
    }
}
