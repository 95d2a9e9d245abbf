//! Registries that stand in for others: they are asked first, as who we are there.

use super::credentials::CredentialStore;
use super::reference::Reference;
use super::registry::{Identity, Registry};
use super::requests::Protocol;
use super::{OciError, requests};
use crate::http::{HttpClient, HttpError, HttpOptions, TlsOptions};
use crate::mirrors::{Elsewhere, Mirrors};

/// How mirrors are reached.
#[derive(Debug)]
pub(super) struct Stands {
    mirrors: Mirrors,
    http: HttpOptions,
    store: CredentialStore,
}

impl Registry {
    /// Asks the mirrors of a repository one after the other, and last the registry itself, whose answer counts. When nobody
    /// has it, what was wrong with a mirror's content is the error, if there was such content.
    pub(super) async fn ask<T>(
        &self,
        reference: &Reference,
        question: impl AsyncFn(&Registry, &Reference) -> Result<T, OciError>,
    ) -> Result<T, OciError> {
        let mut wrong = None;
        if let Some(stands) = &self.stands {
            for elsewhere in stands.mirrors.of_reference(reference) {
                let answer = match stands.client(&elsewhere) {
                    Ok(client) => question(&client, &moved(reference, &elsewhere)).await,
                    Err(error) => Err(error.into()),
                };
                match answer {
                    Ok(answer) => return Ok(answer),
                    Err(error) if error.is_about_content() => {
                        stands.mirrors.refused(&elsewhere.url, &chart::chain(&error));
                        wrong.get_or_insert(error);
                    }
                    Err(error) => stands.mirrors.passed_over(&elsewhere.url, &chart::chain(&error)),
                }
            }
        }
        let answer = question(self, reference).await;
        match wrong {
            Some(wrong) => answer.map_err(|_| wrong),
            None => answer,
        }
    }
}

impl Stands {
    /// How these mirrors are reached; nothing when there are none.
    pub(super) fn new(mirrors: Mirrors, http: HttpOptions, store: CredentialStore) -> Option<Self> {
        (!mirrors.is_empty()).then_some(Stands { mirrors, http, store })
    }

    fn client(&self, elsewhere: &Elsewhere) -> Result<Registry, HttpError> {
        let http = HttpOptions {
            tls: TlsOptions::clone(&elsewhere.tls),
            ..self.http.clone()
        };
        let protocol = match elsewhere.url.scheme() {
            "http" => Protocol::Http,
            _ => Protocol::Https,
        };
        let identity = Identity::Stored(self.store.clone());
        Ok(Registry::new(HttpClient::new(&http)?, protocol, identity))
    }
}

/// The same at a mirror.
fn moved(reference: &Reference, elsewhere: &Elsewhere) -> Reference {
    let host = elsewhere.url.host_str().unwrap_or_default();
    let registry = match elsewhere.url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    Reference {
        registry: requests::host(&registry).to_owned(),
        repository: elsewhere.url.path().trim_start_matches('/').to_owned(),
        ..reference.clone()
    }
}
