//! From rendered text to a running release that is remembered.

pub mod wait;
