//! `repo remove`.

use crate::context::Context;
use crate::error::Result;

/// remove one or more chart repositories
#[derive(Debug, clap::Args)]
pub(crate) struct Remove {
    #[arg(value_name = "[REPO1 [REPO2 ...]]", required = true)]
    names: Vec<String>,
}

impl Remove {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let mut told = Ok(());
        let mut tell = |name: &str| {
            let line = cx
                .ui()
                .line(&format!("{name:?} has been removed from your repositories"));
            if told.is_ok() {
                told = line;
            }
        };
        cx.repositories(None)?.remove(&self.names, &mut tell)?;
        Ok(told?)
    }
}
