//! `Note`: what a person should know about a change besides the change itself.

use serde::{Deserialize, Serialize};

/// Something to know before a change is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What it is about.
    pub concern: Concern,
    /// One sentence, or a few lines.
    pub text: String,
}

impl Note {
    /// Makes a note.
    pub fn new(concern: Concern, text: impl Into<String>) -> Self {
        Note {
            concern,
            text: text.into(),
        }
    }
}

/// What a note is about, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Concern {
    /// The server would not take it.
    Refused,
    /// A right is missing.
    Rights,
    /// Somebody else owns a field.
    Conflict,
    /// A field cannot be changed.
    Immutable,
    /// An object has to be deleted and made anew.
    Replaced,
    /// Data would be lost.
    DataLoss,
    /// Objects of a kind may not fit any more.
    Crd,
    /// The API version goes.
    ApiRemoved,
    /// There is no room in the quota.
    Quota,
    /// There is no room in a quota for the pods of a workload; the workload itself would be taken.
    Room,
    /// An object becomes one of the release that was not.
    Takeover,
    /// Somebody was killed at work on the release.
    Abandoned,
    /// Somebody changed it by hand.
    Drift,
    /// There will be fewer pods.
    Replicas,
    /// Pods will be made anew.
    Restart,
    /// A hook runs.
    Hook,
    /// It is different each time it is rendered.
    Nondeterministic,
    /// It could not be found out.
    Unchecked,
}

impl Concern {
    /// Returns all of them, the gravest first.
    pub fn all() -> [Concern; 18] {
        [
            Concern::Refused,
            Concern::Rights,
            Concern::Conflict,
            Concern::Immutable,
            Concern::Replaced,
            Concern::DataLoss,
            Concern::Crd,
            Concern::ApiRemoved,
            Concern::Quota,
            Concern::Room,
            Concern::Takeover,
            Concern::Abandoned,
            Concern::Drift,
            Concern::Replicas,
            Concern::Restart,
            Concern::Hook,
            Concern::Nondeterministic,
            Concern::Unchecked,
        ]
    }

    /// Says whether a person should decide: something would fail, get lost, or be taken from somebody.
    pub fn needs_attention(self) -> bool {
        !matches!(
            self,
            Concern::Restart | Concern::Hook | Concern::Nondeterministic | Concern::Unchecked
        )
    }

    /// Says whether the change cannot be made.
    pub fn is_fatal(self) -> bool {
        matches!(
            self,
            Concern::Refused
                | Concern::Rights
                | Concern::Conflict
                | Concern::Immutable
                | Concern::Quota
                | Concern::Takeover
        )
    }

    /// Returns the word for it, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Concern::Refused => "refused",
            Concern::Rights => "rights",
            Concern::Conflict => "conflict",
            Concern::Immutable => "immutable",
            Concern::Replaced => "replaced",
            Concern::DataLoss => "dataLoss",
            Concern::Crd => "crd",
            Concern::ApiRemoved => "apiRemoved",
            Concern::Quota => "quota",
            Concern::Room => "room",
            Concern::Takeover => "takeover",
            Concern::Abandoned => "abandoned",
            Concern::Drift => "drift",
            Concern::Replicas => "replicas",
            Concern::Restart => "restart",
            Concern::Hook => "hook",
            Concern::Nondeterministic => "nondeterministic",
            Concern::Unchecked => "unchecked",
        }
    }
}
