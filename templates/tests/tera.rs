//! Charts with Tera templates, rendered as a whole.

use chart::{Chart, ConfigureOptions, Layer, Map, Starter, Value, Values, yaml};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use templates::{Capabilities, Files, ReleaseInfo, RenderInput, Renderer};

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

fn render(chart: Chart, values: &Map) -> Result<Files, String> {
    let chart = chart
        .configure(values, &ConfigureOptions::default())
        .expect("the values fit");
    match Renderer::default().render(&chart, &input()) {
        Ok(rendered) => Ok(rendered.files),
        Err(error) => Err(error.to_string()),
    }
}

/// The objects of a rendered file, by its path.
fn objects(files: &Files) -> BTreeMap<&str, Value> {
    let files = files.iter().filter(|(path, _)| path.ends_with(".yaml"));
    files
        .map(|(path, text)| match yaml::from_slice(text.as_bytes()) {
            Ok(object) => (path.as_str(), object),
            Err(error) => panic!("{path}: {error}\n{text}"),
        })
        .collect()
}

/// Makes a chart called `web` from a starter.
fn created(starter: Starter<'_>) -> Chart {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let created = chart::create("web", folder.path(), starter).expect("the name is good");
    Chart::load(created.path).expect("what was created is a chart")
}

/// Every way to switch the chart of `create`, each as text of `--set`. A route's rule must have matches: without them
/// Helm's template makes a table of the list of rules.
const SWITCHES: [&str; 18] = [
    "",
    "serviceAccount.create=false",
    "serviceAccount.create=false,serviceAccount.name=runner",
    "serviceAccount.automount=false",
    "fullnameOverride=whole,nameOverride=part",
    "nameOverride=emo",
    "autoscaling.enabled=true",
    "autoscaling.enabled=true,autoscaling.targetCPUUtilizationPercentage=null",
    "ingress.enabled=true",
    "ingress.enabled=true,ingress.className=nginx,ingress.tls[0].secretName=tls,ingress.tls[0].hosts[0]=a.example.com",
    "httpRoute.enabled=true",
    "httpRoute.enabled=true,httpRoute.hostnames=null,httpRoute.parentRefs[0].name=door,httpRoute.parentRefs[0].namespace=gates",
    "httpRoute.enabled=true,httpRoute.rules[0].matches[0].path.value=/a,httpRoute.rules[0].filters[0].type=RequestRedirect",
    "service.type=NodePort",
    "service.type=LoadBalancer,service.port=8080",
    "service.type=ExternalName",
    "image.tag=1.0,image.pullPolicy=Always",
    "livenessProbe=null,readinessProbe=null",
];

/// The two charts that `create` writes give the same objects and say the same.
#[test]
fn both_starters_give_the_same() {
    let mut read = |_: &str| unreachable!("nothing is in files");
    let mut all = vec![yaml::map_from_slice(&std::fs::read(testdata("values-all.yaml")).unwrap()).unwrap()];
    for switch in SWITCHES {
        let layers: Vec<Layer> = (!switch.is_empty())
            .then(|| Layer::Set(switch.to_owned()))
            .into_iter()
            .collect();
        all.push(Values::from_layers(&layers, &mut read).unwrap().0);
    }
    for values in all {
        let before = render(created(Starter::Go), &values).unwrap();
        let after = render(created(Starter::Tera), &values).unwrap();
        assert_eq!(objects(&after), objects(&before));
        let notes = "web/templates/NOTES.txt";
        assert_eq!(after[notes], before[notes]);
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
        files.push(chart::File::new(path, content.to_owned()));
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

/// What the manual shows is what `create` writes.
#[test]
fn manual_shows_the_starter() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tera.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let chart = created(Starter::Tera);
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
