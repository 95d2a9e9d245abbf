//! `rollback`: an old revision becomes the next one. Nothing is rendered, what was recorded is sent again.

use super::hooks::Hooks;
use super::options::{ApplyOptions, DryRun, UpdateMode, WaitOptions};
use super::steps::{clean_up, make_room, objects_of};
use super::{Context, Error};
use crate::apply::{Changes, CustomMerge, Object, Owner, Validation, own, update};
use crate::hook::HookEvent;
use crate::manifest::Plan;
use crate::observer::Event;
use crate::record::{ApplyMethod, Info, Release, Status, validate_name};
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

/// Rolls a release back: find the revision, record it as the next one, run hooks, send, delete, wait, record.
///
/// A revision that is pending does not keep it from going on: this is the way out when somebody was killed at work.
///
/// # Errors
///
/// The step that failed. From the first record on, the failure is recorded too.
pub async fn rollback(cx: &Context, name: &str, options: &RollbackOptions) -> Result<Release, Error> {
    let work = Rollback { cx, name, options };
    let history = work.check().await?;
    let (last, wanted) = work.find(&history).await?;
    let release = work.next_revision(&last, wanted);
    if options.dry_run.is_dry() {
        return Ok(release);
    }
    make_room(cx, &history, options.history_max).await?;
    cx.store.create(&release).await?;
    work.run(release, last).await
}

struct Rollback<'a> {
    cx: &'a Context,
    name: &'a str,
    options: &'a RollbackOptions,
}

impl Rollback<'_> {
    async fn check(&self) -> Result<History, Error> {
        let version = async { self.cx.cluster.version().await.map_err(Error::Unreachable) };
        // Both at once, but a cluster that is not there is said first.
        let (version, history) = tokio::join!(version, self.cx.history(self.name));
        version?;
        if validate_name(self.name).is_err() {
            return Err(Error::InvalidName {
                step: "prepareRollback: Release name is invalid",
                name: self.name.to_owned(),
            });
        }
        history
    }

    async fn find(&self, history: &History) -> Result<(Release, Release), Error> {
        let store = self.cx.store.as_ref();
        let last = history.last(store).await?;
        let revision = match self.options.revision {
            0 => last.revision.saturating_sub(1),
            revision => revision,
        };
        let head = history.find(revision).ok_or(Error::NoRevision(revision))?;
        let wanted = store.get(&head.id).await?;
        Ok((last, wanted))
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

    async fn run(&self, mut release: Release, mut last: Release) -> Result<Release, Error> {
        let mut step = Step::default();
        if let Err(error) = self.send(&mut release, &last, &mut step).await {
            if step.has_changed_objects {
                last.info.status = Status::Superseded;
                self.cx.record(&last).await;
            }
            return Err(self.fail(release, error, &step).await);
        }
        self.supersede().await?;
        release.info.status = Status::Deployed;
        self.cx.store.update(&release).await?;
        Ok(release)
    }

    async fn send(&self, release: &mut Release, last: &Release, step: &mut Step) -> Result<(), Error> {
        let hooks = Hooks {
            cx: self.cx,
            wait: &self.options.wait,
            method: release.apply_method(),
        };
        let current = self
            .objects(
                last,
                "unable to build kubernetes objects from current release manifest",
            )
            .await?;
        step.target = self
            .objects(
                release,
                "unable to build kubernetes objects from new release manifest",
            )
            .await?;
        if !self.options.no_hooks {
            hooks.run(release, HookEvent::PreRollback).await?;
        }
        own(
            &mut step.target,
            Owner {
                name: self.name,
                namespace: &release.namespace,
            },
        );
        self.send_objects(&current, step, release.apply_method()).await?;
        let waited = self.cx.wait(&step.target, &self.options.wait).await;
        waited.map_err(|error| Error::from(error).during(format!("release {} failed", self.name)))?;
        if !self.options.no_hooks {
            hooks.run(release, HookEvent::PostRollback).await?;
        }
        Ok(())
    }

    async fn send_objects(
        &self,
        current: &[Object],
        step: &mut Step,
        method: ApplyMethod,
    ) -> Result<(), Error> {
        self.cx.notify(Event::Step("sending objects"));
        let method = self.options.apply.update_method(UpdateMode {
            method,
            migrates: true,
            custom: CustomMerge::LastManifest,
        })?;
        let sent = update(&self.cx.sender(method), current, &step.target).await;
        step.changes = sent.changes;
        step.has_changed_objects = true;
        Ok(sent.result?)
    }

    async fn objects(&self, release: &Release, step: &'static str) -> Result<Vec<Object>, Error> {
        let plan = Plan::from_release(release)?;
        objects_of(self.cx, &plan.resources, (Validation::None, step)).await
    }

    async fn fail(&self, mut release: Release, error: Error, step: &Step) -> Error {
        let line = error.line();
        let name = chart::quote::quote(self.name);
        self.cx.warn(format!("Rollback {name} failed: {line}"));
        release.set_status(Status::Failed, format!("Rollback {name} failed: {line}"));
        self.cx.record(&release).await;
        if !self.options.cleanup_on_fail {
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

/// How far a rollback came.
#[derive(Default)]
struct Step {
    target: Vec<Object>,
    changes: Changes,
    has_changed_objects: bool,
}
