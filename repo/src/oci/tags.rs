//! Which versions a repository has, and which one is meant.

use chart::{Version, VersionReq};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::digest::Digest;
use super::error::OciError;
use super::reference::Reference;
use super::registry::{Errand, Registry, named, refused};
use super::requests::{self, next_page};
use super::scope::Access;
use super::versions;
use crate::http::Call;

/// As much as is read of a page of tags.
const MAX_PAGE: u64 = 4 * 1024 * 1024;

/// As many pages as are read: more of them are a circle.
const MAX_PAGES: usize = 10_000;

#[derive(Default, Deserialize)]
struct Page {
    /// `null` in a repository whose last tag was deleted.
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl Registry {
    /// Lists the tags of a repository, page by page, in the registry's order.
    ///
    /// # Errors
    /// When the registry says no, does not answer, or answers with something else.
    pub async fn tags(&self, reference: &Reference) -> Result<Vec<String>, OciError> {
        let known = self.instead().map(|memory| memory.tags(reference));
        if let Some(tags) = known.filter(|tags| !tags.is_empty()) {
            return Ok(tags);
        }
        self.ask(reference, async |registry, reference| {
            registry.list_tags(reference).await
        })
        .await
    }

    async fn list_tags(&self, reference: &Reference) -> Result<Vec<String>, OciError> {
        let mut url = parse(&requests::tags(self.protocol, reference))?;
        let mut tags = Vec::new();
        for _ in 0..MAX_PAGES {
            let errand = Errand::new(Call::get(url), reference, Access::Pull);
            let response = self.send(errand).await?;
            if response.status() != StatusCode::OK {
                return Err(refused(response).await);
            }
            let (method, shown) = named(&response);
            let wrong = |what: String| OciError::Answer {
                method: method.clone(),
                url: shown.clone(),
                what,
            };
            let link = response.header("link").map(str::to_owned);
            let page = response.url().clone();
            let body = response.bytes(MAX_PAGE).await?;
            let read: Page = serde_json::from_slice(&body)
                .map_err(|error| wrong(format!("failed to decode response: {error}")))?;
            tags.extend(read.tags.unwrap_or_default());
            let Some(link) = link else { return Ok(tags) };
            let next = next_page(&link, &page)
                .map_err(|what| wrong(format!("invalid next link {link:?}: {what}")))?;
            if !requests::is_same_origin(&next, &page) {
                return Err(wrong(format!("invalid next link {link:?}: another host")));
            }
            url = next;
        }
        Err(OciError::Answer {
            method: "GET".to_owned(),
            url: url.into(),
            what: "the list of tags has no end".to_owned(),
        })
    }

    /// Lists the versions of the charts in a repository, the highest first.
    ///
    /// # Errors
    /// As [`Registry::tags`].
    pub async fn versions(&self, reference: &Reference) -> Result<Vec<Version>, OciError> {
        Ok(versions::versions(&self.tags(reference).await?))
    }

    /// Finds out which manifest is meant: by digest, by tag, by a version, by a range over the tags; without any of
    /// these it is the highest version. The rules are those of `ValidateReference` in Helm's `pkg/registry/client.go`;
    /// beyond them, a tag that is no version is taken as it is.
    ///
    /// # Errors
    /// When the version is not that of the tag, no version fits, or the tags cannot be listed.
    pub async fn resolve(&self, reference: &Reference, version: &str) -> Result<Reference, OciError> {
        let tag = reference.version();
        if let Some(tag) = tag
            .as_deref()
            .filter(|tag| !version.is_empty() && *tag != version)
        {
            return Err(OciError::VersionMismatch {
                version: version.to_owned(),
                tag: tag.to_owned(),
            });
        }
        let wanted = if version.is_empty() {
            tag.as_deref().unwrap_or_default()
        } else {
            version
        };
        if let Some(digest) = &reference.digest {
            return self.check_tag(reference, wanted, digest).await;
        }
        if Version::parse(wanted).is_ok() {
            return Ok(reference.at_version(wanted)?);
        }
        if tag.is_some() && VersionReq::parse(wanted).is_err() {
            return Ok(reference.clone());
        }
        let versions = self.versions(reference).await?;
        if versions.is_empty() {
            return Err(OciError::NoTags(format!("oci://{reference}")));
        }
        let chosen = versions::choose(&versions, wanted)?;
        let chosen = chosen.ok_or_else(|| OciError::NoVersion(wanted.to_owned()))?;
        Ok(reference.at_version(&chosen)?)
    }

    /// A tag beside a digest must be on the same manifest, if there is such a tag.
    async fn check_tag(
        &self,
        reference: &Reference,
        wanted: &str,
        digest: &Digest,
    ) -> Result<Reference, OciError> {
        let by_digest = Reference {
            tag: None,
            ..reference.clone()
        };
        // A range, too, is no tag; the digest says it all.
        let tagged = match reference.at_version(wanted) {
            Ok(tagged) if !wanted.is_empty() => tagged,
            _ => return Ok(by_digest),
        };
        match self.manifest_digest(&tagged).await {
            Ok(found) if found != *digest => Err(OciError::DigestMismatch {
                found,
                wanted: digest.clone(),
            }),
            _ => Ok(by_digest),
        }
    }
}

/// Reads an address that was made from a reference.
pub(super) fn parse(url: &str) -> Result<Url, OciError> {
    Url::parse(url).map_err(|_| OciError::Answer {
        method: "GET".to_owned(),
        url: url.to_owned(),
        what: "no URL".to_owned(),
    })
}
