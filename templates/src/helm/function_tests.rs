//! Every function that Helm's templates can call is here, and has rows of expected values.

use crate::engine::Peers;
use crate::helm::{GoEngine, Notices, text_parser};
use crate::renderer::Renderer;
use crate::{Capabilities, Clock, Mode, ReleaseInfo, RenderInput};
use chart::{Chart, File, Map, Metadata};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Expressions whose result differs on purpose, with the reason.
const DEVIATIONS: [&str; 0] = [];

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testdata")
        .join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The names that the real Helm's table and Go's have.
fn names() -> BTreeSet<String> {
    let text = read(&testdata("functions/names.txt"));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_functions_are_those_of_helm() {
    let renderer = Renderer {
        has_dns: true,
        ..Renderer::default()
    };
    let engine = GoEngine::new(&renderer, 1 << 20, (&Notices::default(), &Peers::default()));
    let ours: BTreeSet<String> = engine.set().function_names().map(str::to_owned).collect();
    let helms = names();
    let missing: Vec<_> = helms.difference(&ours).collect();
    let extra: Vec<_> = ours.difference(&helms).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:?}, extra {extra:?}"
    );
}

#[test]
fn all_engines_have_the_same_names_and_numbers() {
    let renderers = [
        Renderer::default(),
        Renderer {
            has_dns: true,
            is_strict: true,
            ..Renderer::default()
        },
        Renderer {
            mode: Mode::Lint,
            clock: Clock::in_zone("Europe/Berlin").unwrap(),
            ..Renderer::default()
        },
    ];
    for renderer in renderers {
        let engine = GoEngine::new(&renderer, 1 << 20, (&Notices::default(), &Peers::default()));
        assert!(engine.set().parser() == text_parser());
    }
}

#[test]
fn every_function_has_rows() {
    let mut words = BTreeSet::new();
    for folder in [
        testdata("sprig"),
        testdata("functions"),
        testdata("../templates/testdata/gotmpl/cases"),
    ] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "json")
                || path.to_string_lossy().contains("/cases/")
            {
                let text = read(&path);
                words.extend(
                    text.split(|c: char| !c.is_alphanumeric() && c != '_')
                        .map(str::to_owned),
                );
            }
        }
    }
    let names = names();
    let is_bare = |name: &&String| !words.contains(*name);
    let bare: Vec<_> = names.iter().filter(is_bare).collect();
    assert!(bare.is_empty(), "functions without a row: {bare:?}");
}

#[test]
fn helms_own_functions_give_what_helm_gave() {
    let rows: Vec<Json> = serde_json::from_str(&read(&testdata("functions/results.json"))).unwrap();
    let mut different = Vec::new();
    for row in &rows {
        let expression = row["expression"].as_str().unwrap();
        let expected = match row["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(row["output"].as_str().unwrap().to_owned()),
        };
        let got = render(expression);
        if got != expected && !DEVIATIONS.contains(&expression) {
            different.push(format!(
                "{expression}\n  expected {expected:?}\n  got      {got:?}"
            ));
        }
    }
    assert!(
        different.is_empty(),
        "{} rows differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// Renders an expression as the template of a chart that has nothing else.
fn render(expression: &str) -> Result<String, String> {
    let text = match expression.contains("{{") {
        true => expression.to_owned(),
        false => format!("{{{{ {expression} }}}}"),
    };
    let web = Chart {
        metadata: Metadata {
            name: "web".into(),
            version: "1.0.0".into(),
            ..Metadata::default()
        },
        templates: vec![File::new("t", text.as_bytes())],
        ..Chart::default()
    };
    let input = RenderInput {
        release: ReleaseInfo::default(),
        capabilities: Capabilities::offline(),
    };
    let (mut rendered, errors) = Renderer::default().run((&web, &Map::new()), &input);
    match errors.first() {
        Some(error) => Err(error.to_string()),
        None => Ok(rendered.files.remove("web/t").unwrap_or_default().into()),
    }
}
