//! Where each dependency is: what the names of repositories mean. Asks nobody.

use std::path::Path;

use chart::Dependency;
use url::Url;

use super::{DependencyError, folder};
use crate::config::{RepoFile, Repository};
use crate::location::is_equal;
use crate::repositories::unmanaged;

/// Where a dependency is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In `charts/` already.
    Here,
    /// In a folder of this machine.
    Folder,
    /// In a registry.
    Registry,
    /// In a repository that was added.
    Known(Repository),
    /// In a repository that nobody added; the name stands for its URL.
    Unmanaged(Repository),
}

/// How repositories begin that are folders.
pub(super) const FILE: &str = "file://";
const OCI: &str = "oci://";

/// Finds out where dependencies are, and puts URLs in the place of names (`@name`, `alias:name`).
///
/// # Errors
/// When a name is unknown, or a folder is not there.
pub(super) fn resolve(
    wanted: &mut [Dependency],
    file: &RepoFile,
    chart: &Path,
) -> Result<Vec<Place>, DependencyError> {
    let mut places = Vec::new();
    let mut missing = Vec::new();
    for dependency in wanted {
        let repository = dependency.repository.clone();
        let place = if let Some(place) = without_server(dependency, chart)? {
            place
        } else if let Some(known) = file
            .repositories
            .iter()
            .find(|known| is_meant(known, &repository))
        {
            if is_name(&repository) {
                dependency.repository.clone_from(&known.url);
            }
            Place::Known(known.clone())
        } else if Url::parse(&repository).is_ok() && !is_name(&repository) {
            Place::Unmanaged(unmanaged(&repository))
        } else {
            missing.push(repository);
            continue;
        };
        places.push(place);
    }
    if missing.is_empty() {
        return Ok(places);
    }
    let is_word = |name: &String| !name.contains("//") && !is_name(name);
    Err(DependencyError::UnknownRepositories {
        has_word: missing.iter().any(is_word),
        names: missing,
    })
}

/// As [`resolve`], for a lock file: every repository must have been added.
///
/// # Errors
/// When one was not.
pub(super) fn known(
    locked: &mut [Dependency],
    file: &RepoFile,
    chart: &Path,
) -> Result<Vec<Place>, DependencyError> {
    let mut places = Vec::new();
    let mut missing = Vec::new();
    for dependency in locked {
        let url = dependency.repository.trim_end_matches('/');
        if let Some(place) = without_server(dependency, chart)? {
            places.push(place);
        } else if let Some(known) = file.repositories.iter().find(|known| is_equal(&known.url, url)) {
            places.push(Place::Known(known.clone()));
        } else {
            missing.push(dependency.repository.clone());
        }
    }
    if missing.is_empty() {
        return Ok(places);
    }
    Err(DependencyError::NotAdded(missing))
}

/// What is in no HTTP repository.
fn without_server(dependency: &Dependency, chart: &Path) -> Result<Option<Place>, DependencyError> {
    Ok(match dependency.repository.as_str() {
        "" => Some(Place::Here),
        path if path.starts_with(FILE) => {
            folder::source(dependency, chart)?;
            Some(Place::Folder)
        }
        url if url.starts_with(OCI) => Some(Place::Registry),
        _ => None,
    })
}

fn is_name(repository: &str) -> bool {
    repository.starts_with('@') || repository.starts_with("alias:")
}

fn is_meant(known: &Repository, repository: &str) -> bool {
    let name = repository
        .strip_prefix('@')
        .or_else(|| repository.strip_prefix("alias:"));
    match name {
        Some(name) => known.name == name,
        None => is_equal(&known.url, repository),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(repository: &str) -> Result<(String, Place), String> {
        let mut wanted = [Dependency {
            name: "db".to_owned(),
            repository: repository.to_owned(),
            ..Dependency::default()
        }];
        let mut file = RepoFile::default();
        file.put(Repository {
            name: "a".to_owned(),
            url: "https://a.example/charts".to_owned(),
            ..Repository::default()
        });
        let places = resolve(&mut wanted, &file, Path::new("."));
        let place = places.map_err(|error| error.to_string())?.remove(0);
        Ok((wanted[0].repository.clone(), place))
    }

    #[test]
    fn names_become_urls_and_urls_stay() {
        for name in ["@a", "alias:a"] {
            let (url, place) = places(name).unwrap();
            assert_eq!(url, "https://a.example/charts");
            assert!(matches!(place, Place::Known(known) if known.name == "a"));
        }
        let (url, place) = places("https://a.example/charts/").unwrap();
        assert_eq!(url, "https://a.example/charts/");
        assert!(matches!(place, Place::Known(_)));
        assert!(matches!(
            places("https://b.example").unwrap().1,
            Place::Unmanaged(_)
        ));
    }

    #[test]
    fn what_is_unknown_is_named() {
        assert_eq!(
            places("@b").unwrap_err(),
            "no repository definition for @b. Please add them via 'helm repo add'"
        );
        assert!(
            places("stable")
                .unwrap_err()
                .contains("use \"https://charts.example.com/\"")
        );
    }
}
