//! Charts with Tera templates, rendered as a whole.

use chart::{Chart, ConfigureOptions, Map, Value, yaml};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use templates::{Capabilities, ReleaseInfo, RenderInput, Renderer};

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/tera")
        .join(name)
}

fn input() -> RenderInput {
    let release = ReleaseInfo {
        name: "demo".into(),
        namespace: "apps".into(),
        revision: 1,
        is_install: true,
        is_upgrade: false,
    };
    RenderInput {
        release,
        capabilities: Capabilities::offline(),
    }
}

fn render(chart: Chart, values: &Map) -> Result<BTreeMap<String, String>, String> {
    let chart = chart
        .configure(values, &ConfigureOptions::default())
        .expect("the values fit");
    match Renderer::default().render(&chart, &input()) {
        Ok(rendered) => Ok(rendered.files),
        Err(error) => Err(error.to_string()),
    }
}

/// The objects of a rendered file, by its path.
fn objects(files: &BTreeMap<String, String>) -> BTreeMap<&str, Value> {
    let files = files.iter().filter(|(path, _)| path.ends_with(".yaml"));
    files
        .map(|(path, text)| match yaml::from_slice(text.as_bytes()) {
            Ok(object) => (path.as_str(), object),
            Err(error) => panic!("{path}: {error}\n{text}"),
        })
        .collect()
}

/// The chart that `create` writes gives the same objects after its templates were moved to Tera.
#[test]
fn moved_starter_gives_the_same_objects() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tera-starter");
    std::fs::create_dir_all(&folder).unwrap();
    chart::create("web", &folder, None).unwrap();
    let all = yaml::map_from_slice(&std::fs::read(testdata("values-all.yaml")).unwrap()).unwrap();
    for values in [Map::new(), all] {
        let before = render(Chart::load(folder.join("web")).unwrap(), &values).unwrap();
        let after = render(Chart::load(testdata("starter")).unwrap(), &values).unwrap();
        assert_eq!(objects(&after), objects(&before));
        assert!(after.contains_key("web/templates/NOTES.txt"));
    }
}

/// Each file of `cases` is one chart: files after lines `==> PATH`, then what is rendered after `==> expected`, or the
/// error after `==> error`.
#[test]
fn golden() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(testdata("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let mut wrong = Vec::new();
    for name in names {
        let text = std::fs::read_to_string(&name).unwrap();
        let (chart, expected) = text.split_once("==> result\n").expect("a case has a result");
        let found = case(chart);
        if found.trim_end() != expected.trim_end() {
            wrong.push(format!("==== {}\n{found}", name.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of the trail of an endless recursion the end is enough.
const LONG: usize = 1000;

fn case(text: &str) -> String {
    const METADATA: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: \"1.5\"\n";
    let mut files = vec![chart::File::new("Chart.yaml", METADATA.as_bytes())];
    for part in text.split("==> ").skip(1) {
        let (path, content) = part.split_once('\n').expect("a file starts with its path");
        files.push(chart::File::new(path, content.as_bytes()));
    }
    match render(
        Chart::from_files(files).expect("the files are a chart"),
        &Map::new(),
    ) {
        Ok(files) => files
            .iter()
            .map(|(path, text)| format!("--- {path}\n{text}"))
            .collect(),
        Err(error) => match error.char_indices().rev().nth(LONG) {
            Some((start, _)) => format!("… {}\n", &error[start..]),
            None => format!("{error}\n"),
        },
    }
}

/// What the manual shows is what the test above renders.
#[test]
fn manual_shows_the_moved_starter() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tera.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let chart = Chart::load(testdata("starter")).unwrap();
    let texts: Vec<_> = chart
        .templates
        .iter()
        .map(|file| String::from_utf8_lossy(&file.data))
        .collect();
    let snippets: Vec<&str> = manual
        .split("```jinja\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .collect();
    assert!(!snippets.is_empty());
    for snippet in snippets {
        assert!(texts.iter().any(|text| text.contains(snippet)), "{snippet}");
    }
}
