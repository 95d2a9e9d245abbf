//! Explanations against the truth: changing a value that is named changes the value of the object, and changing one that
//! is not named does not.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "what differs is printed, and a test may end where something is missing"
)]

use chart::yaml::tree::Step;
use chart::{Chart, ConfigureOptions, ConfiguredChart, Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use templates::explain::{Document, Effect, Explanation, Leaf, Scalar, Session, same_leaf, variants};
use templates::{Capabilities, Clock, ReleaseInfo, RenderInput, Renderer};

/// So many charts and leaves a soak looks at, at least.
const SOAK: (usize, usize) = (200, 2000);

/// And so many the sample that is part of every test run.
const SAMPLE: (usize, usize) = (16, 40);

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// What came out.
#[derive(Default, Debug)]
struct Score {
    charts: usize,
    leaves: usize,
    named: usize,
    named_wrong: usize,
    named_failing: usize,
    other: usize,
    other_wrong: usize,
    unnamed_leaves: usize,
}

/// A chart of the corpus, ready to be rendered with other values.
struct Subject {
    name: String,
    chart: Chart,
    values: Map,
    configured: ConfiguredChart,
}

fn corpus() -> Option<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/charts");
    corpus.is_dir().then_some(corpus)
}

fn archives(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tgz") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn input() -> RenderInput {
    RenderInput {
        release: ReleaseInfo {
            name: "demo".into(),
            namespace: "apps".into(),
            revision: 1,
            is_install: true,
            is_upgrade: false,
        },
        capabilities: Capabilities::offline(),
    }
}

/// What is compared must differ only in what was changed.
fn renderer() -> Renderer {
    Renderer {
        clock: Clock::utc().seeded("", 0),
        ..Renderer::default()
    }
}

const ANY: ConfigureOptions = ConfigureOptions {
    skip_schema_validation: true,
};

fn subject(path: &Path) -> Option<Subject> {
    let chart = Chart::load(path).ok()?;
    if makes_keys(&chart) {
        return None;
    }
    let configured = chart.clone().configure(&Map::new(), &ANY).ok()?;
    Some(Subject {
        name: path.file_name()?.to_string_lossy().into_owned(),
        chart,
        values: Map::new(),
        configured,
    })
}

/// Whether it makes keys, which takes seconds each time.
fn makes_keys(chart: &Chart) -> bool {
    let makes = |file: &chart::File| {
        let text = file.text();
        ["genCA", "genSelfSigned", "genPrivateKey", "derivePassword"]
            .iter()
            .any(|name| text.contains(name))
    };
    chart.templates.iter().any(makes) || chart.subcharts.iter().any(makes_keys)
}

impl Subject {
    /// Renders with a value changed at its source; nothing when that fails.
    fn render(&self, path: &[Step], value: Value) -> Option<Vec<Document>> {
        let mut values = self.values.clone();
        let effective = Value::Map(self.configured.values().clone());
        set(&mut values, &effective, path, value)?;
        let configured = self.chart.clone().configure(&values, &ANY).ok()?;
        let rendered = renderer().render(&configured, &input()).ok()?;
        let mut files = rendered
            .files
            .iter()
            .filter(|(file, _)| !file.ends_with("NOTES.txt"));
        files.try_fold(Vec::new(), |mut all, (file, text)| {
            all.extend(Document::all_of(file, text)?);
            Some(all)
        })
    }
}

/// Sets a value in the user's values; lists are taken over as they are in effect.
fn set(values: &mut Map, effective: &Value, path: &[Step], value: Value) -> Option<()> {
    let [Step::Key(key), rest @ ..] = path else {
        return None;
    };
    let below = effective.get(key)?;
    match rest {
        [] => {
            values.insert(key.clone(), value);
        }
        [Step::Key(_), ..] => {
            let inner = values
                .entry(key.clone())
                .or_insert_with(|| Value::Map(Map::new()));
            set(inner.as_map_mut()?, below, rest, value)?;
        }
        [Step::Item(_), ..] => {
            let mut list = values.get(key).cloned().unwrap_or_else(|| below.clone());
            *at_mut(&mut list, rest)? = value;
            values.insert(key.clone(), list);
        }
    }
    Some(())
}

fn at_mut<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |at, step| match (at, step) {
        (Value::Map(map), Step::Key(key)) => map.get_mut(key),
        (Value::List(list), Step::Item(number)) => list.get_mut(*number),
        _ => None,
    })
}

