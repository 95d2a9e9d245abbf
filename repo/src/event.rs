//! `Event`: what happens while charts are fetched, for others to tell.

use std::fmt;
use std::sync::Arc;

use chart::Remark;

use crate::oci::Fetched;

/// Something that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// Something is odd.
    Remark(Remark),
    /// A detail that only those who look for a fault want to know.
    Detail(String),
    /// Indexes of repositories that were added are fetched.
    Updating,
    /// They were fetched, as far as that was possible.
    Updated,
    /// Indexes of repositories that nobody added are fetched.
    UpdatingUnmanaged,
    /// The index of a repository is up to date; its name, or the URL of one that nobody added.
    IndexUpdated(String),
    /// The index of a repository could not be fetched.
    IndexFailed {
        /// The repository's name, if it has one.
        name: Option<String>,
        /// Where it is.
        url: String,
        /// Why not.
        reason: String,
    },
    /// What a mirror has is not what it should be; somebody else is asked.
    MirrorRefused {
        /// What was asked for there.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The dependencies of a chart are fetched: so many.
    Saving(usize),
    /// A dependency has no repository, and must be there already.
    Assumed(String),
    /// A dependency is packed from a folder.
    Archiving {
        /// The dependency.
        name: String,
        /// The folder.
        repository: String,
    },
    /// A dependency is fetched.
    Downloading {
        /// The dependency.
        name: String,
        /// Where it is.
        repository: String,
    },
    /// A dependency was fetched from a registry.
    Pulled(Box<Fetched>),
    /// A dependency was fetched already.
    AlreadyDownloaded {
        /// The dependency.
        name: String,
        /// Where it is.
        repository: String,
    },
    /// What was fetched has no provenance, and need not have one.
    NotVerified {
        /// What was fetched.
        reference: String,
        /// Why there is no provenance.
        reason: String,
    },
    /// A dependency could not be fetched.
    SaveFailed(String),
    /// Archives that nothing asks for any more are deleted.
    DeletingOutdated,
}

/// Whom to tell.
#[derive(Clone)]
pub struct Teller(Arc<dyn Fn(Event) + Send + Sync>);

impl Teller {
    /// Somebody who is told everything, from any thread.
    pub fn new(tell: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Teller(Arc::new(tell))
    }

    /// Tells an event.
    pub fn tell(&self, event: Event) {
        (self.0)(event);
    }
}

impl Default for Teller {
    /// Nobody.
    fn default() -> Self {
        Teller::new(drop)
    }
}

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Teller")
    }
}
