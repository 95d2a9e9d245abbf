//! The table of functions that templates may call.

use super::budget::Cost;
use super::builtins;
use super::function::Function;
use std::collections::BTreeMap;

/// Functions by name; the builtins are always there, and a function of the same name takes the place of one.
#[derive(Debug, Clone)]
pub struct Functions {
    names: BTreeMap<String, usize>,
    table: Vec<Function>,
}

impl Functions {
    /// Starts with the builtins of the language.
    pub fn new() -> Self {
        let mut functions = Self {
            names: BTreeMap::new(),
            table: Vec::new(),
        };
        functions.extend(builtins::functions());
        functions
    }

    /// Adds a function, or replaces the one of that name.
    pub fn insert(&mut self, name: &str, function: Function) {
        match self.names.get(name) {
            Some(number) => self.table[*number] = function,
            None => {
                self.names.insert(name.to_owned(), self.table.len());
                self.table.push(function);
            }
        }
    }

    /// Notes what a function costs, if there is one of that name.
    pub fn set_cost(&mut self, name: &str, cost: Cost) {
        if let Some(number) = self.names.get(name) {
            self.table[*number].cost = cost;
        }
    }

    /// Takes a function out.
    ///
    /// Templates that were parsed before keep it.
    pub fn remove(&mut self, name: &str) {
        self.names.remove(name);
    }

    /// Returns the names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Returns the number of a function.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.names.get(std::str::from_utf8(name).ok()?).copied()
    }

    pub(super) fn get(&self, number: usize) -> &Function {
        &self.table[number]
    }
}

impl Default for Functions {
    fn default() -> Self {
        Self::new()
    }
}

impl<'n> Extend<(&'n str, Function)> for Functions {
    fn extend<I: IntoIterator<Item = (&'n str, Function)>>(&mut self, functions: I) {
        for (name, function) in functions {
            self.insert(name, function);
        }
    }
}
