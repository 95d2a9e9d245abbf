//! Running hooks: one after the other, each to its end, and cleaning up behind them.

use super::{Context, WaitOptions};
use crate::apply::{ApplyError, BuildError, Cascade, Method, Object, Validation, build, create, delete};
use crate::cluster::PodsOf;
use crate::error::chain;
use crate::hook::{DeletePolicy, Hook, HookEvent, HookExecution, HookPhase, LogPolicy};
use crate::manifest::{PlanError, read_documents};
use crate::observer::Event;
use crate::record::{ApplyMethod, Release};
use crate::wait::{Goal, WaitError};

/// A hook failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// Its text is no object.
    #[error("unable to build kubernetes object for {event} hook {path}")]
    Build {
        /// When it was to run.
        event: HookEvent,
        /// Its template.
        path: String,
        /// Why.
        #[source]
        source: ObjectsError,
    },
    /// Its text is no object, and it was to be deleted.
    #[error("unable to build kubernetes object for deleting hook {path}")]
    BuildForDeletion {
        /// Its template.
        path: String,
        /// Why.
        #[source]
        source: ObjectsError,
    },
    /// Its object was refused.
    #[error("warning: Hook {event} {path} failed")]
    Create {
        /// When it was to run.
        event: HookEvent,
        /// Its template.
        path: String,
        /// Why.
        #[source]
        source: ApplyError,
    },
    /// Its object could not be deleted.
    #[error(transparent)]
    Delete(#[from] ApplyError),
    /// It did not come to a good end, or its object did not go.
    #[error(transparent)]
    Wait(#[from] WaitError),
}

/// A hook's text is no object.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] PlanError),
    /// The cluster does not know it.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Runs hooks.
#[derive(Clone, Copy)]
pub(super) struct Hooks<'a> {
    pub(super) cx: &'a Context,
    pub(super) wait: &'a WaitOptions,
    pub(super) method: ApplyMethod,
}

/// What is left to do after the hooks of an event ran: show logs, delete objects. [`Hooks::clean_up`] does it.
#[must_use]
pub(super) struct Ran {
    /// In the order they ran, by their place in the release.
    succeeded: Vec<usize>,
    failed: Option<usize>,
    pub(super) result: Result<(), HookError>,
}

