//! The tests of comparisons: what is reported, and that nothing is missing from it.

mod applied;
mod cases;
mod properties;