fn scalars(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Map(map) => {
            for (key, inner) in map {
                path.push(Step::Key(key.clone()));
                scalars(inner, path, found);
                path.pop();
            }
        }
        Value::List(list) => {
            for (number, inner) in list.iter().enumerate() {
                path.push(Step::Item(number));
                scalars(inner, path, found);
                path.pop();
            }
        }
        Value::Null => {}
        _ => found.push(path.clone()),
    }
}

/// Where a value of a subchart is to be set: a global of a parent's is set there.
fn source(configured: &ConfiguredChart, path: &[Step]) -> Vec<Step> {
    let root = Value::Map(configured.values().clone());
    let at = |path: &[Step]| at_mut(&mut root.clone(), path).cloned();
    let Some(global) = path
        .iter()
        .position(|step| *step == Step::Key("global".to_owned()))
    else {
        return path.to_vec();
    };
    for outer in 0..global {
        let candidate: Vec<Step> = path[..outer].iter().chain(&path[global..]).cloned().collect();
        if at(&candidate).is_some() {
            return candidate;
        }
    }
    path.to_vec()
}

fn named(explanation: &Explanation) -> (BTreeSet<Vec<Step>>, BTreeSet<Vec<Step>>) {
    let inputs = explanation.reads.iter();
    let inputs = inputs.chain(explanation.decisions.iter().flat_map(|decision| &decision.reads));
    let values = inputs.filter(|input| input.path.first() == Some(&Step::Key("Values".to_owned())));
    let (mut named, mut unsure) = (BTreeSet::new(), BTreeSet::new());
    for input in values {
        match input.effect {
            Effect::Changes => named.insert(input.path[1..].to_vec()),
            Effect::Nothing => false,
            Effect::Fails | Effect::Untried => unsure.insert(input.path[1..].to_vec()),
        };
    }
    (named, unsure)
}

fn is_changed((document, scalar): (&Document, &Scalar), documents: &[Document]) -> bool {
    let partner = document.partner(documents);
    let Some(partner) = partner else { return true };
    let before = same_leaf(&document.value, &document.value, &scalar.path);
    let after = same_leaf(&document.value, &partner.value, &scalar.path);
    before == Leaf::Gone || before != after
}

/// Whether some other value changes the leaf; nothing when the chart does not render with any.
fn changes(subject: &Subject, leaf: (&Document, &Scalar), path: &[Step]) -> Option<bool> {
    let source = source(&subject.configured, path);
    let mut root = Value::Map(subject.configured.values().clone());
    let value = at_mut(&mut root, &source)?.clone();
    let mut any = None;
    for variant in variants(&value) {
        match subject.render(&source, variant) {
            Some(documents) if is_changed(leaf, &documents) => return Some(true),
            Some(_) => any = Some(false),
            None => {}
        }
    }
    any
}

/// What is told of a leaf: the values that it is said to depend on, and those of which that is not sure.
type Told<'a> = (&'a BTreeSet<Vec<Step>>, &'a BTreeSet<Vec<Step>>);

