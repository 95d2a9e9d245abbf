//! Explanations, for people.

mod lists;
mod write;

pub(crate) use lists::{determinism, values};
pub(crate) use write::{full, table, template_name};
