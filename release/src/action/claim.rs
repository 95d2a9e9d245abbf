//! The claim on a release: its lease, from before the first look at its records until after the last one is written.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::options::DryRun;
use super::{Context, Error};
use crate::interrupt::Cause;
use crate::lease::{Attempt, Busy, Lease, Purpose, Tenant};
use crate::observer::Event;
use crate::record::{Release, validate_name};
use crate::store::History;

/// Who is at work on a release, and for what. Nothing is asked before [`Claim::stake`].
pub(super) struct Claim<'a> {
    cx: &'a Context,
    name: &'a str,
    action: &'static str,
    state: Mutex<State>,
    dead: OnceLock<Tenant>,
    is_left: AtomicBool,
}

enum State {
    Unasked,
    /// A task of its own, so that an interrupt leaves no lease behind that nobody knows of.
    Asked(JoinHandle<Result<Attempt, Busy>>),
    Held(Lease),
    /// There can be none, or it was given back.
    Without,
}

impl<'a> Claim<'a> {
    pub(super) fn new(cx: &'a Context, name: &'a str, action: &'static str) -> Self {
        Claim {
            cx,
            name,
            action,
            state: Mutex::new(State::Unasked),
            dead: OnceLock::new(),
            is_left: AtomicBool::new(false),
        }
    }

    /// Gets the lease, unless it is held already or there can be none: whoever may use Helm may use us.
    ///
    /// # Errors
    ///
    /// When somebody else holds it.
    pub(super) async fn stake(&self) -> Result<(), Busy> {
        let mut state = self.state.lock().await;
        if let State::Unasked = *state {
            *state = self.ask();
        }
        let State::Asked(asked) = &mut *state else {
            return Ok(());
        };
        let attempt = asked.await;
        *state = State::Without;
        // A task that has no result was stopped with the program.
        if let Ok(attempt) = attempt {
            *state = self.note(attempt?);
        }
        Ok(())
    }

    /// Tries once more if the namespace was not there.
    ///
    /// # Errors
    ///
    /// When somebody else holds the lease.
    pub(super) async fn stake_again(&self) -> Result<(), Busy> {
        {
            let mut state = self.state.lock().await;
            if let State::Without = *state {
                *state = State::Unasked;
            }
        }
        self.stake().await
    }

    /// Reads the history for an action: a dry run needs no lease to look.
    ///
    /// # Errors
    ///
    /// As [`Claim::history`].
    pub(super) async fn history_for(&self, dry_run: DryRun) -> Result<History, Error> {
        if dry_run.is_dry() {
            return self.cx.history(self.name).await;
        }
        self.history().await
    }

    /// Reads the history once the release is ours: what was read before, somebody else may have changed since.
    ///
    /// # Errors
    ///
    /// When somebody else holds the lease, and when the history cannot be read.
    pub(super) async fn history(&self) -> Result<History, Error> {
        self.stake().await?;
        self.cx.history(self.name).await
    }

    fn ask(&self) -> State {
        let holder = self
            .cx
            .holder
            .clone()
            .filter(|_| validate_name(self.name).is_ok());
        let Some(holder) = holder else {
            return State::Without;
        };
        let (cluster, interrupt) = (self.cx.cluster.clone(), self.cx.interrupt.clone());
        let (name, action, now) = (self.name.to_owned(), self.action, self.cx.now().timestamp());
        State::Asked(tokio::spawn(async move {
            let name = &name;
            if cluster.stage().is_some() {
                return Lease::inspect(&cluster, &holder, name).await.map(Attempt::Seen);
            }
            Lease::acquire(&cluster, &holder, Purpose { name, action, now }, &interrupt).await
        }))
    }

    fn note(&self, attempt: Attempt) -> State {
        match attempt {
            Attempt::Held(lease, dead) => {
                if let Some(dead) = dead {
                    self.cx.warn(format!(
                        "{dead} began to {} release {:?} and has gone: taking over",
                        dead.action_name(),
                        self.name
                    ));
                    self.dead.get_or_init(|| dead);
                    self.leave();
                }
                State::Held(lease)
            }
            Attempt::Seen(dead) => {
                if let Some(dead) = dead {
                    self.dead.get_or_init(|| dead);
                }
                State::Without
            }
            Attempt::Refused(error) => {
                let name = self.name;
                self.cx
                    .notify(Event::Note(format!("working on {name} without a lease: {error}")));
                State::Without
            }
        }
    }

    /// Returns the release.
    pub(super) fn name(&self) -> &str {
        self.name
    }

    /// Returns who held the lease before, if he died.
    pub(super) fn dead(&self) -> Option<&Tenant> {
        self.dead.get()
    }

    /// Makes sure that the release is still ours before its last record is written.
    ///
    /// # Errors
    ///
    /// When somebody else took it over.
    pub(super) async fn confirm(&self) -> Result<(), Error> {
        let state = self.state.lock().await;
        let State::Held(lease) = &*state else {
            return Ok(());
        };
        let confirmed = lease.confirm().await;
        confirmed.map_err(|tenant| Error::Interrupted(Cause::LeaseLost(tenant)))
    }

    /// Writes down how an action failed. Where that does not work the lease is left, so that the next action does it.
    pub(super) async fn record(&self, release: &Release) {
        if !self.cx.record(release).await {
            self.leave();
        }
    }

    /// Leaves the lease to expire: there is something for the next action to take over.
    pub(super) fn leave(&self) {
        self.is_left.store(true, Ordering::Relaxed);
    }

    /// What a dead holder left is in order: the lease can be given back.
    pub(super) fn take_possession(&self) {
        self.is_left.store(false, Ordering::Relaxed);
    }

    /// Gives the lease back, or leaves it.
    pub(super) async fn end(self) {
        let Claim {
            cx,
            name,
            state,
            is_left,
            ..
        } = self;
        let mut state = state.into_inner();
        if let State::Asked(asked) = state {
            state = match asked.await {
                Ok(Ok(Attempt::Held(lease, dead))) => {
                    // Nobody has looked at what the dead one left.
                    is_left.fetch_or(dead.is_some(), Ordering::Relaxed);
                    State::Held(lease)
                }
                _ => State::Without,
            };
        }
        let State::Held(lease) = state else { return };
        if is_left.load(Ordering::Relaxed) {
            lease.leave();
            return;
        }
        if let Err(error) = lease.release().await {
            cx.warn(format!(
                "the lease on {name} could not be deleted, it expires: {error}"
            ));
        }
    }
}
