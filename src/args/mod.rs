//! Flag groups that several commands share; each turns into one type of a library.

pub(crate) mod duration;
pub(crate) mod pflag;
pub(crate) mod changes;
pub(crate) mod csv;
pub(crate) mod defaults;
pub(crate) mod deprecated;
pub(crate) mod values;
pub(crate) mod source;
pub(crate) mod tls;
pub(crate) mod remote;
pub(crate) mod keyring;
pub(crate) mod signing;
pub(crate) mod name;
pub(crate) mod revision;
pub(crate) mod render;
pub(crate) mod seed;
pub(crate) mod helm3;
pub(crate) mod install;
pub(crate) mod apply;
pub(crate) mod labels;
pub(crate) mod dry_run;
pub(crate) mod wait;
pub(crate) mod output;
pub(crate) mod path;
pub(crate) mod post_render;
pub(crate) mod dependency;
