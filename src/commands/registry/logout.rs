//! `registry logout`.

use crate::context::Context;
use crate::error::Result;

/// logout from a registry
///
/// The credentials that 'registry login' has kept for it are forgotten.
#[derive(Debug, clap::Args)]
pub(crate) struct Logout {
    #[arg(value_name = "[host]", required = true)]
    host: String,
    /// Helm takes more arguments, and does nothing with them.
    #[arg(value_name = "")]
    more: Vec<String>,
}

impl Logout {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let store = cx.settings().credentials();
        cx.block_on(async {
            store.erase(&self.host).await.map_err(|error| {
                let step = format!("failed to delete the credential for {}", self.host);
                crate::error::CommandError::from(error).during(&step)
            })
        })?;
        Ok(cx
            .ui()
            .line(&format!("Removing login credentials for {}", self.host))?)
    }
}
