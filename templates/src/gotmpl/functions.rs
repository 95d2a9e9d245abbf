//! The table of functions that templates may call.

use super::budget::Cost;
use super::builtins;
use super::function::Function;

/// Functions by name; the builtins are always there, and a function of the same name takes the place of one.
#[derive(Debug, Clone)]
pub struct Functions {
    names: Names,
    table: Vec<Function>,
}

/// The names of functions, which is all that a parser asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(
    /// Sorted by name.
    Vec<Name>,
);

/// The name of a function, and its number.
///
/// The first eight bytes stand before it as a number, at which nearly every comparison ends: each word of each template
/// is looked up.
#[derive(Debug, Clone)]
struct Name {
    first: u64,
    name: Box<str>,
    number: usize,
}

fn first(name: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = name.len().min(8);
    first[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(first)
}

impl Names {
    /// Returns where a name is, or where it would be.
    fn search(&self, name: &[u8]) -> Result<usize, usize> {
        let wanted = (first(name), name);
        self.0
            .binary_search_by(|known| (known.first, known.name.as_bytes()).cmp(&wanted))
    }

    /// Returns the number of a function.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        Some(self.0[self.search(name).ok()?].number)
    }
}

impl Functions {
    /// Starts with the builtins of the language.
    pub fn new() -> Self {
        let mut functions = Self {
            names: Names::default(),
            table: Vec::new(),
        };
        functions.extend(builtins::functions());
        functions
    }

    /// Adds a function, or replaces the one of that name.
    pub fn insert(&mut self, name: &str, function: Function) {
        match self.names.search(name.as_bytes()) {
            Ok(place) => self.table[self.names.0[place].number] = function,
            Err(place) => {
                let entry = Name {
                    first: first(name.as_bytes()),
                    name: name.into(),
                    number: self.table.len(),
                };
                self.names.0.insert(place, entry);
                self.table.push(function);
            }
        }
    }

    /// Notes what a function costs, if there is one of that name.
    pub fn set_cost(&mut self, name: &str, cost: Cost) {
        if let Some(number) = self.find(name.as_bytes()) {
            self.table[number].cost = cost;
        }
    }

    /// Takes a function out.
    ///
    /// Templates that were parsed before keep it.
    pub fn remove(&mut self, name: &str) {
        if let Ok(place) = self.names.search(name.as_bytes()) {
            self.names.0.remove(place);
        }
    }

    /// Returns the names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.0.iter().map(|known| &*known.name)
    }

    /// Returns the number of a function.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.names.find(name)
    }

    /// Returns the names with their numbers.
    pub(super) fn names_by_number(&self) -> &Names {
        &self.names
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
