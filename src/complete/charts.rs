//! Charts, their repositories and versions, by what is kept of their indexes.

use std::path::Path;

use repo::http::Reach;

use super::line::Line;
use super::{Choices, FILES, NO_FILES, NO_SPACE};
use crate::context::Context;

/// Whether charts in files are meant as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Files {
    Too,
    Not,
}

const URLS: [&str; 4] = [
    "oci://\tChart OCI prefix",
    "https://\tChart URL prefix",
    "http://\tChart URL prefix",
    "file://\tChart local URL prefix",
];

fn known(cx: &Context) -> Vec<(String, String)> {
    let repositories = cx.quiet_repositories(Reach::ThisMachine);
    let file = repositories.and_then(|repositories| Ok(repositories.known()?));
    let all = file.map(|file| file.repositories).unwrap_or_default();
    all.into_iter().map(|known| (known.name, known.url)).collect()
}

/// Charts of repositories, once one is typed; repositories and the beginnings of URLs before that.
pub(super) fn all(cx: &Context, typed: &str, files: Files) -> Choices {
    let mut choices = Choices::none(FILES);
    for (name, url) in known(cx) {
        if typed.starts_with(&format!("{name}/")) {
            choices.lines.extend(of_repository(cx, &name));
            choices.then &= !NO_SPACE;
            break;
        }
        if name.starts_with(typed) {
            choices.lines.push(format!("{name}/\t{url}"));
            choices.then |= NO_SPACE;
        }
    }
    for url in URLS.iter().filter(|url| url.starts_with(typed)) {
        choices.lines.push((*url).to_owned());
        choices.then |= NO_SPACE;
    }
    match (files, typed) {
        (Files::Not, _) => choices.then |= NO_FILES,
        (Files::Too, "") => choices.lines.extend(
            [
                "./\tRelative path prefix to local chart",
                "/\tAbsolute path prefix to local chart",
            ]
            .map(str::to_owned),
        ),
        (Files::Too, _) if !choices.lines.is_empty() => choices.lines.extend(here(typed)),
        (Files::Too, _) => {}
    }
    choices
}

/// What is in the folder and begins like that.
fn here(typed: &str) -> Vec<String> {
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(typed)).collect();
    names.sort();
    names
}

fn of_repository(cx: &Context, name: &str) -> Vec<String> {
    let file = Path::new(&cx.settings().homes.repository_cache).join(format!("{name}-charts.txt"));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|chart| format!("{name}/{chart}")).collect()
}

/// The versions of a chart of a repository, the newest first.
pub(super) fn versions(cx: &Context, chart: &str) -> Choices {
    let Some((repository, chart)) = chart.split_once('/').filter(|(_, chart)| !chart.contains('/')) else {
        return Choices::none(NO_FILES);
    };
    let repositories = cx.quiet_repositories(Reach::ThisMachine);
    let entries = repositories.map(|repositories| repositories.entries(repository, chart));
    Choices::plain(entries.unwrap_or_default().into_iter().map(|entry| {
        let metadata = &entry.metadata;
        let app = match metadata.app_version.as_str() {
            "" => String::new(),
            version => format!("App: {version}"),
        };
        let deprecated = if metadata.deprecated { " (deprecated)" } else { "" };
        format!("{}\t{app}{deprecated}", metadata.version)
    }))
}

/// Repositories that are not there yet.
pub(super) fn repositories(cx: &Context, line: &Line<'_>) -> Choices {
    let others = known(cx)
        .into_iter()
        .filter(|(name, _)| !line.words.contains(name));
    Choices::plain(others.map(|(name, url)| format!("{name}\t{url}")))
}
