//! `Error`: which step of an action failed.

use chart::ConfigureError;
use chart::quote::quote;
use chart::values::CoalesceError;

use super::HookError;
use crate::apply::{ApplyError, BuildError, PreflightError};
use crate::cluster::ApiError;
use crate::interrupt::Cause;
use crate::lease::Busy;
use crate::manifest::{PlanError, PostRenderError};
use crate::record::NameError;
use crate::store::{SYSTEM_LABELS, StoreError};
use crate::wait::WaitError;

/// A release name cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NameCheck {
    /// It is not a name.
    #[error("release name {}", quote(name))]
    Invalid {
        /// The name.
        name: String,
        /// Why.
        #[source]
        source: NameError,
    },
    /// A release has it.
    #[error("cannot reuse a name that is still in use")]
    InUse,
    /// A release has it that somebody is at work on, or was when he was killed.
    #[error("cannot reuse a name that is still in use")]
    Pending,
    /// A release has it that somebody is at work on.
    #[error("cannot reuse a name that is still in use")]
    InProgress(#[source] Busy),
}

/// An action failed. Each variant is a step, in the words of Helm; the cause is its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The cluster does not answer.
    #[error("kubernetes cluster unreachable")]
    Unreachable(#[source] ApiError),
    /// The cluster does not answer, and install says so in more words.
    #[error("cluster reachability check failed")]
    Reachability(#[source] Box<Error>),
    /// Options that exclude each other.
    #[error("{0}")]
    Options(&'static str),
    /// The name for a new release cannot be used.
    #[error("release name check failed")]
    NameCheck(#[source] NameCheck),
    /// The name of a release is not one.
    #[error("{step}: {name}")]
    InvalidName {
        /// Helm's words.
        step: &'static str,
        /// The name.
        name: String,
    },
    /// Chart and values do not go together.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// The values of the last revision cannot be put together again.
    #[error("failed to rebuild old values")]
    OldValues(#[source] CoalesceError),
    /// A label of the user's is reserved.
    #[error(
        "user supplied labels contains system reserved label name. System labels: [{}]",
        SYSTEM_LABELS.join(" ")
    )]
    SystemLabel,
    /// A file of the chart's `crds/` could not be installed.
    #[error("failed to install CRD {name}")]
    Crd {
        /// The file, from its chart's folder.
        name: String,
        /// Why.
        #[source]
        source: Box<Error>,
    },
    /// A file of the chart's `crds/` holds no object.
    #[error("resources are empty")]
    EmptyCrd,
    /// The cluster does not tell its version.
    #[error("could not get server version from Kubernetes")]
    ServerVersion(#[source] ApiError),
    /// The cluster does not tell what it has.
    #[error("could not get apiVersions from Kubernetes")]
    ApiVersions(#[source] ApiError),
    /// The chart is for other versions of Kubernetes.
    #[error("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}")]
    KubeVersion {
        /// What the chart says.
        wanted: String,
        /// What the cluster is.
        found: String,
    },
    /// A template failed.
    #[error(transparent)]
    Render(Box<templates::Error>),
    /// Rendering ended without an answer, because the program did.
    #[error("rendering was interrupted")]
    RenderStopped,
    /// The post-renderer failed, or what it gave cannot be read.
    #[error(transparent)]
    PostRender(#[from] PostRenderError),
    /// A rendered document cannot be read.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Documents are not objects that the cluster knows.
    #[error("{step}")]
    Build {
        /// Helm's words.
        step: &'static str,
        /// Which, and why.
        #[source]
        source: BuildError,
    },
    /// Documents are not objects that the cluster knows, and nothing needs to be said about that.
    #[error(transparent)]
    Objects(#[from] BuildError),
    /// Objects are there and belong to others, or the server would not take them.
    #[error("unable to continue with {action}")]
    Preflight {
        /// `install`, `update`, `roll back` or `uninstall`.
        action: &'static str,
        /// Which, and why.
        #[source]
        source: PreflightError,
    },
    /// Records cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody is at work on the release, or was when he was killed.
    #[error("another operation (install/upgrade/rollback) is in progress")]
    Pending,
    /// Somebody is at work on the release.
    #[error("another operation (install/upgrade/rollback) is in progress")]
    InProgress(#[from] Busy),
    /// Somebody wanted the action to stop.
    #[error("{0}")]
    Interrupted(Cause),
    /// There is no such revision.
    #[error("release has no {0} version")]
    NoRevision(u64),
    /// Objects could not be sent or deleted.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// Objects did not become ready, or did not go.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// Hooks failed.
    #[error("{step}")]
    Hooks {
        /// Helm's words.
        step: &'static str,
        /// Which, and why.
        #[source]
        source: Box<HookError>,
    },
    /// Hooks failed, and nothing needs to be said about that.
    #[error(transparent)]
    Hook(Box<HookError>),
    /// A step failed that belongs to a larger one.
    #[error("{step}")]
    During {
        /// Helm's words.
        step: String,
        /// What failed.
        #[source]
        source: Box<Error>,
    },
    /// Something failed, and then something else while that was dealt with.
    #[error("{step}: {first}: {second}", first = crate::error::chain(.first.as_ref()), second = crate::error::chain(.second.as_ref()))]
    Twice {
        /// Helm's words for what was going on.
        step: &'static str,
        /// What failed first.
        first: Box<Error>,
        /// What failed then.
        second: Box<Error>,
    },
    /// A release was uninstalled already.
    #[error("the release named {} is already deleted", quote(.0))]
    AlreadyUninstalled(String),
    /// Uninstalling went to its end, but not all of it went well.
    #[error("uninstallation completed with {} error(s): {}", .0.len(), crate::error::joined(.0, "; "))]
    Uninstalled(Vec<Error>),
}

impl From<HookError> for Error {
    fn from(error: HookError) -> Self {
        Error::Hook(Box::new(error))
    }
}

impl Error {
    /// Says whether somebody else has the release now, so that nothing more may be done to it.
    pub(super) fn is_lease_lost(&self) -> bool {
        matches!(self, Error::Interrupted(Cause::LeaseLost(_)))
    }

    pub(super) fn during(self, step: impl Into<String>) -> Self {
        Error::During {
            step: step.into(),
            source: Box::new(self),
        }
    }

    /// Returns the error of the templates that is behind this one.
    pub fn render_error(&self) -> Option<&templates::Error> {
        match self {
            Error::Render(error) => Some(error),
            Error::During { source, .. } => source.render_error(),
            Error::Twice { first, .. } => first.render_error(),
            _ => None,
        }
    }

    /// Returns the error of the rendered text that is behind this one.
    pub fn plan_error(&self) -> Option<&PlanError> {
        match self {
            Error::Plan(error) => Some(error),
            Error::During { source, .. } => source.plan_error(),
            Error::Twice { first, .. } => first.plan_error(),
            _ => None,
        }
    }

    /// Returns the whole message, causes included: what records hold.
    pub fn line(&self) -> String {
        crate::error::chain(self)
    }
}
