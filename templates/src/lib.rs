//! Chart and values in, text out.

pub mod gotmpl;
pub mod sprig;
