//! Paths: sprig's chapter "Path and Filepath Functions". The `os` variants are those of Unix.

use super::Table;
use crate::gotmpl::{Function, Text, function};

/// The functions of this chapter.
pub(super) fn table() -> Table {
    let both = |names: [&'static str; 2], function: Function| names.map(|name| (name, function.clone()));
    [
        both(["base", "osBase"], function(base)),
        both(["dir", "osDir"], function(dir)),
        both(["clean", "osClean"], function(|path: Text| clean(&path))),
        both(["ext", "osExt"], function(ext)),
        both(
            ["isAbs", "osIsAbs"],
            function(|path: Text| path.starts_with(b"/")),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn base(path: Text) -> Text {
    if path.is_empty() {
        return ".".into();
    }
    match path.iter().rposition(|byte| *byte != b'/') {
        None => "/".into(),
        Some(end) => {
            let path = &path[..=end];
            path[path
                .iter()
                .rposition(|byte| *byte == b'/')
                .map_or(0, |slash| slash + 1)..]
                .into()
        }
    }
}

fn dir(path: Text) -> Text {
    clean(
        &path[..path
            .iter()
            .rposition(|byte| *byte == b'/')
            .map_or(0, |slash| slash + 1)],
    )
}

/// Shortens a path: no empty elements, no `.`, no `..` that can be resolved.
fn clean(path: &[u8]) -> Text {
    let is_rooted = path.starts_with(b"/");
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if elements.last().is_some_and(|last| *last != b"..") => {
                elements.pop();
            }
            b".." if is_rooted => {}
            element => elements.push(element),
        }
    }
    let joined = elements.join(&b'/');
    match (is_rooted, joined.is_empty()) {
        (true, _) => [b"/", &*joined].concat().into(),
        (false, true) => ".".into(),
        (false, false) => joined.into(),
    }
}

fn ext(path: Text) -> Text {
    match path.iter().rposition(|byte| matches!(byte, b'.' | b'/')) {
        Some(at) if path[at] == b'.' => path[at..].into(),
        _ => Text::default(),
    }
}
