//! Why there is no client.

use std::fmt::{self, Display};

use chart::FileError;

use super::plugin::PluginError;

/// Why there is no client: in client-go's words, for those of Helm's users who look for them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The file that was asked for by a flag is not there, or a file with a token.
    #[error(transparent)]
    File(#[from] FileError),
    /// Kubeconfig files cannot be read or understood.
    #[error("{}", aggregate(.0))]
    Files(Vec<FileFault>),
    /// The named context is in none of the files.
    #[error("context {name:?} does not exist")]
    NoContext { name: String, known: Vec<String> },
    /// The files say something that makes no client: all of it.
    #[error("invalid configuration: {}", aggregate(.0))]
    Invalid(Vec<String>),
    /// What they say is well formed and cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// A program that was to say who we are did not. It is asked before the first request, which is Helm's.
    #[error("Get \"{server}/version\": getting credentials")]
    Credentials {
        server: String,
        #[source]
        source: PluginError,
    },
    /// The user's certificate or key is none, which Helm finds out when it sends its first request.
    #[error("Get \"{server}/version\": tls: failed to find any PEM data in {what} input")]
    NoPem { server: String, what: &'static str },
    /// The client cannot be made.
    #[error("invalid configuration")]
    Client(#[source] kube::Error),
}

/// What is wrong with one file.
#[derive(Debug)]
pub(crate) struct FileFault {
    pub(super) path: String,
    pub(super) fault: String,
}

impl Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error loading config file \"{}\": {}", self.path, self.fault)
    }
}

/// Several errors as Kubernetes' `NewAggregate` writes them.
fn aggregate<T: Display>(faults: &[T]) -> String {
    match faults {
        [only] => only.to_string(),
        all => {
            let all: Vec<String> = all.iter().map(T::to_string).collect();
            format!("[{}]", all.join(", "))
        }
    }
}
