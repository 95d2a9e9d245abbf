//! `uninstall`: take down what a release consists of, and forget it.

use std::fmt::Write;

use super::claim::Claim;
use super::heal::{Unowned, delete_leftovers, heal, leftovers};
use super::hooks::Hooks;
use super::options::WaitOptions;
use super::{Context, Error, WaitStrategy};
use crate::apply::{
    Cascade, Change, Changes, Method, Object, ObjectRef, Owner, PreflightError, RESOURCE_POLICY, Validation,
    build, build_known, delete, undeletable,
};
use crate::hook::HookEvent;
use crate::manifest::{Plan, Resource};
use crate::observer::Event;
use crate::record::{ApplyMethod, Release, Status, validate_name};
use crate::store::{History, StoreError};
use crate::wait::Goal;

/// How to uninstall.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of Helm's, independent of the others"
)]
pub struct UninstallOptions {
    /// Do nothing.
    pub dry_run: bool,
    /// Leave hooks out.
    pub no_hooks: bool,
    /// A release that is not there is one that was uninstalled.
    pub ignore_not_found: bool,
    /// Keep the records.
    pub keep_history: bool,
    /// What happens to objects that belong to deleted ones.
    pub cascade: Cascade,
    /// A sentence for the record, instead of Helm's.
    pub description: String,
    /// Whether to wait until objects are gone.
    pub wait: WaitOptions,
}

/// What was uninstalled.
#[derive(Clone, Debug)]
pub struct Uninstalled {
    /// The newest revision, as it was recorded last.
    pub release: Release,
    /// The objects that stay because they ask to, as kind and name.
    pub kept: Vec<(String, String)>,
}

impl Uninstalled {
    /// Returns what Helm prints about the objects that stay, if any do.
    pub fn info(&self) -> Option<String> {
        if self.kept.is_empty() {
            return None;
        }
        let mut text = "These resources were kept due to the resource policy:\n".to_owned();
        for (kind, name) in &self.kept {
            writeln!(text, "[{kind}] {name}").expect("writing to a string cannot fail");
        }
        Some(text)
    }
}

/// Uninstalls a release: record that it goes, run hooks, delete objects, wait, run hooks, forget it.
///
/// Returns nothing for a release that is not there, if that is to be ignored.
///
/// # Errors
///
/// The step that failed. What failed after the objects were deleted does not keep the release from being forgotten.
pub async fn uninstall(
    cx: &Context,
    name: &str,
    options: &UninstallOptions,
) -> Result<Option<Uninstalled>, Error> {
    let claim = Claim::new(cx, name, "uninstall");
    let outcome = uninstall_claimed(cx, name, options, &claim).await;
    claim.end().await;
    outcome
}

/// As [`uninstall()`], for who has a claim on the release already.
pub(super) async fn uninstall_claimed(
    cx: &Context,
    name: &str,
    options: &UninstallOptions,
    claim: &Claim<'_>,
) -> Result<Option<Uninstalled>, Error> {
    let work = Uninstall {
        cx,
        name,
        options,
        claim,
    };
    let history = cx.unless_interrupted(work.check()).await?;
    if history.is_empty() && (options.ignore_not_found || work.was_done_by_the_dead()) {
        return Ok(None);
    }
    let release = work.newest(&history).await?;
    if options.dry_run {
        return Ok(Some(Uninstalled {
            release,
            kept: Vec::new(),
        }));
    }
    if release.info.status == Status::Uninstalled {
        return work.forget_only(release, &history).await.map(Some);
    }
    work.run(release, &history).await.map(Some)
}

struct Uninstall<'a> {
    cx: &'a Context,
    name: &'a str,
    options: &'a UninstallOptions,
    claim: &'a Claim<'a>,
}

