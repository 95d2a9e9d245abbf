//! Sending one object: the ways to do it, and what can go wrong.

use super::{Change, Changes, Object, ObjectRef, Warnings, client_side, managed_fields, server_side};
use crate::cluster::{Answer, ApiError, Call, Cluster};
use crate::error::joined;
use crate::observer::{Event, Observer};
use crate::record::ApplyMethod;

/// How objects are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// The server merges.
    ServerSide {
        /// Whether fields of other managers may be taken.
        force_conflicts: bool,
        /// Whether fields that we own from client-side days become ours in the server's sense first.
        migrates: bool,
    },
    /// We compute a patch.
    ClientSide {
        /// What custom kinds are compared with.
        custom: CustomMerge,
    },
    /// The object takes the place of the live one.
    Replace,
}

/// What the wanted object of a custom kind is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CustomMerge {
    /// The last manifest only, as Helm does.
    #[default]
    LastManifest,
    /// The live object as well.
    LiveObject,
}

impl Method {
    /// Returns how objects are made that are not there, and hooks.
    pub(crate) fn for_creation(method: ApplyMethod) -> Self {
        match method {
            ApplyMethod::ServerSide => Method::ServerSide {
                force_conflicts: false,
                migrates: false,
            },
            ApplyMethod::ClientSide => Method::ClientSide {
                custom: CustomMerge::default(),
            },
        }
    }

    pub(super) fn is_server_side(self) -> bool {
        matches!(self, Method::ServerSide { .. })
    }
}

/// Sends objects to a cluster and tells an observer.
pub(crate) struct Sender<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) method: Method,
    warnings: Warnings,
}

