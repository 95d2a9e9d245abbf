//! The table of functions that templates may call.

use super::budget::Cost;
use super::builtins;
use super::function::Function;
use std::sync::Arc;

/// Functions by name; the builtins are always there, and a function of the same name takes the place of one.
#[derive(Debug, Clone)]
pub struct Functions {
    /// Shared with those who parse, on whatever thread.
    names: Arc<Names>,
    table: Vec<Function>,
}

/// The names of functions, which is all that a parser asks for.
///
/// Each word of each template is looked up, so this is a hash table with open addressing. No template adds to it, so
/// none can fill it with names that are all in each other's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// In the order in which they came.
    known: Vec<Name>,
    /// Places among the known names. The hash of a name says in which slot to look first; when another name is there,
    /// it is in one of the next ones, before the first that is empty. No more than a quarter of them are taken, so that
    /// this is seldom far, and how many there are is a power of two.
    slots: Vec<u32>,
}

/// What is in an empty slot: no name has that place.
const EMPTY: u32 = u32::MAX;

/// How many functions there is room for at first: a few more than Helm has.
const ROOM: usize = 256;

/// The name of a function, and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    key: Key,
    name: &'static str,
    number: usize,
}

/// What names are told apart by at first: both ends and the length, which is all of a name of no more than sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: usize,
}

impl Key {
    /// A name that is no longer has nothing between its ends.
    const WHOLE: usize = 16;

    fn of(name: &[u8]) -> Self {
        let (first, last) = ends(name);
        Self {
            first,
            last,
            length: name.len(),
        }
    }

    /// Returns a number of which the lower bits depend on all of the ends.
    fn hash(self) -> usize {
        /// The golden ratio, as a fraction of what fits: multiples of it lie far apart.
        const RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = self.first.wrapping_mul(RATIO) ^ self.last;
        (mixed.wrapping_mul(RATIO) >> 32) as usize
    }
}

/// Reads both ends of a name as numbers. In a short one they overlap.
fn ends(name: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (
            u32::from_le_bytes(*first).into(),
            u32::from_le_bytes(*last).into(),
        );
    }
    let all = name.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte));
    (all, all)
}

impl Name {
    fn is(&self, key: Key, name: &[u8]) -> bool {
        self.key == key && (key.length <= Key::WHOLE || self.name.as_bytes() == name)
    }
}

impl Names {
    fn new() -> Self {
        Self {
            known: Vec::with_capacity(ROOM),
            slots: vec![EMPTY; 4 * ROOM],
        }
    }

    /// Returns what is known of a name, or else the slot that it would have.
    fn search(&self, key: Key, name: &[u8]) -> Result<&Name, usize> {
        let last_slot = self.slots.len() - 1;
        let mut slot = key.hash() & last_slot;
        loop {
            match self.known.get(self.slots[slot] as usize) {
                None => return Err(slot),
                Some(known) if known.is(key, name) => return Ok(known),
                Some(_) => slot = (slot + 1) & last_slot,
            }
        }
    }

    /// Returns the number of a function.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        let known = self.search(Key::of(name), name).ok()?;
        Some(known.number)
    }

    /// Returns the number of a name, which is `number` if the name is new.
    fn add(&mut self, name: &'static str, number: usize) -> usize {
        let key = Key::of(name.as_bytes());
        match self.search(key, name.as_bytes()) {
            Ok(known) => known.number,
            Err(slot) => {
                self.slots[slot] = self.known.len() as u32;
                self.known.push(Name { key, name, number });
                if 4 * self.known.len() > self.slots.len() {
                    self.place_all(2 * self.slots.len());
                }
                number
            }
        }
    }

    /// Gives each name a slot, of so many.
    fn place_all(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, EMPTY);
        for (place, known) in (0..).zip(&self.known) {
            if let Err(slot) = self.search(known.key, known.name.as_bytes()) {
                self.slots[slot] = place;
            }
        }
    }

    fn remove(&mut self, name: &str) {
        self.known.retain(|known| known.name != name);
        self.place_all(self.slots.len());
    }
}

impl Functions {
    /// Starts with the builtins of the language.
    pub fn new() -> Self {
        let mut functions = Self {
            names: Arc::new(Names::new()),
            table: Vec::with_capacity(ROOM),
        };
        functions.extend(builtins::functions());
        functions
    }

    /// Adds a function, or replaces the one of that name.
    pub fn insert(&mut self, name: &'static str, function: Function) {
        self.extend([(name, function)]);
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
        Arc::make_mut(&mut self.names).remove(name);
    }

    /// Returns the names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.names.known.iter().map(|known| known.name).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Returns the number of a function.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.names.find(name)
    }

    /// Returns the names with their numbers.
    pub(super) fn names_by_number(&self) -> &Arc<Names> {
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

impl Extend<(&'static str, Function)> for Functions {
    fn extend<I: IntoIterator<Item = (&'static str, Function)>>(&mut self, functions: I) {
        let names = Arc::make_mut(&mut self.names);
        for (name, function) in functions {
            let number = names.add(name, self.table.len());
            match self.table.get_mut(number) {
                Some(known) => *known = function,
                None => self.table.push(function),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::function::function;
    use super::*;

    /// Names of all lengths up to forty, some of which differ only in the middle.
    fn many() -> Vec<&'static str> {
        let lengths = (0..40).flat_map(|length| ["a", "b"].map(|letter| letter.repeat(length)));
        let middles = (0..400).map(|number| format!("{}{number:03}{}", "a".repeat(9), "a".repeat(9)));
        let mut names: Vec<String> = lengths.chain(middles).collect();
        names.dedup();
        names.into_iter().map(|name| &*name.leak()).collect()
    }

    fn numbered(functions: &Functions, names: &[&str]) -> Vec<Option<usize>> {
        names.iter().map(|name| functions.find(name.as_bytes())).collect()
    }

    #[test]
    fn each_name_has_the_number_of_its_place() {
        let names = many();
        let mut functions = Functions::new();
        let builtins = functions.table.len();
        assert_eq!(numbered(&functions, &names), vec![None; names.len()]);
        functions.extend(names.iter().map(|name| (*name, function(|| ""))));
        let places: Vec<_> = (builtins..).take(names.len()).map(Some).collect();
        assert_eq!(numbered(&functions, &names), places);
        names
            .iter()
            .for_each(|name| functions.insert(name, function(|| "")));
        assert_eq!(numbered(&functions, &names), places);
        assert_eq!(functions.table.len(), builtins + names.len());
        assert!(functions.names().is_sorted());
    }

    #[test]
    fn what_is_taken_out_keeps_its_number_for_those_who_have_it() {
        let names = many();
        let mut functions = Functions::new();
        functions.extend(names.iter().map(|name| (*name, function(|| ""))));
        let before = numbered(&functions, &names);
        let shared = Arc::clone(functions.names_by_number());
        functions.remove(names[7]);
        assert_eq!(shared.find(names[7].as_bytes()), before[7]);
        let mut after = before;
        after[7] = None;
        assert_eq!(numbered(&functions, &names), after);
        functions.insert(names[7], function(|| ""));
        assert_eq!(
            functions.find(names[7].as_bytes()),
            Some(functions.table.len() - 1)
        );
    }
}
