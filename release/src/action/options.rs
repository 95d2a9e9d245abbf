//! What several verbs can be told.

use std::time::Duration;

use super::Error;
use crate::apply::Method;
use crate::record::ApplyMethod;

/// What is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitStrategy {
    /// Every object, by watching it.
    Watcher,
    /// Nothing but hooks.
    #[default]
    HookOnly,
    /// Every object. Helm polls here, by the rules of Helm 3; we watch.
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

    /// Who takes a failure back must see it: waits for objects if only hooks would be waited for.
    pub(super) fn or_watcher(mut self, takes_back: bool) -> Self {
        if takes_back && self.strategy == WaitStrategy::HookOnly {
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
    pub(super) fn is_for(self, last: Option<ApplyMethod>) -> bool {
        match self {
            ServerSide::Yes => true,
            ServerSide::No => false,
            ServerSide::Auto => last != Some(ApplyMethod::ClientSide),
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
    pub(super) is_server_side: bool,
    /// Objects were, or may have been, sent from the client's side before.
    pub(super) migrates: bool,
    /// Custom kinds are compared with the live object.
    pub(super) three_way_custom: bool,
}

impl ApplyOptions {
    /// Returns how objects are made that are not there.
    pub(super) fn create_method(&self, is_server_side: bool) -> Method {
        if is_server_side {
            return Method::ServerSide {
                force_conflicts: false,
                migrates: false,
            };
        }
        Method::ClientSide {
            three_way_custom: false,
        }
    }

    /// Returns how objects are changed.
    ///
    /// # Errors
    ///
    /// When wishes exclude each other.
    pub(super) fn update_method(&self, mode: UpdateMode) -> Result<Method, Error> {
        if self.force_conflicts && !mode.is_server_side {
            return Err(Error::Options(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
            ));
        }
        if self.force_conflicts && self.force_replace {
            return Err(Error::Options(
                "invalid operation: cannot use force conflicts and force replace together",
            ));
        }
        if mode.is_server_side && self.force_replace {
            return Err(Error::Options(
                "invalid operation: cannot use server-side apply and force replace together",
            ));
        }
        Ok(match (self.force_replace, mode.is_server_side) {
            (true, _) => Method::Replace,
            (_, true) => Method::ServerSide {
                force_conflicts: self.force_conflicts,
                migrates: mode.migrates,
            },
            _ => Method::ClientSide {
                three_way_custom: mode.three_way_custom,
            },
        })
    }
}
