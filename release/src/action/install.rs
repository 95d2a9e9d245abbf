//! `install`: a chart becomes the first revision of a release.

use std::collections::BTreeMap;

use chart::{Chart, ConfigureFault, ConfigureOptions, Map};
use serde_json::json;
use templates::{ReleaseInfo, RenderInput};

use super::claim::Claim;
use super::heal::{Healed, Unowned, delete_leftovers, heal, leftovers};
use super::hooks::Hooks;
use super::options::{ApplyOptions, DryRun, UpdateMode, WaitOptions};
use super::preview::{Place, check_name, check_options, dry, first_revision};
use super::render::{self, Draft, Notes};
use super::steps::{Sending, hooks_failed, validation};
use super::uninstall::uninstall_claimed;
use super::{Context, Error, NameCheck, UninstallOptions, crds};
use crate::apply::{BuildError, Changes, CustomMerge, Method, Object, Owner, build, create, own, update};
use crate::hook::HookEvent;
use crate::manifest::{CrdFile, GroupVersionKind, crd_files};
use crate::observer::{Event, Failing, Observer};
use crate::record::{ApplyMethod, Release, Status};
use crate::store::History;

/// How to install.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of Helm's, independent of the others"
)]
pub struct InstallOptions {
    /// A sentence for the record, instead of Helm's.
    pub description: String,
    /// Labels for the record.
    pub labels: BTreeMap<String, String>,
    /// Do nothing. Without a cluster, see [`preview`](super::preview::preview).
    pub dry_run: DryRun,
    /// Leave Secrets out of what a dry run returns.
    pub hide_secrets: bool,
    /// Make the namespace if it is not there.
    pub create_namespace: bool,
    /// Take over the name of a release that was uninstalled or failed.
    pub replace: bool,
    /// Let templates take a dry run for an upgrade.
    pub is_upgrade: bool,
    /// Take over the name of a release that is pending and that nobody is known to work on.
    pub take_over: bool,
    /// Leave the chart's `crds/` alone.
    pub skip_crds: bool,
    /// Leave hooks out.
    pub no_hooks: bool,
    /// Uninstall what failed.
    pub rollback_on_failure: bool,
    /// Keep the notes of subcharts as well.
    pub subchart_notes: bool,
    /// Accept values that break the charts' schemas.
    pub skip_schema_validation: bool,
    /// How objects are sent.
    pub apply: ApplyOptions,
    /// What is waited for.
    pub wait: WaitOptions,
}

impl InstallOptions {
    pub(super) fn configure(&self) -> ConfigureOptions {
        ConfigureOptions {
            skip_schema_validation: self.skip_schema_validation,
        }
    }

    /// What templates see as `.Release`.
    pub(super) fn release_info(&self, name: &str, namespace: &str) -> ReleaseInfo {
        let is_upgrade = self.is_upgrade && self.dry_run.is_dry();
        ReleaseInfo {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            revision: 1,
            is_install: !is_upgrade,
            is_upgrade,
        }
    }

    pub(super) fn notes(&self) -> Notes {
        if self.subchart_notes {
            Notes::OfAll
        } else {
            Notes::OfChart
        }
    }
}

/// Installs a chart: check the name, install CRDs, render, check whose objects are there, record, run hooks, send, wait,
/// record.
///
/// # Errors
///
/// The step that failed. From the first record on, the failure is recorded too.
pub async fn install(
    cx: &Context,
    name: &str,
    chart: Chart,
    values: Map,
    options: &InstallOptions,
) -> Result<Release, Error> {
    let claim = Claim::new(cx, name, "install");
    let work = Install {
        cx,
        name,
        options,
        claim: &claim,
        method: options.apply.server_side.method(ApplyMethod::ServerSide),
    };
    let outcome = work.install(chart, values).await;
    claim.end().await;
    outcome.inspect_err(|error| tell(cx.observer.as_ref(), error))
}

