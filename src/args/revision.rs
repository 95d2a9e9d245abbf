//! Which revision of a release.

use release::{History, RecordId, Release, StoreError};

use super::pflag;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// The flag that chooses a revision.
#[derive(Debug, clap::Args)]
pub(crate) struct RevisionArgs {
    /// get the named release with revision
    #[arg(long, value_name = "int", default_value = "0", value_parser = pflag::revision)]
    pub(crate) revision: u64,
}

impl RevisionArgs {
    /// Reads the revision asked for; the newest for 0.
    ///
    /// # Errors
    /// When there is no such release or revision.
    pub(crate) async fn read(&self, cx: &Context, name: &str) -> Result<Release> {
        release::validate_name(name)
            .map_err(|_| CommandError::new(format!("releaseContent: Release name is invalid: {name}")))?;
        let store = cx.store().await?;
        if self.revision == 0 {
            let history = History::of(store.as_ref(), cx.namespace(), name).await?;
            let mut last = history.last(store.as_ref()).await?;
            // The newest one is found by a query, and those show all labels in Helm.
            if let Some(head) = history.find(last.revision) {
                last.labels.clone_from(&head.labels);
            }
            return Ok(last);
        }
        let id = RecordId {
            namespace: cx.namespace().to_owned(),
            name: name.to_owned(),
            revision: self.revision,
        };
        match store.get(&id).await {
            Err(StoreError::Get { source, .. }) if source.is_not_found() => Err(StoreError::NotFound.into()),
            other => Ok(other?),
        }
    }
}
