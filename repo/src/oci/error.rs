//! Why something in a registry cannot be had, or not be put there.

use chart::{FileError, LoadError, RequirementError};

use super::credentials::CredentialError;
use super::digest::Digest;
use super::manifest::{CHART, CONFIG, PLUGIN, PROVENANCE};
use super::reference::ReferenceError;
use super::refusal::Refusal;
use crate::http::HttpError;

/// An error of working with a registry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OciError {
    /// The reference is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The registry says no.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The registry wants to know who we are, and that cannot be told.
    #[error("{method} {}", chart::quote::quote(.url))]
    Identity {
        /// What was to be done.
        method: String,
        /// To what.
        url: String,
        /// Why it cannot be told.
        #[source]
        source: Box<IdentityError>,
    },
    /// The answer is not what such an answer looks like.
    #[error("{method} {}: {what}", chart::quote::quote(.url))]
    Answer {
        /// What was asked for.
        method: String,
        /// Of what.
        url: String,
        /// What is wrong with the answer.
        what: String,
    },
    /// It is not there.
    #[error("{0}: not found")]
    NotFound(String),
    /// There is no registry at that address.
    #[error("not found")]
    NothingThere,
    /// A step of bringing something here did not work.
    #[error("failed to perform {step:?} on source")]
    Pull {
        /// The step, as Helm's library calls it.
        step: &'static str,
        /// Why.
        #[source]
        source: Box<OciError>,
    },
    /// A step of bringing something there did not work.
    #[error("failed to perform {step:?} on destination")]
    Push {
        /// The step, as Helm's library calls it.
        step: &'static str,
        /// Why.
        #[source]
        source: Box<OciError>,
    },
    /// The content is other content.
    #[error("{wanted}: mismatch digest: the content has {found}")]
    Digest {
        /// What was asked for.
        wanted: Digest,
        /// What came.
        found: Digest,
    },
    /// There is more or less of the content than the manifest says.
    #[error("{digest}: mismatch size: {found} bytes, expected {wanted}")]
    Size {
        /// The content.
        digest: Digest,
        /// How much there is.
        found: u64,
        /// How much there should be.
        wanted: u64,
    },
    /// What a mirror has is another archive than the last time.
    #[error("its archive is not what it was: its digest is {found}, and not {expected}")]
    NotAsBefore {
        /// What it was.
        expected: Digest,
        /// What it is.
        found: Digest,
    },
    /// Tag and version are two.
    #[error("chart reference and version mismatch: {version} is not {tag}")]
    VersionMismatch {
        /// The version asked for.
        version: String,
        /// The version of the tag.
        tag: String,
    },
    /// The tag is on another manifest than the digest says.
    #[error("chart reference digest mismatch: {found} is not {wanted}")]
    DigestMismatch {
        /// The digest of the tag.
        found: Digest,
        /// The digest of the reference.
        wanted: Digest,
    },
    /// The repository has no versions.
    #[error("unable to locate any tags in provided repository: {0}")]
    NoTags(String),
    /// The version is neither there nor a range.
    #[error(transparent)]
    Range(#[from] RequirementError),
    /// No version is in the range.
    #[error("could not locate a version matching provided version string {0}")]
    NoVersion(String),
    /// It is no manifest, but something else.
    #[error(
        "manifest does not contain minimum number of descriptors (2), descriptors found: {found}: {media_type} is not \
         the media type of a chart's manifest"
    )]
    NoManifest {
        /// How many parts of a chart it has.
        found: usize,
        /// What it is.
        media_type: String,
    },
    /// It is the manifest of something else.
    #[error("could not load config with mediatype {CONFIG}")]
    NoConfig,
    /// It is the manifest of something else than a plugin.
    #[error("expected artifact type {PLUGIN}, got {0}")]
    NoPlugin(String),
    /// As [`OciError::NoPlugin`], by the older way to say so.
    #[error("expected config media type {PLUGIN} for legacy compatibility, got {0}")]
    NoPluginConfig(String),
    /// There is no archive of a plugin.
    #[error("required layer matching pattern {0}-VERSION.tgz not found in manifest")]
    NoPluginLayer(String),
    /// There is no archive.
    #[error("manifest does not contain a layer with mediatype {CHART}")]
    NoChart,
    /// There is no provenance file.
    #[error("manifest does not contain a layer with mediatype {PROVENANCE}")]
    NoProvenance,
    /// Provenance was asked for, and there is none.
    #[error("failed to fetch provenance {}", chart::quote::quote(.0))]
    Unsigned(String),
    /// There is no such file.
    #[error("{0}: no such file")]
    NoFile(String),
    /// A folder cannot be pushed.
    #[error("cannot push directory, must provide chart archive (.tgz)")]
    Directory,
    /// The file is no chart.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
    /// The registry does not let us in.
    #[error("authenticating to {}", chart::quote::quote(.registry))]
    Login {
        /// The registry.
        registry: String,
        /// Why.
        #[source]
        source: Box<OciError>,
    },
    /// Credentials cannot be kept or forgotten.
    #[error(transparent)]
    Credentials(#[from] CredentialError),
}

/// Why a registry cannot be told who we are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Credentials cannot be read.
    #[error("failed to resolve credential")]
    Credentials(#[from] CredentialError),
    /// There are none, and it wants some.
    #[error("basic credential not found")]
    Missing,
    /// There are some, but not of the kind that it wants.
    #[error("missing username or password for basic auth")]
    Incomplete,
    /// The place where it sends us for a token is no place for credentials.
    #[error("bearer realm {}: {what}", chart::quote::quote(.realm))]
    Realm {
        /// The place.
        realm: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The token service does not answer, or says no.
    #[error(transparent)]
    Token(#[from] Box<OciError>),
}

impl From<Refusal> for OciError {
    fn from(refusal: Refusal) -> Self {
        OciError::Refused(Box::new(refusal))
    }
}

impl OciError {
    /// Whether there was an answer, and it is not what it should be.
    pub(super) fn is_about_content(&self) -> bool {
        match self {
            OciError::Pull { source, .. } => source.is_about_content(),
            OciError::Answer { .. }
            | OciError::Digest { .. }
            | OciError::Size { .. }
            | OciError::NoManifest { .. }
            | OciError::NotAsBefore { .. } => true,
            _ => false,
        }
    }

    /// Whether the registry was there, and does not have what was asked for.
    pub fn is_not_found(&self) -> bool {
        match self {
            OciError::NotFound(_) => true,
            OciError::Refused(refusal) => refusal.status == http::StatusCode::NOT_FOUND,
            OciError::Pull { source, .. } | OciError::Push { source, .. } => source.is_not_found(),
            _ => false,
        }
    }
}
