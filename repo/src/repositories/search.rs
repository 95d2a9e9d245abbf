//! Charts are searched for, in what is known of the repositories.

use chart::{Remark, RequirementError, Version, VersionReq, chain};

use super::Repositories;
use crate::cache::{Filter, Found, Needle};
use crate::config::{RepoFile, RepoFileError};
use crate::event::Event;

/// What is shown of what was found.
#[derive(Debug, Clone, Default)]
pub struct SearchOptions {
    /// Only versions in this range.
    pub version: String,
    /// All of them, and not just the newest.
    pub every_version: bool,
}

/// Why nothing can be searched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// There are no repositories.
    #[error("no repositories configured")]
    None,
    /// The file with the repositories cannot be read.
    #[error(transparent)]
    RepoFile(#[from] RepoFileError),
    /// The range is none.
    #[error("an invalid version/constraint format")]
    Range(#[from] RequirementError),
}

impl Repositories {
    /// Searches all repositories: the best matches first, then by name, the newest first. A repository whose index cannot
    /// be read is passed over with a warning.
    ///
    /// # Errors
    /// When there are no repositories, or the range of versions is none.
    pub fn search(&self, needle: &Needle<'_>, options: &SearchOptions) -> Result<Vec<Found>, SearchError> {
        let file = match RepoFile::load(self.config()) {
            Err(error) if error.is_missing() => return Err(SearchError::None),
            other => other?,
        };
        if file.repositories.is_empty() {
            return Err(SearchError::None);
        }
        let filter = Filter {
            range: VersionReq::parse(&options.version)?,
            is_every_version: options.every_version,
        };
        let mut found = Vec::new();
        for repository in &file.repositories {
            let name = &repository.name;
            let searched = self.catalog(name).and_then(|catalog| {
                let work =
                    |catalog: &crate::cache::Catalog| Ok(catalog.lines()?.search(name, needle, &filter));
                self.indexes().with(name, catalog, work)
            });
            match searched {
                Ok(more) => found.extend(more),
                Err(error) => self.tell(Event::Remark(
                    Remark::warning("repo is corrupt or missing")
                        .about("repo", name)
                        .about("error", chain(&error)),
                )),
            }
        }
        Ok(in_order(found, options))
    }
}

fn in_order(found: Vec<Found>, options: &SearchOptions) -> Vec<Found> {
    let mut keyed: Vec<(Option<Version>, Found)> = found
        .into_iter()
        .map(|found| (Version::parse(&found.version).ok(), found))
        .collect();
    keyed.sort_by(|(one_version, one), (other_version, other)| {
        let names = (one.score, &one.name).cmp(&(other.score, &other.name));
        names.then_with(|| match (one_version, other_version) {
            (Some(one), Some(other)) => other.precedence(one),
            _ => std::cmp::Ordering::Equal,
        })
    });
    let mut found: Vec<Found> = keyed.into_iter().map(|(_, found)| found).collect();
    if !options.every_version {
        let mut names = std::collections::BTreeSet::new();
        found.retain(|found| names.insert(found.name.clone()));
    }
    found
}
