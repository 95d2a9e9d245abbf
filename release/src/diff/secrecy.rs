//! `Secrecy`: what must not be shown, and what is shown instead.

use std::collections::BTreeSet;
use std::fmt;

use hmac::{Hmac, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::secret_texts::SecretTexts;

/// How many bytes of the digest are kept: enough that two values are not taken for one.
const KEPT: usize = 8;

/// The fields of a Secret that are none.
const PUBLIC: [&str; 5] = ["apiVersion", "kind", "metadata", "type", "immutable"];

/// `kubectl apply` copies the whole object into it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The key of the digests, and what else is secret.
///
/// Whoever has the key can try whether a guess is right: it is not to be kept where the digests are shown.
#[derive(Clone)]
pub struct Secrecy {
    /// The key.
    pub key: Vec<u8>,
    /// Paths of fields that are secret in any object, and all that is below them.
    pub fields: BTreeSet<String>,
    /// What Secrets hold: it is secret wherever else it is.
    pub texts: SecretTexts,
}

impl fmt::Debug for Secrecy {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Secrecy")
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl Secrecy {
    /// Digests with this key, which should be random.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Secrecy {
            key: key.into(),
            fields: BTreeSet::new(),
            texts: SecretTexts::default(),
        }
    }

    /// Returns what is shown instead of a value: the start of its HMAC-SHA256, in hexadecimal.
    pub fn digest(&self, value: &Value) -> String {
        let mut digest = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        match value {
            Value::String(text) => digest.update(text.as_bytes()),
            other => {
                // No text is taken for a number or a table that reads like it.
                digest.update(&[0]);
                digest.update(other.to_string().as_bytes());
            }
        }
        let bytes = digest.finalize().into_bytes();
        bytes[..KEPT].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Says whether the caller wants a field to be secret.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.fields.contains(path)
    }
}

/// Says whether a field of a Secret is secret. What it is not known for is.
pub(super) fn is_secret_field(name: &str) -> bool {
    !PUBLIC.contains(&name)
}

/// Says whether an annotation of a Secret holds its content.
pub(super) fn holds_content(annotation: &str) -> bool {
    annotation == LAST_APPLIED
}

/// Says whether a table is a Secret of the core group.
pub(super) fn is_secret(object: &Map<String, Value>) -> bool {
    let is = |field: &str, wanted: &str| object.get(field).and_then(Value::as_str) == Some(wanted);
    is("kind", "Secret") && is("apiVersion", "v1")
}
