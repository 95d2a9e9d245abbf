//! The program on a real control plane, beside the real `helm`.

mod bad_input;
mod created;
mod exchange;
mod interrupted;
mod lifecycle;
mod record;
mod waiting;
