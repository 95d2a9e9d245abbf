//! From a value of a rendered object back to what made it so: the part of a template that printed it, the data that this
//! read, and the conditions it stood under.
//!
//! A tracer says what may have had a part in it. Which of that really has is found by trying: a candidate is changed,
//! the file rendered again, and the value compared.

mod aligned;
mod attempt;
mod document;
mod perturb;
mod session;
mod switch;
mod target;
mod tera;

pub(crate) use attempt::reads;

pub use aligned::{Leaf, same_leaf};
pub use document::{Document, Scalar};
pub use perturb::variants;
pub use session::{Decision, Effect, Explanation, Input, Reads, Session};
pub use target::{PathStep, Target, TargetError, shown_path};
