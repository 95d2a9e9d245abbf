//! `rollback`: an old revision becomes the next one. Nothing is rendered, what was recorded is sent again.

use super::claim::Claim;
use super::difference::Difference;
use super::heal::{Unowned, delete_leftovers, heal, is_abandoned_rollback, leftovers};
use super::hooks::Hooks;
use super::options::{ApplyOptions, DryRun, UpdateMode, WaitOptions};
use super::steps::{Sending, clean_up, make_room, objects_of};
use super::{Context, Error};
use crate::apply::{Changes, CustomMerge, Object, Owner, Validation, own, update};
use crate::hook::HookEvent;
use crate::manifest::Plan;
use crate::observer::{Event, Failing};
use crate::record::{Info, Release, Status, validate_name};
use crate::store::{History, StoreError};

/// How to roll back.
#[derive(Clone, Debug)]
pub struct RollbackOptions {
    /// The revision to go back to; 0 is the one before the newest.
    pub revision: u64,
    /// A sentence for the record, instead of Helm's.
    pub description: String,
    /// Do nothing.
    pub dry_run: DryRun,
    /// Leave hooks out.
    pub no_hooks: bool,
    /// Delete what was new in a failed rollback.
    pub cleanup_on_fail: bool,
    /// How many revisions are kept; 0 is all.
    pub history_max: usize,
    /// How objects are sent.
    pub apply: ApplyOptions,
    /// What is waited for.
    pub wait: WaitOptions,
}

impl Default for RollbackOptions {
    fn default() -> Self {
        RollbackOptions {
            revision: 0,
            description: String::new(),
            dry_run: DryRun::None,
            no_hooks: false,
            cleanup_on_fail: false,
            history_max: 10,
            apply: ApplyOptions::default(),
            wait: WaitOptions::default(),
        }
    }
}

/// Rolls a release back: find the revision, have the server try it out, record it as the next one, run hooks, send, delete,
/// wait, record.
///
/// A revision that is pending does not keep it from going on: this is the way out when somebody was killed at work.
///
/// # Errors
///
/// The step that failed. From the first record on, the failure is recorded too.
pub async fn rollback(cx: &Context, name: &str, options: &RollbackOptions) -> Result<Release, Error> {
    let claim = Claim::new(cx, name, "rollback");
    let outcome = rollback_claimed(cx, name, options, &claim).await;
    claim.end().await;
    outcome
}

/// As [`rollback()`], for who has a claim on the release already.
pub(super) async fn rollback_claimed(
    cx: &Context,
    name: &str,
    options: &RollbackOptions,
    claim: &Claim<'_>,
) -> Result<Release, Error> {
    let work = Rollback {
        cx,
        name,
        options,
        claim,
    };
    let prepared = match cx.unless_interrupted(work.prepare()).await? {
        Next::Nothing(release) => return Ok(*release),
        Next::Roll(prepared) => prepared,
    };
    if options.dry_run.is_dry() {
        return Ok(prepared.release);
    }
    make_room(cx, &prepared.history, options.history_max).await?;
    cx.store.create(&prepared.release).await?;
    work.run(prepared).await
}

struct Rollback<'a> {
    cx: &'a Context,
    name: &'a str,
    options: &'a RollbackOptions,
    claim: &'a Claim<'a>,
}

/// What is known before anything is recorded.
struct Prepared {
    release: Release,
    last: Release,
    history: History,
    step: Step,
}

enum Next {
    Roll(Box<Prepared>),
    /// The one who died was done; this is what he made.
    Nothing(Box<Release>),
}

