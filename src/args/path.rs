//! Paths as Helm writes them: by Go's `path/filepath`.

use std::path::{Path, PathBuf};

/// Shortens a path by its text alone, without a look at the disk (`filepath.Clean`).
pub(crate) fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A path below another, shortened (`filepath.Join`).
pub(crate) fn join(path: &str, name: &str) -> String {
    match path {
        "" => clean(name),
        _ => clean(&format!("{path}/{name}")),
    }
}

/// The path from the root of the disk on (`filepath.Abs`).
///
/// # Errors
/// When there is no current folder.
pub(crate) fn absolute(path: &str) -> std::io::Result<PathBuf> {
    if Path::new(path).is_absolute() {
        return Ok(PathBuf::from(clean(path)));
    }
    let folder = std::env::current_dir()?;
    Ok(PathBuf::from(join(&folder.to_string_lossy(), path)))
}

/// The last part of a path (`filepath.Base`).
pub(crate) fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

/// All but the last part of a path (`filepath.Dir`).
pub(crate) fn parent(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

#[cfg(test)]
mod tests {
    use super::{base, clean, join, parent};

    #[test]
    fn paths_are_cleaned_as_in_go() {
        for (path, expected) in [
            ("", "."),
            ("./a//b/", "a/b"),
            ("a/../..", ".."),
            ("../a/../b", "../b"),
            ("/../a", "/a"),
            ("a/..", "."),
        ] {
            assert_eq!(clean(path), expected, "{path:?}");
        }
        assert_eq!(join("a/", "charts"), "a/charts");
        assert_eq!((base("a/b/"), base(""), base("//")), ("b", ".", "/"));
        assert_eq!(
            (parent("a/b"), parent("b"), parent("/b")),
            ("a".into(), ".".into(), "/".into())
        );
    }
}