/// An object could not be sent.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The server is too old.
    #[error("server-side apply not available on the server")]
    NoServerSide(#[source] ApiError),
    /// Others own fields of it.
    #[error("conflict occurred while applying object {object}")]
    Conflict {
        /// Namespace, name and kind.
        object: String,
        /// Who owns what.
        #[source]
        source: ApiError,
    },
    /// The server refused it.
    #[error("server-side apply failed for object {object}")]
    ServerSide {
        /// Namespace, name and kind.
        object: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// The server refused the patch.
    #[error("cannot patch {} with kind {kind}", chart::quote::quote(name))]
    Patch {
        /// The object's name.
        name: String,
        /// Its kind.
        kind: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// The server refused to put it in the place of the live one.
    #[error("failed to replace object")]
    Replace(#[source] ApiError),
    /// The live object could not be read.
    #[error("could not get information about the resource")]
    Get(#[source] ApiError),
    /// The owners of its fields could not be changed.
    #[error("failed to patch object to upgrade CSA field manager {object}")]
    Migrate {
        /// Namespace, name and kind.
        object: String,
        /// Why.
        #[source]
        source: ApiError,
    },
    /// It could not be made.
    #[error("failed to create resource")]
    Create(#[source] Box<SendError>),
    /// It could not be made, and nothing needs to be said about that.
    #[error(transparent)]
    Plain(ApiError),
    /// It could not be deleted.
    #[error("failed to delete resource namespace={namespace}, name={name}, kind={kind}")]
    Delete {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// Its kind.
        kind: String,
        /// Why.
        #[source]
        source: ApiError,
    },
}

impl SendError {
    /// Says whether an update ends here.
    pub(super) fn is_fatal(&self) -> bool {
        matches!(self, SendError::Create(_) | SendError::Get(_))
    }
}

/// Objects could not be sent.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// One.
    #[error(transparent)]
    One(Box<SendError>),
    /// Several.
    #[error("{}", joined(.errors, separator))]
    Several {
        /// All of them.
        errors: Vec<SendError>,
        /// What stands between them in a message.
        separator: &'static str,
    },
}

impl ApplyError {
    /// Says whether all that is wrong is that objects are there already.
    pub(crate) fn is_already_exists(&self) -> bool {
        let exists =
            |error: &SendError| matches!(error, SendError::Plain(error) if error.is_already_exists());
        match self {
            ApplyError::One(error) => exists(error),
            ApplyError::Several { errors, .. } => errors.iter().all(exists),
        }
    }

    /// Makes an error of `errors` if there are any.
    pub(super) fn check(mut errors: Vec<SendError>, separator: &'static str) -> Result<(), Self> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(ApplyError::One(Box::new(errors.remove(0)))),
            _ => Err(ApplyError::Several { errors, separator }),
        }
    }
}

impl<'a> Sender<'a> {
    pub(crate) fn new(cluster: &'a Cluster, observer: &'a dyn Observer, method: Method) -> Self {
        Sender {
            cluster,
            observer,
            method,
            warnings: Warnings::default(),
        }
    }

    /// Carries out `work`, which changes `objects`. In a rehearsal they are read at once meanwhile.
    pub(super) async fn foreseeing<'o, T>(
        &self,
        objects: impl Iterator<Item = &'o Object>,
        work: impl Future<Output = Result<T, ApplyError>>,
    ) -> Result<T, ApplyError> {
        let Some(stage) = self.cluster.stage() else {
            return work.await;
        };
        let lists = stage.prospect(objects);
        let (seen, done) = futures::join!(stage.foresee(self.cluster, lists), work);
        let done = done?;
        seen.map_err(|error| ApplyError::One(Box::new(SendError::Get(error))))?;
        Ok(done)
    }

    /// Makes an object.
    pub(super) async fn create(&self, object: &Object) -> Result<(), SendError> {
        if self.method.is_server_side() {
            return server_side::apply(self, object).await.map(drop);
        }
        client_side::create(self, object).await.map_err(SendError::Plain)
    }

    /// Makes or changes an object, as it is there or not; `original` is what was sent the last time.
    pub(super) async fn send(
        &self,
        original: Option<&Object>,
        object: &Object,
    ) -> (Change, Result<(), SendError>) {
        if let Method::ServerSide { migrates: false, .. } = self.method {
            return self.apply(object).await;
        }
        match self.cluster.get(&object.path()).await {
            Err(error) => (Change::Updated, Err(SendError::Get(error))),
            Ok(None) => {
                let created = self.create(object).await;
                (
                    Change::Created,
                    created.map_err(|error| SendError::Create(error.into())),
                )
            }
            Ok(Some(live)) => (Change::Updated, self.change(original, live, object).await),
        }
    }

    /// The server can do both in one request; whether the object was there is only asked when that failed, for the
    /// message.
    async fn apply(&self, object: &Object) -> (Change, Result<(), SendError>) {
        match server_side::apply(self, object).await {
            Ok(change) => (change, Ok(())),
            Err(error) => match self.cluster.get(&object.path()).await {
                Ok(None) => (Change::Created, Err(SendError::Create(error.into()))),
                _ => (Change::Updated, Err(error)),
            },
        }
    }

    async fn change(
        &self,
        original: Option<&Object>,
        live: serde_json::Value,
        object: &Object,
    ) -> Result<(), SendError> {
        match self.method {
            Method::ServerSide { .. } => {
                managed_fields::migrate(self, object, live).await?;
                server_side::apply(self, object).await.map(drop)
            }
            Method::ClientSide { custom } => {
                let original = original.map(|object| &object.body);
                let way = client_side::Way::of(object, custom);
                client_side::patch(self, original, live, object, way).await
            }
            Method::Replace => client_side::replace(self, &live, object).await,
        }
    }

    /// Sends a call and tells the server's warnings.
    pub(super) async fn call(&self, call: Call) -> Result<Answer, ApiError> {
        let answer = self.cluster.send(call).await?;
        for text in &answer.warnings {
            if self.warnings.is_new(text) {
                self.observer.notify(Event::Warning(text.clone()));
            }
        }
        Ok(answer)
    }

    pub(super) fn note(&self, changes: &mut Changes, object: ObjectRef, change: Change) {
        self.tell(object.clone(), change);
        changes.note(object, change);
    }

    pub(super) fn tell(&self, object: ObjectRef, change: Change) {
        self.observer.notify(Event::Changed(object, change));
    }
}

/// Returns an object as Helm names it in these messages.
pub(super) fn shown(object: &Object) -> String {
    format!("{}/{} {}", object.namespace, object.name, object.mapping.gvk)
}