impl Rollback<'_> {
    async fn prepare(&self) -> Result<Next, Error> {
        let history = self.check().await?;
        let (last, wanted) = self.find(&history).await?;
        if self.was_done_by_the_dead(&last) {
            return Ok(Next::Nothing(Box::new(last)));
        }
        let leftovers = leftovers(self.cx, &history, &[last.revision, wanted.revision]).await;
        let release = self.next_revision(&last, wanted);
        let step = self.step(&last, &release, leftovers).await?;
        Ok(Next::Roll(Box::new(Prepared {
            release,
            last,
            history,
            step,
        })))
    }

    /// Finds out what is to be changed, and whether the server lets us. Helm does so once its record is written, and leaves
    /// that record pending when it fails; a dry run, like Helm's, does not ask.
    async fn step(&self, last: &Release, release: &Release, leftovers: Vec<Object>) -> Result<Step, Error> {
        let mut step = Step {
            leftovers,
            ..Step::default()
        };
        if self.options.dry_run.is_dry() {
            return Ok(step);
        }
        let (current, target) = (
            "unable to build kubernetes objects from current release manifest",
            "unable to build kubernetes objects from new release manifest",
        );
        step.current = self.objects(last, current).await?;
        step.target = self.objects(release, target).await?;
        let owner = self.owner(release);
        own(&mut step.target, owner);
        // Objects that are somebody else's by now are taken back, as Helm does it.
        let apply = ApplyOptions {
            take_ownership: true,
            ..self.options.apply
        };
        let difference = Difference {
            current: &step.current,
            target: &step.target,
            before: last.apply_method(),
        };
        let sending = Sending::update(&apply, (release.apply_method(), DryRun::None), owner);
        difference.check(self.cx, "roll back", sending).await?;
        Ok(step)
    }

    fn owner<'a>(&'a self, release: &'a Release) -> Owner<'a> {
        Owner {
            name: self.name,
            namespace: &release.namespace,
        }
    }

    /// Going back one revision once more would undo what he did. His clock wrote both times, so they can be compared.
    fn was_done_by_the_dead(&self, last: &Release) -> bool {
        let Some(dead) = self.claim.dead() else {
            return false;
        };
        let began = dead.since.filter(|_| dead.action == "rollback");
        let made = last.info.last_deployed.map(|time| time.timestamp());
        let is_his = matches!((began, made), (Some(began), Some(made)) if began <= made);
        is_his && self.options.revision == 0 && last.info.status == Status::Deployed
    }

    async fn heal(&self, history: History) -> Result<History, Error> {
        if self.options.dry_run.is_dry() {
            return Ok(history);
        }
        Ok(heal(self.claim, self.cx, history, Unowned::Ignore).await?.history)
    }

    async fn check(&self) -> Result<History, Error> {
        let version = async { self.cx.cluster.version().await.map_err(Error::Unreachable) };
        // Both at once, but a cluster that is not there is said first.
        let history = self.claim.history_for(self.options.dry_run);
        let (version, history) = tokio::join!(version, history);
        version?;
        if validate_name(self.name).is_err() {
            return Err(Error::InvalidName {
                step: "prepareRollback: Release name is invalid",
                name: self.name.to_owned(),
            });
        }
        self.heal(history?).await
    }

    async fn find(&self, history: &History) -> Result<(Release, Release), Error> {
        let store = self.cx.store.as_ref();
        let last = history.last(store).await?;
        let revision = match self.options.revision {
            0 => self.newest_begun(history, &last).await?.saturating_sub(1),
            revision => revision,
        };
        let head = history.find(revision).ok_or(Error::NoRevision(revision))?;
        let wanted = store.get(&head.id).await?;
        Ok((last, wanted))
    }

    /// Returns the newest revision but for rollbacks that somebody was killed in: they begin anew.
    async fn newest_begun(&self, history: &History, last: &Release) -> Result<u64, Error> {
        if !is_abandoned_rollback(last) {
            return Ok(last.revision);
        }
        let heads = history.heads().iter().rev();
        for head in heads.filter(|head| head.id.revision < last.revision) {
            if !is_abandoned_rollback(&self.cx.store.get(&head.id).await?) {
                return Ok(head.id.revision);
            }
        }
        Ok(last.revision)
    }

    fn next_revision(&self, last: &Release, wanted: Release) -> Release {
        let description = match self.options.description.as_str() {
            "" => format!("Rollback to {}", wanted.revision),
            own => own.to_owned(),
        };
        let method = self.options.apply.server_side.method(wanted.apply_method());
        Release {
            namespace: last.namespace.clone(),
            info: Info {
                first_deployed: last.info.first_deployed,
                last_deployed: Some(self.cx.now()),
                notes: wanted.info.notes,
                status: Status::PendingRollback,
                description,
                ..Info::default()
            },
            revision: last.revision + 1,
            recorded_apply_method: method.as_str().to_owned(),
            ..wanted
        }
    }

    async fn run(&self, prepared: Box<Prepared>) -> Result<Release, Error> {
        let Prepared {
            mut release,
            mut last,
            mut step,
            ..
        } = *prepared;
        let sent = self.send(&mut release, &mut step);
        let sent = match self.cx.unless_interrupted(sent).await {
            Ok(()) => self.claim.confirm().await,
            failed => failed,
        };
        if let Err(error) = sent {
            if error.is_lease_lost() {
                return Err(error);
            }
            if step.is_half_sent {
                last.info.status = Status::Superseded;
                self.cx.record(&last).await;
            }
            return Err(self.fail(release, error, &step).await);
        }
        release.info.status = Status::Deployed;
        let finished = self.finish(&release).await;
        if finished.is_err() {
            self.claim.leave();
        }
        finished.map(|()| release)
    }

    async fn finish(&self, release: &Release) -> Result<(), Error> {
        self.supersede().await?;
        Ok(self.cx.store.update(release).await?)
    }

    async fn send(&self, release: &mut Release, step: &mut Step) -> Result<(), Error> {
        let hooks = Hooks {
            cx: self.cx,
            wait: &self.options.wait,
            method: release.apply_method(),
        };
        if !self.options.no_hooks {
            hooks.run(release, HookEvent::PreRollback).await?;
        }
        self.send_objects(step, release).await?;
        self.cx.wait(&step.target, &self.options.wait).await?;
        if !self.options.no_hooks {
            hooks.run(release, HookEvent::PostRollback).await?;
        }
        Ok(())
    }

    async fn send_objects(&self, step: &mut Step, release: &Release) -> Result<(), Error> {
        self.cx.notify(Event::Step("sending objects"));
        let method = self.options.apply.update_method(UpdateMode {
            method: release.apply_method(),
            migrates: true,
            custom: CustomMerge::LastManifest,
        })?;
        let sender = self.cx.sender(method);
        step.is_half_sent = true;
        let sent = update(&sender, &step.current, &step.target).await;
        step.changes = sent.changes;
        sent.result?;
        let owner = self.owner(release);
        let objects = (step.leftovers.as_slice(), step.target.as_slice());
        delete_leftovers(&sender, objects, owner, &mut step.changes).await?;
        step.is_half_sent = false;
        Ok(())
    }

    async fn objects(&self, release: &Release, step: &'static str) -> Result<Vec<Object>, Error> {
        let plan = Plan::from_release(release)?;
        objects_of(self.cx, &plan.resources, (Validation::None, step)).await
    }

    async fn fail(&self, mut release: Release, error: Error, step: &Step) -> Error {
        let line = error.line();
        let name = chart::quote::quote(self.name);
        // Of hooks that fail, and of objects that do not become ready, Helm says nothing before the end.
        if matches!(error, Error::Apply(_)) {
            self.cx.notify(Event::Failing(Failing {
                level: "WARN",
                message: format!("Rollback {name} failed: {line}"),
                fields: Vec::new(),
            }));
        }
        let what = if matches!(error, Error::Wait(_)) {
            "Release"
        } else {
            "Rollback"
        };
        release.set_status(Status::Failed, format!("{what} {name} failed: {line}"));
        self.claim.record(&release).await;
        let error = match error {
            Error::Wait(_) => error.during(format!("release {} failed", self.name)),
            error => error,
        };
        if !self.options.cleanup_on_fail || !step.is_half_sent {
            return error;
        }
        match clean_up(self.cx, &step.target, &step.changes).await {
            Ok(()) => error,
            Err(second) => {
                second.during("an error occurred while cleaning up resources. original rollback error")
            }
        }
    }

    /// Marks all revisions that run. There should be one; two that worked at once may have left more.
    async fn supersede(&self) -> Result<(), Error> {
        let history = self.cx.history(self.name).await?;
        for head in history.deployed() {
            let mut release = match self.cx.store.get(&head.id).await {
                Err(StoreError::NotFound) => continue,
                release => release?,
            };
            release.info.status = Status::Superseded;
            self.cx.record(&release).await;
        }
        Ok(())
    }
}

/// What a rollback changes, and how far it came.
#[derive(Default)]
struct Step {
    current: Vec<Object>,
    target: Vec<Object>,
    /// What revisions that failed may have made.
    leftovers: Vec<Object>,
    changes: Changes,
    /// Some objects may be those of one revision, and some those of the other: neither is there.
    is_half_sent: bool,
}
