//! What several verbs can be told.

use std::time::Duration;

use super::Error;
use crate::apply::{CustomMerge, Method};
use crate::record::ApplyMethod;

/// What is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitStrategy {
    /// Every object, by watching it.
    Watcher,
    /// Nothing but hooks.
    #[default]
    HookOnly,
    /// Every object, by the rules of Helm 3. Helm polls here; we watch.
    Legacy,
}

/// Whether and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitOptions {
    /// What is waited for.
    pub strategy: WaitStrategy,
    /// How long each wait may take: every hook, every deletion, and all objects together.
    pub timeout: Duration,
    /// Jobs must be complete, not only started.
    pub for_jobs: bool,
}

impl Default for WaitOptions {
    fn default() -> Self {
        WaitOptions {
            strategy: WaitStrategy::default(),
            timeout: Duration::from_secs(300),
            for_jobs: false,
        }
    }
}

/// What a timeout of zero stands for (`pkg/kube/statuswait.go`).
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

impl WaitOptions {
    pub(super) fn effective_timeout(&self) -> Duration {
        if self.timeout.is_zero() {
            DEFAULT_TIMEOUT
        } else {
            self.timeout
        }
    }

    /// Waits for objects if only hooks would be waited for: who takes a failure back must see it.
    pub(super) fn or_watcher(mut self) -> Self {
        if self.strategy == WaitStrategy::HookOnly {
            self.strategy = WaitStrategy::Watcher;
        }
        self
    }
}

/// Whether anything is done at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// It is.
    #[default]
    None,
    /// Nothing is, and templates do not see the cluster.
    Client,
    /// Nothing is, but templates see the cluster.
    Server,
}

impl DryRun {
    /// Says whether nothing is done.
    pub fn is_dry(self) -> bool {
        self != DryRun::None
    }
}

/// Who merges objects with what is live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerSide {
    /// The server.
    Yes,
    /// We.
    No,
    /// Who did the last time; the server if there was none.
    #[default]
    Auto,
}

impl ServerSide {
    /// Returns how objects are sent, if the last time it was like `last`.
    pub(super) fn method(self, last: ApplyMethod) -> ApplyMethod {
        match self {
            ServerSide::Yes => ApplyMethod::ServerSide,
            ServerSide::No => ApplyMethod::ClientSide,
            ServerSide::Auto => last,
        }
    }
}

/// How objects are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Who merges.
    pub server_side: ServerSide,
    /// Replace objects instead of changing them.
    pub force_replace: bool,
    /// Take fields that others own.
    pub force_conflicts: bool,
    /// Take over objects that are there, whoever they belong to.
    pub take_ownership: bool,
    /// Accept documents without `apiVersion` or `kind` until they are looked up.
    pub disable_validation: bool,
}

/// How an update goes, besides the user's wishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct UpdateMode {
    pub(super) method: ApplyMethod,
    /// Objects were, or may have been, sent from the client's side before.
    pub(super) migrates: bool,
    pub(super) custom: CustomMerge,
}

impl ApplyOptions {
    /// Returns how objects are changed.
    ///
    /// # Errors
    ///
    /// When wishes exclude each other.
    pub(super) fn update_method(&self, mode: UpdateMode) -> Result<Method, Error> {
        let is_server_side = mode.method == ApplyMethod::ServerSide;
        if self.force_conflicts && !is_server_side {
            return Err(Error::Options(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
            ));
        }
        if self.force_conflicts && self.force_replace {
            return Err(Error::Options(
                "invalid operation: cannot use force conflicts and force replace together",
            ));
        }
        if is_server_side && self.force_replace {
            return Err(Error::Options(
                "invalid operation: cannot use server-side apply and force replace together",
            ));
        }
        Ok(match (self.force_replace, is_server_side) {
            (true, _) => Method::Replace,
            (_, true) => Method::ServerSide {
                force_conflicts: self.force_conflicts,
                migrates: mode.migrates,
            },
            _ => Method::ClientSide { custom: mode.custom },
        })
    }
}
