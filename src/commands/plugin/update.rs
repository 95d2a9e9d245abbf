//! `plugin update`.

use super::for_each;
use crate::context::Context;
use crate::error::Result;
use crate::plugins::{self, Plugin};

/// update one or more Helm plugins
///
/// Plugins that were installed from a repository of git are brought up to date.
#[derive(Debug, clap::Args)]
pub(crate) struct Update {
    #[arg(value_name = "<plugin>...")]
    plugins: Vec<String>,
}

impl Update {
    pub(crate) fn run(self, cx: &Context) -> Result {
        for_each(cx, &self.plugins, ("update", "Updated"), |plugin| {
            let place = plugins::update(cx, &plugin.folder)?;
            let updated = Plugin::load(&place)?;
            Ok(updated.hook("update", cx.settings().environment())?)
        })
    }
}
