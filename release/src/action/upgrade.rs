//! `upgrade`: a chart becomes the next revision of a release.

use std::collections::BTreeMap;

use chart::values::{coalesce, coalesce_tables};
use chart::{Chart, ConfigureError, ConfigureFault, ConfigureOptions, Map};
use templates::{ReleaseInfo, RenderInput};

use super::claim::Claim;
use super::difference::Difference;
use super::heal::{Healed, Unowned, delete_leftovers, heal, leftovers};
use super::hooks::Hooks;
use super::options::{ApplyOptions, DryRun, UpdateMode, WaitOptions};
use super::render::{self, Draft, Notes};
use super::rollback::rollback_claimed;
use super::steps::{Sending, clean_up, hooks_failed, make_room, objects_of, validation};
use super::{Context, Error, RollbackOptions};
use crate::apply::{Changes, CustomMerge, Object, Owner, Validation, build, own, update};
use crate::hook::HookEvent;
use crate::manifest::{ManifestOptions, Plan};
use crate::observer::{Event, Failing};
use crate::record::{ApplyMethod, Info, Release, Status, validate_name};
use crate::store::{History, StoreError, has_system_label};

/// What becomes of the values that the user gave the last time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValuesPolicy {
    /// They are used again if there are no new ones at all.
    #[default]
    ReuseIfNone,
    /// They are dropped.
    Reset,
    /// New ones go over them, and both over the defaults that the chart had then.
    Reuse,
    /// New ones go over them, and both over the defaults that the chart has now.
    ResetThenReuse,
}

/// How to upgrade.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of Helm's, independent of the others"
)]
pub struct UpgradeOptions {
    /// A sentence for the record, instead of Helm's.
    pub description: String,
    /// Labels for the record, over those it had. The value `null` removes one.
    pub labels: BTreeMap<String, String>,
    /// Do nothing.
    pub dry_run: DryRun,
    /// Leave Secrets out of what a dry run returns.
    pub hide_secrets: bool,
    /// Go on if the release is pending and nobody is known to work on it.
    pub take_over: bool,
    /// What becomes of the values of last time.
    pub values: ValuesPolicy,
    /// Leave hooks out.
    pub no_hooks: bool,
    /// Go back to the last revision that worked.
    pub rollback_on_failure: bool,
    /// Delete what was new in a failed upgrade.
    pub cleanup_on_fail: bool,
    /// How many revisions are kept; 0 is all.
    pub history_max: usize,
    /// Keep the notes of subcharts as well.
    pub subchart_notes: bool,
    /// Accept values that break the charts' schemas.
    pub skip_schema_validation: bool,
    /// How objects are sent.
    pub apply: ApplyOptions,
    /// What is waited for.
    pub wait: WaitOptions,
}

impl Default for UpgradeOptions {
    fn default() -> Self {
        UpgradeOptions {
            description: String::new(),
            labels: BTreeMap::new(),
            dry_run: DryRun::None,
            hide_secrets: false,
            take_over: false,
            values: ValuesPolicy::default(),
            no_hooks: false,
            rollback_on_failure: false,
            cleanup_on_fail: false,
            history_max: 10,
            subchart_notes: false,
            skip_schema_validation: false,
            apply: ApplyOptions::default(),
            wait: WaitOptions::default(),
        }
    }
}

/// Upgrades a release: find what runs, put old and new values together, render, check whose objects are there, record,
/// run hooks, send what is new, delete what is not wanted any more, wait, record.
///
/// # Errors
///
/// The step that failed. From the first record on, the failure is recorded too.
pub async fn upgrade(
    cx: &Context,
    name: &str,
    chart: Chart,
    values: Map,
    options: &UpgradeOptions,
) -> Result<Release, Error> {
    let claim = Claim::new(cx, name, "upgrade");
    let work = Upgrade {
        cx,
        name,
        options,
        claim: &claim,
    };
    let outcome = work.upgrade(chart, values).await;
    claim.end().await;
    outcome
}

struct Upgrade<'a> {
    cx: &'a Context,
    name: &'a str,
    options: &'a UpgradeOptions,
    claim: &'a Claim<'a>,
}

/// What an upgrade starts from.
struct Base {
    /// The newest revision: counting goes on from it, and labels come from it.
    last: Release,
    /// The revision whose objects are there.
    running: Release,
    /// The installation was never finished by who began it: this upgrade does.
    is_install: bool,
}

/// What an upgrade changes.
struct Step {
    current: Vec<Object>,
    target: Vec<Object>,
    /// What revisions that failed may have made.
    leftovers: Vec<Object>,
    method: ApplyMethod,
    migrates: bool,
    is_install: bool,
}

