//! Coming and going: `registry login` and `registry logout`.

use http::StatusCode;

use super::credentials::{Credential, CredentialStore};
use super::error::OciError;
use super::reference::check_registry;
use super::registry::{Errand, Grant, Identity, Registry, refused};
use super::requests::{self, Protocol};
use super::tags::parse;
use crate::http::{Call, HttpClient};

/// Shows a credential to a registry and keeps it if the registry takes it.
///
/// A password is offered as an OAuth2 form first and then as a header, as Helm does (`Login` in
/// `pkg/registry/client.go`). Without a name it is an identity token, and failing that a password without a name.
///
/// # Errors
/// When the registry does not take it, or it cannot be kept.
pub async fn login(
    registry: &str,
    credential: &Credential,
    store: &CredentialStore,
    (http, protocol): (HttpClient, Protocol),
) -> Result<(), OciError> {
    check_registry(registry)?;
    let mut offers = vec![
        (credential.clone(), Grant::Form),
        (credential.clone(), Grant::Header),
    ];
    if !credential.identity_token.is_empty() {
        let nameless = Credential {
            password: credential.identity_token.clone(),
            ..Credential::default()
        };
        offers = vec![(credential.clone(), Grant::Form), (nameless, Grant::Header)];
    }
    let mut outcome = Ok(());
    for (offer, grant) in offers {
        let client = Registry::new(http.clone(), protocol, Identity::Fixed(offer.clone()));
        outcome = client.ping(registry, grant).await;
        if outcome.is_ok() {
            return Ok(store.put(registry, &offer).await?);
        }
    }
    outcome.map_err(|source| OciError::Login {
        registry: registry.to_owned(),
        source: Box::new(source),
    })
}

impl Registry {
    /// Asks whether we may speak to a registry.
    async fn ping(&self, registry: &str, grant: Grant) -> Result<(), OciError> {
        let url = parse(&requests::ping(self.protocol, registry))?;
        let errand = Errand {
            call: Call::get(url),
            registry: requests::host(registry).to_owned(),
            scope: None,
            grant,
        };
        let response = self.send(errand).await?;
        match response.status() {
            StatusCode::OK => Ok(()),
            StatusCode::NOT_FOUND => Err(OciError::NothingThere),
            _ => Err(refused(response).await),
        }
    }
}
