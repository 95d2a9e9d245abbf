//! The verbs. Each reads as a sentence: check, render, plan, apply, wait, record.

mod claim;
mod crds;
mod difference;
mod error;
mod heal;
mod hooks;
mod install;
mod options;
mod preview;
mod render;
mod rollback;
mod steps;
mod test;
mod uninstall;
mod upgrade;

use std::fmt;
use std::sync::Arc;

use chart::Remark;
use templates::Renderer;

use crate::apply::{Method, Object, Sender};
use crate::cluster::Cluster;
use crate::interrupt::Interrupt;
use crate::lease::Holder;
use crate::observer::{Event, Observer};
use crate::store::{History, Store};
use crate::time::Time;
use crate::wait::{self, Goal, Target, WaitError, legacy};

pub use error::{Error, NameCheck};
pub use hooks::HookError;
pub use install::{InstallOptions, install};
pub use options::{ApplyOptions, DryRun, ServerSide, WaitOptions, WaitStrategy};
pub use preview::{Preview, check_options, preview};
pub use render::{check_kube_version, cluster_capabilities};
pub use rollback::{RollbackOptions, rollback};
pub use test::{TestFilter, TestOptions, TestRun, test};
pub use uninstall::{UninstallOptions, Uninstalled, uninstall};
pub use upgrade::{UpgradeOptions, ValuesPolicy, upgrade};

/// What every verb needs.
pub struct Context {
    /// Where releases run. Its namespace is the one of the releases.
    pub cluster: Cluster,
    /// Where they are remembered.
    pub store: Arc<dyn Store>,
    /// How charts are rendered. Its `lookup` is replaced by one that asks the cluster, unless the run is dry.
    pub renderer: Renderer,
    /// Who is told what happens.
    pub observer: Arc<dyn Observer>,
    /// What time it is.
    pub clock: Box<dyn Fn() -> Time + Send + Sync>,
    /// How actions are told to stop.
    pub interrupt: Interrupt,
    /// Who we are, for the leases on releases; without it there are none.
    pub holder: Option<Holder>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Context")
            .field("cluster", &self.cluster)
            .finish_non_exhaustive()
    }
}

impl Context {
    fn now(&self) -> Time {
        (self.clock)()
    }

    fn notify(&self, event: Event) {
        self.observer.notify(event);
    }

    fn warn(&self, text: impl Into<String>) {
        self.notify(Event::Warning(text.into()));
    }

    fn remark(&self, remarks: impl IntoIterator<Item = Remark>) {
        for remark in remarks {
            self.notify(Event::Remark(remark));
        }
    }

    fn sender(&self, method: Method) -> Sender<'_> {
        Sender::new(&self.cluster, self.observer.as_ref(), method)
    }

    async fn history(&self, name: &str) -> Result<History, Error> {
        Ok(History::of(self.store.as_ref(), self.cluster.namespace(), name).await?)
    }

    /// Works until it is done or somebody wants it to stop. Changes that are under way then are waited for.
    ///
    /// # Errors
    ///
    /// Those of the work, and [`Error::Interrupted`].
    async fn unless_interrupted<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let cause = tokio::select! {
            biased;
            cause = self.interrupt.raised() => cause,
            done = work => return done,
        };
        self.interrupt.heed();
        self.cluster.settle().await;
        Err(Error::Interrupted(cause))
    }

    /// Waits for objects as the user wishes; without a wish only hooks are waited for.
    async fn wait(&self, objects: &[Object], options: &WaitOptions) -> Result<(), WaitError> {
        let goal = match (options.strategy, options.for_jobs) {
            (WaitStrategy::HookOnly, _) => return Ok(()),
            (WaitStrategy::Watcher, true) => Goal::ReadyWithJobs,
            (WaitStrategy::Watcher, false) => Goal::Ready,
            (WaitStrategy::Legacy, true) => Goal::LegacyWithJobs,
            (WaitStrategy::Legacy, false) => Goal::Legacy,
        };
        self.notify(Event::Step("waiting for objects to be ready"));
        self.wait_until(objects, goal, options).await
    }

    async fn wait_until(
        &self,
        objects: &[Object],
        goal: Goal,
        options: &WaitOptions,
    ) -> Result<(), WaitError> {
        if self.cluster.stage().is_some() {
            return Ok(());
        }
        let targets: Vec<_> = objects
            .iter()
            .filter(|object| is_worth_watching(object, goal))
            .map(target)
            .collect();
        let report = |progress| self.notify(Event::Waiting(progress));
        wait::wait(
            self.cluster.client(),
            &targets,
            goal,
            options.effective_timeout(),
            &report,
        )
        .await
    }
}

/// Kinds that work as soon as they are there. Objects of them were just sent, so there is nothing to see.
const ALWAYS_READY: [&str; 12] = [
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "CronJob",
    "PriorityClass",
    "StorageClass",
    "LimitRange",
    "IngressClass",
];

fn is_worth_watching(object: &Object, goal: Goal) -> bool {
    let gvk = &object.mapping.gvk;
    match goal {
        Goal::Gone => true,
        Goal::Done => matches!(
            (gvk.group.as_str(), gvk.kind.as_str()),
            ("batch", "Job") | ("", "Pod")
        ),
        Goal::Legacy | Goal::LegacyWithJobs => legacy::has_rule(&gvk.group, &gvk.kind, goal),
        Goal::Ready | Goal::ReadyWithJobs => !ALWAYS_READY.contains(&gvk.kind.as_str()),
    }
}

fn target(object: &Object) -> Target {
    let mapping = &object.mapping;
    Target {
        api: kube::core::ApiResource {
            group: mapping.gvk.group.clone(),
            version: mapping.gvk.version.clone(),
            api_version: mapping.gvk.api_version(),
            kind: mapping.gvk.kind.clone(),
            plural: mapping.plural.clone(),
        },
        namespace: mapping.is_namespaced.then(|| object.namespace.clone()),
        name: object.name.clone(),
    }
}
