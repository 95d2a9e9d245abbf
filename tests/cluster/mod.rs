//! The program on a real control plane, beside the real `helm`.

mod bad_input;
mod created;
mod exchange;
mod flags;
mod interrupted;
mod lifecycle;
mod post_render;
mod record;
mod server_dry_run;
mod waiting;