impl Hooks<'_> {
    /// Runs the hooks of `event` and cleans up behind them. How each went is written into the release.
    ///
    /// # Errors
    ///
    /// The first hook that fails; later ones are not run.
    pub(super) async fn run(&self, release: &mut Release, event: HookEvent) -> Result<(), HookError> {
        let ran = self.run_only(release, &event).await;
        self.clean_up(release, ran).await
    }

    /// Runs the hooks of `event` and leaves them as they are.
    pub(super) async fn run_only(&self, release: &mut Release, event: &HookEvent) -> Ran {
        let mut ran = Ran {
            succeeded: Vec::new(),
            failed: None,
            result: Ok(()),
        };
        for place in order(&release.hooks, event) {
            match self.run_one(release, place, event).await {
                Ok(()) => ran.succeeded.push(place),
                Err(Failed { error, has_run }) => {
                    ran.result = Err(error);
                    ran.failed = has_run.then_some(place);
                    // Helm cleans up only behind a hook that ran.
                    if !has_run {
                        ran.succeeded.clear();
                    }
                    break;
                }
            }
        }
        ran
    }

    async fn run_one(&self, release: &mut Release, place: usize, event: &HookEvent) -> Result<(), Failed> {
        let hook = &mut release.hooks[place];
        if hook.delete_policies.is_empty() {
            hook.delete_policies.push(DeletePolicy::BeforeHookCreation);
        }
        self.delete_by_policy(hook, &DeletePolicy::BeforeHookCreation)
            .await?;
        let objects = self
            .objects(hook, Validation::Strict)
            .await
            .map_err(|source| HookError::Build {
                event: event.clone(),
                path: hook.path.clone(),
                source,
            })?;
        hook.last_run = HookExecution {
            started_at: Some(self.cx.now()),
            completed_at: None,
            phase: HookPhase::Running,
        };
        self.cx.record(release).await;
        let hook = &mut release.hooks[place];
        self.told(hook, event, None);
        let result = self.send_and_wait(hook, event, &objects).await;
        hook.last_run.completed_at = Some(self.cx.now());
        hook.last_run.phase = match result {
            Ok(()) => HookPhase::Succeeded,
            Err(_) => HookPhase::Failed,
        };
        self.told(hook, event, Some(result.is_ok()));
        result
    }

    async fn send_and_wait(&self, hook: &Hook, event: &HookEvent, objects: &[Object]) -> Result<(), Failed> {
        let sender = self.cx.sender(Method::for_creation(self.method));
        create(&sender, objects)
            .await
            .map_err(|source| HookError::Create {
                event: event.clone(),
                path: hook.path.clone(),
                source,
            })?;
        let done = self.cx.wait_until(objects, Goal::Done, self.wait).await;
        done.map_err(|error| Failed {
            error: error.into(),
            has_run: true,
        })
    }

    /// Shows the logs and deletes the objects that the hooks' annotations name.
    ///
    /// # Errors
    ///
    /// That of the hooks; if they succeeded, the first object that cannot be deleted.
    pub(super) async fn clean_up(&self, release: &Release, ran: Ran) -> Result<(), HookError> {
        if let Some(place) = ran.failed {
            self.clean_up_failed(release, place).await;
        }
        let has_failed = ran.result.is_err();
        // Helm goes backwards after success, forwards after a failure.
        let mut places = ran.succeeded;
        if !has_failed {
            places.reverse();
        }
        for place in places {
            let hook = &release.hooks[place];
            if !has_failed {
                self.show_logs(hook, release, &LogPolicy::HookSucceeded).await;
            }
            let deleted = self.delete_by_policy(hook, &DeletePolicy::HookSucceeded).await;
            if ran.result.is_ok() {
                deleted?;
            }
        }
        ran.result
    }

    async fn clean_up_failed(&self, release: &Release, place: usize) {
        let hook = &release.hooks[place];
        self.show_logs(hook, release, &LogPolicy::HookFailed).await;
        if let Err(error) = self.delete_by_policy(hook, &DeletePolicy::HookFailed).await {
            let error = chain(&error);
            self.cx.warn(format!(
                "error deleting the hook resource on hook failure: {error}"
            ));
        }
    }

    /// Deletes a hook's objects if it says so, and waits until they are gone. Definitions of kinds are never deleted:
    /// all objects of the kind would go with them.
    async fn delete_by_policy(&self, hook: &Hook, policy: &DeletePolicy) -> Result<(), HookError> {
        if hook.kind == "CustomResourceDefinition" || !hook.has_delete_policy(policy) {
            return Ok(());
        }
        let objects =
            self.objects(hook, Validation::None)
                .await
                .map_err(|source| HookError::BuildForDeletion {
                    path: hook.path.clone(),
                    source,
                })?;
        let sender = self.cx.sender(Method::for_creation(self.method));
        let going = delete(&sender, &objects, Cascade::Background).await?;
        Ok(self.cx.wait_until(&going, Goal::Gone, self.wait).await?)
    }

    async fn objects(&self, hook: &Hook, validation: Validation) -> Result<Vec<Object>, ObjectsError> {
        let documents = read_documents(&hook.path, &hook.manifest)?;
        Ok(build(&self.cx.cluster, &documents, validation).await?)
    }

    async fn show_logs(&self, hook: &Hook, release: &Release, policy: &LogPolicy) {
        if !hook.output_log_policies.contains(policy) || self.cx.cluster.stage().is_some() {
            return;
        }
        let pods = match hook.kind.as_str() {
            "Job" => PodsOf::Job(&hook.name),
            "Pod" => PodsOf::Name(&hook.name),
            _ => return,
        };
        let namespace = namespace(hook).unwrap_or_else(|| release.namespace.clone());
        match self.cx.cluster.pod_logs(&namespace, pods).await {
            Ok(logs) => logs
                .into_iter()
                .for_each(|log| self.cx.notify(Event::HookLog(log))),
            Err(error) => self
                .cx
                .warn(format!("error outputting logs for hook failure: {error}")),
        }
    }

    fn told(&self, hook: &Hook, event: &HookEvent, outcome: Option<bool>) {
        let event = event.clone();
        let hook = format!("{}/{}", hook.kind, hook.name);
        self.cx.notify(match outcome {
            None => Event::HookStarted { event, hook },
            Some(has_succeeded) => Event::HookFinished {
                event,
                hook,
                has_succeeded,
            },
        });
    }
}

/// Returns the places of the hooks of `event`, in the order they run: by weight, then by name, then by kind.
fn order(hooks: &[Hook], event: &HookEvent) -> Vec<usize> {
    let mut places: Vec<_> = (0..hooks.len())
        .filter(|place| hooks[*place].runs_at(event))
        .collect();
    places.sort_by(|a, b| {
        let (a, b) = (&hooks[*a], &hooks[*b]);
        (a.weight, &a.name).cmp(&(b.weight, &b.name))
    });
    places
}

/// Returns the namespace that a hook's text names.
fn namespace(hook: &Hook) -> Option<String> {
    let documents = read_documents(&hook.path, &hook.manifest).ok()?;
    documents.first()?.namespace().map(str::to_owned)
}

/// A hook failed, before its object was there or after.
struct Failed {
    error: HookError,
    has_run: bool,
}

impl<E: Into<HookError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Failed {
            error: error.into(),
            has_run: false,
        }
    }
}