/// Changes one value of each pool that is not named; the leaf must not care.
fn try_others(
    subject: &Subject,
    leaf: (&Document, &Scalar),
    (pools, (named, unsure)): (&[&Vec<Vec<Step>>], Told<'_>),
    (describe, dice, score): (&str, &mut Dice, &mut Score),
) {
    for pool in pools {
        let Some(path) = dice
            .pick(pool)
            .filter(|path| !named.contains(*path) && !unsure.contains(*path))
        else {
            continue;
        };
        let own = source(&subject.configured, path);
        let is_named = |path: &&Vec<Step>| source(&subject.configured, path) == own;
        if named.iter().chain(unsure).any(|path| is_named(&path)) {
            continue;
        }
        if let Some(is_changed) = changes(subject, leaf, path) {
            score.other += 1;
            if is_changed {
                score.other_wrong += 1;
                eprintln!("OTHER {describe}: {}", templates::explain::shown_path(path));
            }
        }
    }
}

fn examine(subject: &Subject, session: &mut Session<'_>, dice: &mut Dice, most: usize, score: &mut Score) {
    let documents = session.documents().to_vec();
    let leaves: Vec<(&Document, &Scalar)> = documents
        .iter()
        .flat_map(|document| document.scalars.iter().map(move |scalar| (document, scalar)))
        .filter(|(document, scalar)| document.scalar(&scalar.path) == Some(scalar))
        .collect();
    let mut all = Vec::new();
    scalars(
        &Value::Map(subject.configured.values().clone()),
        &mut Vec::new(),
        &mut all,
    );
    let read: Vec<Vec<Step>> = session.reads().read.into_iter().collect();
    let (mut done, mut tries) = (0, 0);
    while done < most && tries < most * 6 && !leaves.is_empty() {
        tries += 1;
        let leaf = *dice.pick(&leaves).unwrap();
        let explanation = session.explain(leaf.0, leaf.1);
        let (named_all, unsure) = named(&explanation);
        let named = &named_all;
        let describe = format!(
            "{}: {} {}/{} {}",
            subject.name,
            leaf.0.file,
            leaf.0.kind,
            leaf.0.name,
            templates::explain::shown_path(&leaf.1.path)
        );
        if named.is_empty() {
            score.unnamed_leaves += 1;
        } else {
            done += 1;
            score.leaves += 1;
            let named: Vec<_> = named.iter().cloned().collect();
            let path = dice.pick(&named).unwrap();
            match changes(subject, leaf, path) {
                Some(true) => score.named += 1,
                Some(false) => {
                    score.named += 1;
                    score.named_wrong += 1;
                    eprintln!("NAMED {describe}: {}", templates::explain::shown_path(path));
                }
                None => score.named_failing += 1,
            }
        }
        if named.is_empty() && tries % 2 == 0 {
            continue;
        }
        let known = (&named_all, &unsure);
        try_others(subject, leaf, (&[&all, &read], known), (&describe, dice, score));
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told by the environment how much to do"
)]
fn named_values_change_it_and_others_do_not() {
    let Some(corpus) = corpus() else {
        eprintln!("SKIPPED: no corpus of charts");
        return;
    };
    let number = |name: &str, otherwise: usize| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    };
    let is_soak = std::env::var_os("COX_TEST_SOAK").is_some();
    let (charts, leaves) = if is_soak { (400, 9) } else { (16, 4) };
    let most_charts = number("COX_TEST_EXPLAIN_CHARTS", charts);
    let most_leaves = number("COX_TEST_EXPLAIN_LEAVES", leaves);
    let mut dice = Dice(number("COX_TEST_EXPLAIN_SEED", 42) as u64);
    let mut archives = archives(&corpus);
    let mut score = Score::default();
    while score.charts < most_charts && !archives.is_empty() {
        let path = archives.swap_remove(dice.below(archives.len()));
        let Some(subject) = subject(&path) else { continue };
        let asked = renderer().explain(&subject.configured, &input(), |session| {
            examine(&subject, session, &mut dice, most_leaves, &mut score);
        });
        score.charts += usize::from(asked.is_ok());
    }
    eprintln!("{score:?}");
    assert_eq!((score.named_wrong, score.other_wrong), (0, 0));
    if (most_charts, most_leaves) == (charts, leaves) {
        let (charts, leaves) = if is_soak { SOAK } else { SAMPLE };
        assert!(
            score.charts >= charts && score.leaves >= leaves,
            "{} leaves of {} charts are too few: {leaves} of {charts} are wanted",
            score.leaves,
            score.charts
        );
    }
}

/// Returns the names of the values that a value of an object is said to come from, in a chart of one template.
fn named_of(values: &str, template: &str, path: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
        ("values.yaml", values),
        ("templates/a.yaml", template),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let subject = subject(folder.path()).unwrap();
    let asked = renderer().explain(&subject.configured, &input(), |session| {
        let document = session.documents()[0].clone();
        let path: Vec<Step> = path.iter().map(|key| Step::Key((*key).to_owned())).collect();
        let explanation = session.explain(&document, document.scalar(&path).unwrap());
        assert!(!explanation.printed.is_empty());
        named(&explanation).0
    });
    let named = asked.unwrap_or_else(|error| panic!("{error}"));
    named
        .iter()
        .map(|path| templates::explain::shown_path(path))
        .collect()
}

#[test]
fn what_a_function_makes_of_a_text_comes_from_the_text() {
    let template =
        "kind: ConfigMap\nmetadata: {name: a}\ndata: {port: {{ (split \":\" .Values.address)._1 }}}\n";
    assert_eq!(
        named_of("address: \":9090\"\n", template, &["data", "port"]),
        [".address"]
    );
}

#[test]
fn what_prints_nothing_makes_a_value_that_is_not_written() {
    let template = "kind: ConfigMap\nmetadata: {name: a}\ndata:\n  {{- if .Values.one }}\n  a: 1\n  {{- end }}\n  \
                    {{- with .Values.two }}\n  b: 2\n  {{- end }}\n  # none\nimmutable: true\n";
    assert_eq!(
        named_of("one: false\ntwo: \"\"\n", template, &["data"]),
        [".one", ".two"]
    );
}
