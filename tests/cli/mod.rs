//! The built program, offline: flags reach the libraries; standard output, standard error, exit codes.

mod hostile;
mod chart;
mod env;
mod lint;
pub(crate) mod post_render;
mod template;
mod usage;
mod version;
