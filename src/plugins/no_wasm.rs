//! Plugins as WebAssembly, where the program was built without the feature `wasm-plugins`: they are refused.

use repo::Errand;

use super::metadata::Sandbox;
use super::{Plugin, PluginError, Surroundings};

/// What a plugin would be asked.
#[expect(dead_code, reason = "nobody is asked")]
pub(super) enum Message<'a> {
    Command(&'a [String]),
    PostRender(&'a str, &'a [String]),
    Get(Errand<'a>),
}

/// Refuses to run a plugin.
///
/// # Errors
/// Always.
pub(super) fn invoke(
    plugin: &Plugin,
    _sandbox: &Sandbox,
    _message: &Message<'_>,
    _around: Surroundings<'_>,
) -> Result<Vec<u8>, PluginError> {
    Err(PluginError::Extism(plugin.metadata.name.clone()))
}

/// There are none.
pub(super) fn end_all() {}
