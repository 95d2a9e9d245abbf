//! Putting in order what somebody left who was killed at work.

use super::claim::Claim;
use super::{Context, Error};
use crate::apply::{ApplyError, Changes, Object, Owner, Sender, build_known, delete_owned, departed};
use crate::diff::{Concern, Note};
use crate::error::chain;
use crate::lease::Tenant;
use crate::manifest::Plan;
use crate::record::{Release, Status};
use crate::store::{History, StoreError};

/// Begins what [`abandoned`] writes after the verb.
const ABANDONED: &str = "failed: abandoned";

/// What becomes of a pending record that nobody is known to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unowned {
    /// It may be Helm's, at work just now.
    Refuse,
    /// The user knows that nobody is.
    TakeOver,
    /// It does not matter.
    Ignore,
}

impl From<bool> for Unowned {
    /// Reads the switch `take_over` of options.
    fn from(take_over: bool) -> Self {
        if take_over {
            Unowned::TakeOver
        } else {
            Unowned::Refuse
        }
    }
}

/// A history with nothing pending in it, and what was.
pub(super) struct Healed {
    pub(super) history: History,
    /// How far the one who died, or was taken over, had come.
    pub(super) left: Option<Status>,
}

/// Marks the revision that somebody left pending as failed, and all but one that count as deployed as superseded.
///
/// # Errors
///
/// [`Error::Pending`] when nobody is known to have left the pending revision; and when records cannot be changed.
pub(super) async fn heal(
    claim: &Claim<'_>,
    cx: &Context,
    history: History,
    unowned: Unowned,
) -> Result<Healed, Error> {
    if claim.dead().is_some() {
        cx.sweep(claim.name()).await;
    }
    let mut healed = Healed::untouched(history);
    healed.heal(claim, cx, unowned).await?;
    claim.take_possession();
    Ok(healed)
}

impl Healed {
    /// A history as it is, for who only wants to look.
    pub(super) fn untouched(history: History) -> Self {
        Healed { history, left: None }
    }

    async fn heal(&mut self, claim: &Claim<'_>, cx: &Context, unowned: Unowned) -> Result<(), Error> {
        let newest = self.history.newest().filter(|head| head.status.is_pending());
        if let Some(head) = newest.cloned() {
            match (claim.dead(), unowned) {
                (None, Unowned::Refuse) => return Err(Error::Pending),
                (None, Unowned::Ignore) => {}
                (dead, _) => {
                    let mut release = cx.store.get(&head.id).await?;
                    if let Some(stage) = cx.cluster.stage() {
                        stage.announce(Note::new(Concern::Abandoned, foretold(&release, dead)));
                    }
                    let description = abandoned(&release, dead);
                    release.set_status(Status::Failed, description);
                    cx.store.update(&release).await?;
                    self.history.set_status(head.id.revision, Status::Failed);
                    self.left = Some(head.status);
                }
            }
        }
        self.supersede_doubles(cx).await
    }

    /// One that was killed between its last two writes leaves two revisions that count as deployed: the newer is.
    async fn supersede_doubles(&mut self, cx: &Context) -> Result<(), Error> {
        let doubles: Vec<_> = self
            .history
            .deployed()
            .skip(1)
            .map(|head| head.id.clone())
            .collect();
        for id in doubles {
            match cx.store.get(&id).await {
                Err(StoreError::NotFound) => {}
                release => {
                    let mut release = release?;
                    release.info.status = Status::Superseded;
                    cx.store.update(&release).await?;
                }
            }
            self.history.set_status(id.revision, Status::Superseded);
        }
        Ok(())
    }

    /// Says whether an installation was left before any revision ever ran: its hooks are still to be run.
    pub(super) fn is_install_unfinished(&self) -> bool {
        self.left == Some(Status::PendingInstall) && self.history.last_successful().is_none()
    }
}

fn abandoned(release: &Release, dead: Option<&Tenant>) -> String {
    let verb = match release.info.status {
        Status::PendingInstall => "Install",
        Status::PendingRollback => "Rollback",
        _ => "Upgrade",
    };
    let name = chart::quote::quote(&release.name);
    match dead {
        Some(dead) => format!("{verb} {name} {ABANDONED} by {dead}"),
        None => format!("{verb} {name} {ABANDONED}"),
    }
}

/// Says what becomes of a pending revision, before it does.
fn foretold(release: &Release, dead: Option<&Tenant>) -> String {
    let (revision, status) = (release.revision, release.info.status.as_str());
    let why = match dead {
        Some(dead) => format!("{dead} began to {} the release and has gone", dead.action_name()),
        None => "nobody is known to work on it".to_owned(),
    };
    format!(
        "revision {revision} is {status}, and {why}: it would be marked failed, and the release taken over"
    )
}

/// Says whether a revision is a rollback that somebody was killed in: it was never what the user had.
pub(super) fn is_abandoned_rollback(release: &Release) -> bool {
    let description = &release.info.description;
    release.info.status == Status::Failed
        && description.starts_with("Rollback ")
        && description.contains(ABANDONED)
}

/// Returns the objects of the revisions that may have objects on the cluster: from the newest one that ran on, but for
/// those in `known`.
///
/// Helm forgets what a failed revision made once another one runs; after a death nobody knows which objects were made and
/// which were deleted, so all are looked at. What cannot be read or is of no known kind was never made.
pub(super) async fn leftovers(cx: &Context, history: &History, known: &[u64]) -> Vec<Object> {
    let ran = history.deployed().next().or_else(|| history.last_successful());
    let first = ran.map_or(0, |head| head.id.revision);
    let heads = history.heads().iter();
    let heads = heads.filter(|head| {
        let revision = head.id.revision;
        revision >= first && head.status != Status::Uninstalled && !known.contains(&revision)
    });
    let mut objects = Vec::new();
    for head in heads {
        let Ok(release) = cx.store.get(&head.id).await else {
            continue;
        };
        if let Ok(plan) = Plan::from_release(&release) {
            objects.extend(build_known(&cx.cluster, &plan.uninstall_order()).await);
        }
    }
    objects
}

/// Deletes those of `leftovers` that are there, belong to the release, and are not wanted.
///
/// # Errors
///
/// All that could not be deleted; the others are.
pub(super) async fn delete_leftovers(
    sender: &Sender<'_>,
    (leftovers, wanted): (&[Object], &[Object]),
    owner: Owner<'_>,
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    delete_owned(sender, &departed(leftovers, wanted), owner, changes).await
}

impl Context {
    /// Removes what a dead one left in the store. It is in nobody's way, so failing to is only told.
    async fn sweep(&self, name: &str) {
        if let Err(error) = self.store.sweep(self.cluster.namespace(), name).await {
            let error = chain(&error);
            self.warn(format!("half a record of {name} could not be removed: {error}"));
        }
    }

    /// Writes down how a release stands, and says whether that worked. Failing to is only told: there is always something
    /// worse, or better, to say.
    pub(super) async fn record(&self, release: &Release) -> bool {
        let Err(error) = self.store.update(release).await else {
            return true;
        };
        let (name, revision) = (&release.name, release.revision);
        let error = chain(&error);
        self.warn(format!(
            "failed to update release name={name} revision={revision} error={error}"
        ));
        false
    }
}
