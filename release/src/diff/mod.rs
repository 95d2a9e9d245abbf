//! What is different between objects, as data: for plans, for comparisons, for drift. Nothing here asks a cluster.
//!
//! `compare` walks two objects and reports each field that differs, by its path. `lists` says which items of two lists belong
//! together, `sequence` aligns what has no keys. `secrecy` keeps secrets out of the report, `unowned` what is the server's own.
//! A `ChangeSet` holds what is said of all objects of an action.

mod change_set;
mod note;
mod field;
mod secrecy;
mod secret_texts;
mod unowned;
mod path;
mod sequence;
mod lists;
mod keyed;
mod compare;
mod stated;
mod private;

pub use change_set::{ChangeSet, Effect, ObjectChange, Summary};
pub use compare::{compare, compare_values};
pub use field::{FieldChange, Shown};
pub use note::{Concern, Note};
pub use secrecy::Secrecy;
pub use secret_texts::SecretTexts;
pub use sequence::{Step, align};
pub use stated::{Stated, differences};

#[cfg(test)]
mod tests;
