//! A release beside its cluster, or beside another revision of itself.

use release::diff::{ChangeSet, Secrecy, Stated, compare_values, differences};
use release::{History, Release};

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;

/// Returns what is different in the cluster from what the newest revision that runs says.
///
/// # Errors
/// When there is none, or the cluster does not answer.
pub(super) fn drift(cx: &Context, name: &str, secrecy: &Secrecy) -> Result<ChangeSet> {
    cx.block_on(async {
        let store = cx.store().await?;
        let history = History::of(store.as_ref(), cx.namespace(), name).await?;
        // One that failed halfway says what was wanted, too.
        let release = match history.last_deployed(store.as_ref()).await {
            Err(release::StoreError::NoneDeployed(_)) => history.last(store.as_ref()).await?,
            other => other?,
        };
        Ok(ChangeSet {
            from: Some(revision(&release)),
            to: Some("the cluster".to_owned()),
            objects: release::drift(&cx.cluster().await?, &release, secrecy).await?,
            ..of_release(&release, "drift")
        })
    })
}

/// Returns what is different between two revisions, of which the second may be the newest.
///
/// # Errors
/// When there is none of them.
pub(super) fn revisions(
    cx: &Context,
    (name, first, second): (&str, u64, Option<u64>),
    mut secrecy: Secrecy,
    hooks: Hooks,
) -> Result<ChangeSet> {
    let read = async |revision: u64| RevisionArgs { revision }.read(cx, name).await;
    let (before, after) =
        cx.block_on(async { Ok((read(first).await?, read(second.unwrap_or_default()).await?)) })?;
    let (old, new) = (
        hooks.of(Stated::of_release(&before)?),
        hooks.of(Stated::of_release(&after)?),
    );
    let both = old.iter().chain(&new);
    both.for_each(|stated| secrecy.texts.learn(&stated.body));
    let values = |release: &Release| serde_json::to_value(&release.config);
    Ok(ChangeSet {
        from: Some(revision(&before)),
        to: Some(revision(&after)),
        objects: differences(&old, &new, &secrecy),
        values: compare_values(&values(&before)?, &values(&after)?, &secrecy),
        ..of_release(&after, "diff")
    })
}

/// Whether hooks are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hooks {
    Compared,
    Ignored,
}

impl Hooks {
    /// Returns the objects that are compared.
    pub(super) fn of(self, mut stated: Vec<Stated>) -> Vec<Stated> {
        if self == Hooks::Ignored {
            stated.retain(|stated| stated.hook.is_none());
        }
        stated
    }
}

fn of_release(release: &Release, action: &str) -> ChangeSet {
    ChangeSet {
        action: action.to_owned(),
        release: Some(release.name.clone()),
        namespace: Some(release.namespace.clone()),
        ..ChangeSet::default()
    }
}

fn revision(release: &Release) -> String {
    let metadata = &release.chart.metadata;
    format!(
        "revision {} ({} {})",
        release.revision, metadata.name, metadata.version
    )
}
