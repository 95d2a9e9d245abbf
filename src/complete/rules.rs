//! Which command takes what.

use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::ListParams;

use super::line::Line;
use super::{Choices, ERROR, FILES, NO_FILES, NO_SPACE, charts, releases, variables};
use crate::access;
use crate::context::Context;
use crate::error::Result;
use crate::plugins::{self, Config};

/// Completes a word.
pub(super) fn word(cx: &Context, line: &Line<'_>) -> Choices {
    let count = line.words.len();
    let path = match &line.path[..] {
        // A plan takes what its command takes.
        ["plan", command @ ..] => command,
        path => path,
    };
    match (path, count) {
        (["get", _] | ["history" | "status" | "test"], 0) => releases::all(cx, &[]),
        (["rollback" | "upgrade"], 0) => releases::all(cx, &[]),
        (["diff"], 0) => releases::all(cx, &[]).or_files(),
        (["diff"], 1 | 2) => releases::revisions(cx, &line.words[0]).or_files(),
        (["rollback"], 1) => releases::revisions(cx, &line.words[0]),
        (["uninstall"], _) => releases::all(cx, &line.words),
        (["upgrade"], 1) | (["show", _], 0) | (["explain"] | ["explain", _], 0 | 1) => {
            charts::all(cx, &line.last, charts::Files::Too)
        }
        (["install" | "template"], count) => {
            if count == usize::from(!line.has("generate-name")) {
                charts::all(cx, &line.last, charts::Files::Too)
            } else {
                Choices::none(NO_FILES)
            }
        }
        (["pull"], 0) => charts::all(cx, &line.last, charts::Files::Not),
        (["pull"] | ["registry", _] | ["repo", "add"], _) if count < 2 => Choices::none(NO_FILES),
        (["pull"] | ["registry", _], _) => Choices::none(NO_FILES),
        (["repo", "remove" | "update"], _) => charts::repositories(cx, line),
        (["plugin", "uninstall" | "update"], _) => plugins(cx, &line.words),
        (["env"], 0) => variables(cx),
        (["push"], 1) => Choices {
            lines: vec!["oci://".to_owned()],
            then: NO_FILES | NO_SPACE,
        },
        (["apply" | "create" | "verify" | "push"] | ["repo", "index"] | ["plugin", "install"], 0) => {
            Choices::none(FILES)
        }
        (["dependency", _] | ["lint" | "package" | "outdated"] | ["search", _], _) => Choices::none(FILES),
        (["plugin", "package" | "verify"], _) => Choices::none(FILES),
        _ => Choices::no_more(),
    }
}

/// Completes the value of a flag.
pub(super) fn value(cx: &Context, line: &Line<'_>, flag: &str) -> Choices {
    match flag {
        "n" | "namespace" => cx
            .block_on(namespaces(cx))
            .map_or(Choices::none(FILES), Choices::plain),
        "kube-context" => access::contexts(&cx.settings().kube).map_or(Choices::none(FILES), Choices::plain),
        "color" | "colour" => Choices::plain(["auto", "always", "never"]),
        "o" | "output" if matches!(line.path.first(), Some(&"plan" | &"diff")) => {
            Choices::plain(["json", "markdown", "text"])
        }
        "o" | "output" => Choices::plain([
            "json\tOutput result in JSON format",
            "table\tOutput result in human-readable format",
            "yaml\tOutput result in YAML format",
        ]),
        "revision" => match &line.words[..] {
            [release] => releases::revisions(cx, release),
            _ => Choices::none(NO_FILES),
        },
        "version" => match version_of(line) {
            Some(Some(chart)) => charts::versions(cx, chart),
            Some(None) => Choices::none(NO_FILES),
            None => Choices::none(FILES),
        },
        _ => Choices::none(FILES),
    }
}

/// The chart of which a version is asked for; nothing where `--version` is about something else.
fn version_of<'l>(line: &'l Line<'_>) -> Option<Option<&'l str>> {
    let wanted = match &line.path[..] {
        ["install" | "template"] => 1 + usize::from(!line.has("generate-name")),
        ["upgrade"] => 2,
        ["pull"] | ["show", _] => 1,
        _ => return None,
    };
    let chart = line.words.last().filter(|_| line.words.len() == wanted);
    Some(chart.map(String::as_str))
}

async fn namespaces(cx: &Context) -> Result<Vec<String>> {
    let connection = access::Connection::load(&cx.settings().kube)?;
    let client = connection.client("default", &cx.settings().limits).await?;
    let found = Api::<Namespace>::all(client).list(&ListParams::default()).await?;
    Ok(found
        .items
        .into_iter()
        .filter_map(|found| found.metadata.name)
        .collect())
}

fn plugins(cx: &Context, but: &[String]) -> Choices {
    let Ok(found) = plugins::all(&cx.settings().homes.plugins, cx.ui()) else {
        return Choices::none(ERROR);
    };
    Choices::plain(
        found
            .into_iter()
            .filter_map(|plugin| match plugin.metadata.config {
                Config::Cli(usage) if !but.contains(&plugin.metadata.name) => {
                    Some(format!("{}\t{}", plugin.metadata.name, usage.short))
                }
                _ => None,
            }),
    )
}