/// Tells of failed checks, as Helm logs them (`pkg/action/install.go`).
pub(super) fn tell(observer: &dyn Observer, error: &Error) {
    let (message, fields) = match error {
        Error::Options(_) | Error::Reachability(_) => (error.line(), Vec::new()),
        Error::NameCheck(why) => {
            let why = crate::error::chain(why);
            ("release name check failed".to_owned(), vec![("error", why)])
        }
        Error::Configure(why) => match &why.cause {
            ConfigureFault::Dependencies(reason) => (why.to_string(), vec![("error", reason.to_string())]),
            _ => return,
        },
        _ => return,
    };
    observer.notify(Event::Failing(Failing {
        level: "ERROR",
        message,
        fields,
    }));
}

struct Install<'a> {
    cx: &'a Context,
    name: &'a str,
    options: &'a InstallOptions,
    claim: &'a Claim<'a>,
    method: ApplyMethod,
}

/// What is known before anything is recorded.
struct Prepared {
    release: Release,
    objects: Vec<Object>,
    /// Those of the objects that are there already.
    adopted: Vec<Object>,
    /// What somebody who died may have made.
    leftovers: Vec<Object>,
    healed: Option<Healed>,
}

impl Install<'_> {
    async fn install(&self, chart: Chart, values: Map) -> Result<Release, Error> {
        let mut prepared = self.cx.unless_interrupted(self.prepare(chart, values)).await?;
        if self.options.dry_run.is_dry() {
            return Ok(dry(prepared.release));
        }
        self.record_first(&mut prepared).await?;
        self.run(prepared).await
    }

    async fn prepare(&self, chart: Chart, values: Map) -> Result<Prepared, Error> {
        let (healed, input) = self.check(&chart).await?;
        let configured = self.cx.configure(chart, &values, &self.options.configure())?;
        let input = self.prepare_cluster(configured.chart(), input).await?;
        let how = (self.options.notes(), self.options.dry_run);
        let draft = self.cx.render(configured, input, how).await?;
        let (release, objects) = self.plan(draft, values).await?;
        let adopted = self.adopted(&objects).await?;
        let leftovers = match &healed {
            Some(healed) if healed.left.is_some() => leftovers(self.cx, &healed.history, &[]).await,
            _ => Vec::new(),
        };
        Ok(Prepared {
            release,
            objects,
            adopted,
            leftovers,
            healed,
        })
    }

    /// Checks that the cluster is there, that the options make sense and that the name is free.
    async fn check(&self, chart: &Chart) -> Result<(Option<Healed>, RenderInput), Error> {
        let version = async {
            let version = self.cx.cluster.version().await;
            version.map_err(|error| Error::Reachability(Box::new(Error::Unreachable(error))))
        };
        let known = async {
            if !chart.crds().is_empty() && !self.options.skip_crds {
                // They will be sent first, and then there is more to know.
                return Ok(Vec::new());
            }
            render::api_versions(&self.cx.cluster).await
        };
        // All at once, but a cluster that is not there is said first.
        let (version, known, history) = tokio::join!(version, known, self.history());
        let version = version?;
        check_options(self.options)?;
        check_name(self.name).map_err(Error::NameCheck)?;
        let healed = match history? {
            Some(history) => Some(self.take_name(history).await?),
            None => None,
        };
        let input = RenderInput {
            release: self.options.release_info(self.name, self.cx.cluster.namespace()),
            capabilities: render::capabilities(version, known?),
        };
        Ok((healed, input))
    }

    /// Reads the history of the name. A dry run does not care, and one that cannot be read is no reason to stop (Helm's
    /// `availableName`).
    async fn history(&self) -> Result<Option<History>, Error> {
        if self.options.dry_run.is_dry() {
            return Ok(None);
        }
        let staked = self.claim.stake().await;
        staked.map_err(|busy| Error::NameCheck(NameCheck::InProgress(busy)))?;
        match self.cx.history(self.name).await {
            Err(error) if self.claim.dead().is_some() => Err(error),
            history => Ok(history.ok()),
        }
    }

    /// Checks that the name is free, or was left by somebody who died while installing.
    async fn take_name(&self, history: History) -> Result<Healed, Error> {
        let unowned = Unowned::from(self.options.take_over);
        let healed = heal(self.claim, self.cx, history, unowned).await;
        let healed = healed.map_err(|error| match error {
            Error::Pending => Error::NameCheck(NameCheck::Pending),
            other => other,
        })?;
        let Some(newest) = healed.history.newest() else {
            return Ok(healed);
        };
        let is_over = matches!(newest.status, Status::Uninstalled | Status::Failed);
        if self.options.replace && is_over || healed.is_install_unfinished() {
            return Ok(healed);
        }
        Err(Error::NameCheck(NameCheck::InUse))
    }

    /// Sends the chart's CRDs, then asks what the cluster has.
    async fn prepare_cluster(&self, chart: &Chart, mut input: RenderInput) -> Result<RenderInput, Error> {
        let files = crd_files(chart);
        if self.options.skip_crds || files.is_empty() {
            if input.capabilities.api_versions.is_empty() {
                input.capabilities.api_versions = render::api_versions(&self.cx.cluster).await?;
            }
            return Ok(input);
        }
        let kinds = self.install_crds(&files).await?;
        let mut known = render::api_versions(&self.cx.cluster).await?;
        known.extend(kinds.iter().flat_map(|kind| {
            let version = kind.api_version();
            [format!("{version}/{}", kind.kind), version]
        }));
        input.capabilities.api_versions = known;
        Ok(input)
    }

    async fn install_crds(&self, files: &[CrdFile]) -> Result<Vec<GroupVersionKind>, Error> {
        if self.options.dry_run.is_dry() {
            self.cx.warn(
                "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.",
            );
            return Ok(Vec::new());
        }
        crds::install(self.cx, files, &self.options.apply, self.method).await
    }

    /// Makes the record, and the objects out of what was rendered.
    async fn plan(&self, draft: Draft, values: Map) -> Result<(Release, Vec<Object>), Error> {
        let validation = validation(&self.options.apply);
        let objects = build(&self.cx.cluster, &draft.plan.resources, validation).await;
        let mut objects = objects.map_err(|source| Error::Build {
            step: "unable to build kubernetes objects from release manifest",
            source,
        })?;
        own(&mut objects, self.owner());
        let release = first_revision(draft, values, self.name, self.options, self.place());
        Ok((release, objects))
    }

    fn place(&self) -> Place<'_> {
        Place {
            namespace: self.cx.cluster.namespace(),
            now: self.cx.now(),
            method: self.method,
        }
    }

    fn owner(&self) -> Owner<'_> {
        Owner {
            name: self.name,
            namespace: self.cx.cluster.namespace(),
        }
    }

    /// Has the objects tried out, and returns those that are there already; they are changed instead of made.
    async fn adopted(&self, objects: &[Object]) -> Result<Vec<Object>, Error> {
        let sending = Sending {
            apply: &self.options.apply,
            method: self.method,
            dry_run: self.options.dry_run,
            is_install: true,
            owner: self.owner(),
            fresh: objects,
            changed: &[],
            departed: &[],
        };
        let found = sending.check(self.cx).await;
        found.map_err(|source| Error::Preflight {
            action: "install",
            source,
        })
    }

    /// Writes the first record. From here on somebody else knows that we are at work.
    async fn record_first(&self, prepared: &mut Prepared) -> Result<(), Error> {
        if self.options.create_namespace {
            self.create_namespace().await?;
            let staked = self.claim.stake_again().await;
            staked.map_err(|busy| Error::NameCheck(NameCheck::InProgress(busy)))?;
        }
        if let Some(healed) = &prepared.healed {
            self.replace(&mut prepared.release, &healed.history).await?;
        }
        Ok(self.cx.store.create(&prepared.release).await?)
    }

    async fn create_namespace(&self) -> Result<(), Error> {
        let name = self.cx.cluster.namespace();
        let body = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {"name": name}},
            // Helm sends this too, and owns it from then on.
            "spec": {},
        });
        let mapping = self
            .cx
            .cluster
            .mapping(&GroupVersionKind::new("v1", "Namespace"))
            .await;
        let mapping = mapping.map_err(BuildError::Discovery)?;
        let namespace = Object {
            mapping,
            namespace: String::new(),
            name: name.to_owned(),
            body,
        };
        let method = Method::for_creation(self.method);
        match create(&self.cx.sender(method), &[namespace]).await {
            Err(error) if !error.is_already_exists() => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Counts on from the revisions that had the name before.
    async fn replace(&self, release: &mut Release, history: &History) -> Result<(), Error> {
        let Some(newest) = history.newest() else {
            return Ok(());
        };
        release.revision = newest.id.revision + 1;
        if newest.status == Status::Failed {
            return Ok(());
        }
        let mut last = self.cx.store.get(&newest.id).await?;
        last.set_status(Status::Superseded, "superseded by new release");
        Ok(self.cx.store.update(&last).await?)
    }

    async fn run(&self, mut prepared: Prepared) -> Result<Release, Error> {
        let mut release = std::mem::take(&mut prepared.release);
        let sent = self
            .cx
            .unless_interrupted(self.send(&mut release, &prepared))
            .await;
        let sent = match sent {
            Ok(()) => self.claim.confirm().await,
            failed => failed,
        };
        if let Err(error) = sent {
            return Err(self.fail(release, error).await);
        }
        let description = match self.options.description.as_str() {
            "" => "Install complete",
            own => own,
        };
        release.set_status(Status::Deployed, description);
        self.claim.record(&release).await;
        Ok(release)
    }

    async fn send(&self, release: &mut Release, prepared: &Prepared) -> Result<(), Error> {
        let wait = self.wait();
        let hooks = Hooks {
            cx: self.cx,
            wait: &wait,
            method: self.method,
        };
        if !self.options.no_hooks {
            let ran = hooks.run(release, HookEvent::PreInstall).await;
            ran.map_err(|source| hooks_failed("failed pre-install", source))?;
        }
        self.send_objects(prepared).await?;
        self.cx.wait(&prepared.objects, &wait).await?;
        if !self.options.no_hooks {
            let ran = hooks.run(release, HookEvent::PostInstall).await;
            ran.map_err(|source| hooks_failed("failed post-install", source))?;
        }
        Ok(())
    }

    async fn send_objects(&self, prepared: &Prepared) -> Result<(), Error> {
        let Prepared {
            objects,
            adopted,
            leftovers,
            ..
        } = prepared;
        self.cx.notify(Event::Step("sending objects"));
        if adopted.is_empty() && leftovers.is_empty() {
            let method = Method::for_creation(self.method);
            create(&self.cx.sender(method), objects).await?;
            return Ok(());
        }
        let method = self.options.apply.update_method(UpdateMode {
            method: self.method,
            migrates: true,
            custom: CustomMerge::LiveObject,
        })?;
        let sender = self.cx.sender(method);
        update(&sender, adopted, objects).await.result?;
        let mut changes = Changes::default();
        Ok(delete_leftovers(&sender, (leftovers, objects), self.owner(), &mut changes).await?)
    }

    fn wait(&self) -> WaitOptions {
        let wait = self.options.wait;
        if self.options.rollback_on_failure {
            wait.or_watcher()
        } else {
            wait
        }
    }

    /// Records a failure, or takes everything back.
    async fn fail(&self, mut release: Release, error: Error) -> Error {
        if error.is_lease_lost() {
            return error;
        }
        let name = chart::quote::quote(self.name);
        release.set_status(Status::Failed, format!("Release {name} failed: {}", error.line()));
        if !self.options.rollback_on_failure {
            self.claim.record(&release).await;
            return error;
        }
        let options = UninstallOptions {
            no_hooks: self.options.no_hooks,
            wait: self.wait(),
            ..UninstallOptions::default()
        };
        match uninstall_claimed(self.cx, self.name, &options, self.claim).await {
            Ok(_) => error.during(format!(
                "release {} failed, and has been uninstalled due to rollback-on-failure being set",
                self.name
            )),
            Err(second) => Error::Twice {
                step: "an error occurred while uninstalling the release. original install error",
                first: Box::new(error),
                second: Box::new(second),
            },
        }
    }
}
