//! Everything that is printed.

pub(crate) mod ui;
pub(crate) mod prompt;
pub(crate) mod excerpt;
pub(crate) mod explain;
pub(crate) mod nearest;
pub(crate) mod unread;
pub(crate) mod table;
pub(crate) mod server_table;
pub(crate) mod time;
pub(crate) mod files;
pub(crate) mod manifest;
pub(crate) mod release;
pub(crate) mod paint;
pub(crate) mod changes;
pub(crate) mod template_data;
pub(crate) mod progress;
pub(crate) mod json_path;
pub(crate) mod repository;
pub(crate) mod registry;
pub(crate) mod transfer;