/// What is known before anything is recorded.
struct Prepared {
    release: Release,
    step: Step,
    running: Release,
    history: History,
}

impl Step {
    /// Returns the events before and after the objects are sent.
    fn hook_events(&self) -> (HookEvent, HookEvent) {
        if self.is_install {
            (HookEvent::PreInstall, HookEvent::PostInstall)
        } else {
            (HookEvent::PreUpgrade, HookEvent::PostUpgrade)
        }
    }
}

/// Takes away that it was the dependencies: Helm's upgrade does not say so (`pkg/action/upgrade.go`).
fn without_step(error: Error) -> Error {
    match error {
        Error::Configure(ConfigureError {
            cause: ConfigureFault::Dependencies(reason),
            remarks,
        }) => {
            let cause = ConfigureFault::Values(reason);
            Error::Configure(ConfigureError { cause, remarks })
        }
        other => other,
    }
}

impl Upgrade<'_> {
    async fn upgrade(&self, chart: Chart, values: Map) -> Result<Release, Error> {
        let mut prepared = self.cx.unless_interrupted(self.prepare(chart, values)).await?;
        if self.options.dry_run.is_dry() {
            self.describe(&mut prepared.release, "Dry run complete");
            return Ok(prepared.release);
        }
        self.record_first(&prepared.release, &prepared.history).await?;
        self.run(prepared.release, prepared.running, &prepared.step).await
    }

    async fn prepare(&self, chart: Chart, values: Map) -> Result<Prepared, Error> {
        let (healed, mut input) = self.check().await?;
        let base = self.base(&healed).await?;
        let (chart, values) = self.values(chart, values, &base.running)?;
        let configure = ConfigureOptions {
            skip_schema_validation: self.options.skip_schema_validation,
        };
        let configured = self.cx.configure(chart, &values, &configure);
        let configured = configured.map_err(without_step)?;
        input.release = self.release_info(&base);
        let notes = if self.options.subchart_notes {
            Notes::OfAll
        } else {
            Notes::OfChart
        };
        let how = (notes, self.options.dry_run);
        let draft = self.cx.render(configured, input, how).await?;
        let (release, mut step) = self.plan(draft, values, &base).await?;
        let history = healed.history;
        step.leftovers = leftovers(self.cx, &history, &[base.running.revision]).await;
        Ok(Prepared {
            release,
            step,
            running: base.running,
            history,
        })
    }

    async fn check(&self) -> Result<(Healed, RenderInput), Error> {
        let version = async { self.cx.cluster.version().await.map_err(Error::Unreachable) };
        let known = render::api_versions(&self.cx.cluster);
        // All at once, but a cluster that is not there is said first.
        let history = self.claim.history_for(self.options.dry_run);
        let (version, known, history) = tokio::join!(version, known, history);
        let version = version?;
        if validate_name(self.name).is_err() {
            return Err(Error::InvalidName {
                step: "release name is invalid",
                name: self.name.to_owned(),
            });
        }
        if self.options.hide_secrets && !self.options.dry_run.is_dry() {
            return Err(Error::Options(
                "hiding Kubernetes secrets requires a dry-run mode",
            ));
        }
        let input = RenderInput {
            release: ReleaseInfo::default(),
            capabilities: render::capabilities(version, known?),
        };
        Ok((self.heal(history?).await?, input))
    }

    async fn heal(&self, history: History) -> Result<Healed, Error> {
        if self.options.dry_run.is_dry() {
            return Ok(Healed::untouched(history));
        }
        let unowned = Unowned::from(self.options.take_over);
        heal(self.claim, self.cx, history, unowned).await
    }

    async fn base(&self, healed: &Healed) -> Result<Base, Error> {
        let store = self.cx.store.as_ref();
        let history = &healed.history;
        let is_install = healed.is_install_unfinished();
        let last = match history.last(store).await {
            Err(StoreError::NotFound) => return Err(StoreError::NoneDeployed(self.name.to_owned()).into()),
            last => last?,
        };
        let status = &last.info.status;
        if status.is_pending() {
            return Err(Error::Pending);
        }
        if *status == Status::Deployed {
            let running = last.clone();
            return Ok(Base {
                last,
                running,
                is_install,
            });
        }
        let may_be_base = matches!(status, Status::Failed | Status::Superseded);
        let running = match history.last_deployed(store).await {
            Err(StoreError::NoneDeployed(_)) if may_be_base => last.clone(),
            running => running?,
        };
        Ok(Base {
            last,
            running,
            is_install,
        })
    }

    /// Puts new values over those of the last time, as the policy says.
    fn values(&self, mut chart: Chart, values: Map, running: &Release) -> Result<(Chart, Map), Error> {
        let values = match self.options.values {
            ValuesPolicy::Reset => values,
            ValuesPolicy::Reuse => {
                let old = coalesce(&running.chart, running.config.clone()).map_err(Error::OldValues)?;
                self.cx.remark(old.remarks);
                chart.values = old.values;
                self.over_last(values, running)
            }
            ValuesPolicy::ResetThenReuse => self.over_last(values, running),
            ValuesPolicy::ReuseIfNone if values.is_empty() => running.config.clone(),
            ValuesPolicy::ReuseIfNone => values,
        };
        Ok((chart, values))
    }

    fn over_last(&self, values: Map, running: &Release) -> Map {
        let coalesced = coalesce_tables(values, &running.config);
        self.cx.remark(coalesced.remarks);
        coalesced.values
    }

    fn release_info(&self, base: &Base) -> ReleaseInfo {
        ReleaseInfo {
            name: self.name.to_owned(),
            namespace: base.running.namespace.clone(),
            revision: i64::try_from(base.last.revision + 1).unwrap_or(i64::MAX),
            is_install: base.is_install,
            is_upgrade: !base.is_install,
        }
    }

    /// Makes the record, and finds out what is to be changed.
    async fn plan(&self, draft: Draft, values: Map, base: &Base) -> Result<(Release, Step), Error> {
        if has_system_label(self.options.labels.keys()) {
            return Err(Error::SystemLabel);
        }
        let method = self.options.apply.server_side.method(base.last.apply_method());
        let mut step = self.step(&draft.plan, &base.running, method).await?;
        step.is_install = base.is_install;
        let release = self.next_revision(draft, values, base, method);
        Ok((release, step))
    }

    async fn step(&self, plan: &Plan, running: &Release, method: ApplyMethod) -> Result<Step, Error> {
        let old = Plan::from_release(running)?;
        let from_old = (
            Validation::None,
            "unable to build kubernetes objects from current release manifest",
        );
        // Helm reads the new manifest once more before this, and so says nothing about the step.
        let validation = validation(&self.options.apply);
        let mut target = build(&self.cx.cluster, &plan.resources, validation).await?;
        let mut current = objects_of(self.cx, &old.resources, from_old).await?;
        let owner = Owner {
            name: self.name,
            namespace: &running.namespace,
        };
        own(&mut target, owner);
        let difference = Difference {
            current: &current,
            target: &target,
            before: running.apply_method(),
        };
        let sending = Sending::update(&self.options.apply, (method, self.options.dry_run), owner);
        let adopted = difference.check(self.cx, "update", sending).await?;
        current.extend(adopted);
        Ok(Step {
            current,
            target,
            leftovers: Vec::new(),
            method,
            migrates: [running.apply_method(), method] == [ApplyMethod::ClientSide, ApplyMethod::ServerSide],
            is_install: false,
        })
    }

    fn next_revision(&self, draft: Draft, values: Map, base: &Base, method: ApplyMethod) -> Release {
        let manifest = ManifestOptions {
            hide_secrets: self.options.hide_secrets,
            ..ManifestOptions::default()
        };
        let mut labels = base.last.labels.clone();
        labels.extend(self.options.labels.clone());
        labels.retain(|_, value| value != "null");
        let mut release = Release {
            name: self.name.to_owned(),
            namespace: base.running.namespace.clone(),
            info: Info {
                first_deployed: base.running.info.first_deployed,
                last_deployed: Some(self.cx.now()),
                notes: draft.notes,
                raw_notes: draft.raw_notes,
                ..Info::default()
            },
            chart: draft.chart,
            config: values,
            manifest: draft.plan.manifest_with(manifest),
            hooks: draft.plan.hooks,
            revision: base.last.revision + 1,
            labels,
            recorded_apply_method: method.as_str().to_owned(),
        };
        release.set_status(Status::PendingUpgrade, "Preparing upgrade");
        release
    }

    fn describe(&self, release: &mut Release, otherwise: &str) {
        let description = match self.options.description.as_str() {
            "" => otherwise,
            own => own,
        };
        description.clone_into(&mut release.info.description);
    }

    /// Writes the first record. From here on somebody else knows that we are at work.
    async fn record_first(&self, release: &Release, history: &History) -> Result<(), Error> {
        make_room(self.cx, history, self.options.history_max).await?;
        Ok(self.cx.store.create(release).await?)
    }

    async fn run(&self, mut release: Release, mut running: Release, step: &Step) -> Result<Release, Error> {
        let mut changes = Changes::default();
        let sent = self.send(&mut release, step, &mut changes);
        let sent = match self.cx.unless_interrupted(sent).await {
            Ok(()) => self.claim.confirm().await,
            failed => failed,
        };
        if let Err(error) = sent {
            return Err(self.fail(release, error, (step, &changes)).await);
        }
        running.info.status = Status::Superseded;
        release.info.status = Status::Deployed;
        self.describe(&mut release, "Upgrade complete");
        // Both at once: whichever is missing after a death, the next action sees what is meant.
        let (_, updated) = tokio::join!(self.cx.record(&running), self.cx.store.update(&release));
        if updated.is_err() {
            self.claim.leave();
        }
        updated?;
        Ok(release)
    }

    async fn send(&self, release: &mut Release, step: &Step, changes: &mut Changes) -> Result<(), Error> {
        let wait = self.wait();
        let hooks = Hooks {
            cx: self.cx,
            wait: &wait,
            method: step.method,
        };
        let (before, after) = step.hook_events();
        if !self.options.no_hooks {
            let ran = hooks.run(release, before).await;
            ran.map_err(|source| hooks_failed("pre-upgrade hooks failed", source))?;
        }
        self.cx.notify(Event::Step("sending objects"));
        let method = self.options.apply.update_method(UpdateMode {
            method: step.method,
            migrates: step.migrates,
            custom: CustomMerge::LastManifest,
        })?;
        let sender = self.cx.sender(method);
        let sent = update(&sender, &step.current, &step.target).await;
        *changes = sent.changes;
        sent.result?;
        let owner = Owner {
            name: self.name,
            namespace: &release.namespace,
        };
        delete_leftovers(&sender, (&step.leftovers, &step.target), owner, changes).await?;
        self.cx.wait(&step.target, &wait).await?;
        if !self.options.no_hooks {
            let ran = hooks.run(release, after).await;
            ran.map_err(|source| hooks_failed("post-upgrade hooks failed", source))?;
        }
        Ok(())
    }

    fn wait(&self) -> WaitOptions {
        let wait = self.options.wait;
        if self.options.rollback_on_failure {
            wait.or_watcher()
        } else {
            wait
        }
    }

    /// Records a failure, then cleans up or goes back if the user wants that.
    async fn fail(&self, mut release: Release, error: Error, (step, changes): (&Step, &Changes)) -> Error {
        if error.is_lease_lost() {
            return error;
        }
        let line = error.line();
        let name = chart::quote::quote(self.name);
        self.cx.notify(Event::Failing(Failing {
            level: "WARN",
            message: "upgrade failed".to_owned(),
            fields: vec![("name", self.name.to_owned()), ("error", line.clone())],
        }));
        release.set_status(Status::Failed, format!("Upgrade {name} failed: {line}"));
        self.claim.record(&release).await;
        if self.options.cleanup_on_fail
            && let Err(second) = clean_up(self.cx, &step.target, changes).await
        {
            return Error::Twice {
                step: "an error occurred while cleaning up resources. original upgrade error",
                first: Box::new(error),
                second: Box::new(second),
            };
        }
        if self.options.rollback_on_failure {
            return self.roll_back(error).await;
        }
        error
    }

    async fn roll_back(&self, error: Error) -> Error {
        let history = match self.cx.history(self.name).await {
            Ok(history) => history,
            Err(second) => {
                return Error::Twice {
                    step: "an error occurred while finding last successful release. original upgrade error",
                    first: Box::new(error),
                    second: Box::new(second),
                };
            }
        };
        let Some(good) = history.last_successful() else {
            return error.during(
                "unable to find a previously successful release when attempting to rollback. original upgrade error",
            );
        };
        let options = RollbackOptions {
            revision: good.id.revision,
            no_hooks: self.options.no_hooks,
            apply: self.options.apply,
            wait: self.wait(),
            history_max: 0,
            ..RollbackOptions::default()
        };
        // A rollback may fail and go back, too, so the two call each other.
        match Box::pin(rollback_claimed(self.cx, self.name, &options, self.claim)).await {
            Ok(_) => error.during(format!(
                "release {} failed, and has been rolled back due to rollback-on-failure being set",
                self.name
            )),
            Err(second) => Error::Twice {
                step: "an error occurred while rolling back the release. original upgrade error",
                first: Box::new(error),
                second: Box::new(second),
            },
        }
    }
}