impl Uninstall<'_> {
    fn was_done_by_the_dead(&self) -> bool {
        self.claim.dead().is_some_and(|dead| dead.action == "uninstall")
    }

    async fn history(&self) -> Result<History, Error> {
        if self.options.dry_run {
            return self.cx.history(self.name).await;
        }
        let history = self.claim.history().await?;
        Ok(heal(self.claim, self.cx, history, Unowned::Ignore).await?.history)
    }

    async fn check(&self) -> Result<History, Error> {
        let version = async { self.cx.cluster.version().await.map_err(Error::Unreachable) };
        // Both at once, but a cluster that is not there is said first.
        let (version, history) = tokio::join!(version, self.history());
        version?;
        if validate_name(self.name).is_err() {
            return Err(Error::InvalidName {
                step: "uninstall: Release name is invalid",
                name: self.name.to_owned(),
            });
        }
        history
    }

    async fn newest(&self, history: &History) -> Result<Release, Error> {
        let release = history.last(self.cx.store.as_ref()).await;
        release.map_err(|error| {
            let error = Error::from(error);
            if self.options.dry_run {
                return error;
            }
            error.during(format!("uninstall: Release not loaded: {}", self.name))
        })
    }

    /// The objects went before; what is left is records.
    async fn forget_only(&self, release: Release, history: &History) -> Result<Uninstalled, Error> {
        if self.options.keep_history {
            return Err(Error::AlreadyUninstalled(self.name.to_owned()));
        }
        self.forget(history).await?;
        Ok(Uninstalled {
            release,
            kept: Vec::new(),
        })
    }

    /// Makes sure that all may be deleted, before hooks run or anybody hears of it. What cannot be read says so later.
    async fn check_rights(&self, release: &Release) -> Result<(), Error> {
        let Ok(plan) = Plan::from_release(release) else {
            return Ok(());
        };
        let going = plan.uninstall_order().into_iter();
        let going: Vec<&Resource> = going.filter(|resource| !has_policy(resource)).collect();
        let objects = build_known(&self.cx.cluster, &going).await;
        let missing = undeletable(&self.cx.cluster, &objects).await;
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::Preflight {
            action: "uninstall",
            source: PreflightError::Deletion(missing),
        })
    }

    async fn run(&self, mut release: Release, history: &History) -> Result<Uninstalled, Error> {
        self.cx.unless_interrupted(self.check_rights(&release)).await?;
        release.set_status(Status::Uninstalling, "Deletion in progress (or silently failed)");
        release.info.deleted = Some(self.cx.now());
        let mut errors = Vec::new();
        let taken_down = self.take_down(&mut release, history, &mut errors);
        let taken_down = match self.cx.unless_interrupted(taken_down).await {
            Ok(kept) => self.claim.confirm().await.map(|()| kept),
            failed => failed,
        };
        let kept = match taken_down {
            Err(error) => return Err(self.fail(release, error).await),
            Ok(kept) => kept,
        };
        self.finish(&mut release, history, &mut errors).await?;
        if errors.is_empty() {
            return Ok(Uninstalled { release, kept });
        }
        Err(Error::Uninstalled(errors))
    }

    /// Runs hooks and deletes objects; returns the objects that stay.
    async fn take_down(
        &self,
        release: &mut Release,
        history: &History,
        errors: &mut Vec<Error>,
    ) -> Result<Vec<(String, String)>, Error> {
        if !self.options.no_hooks {
            self.hooks().run(release, HookEvent::PreDelete).await?;
        }
        self.cx.record(release).await;
        let (objects, kept) = self
            .delete_objects(release, history)
            .await
            .map_err(|error| error.during(format!("failed to delete release: {}", self.name)))?;
        if self.options.wait.strategy != WaitStrategy::HookOnly {
            let gone = self.cx.wait_until(&objects, Goal::Gone, &self.options.wait).await;
            errors.extend(gone.err().map(Error::from));
        }
        if !self.options.no_hooks {
            let ran = self.hooks().run(release, HookEvent::PostDelete).await;
            errors.extend(ran.err().map(Error::from));
        }
        Ok(kept)
    }

    /// Records that somebody stopped us; of other failures Helm leaves the record as it is.
    async fn fail(&self, mut release: Release, error: Error) -> Error {
        if matches!(error, Error::Interrupted(_)) && !error.is_lease_lost() {
            let (name, line) = (chart::quote::quote(self.name), error.line());
            release.set_status(Status::Failed, format!("Uninstall {name} failed: {line}"));
            self.claim.record(&release).await;
        }
        error
    }

    fn hooks(&self) -> Hooks<'_> {
        Hooks {
            cx: self.cx,
            wait: &self.options.wait,
            method: ApplyMethod::ServerSide,
        }
    }

    /// Deletes what does not ask to stay; returns that, and what does.
    async fn delete_objects(
        &self,
        release: &Release,
        history: &History,
    ) -> Result<(Vec<Object>, Vec<(String, String)>), Error> {
        let plan = Plan::from_release(release)?;
        let (staying, going): (Vec<&Resource>, Vec<&Resource>) = plan
            .uninstall_order()
            .into_iter()
            .partition(|resource| has_policy(resource));
        let kept = staying.iter().filter(|resource| self.asks_to_stay(resource));
        let kept = kept.map(|resource| (resource.kind.clone(), resource.name.clone()));
        let kept = kept.collect();
        let objects = build(&self.cx.cluster, going, Validation::None).await;
        let objects = objects.map_err(|source| Error::Build {
            step: "unable to build kubernetes objects for delete",
            source,
        })?;
        self.cx.notify(Event::Step("deleting objects"));
        let method = Method::for_creation(ApplyMethod::ServerSide);
        let sender = self.cx.sender(method);
        let going = delete(&sender, &objects, self.options.cascade).await?;
        let leftovers = leftovers(self.cx, history, &[release.revision]).await;
        let mut known = objects;
        known.extend(build_known(&self.cx.cluster, &staying).await);
        let owner = Owner {
            name: self.name,
            namespace: &release.namespace,
        };
        let mut changes = Changes::default();
        delete_leftovers(&sender, (&leftovers, &known), owner, &mut changes).await?;
        Ok((going, kept))
    }

    /// Says whether a resource with a policy asks to stay. With any other policy Helm leaves it alone without a word;
    /// so do we, with one.
    fn asks_to_stay(&self, resource: &Resource) -> bool {
        let policy = resource.annotation(RESOURCE_POLICY).unwrap_or_default();
        let asks = policy.trim().to_lowercase() == "keep";
        if !asks {
            let (kind, name) = (&resource.kind, &resource.name);
            self.cx.warn(format!(
                "{kind}/{name} is not deleted: it has an unknown {RESOURCE_POLICY}: {policy}"
            ));
        }
        self.cx
            .notify(Event::Changed(self.reference(resource), Change::Kept));
        asks
    }

    fn reference(&self, resource: &Resource) -> ObjectRef {
        let namespace = resource.namespace().unwrap_or(self.cx.cluster.namespace());
        ObjectRef {
            gvk: resource.gvk(),
            namespace: namespace.to_owned(),
            name: resource.name.clone(),
        }
    }

    async fn finish(
        &self,
        release: &mut Release,
        history: &History,
        errors: &mut Vec<Error>,
    ) -> Result<(), Error> {
        let description = match self.options.description.as_str() {
            "" => "Uninstallation complete",
            own => own,
        };
        release.set_status(Status::Uninstalled, description);
        if !self.options.keep_history {
            errors.extend(self.forget(history).await.err());
            return Ok(());
        }
        self.cx.record(release).await;
        for head in self.cx.history(self.name).await?.deployed() {
            let mut other = match self.cx.store.get(&head.id).await {
                Err(StoreError::NotFound) => continue,
                other => other?,
            };
            other.info.status = Status::Superseded;
            self.cx.record(&other).await;
        }
        Ok(())
    }

    async fn forget(&self, history: &History) -> Result<(), Error> {
        for head in history.heads() {
            match self.cx.store.delete(&head.id).await {
                Ok(()) | Err(StoreError::NotFound) => {}
                Err(error) => {
                    return Err(Error::from(error).during("uninstall: Failed to purge the release"));
                }
            }
        }
        Ok(())
    }
}

fn has_policy(resource: &Resource) -> bool {
    resource.annotation(RESOURCE_POLICY).is_some()
}
