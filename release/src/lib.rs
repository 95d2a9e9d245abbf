//! From rendered text to a running release that is remembered.
//!
//! A chart becomes a [`Plan`]: hooks and objects, in order. [`install`], [`upgrade`], [`rollback`], [`uninstall`] and
//! [`test()`] carry plans out on a [`Cluster`] and keep a [`Release`] of what they did in a [`Store`], as Helm does: either
//! program goes on where the other stopped.
//!
//! ```
//! let files = templates::Files::from([(
//!     "web/templates/all.yaml".to_owned(),
//!     "kind: Service\nmetadata: {name: web}\n---\nkind: Namespace\nmetadata: {name: web}\n".into(),
//! )]);
//! let plan = release::Plan::new(&files)?;
//! let kinds: Vec<_> = plan.resources.iter().map(|resource| resource.kind.as_str()).collect();
//! assert_eq!(kinds, ["Namespace", "Service"]);
//! # Ok::<(), release::manifest::PlanError>(())
//! ```
//!
//! The modules, from data to deed: `record` and `hook` are what is remembered, `manifest` what is to be done, `store` where
//! records live, `diff` what is different, `drift` what is so in the cluster, `cluster` how the API server is asked, `lease` and `interrupt` how one is alone with a release and how one stops, `apply` how objects are changed, `wait` how one sees that they work,
//! `action` the verbs that put all of it together, `observer` whom they tell, and `rehearsal` how they say what they would do.

mod names;
mod time;
mod record;
mod hook;
pub mod manifest;
mod store;
mod cluster;
mod interrupt;
mod lease;
mod apply;
pub mod wait;
pub mod diff;
mod drift;
mod action;
mod observer;
mod rehearsal;
mod error;

pub use action::{
    ApplyOptions, Context, DryRun, Error, HookError, InstallOptions, NameCheck, Preview, RollbackOptions,
    ServerSide, TestFilter, TestOptions, TestRun, UninstallOptions, Uninstalled, UpgradeOptions,
    ValuesPolicy, WaitOptions, WaitStrategy, check_kube_version, check_options, cluster_capabilities,
    install, preview, rollback, test, uninstall, upgrade,
};
pub use apply::{
    ApplyError, BuildError, Cascade, Change, Changes, Missing, ObjectRef, OwnershipError, PreflightError,
    SendError,
};
pub use cluster::{
    ApiError, ApiVersions, Cluster, ClusterLookup, ContainerLog, LiveResources, MappingError, ResourceForm,
    ResourcesError, ServerVersion, live_resources,
};
pub use drift::{DriftError, drift};
pub use hook::{DeletePolicy, Hook, HookEvent, HookExecution, HookPhase, LogPolicy};
pub use interrupt::{Cause, Interrupt};
pub use lease::{Busy, Holder, Tenant};
pub use manifest::Plan;
pub use observer::{Event, Failing, Observer, Silent};
pub use record::{ApplyMethod, Info, NameError, Release, Status, validate_name};
pub use rehearsal::{Kept, ObjectPremise, Premises, Rehearsal, ReleasePremise};
pub use store::{
    Answer, ChartSummary, CodecError, ConfigMaps, Head, History, Memory, Query, RecordId, SYSTEM_LABELS,
    Secrets, Sql, SqlDefaults, SqlError, Store, StoreError, Summary, decode, decode_summary, encode,
    has_system_label,
};
pub use time::{Time, TimeError};

/// The name under which the API server remembers what we wrote. It is Helm's, so that both may change the same object.
pub(crate) const FIELD_MANAGER: &str = "helm";
