//! The built program, offline: flags reach the libraries; standard output, standard error, exit codes.

mod help;
mod helm3;
mod hostile;
mod chart;
mod docs;
mod env;
mod errors;
mod explain;
mod every_flag;
mod lint;
mod mistyped;
mod pairs;
pub(crate) mod plugins;
pub(crate) mod post_render;
pub(crate) mod create;
mod provenance;
mod template;
mod usage;
mod version;
