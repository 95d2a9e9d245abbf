//! The built program, offline: flags reach the libraries; standard output, standard error, exit codes.

mod hostile;
mod template;
mod usage;
mod version;
