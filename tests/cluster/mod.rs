//! The program on a real control plane, beside the real `helm`.

mod access;
mod alternation;
mod bad_input;
mod completion;
mod created;
mod effects;
mod exchange;
mod interrupted;
mod large;
mod outdated;
mod lifecycle;
mod outputs;
mod plans;
mod post_render;
mod record;
pub(crate) mod scenarios;
mod sql;
mod server_dry_run;
mod stuck;
mod waiting;
