//! What `.` is: for each chart and subchart its values, metadata and files, and what all of them share.

use crate::capabilities;
use crate::files::Files;
use crate::gotmpl::{List, Map, MapType, VALUES_MAP, Value};
use crate::helm::{from_chart_map, from_chart_value};
use crate::renderer::RenderInput;
use chart::{Bytes, Chart, Dependency, Metadata};
use std::collections::BTreeMap;

/// A template and what it is rendered with.
pub(crate) struct Source {
    pub(crate) text: Bytes,
    /// The `.` of the chart that the template belongs to.
    pub(crate) scope: Map,
    /// The path of the chart's templates.
    pub(crate) base_path: String,
}

/// Collects the templates of a chart and its subcharts by path, each with its `.`.
pub(crate) fn sources(chart: &Chart, values: &chart::Map, input: &RenderInput) -> BTreeMap<String, Source> {
    sources_below(chart, values, input).1
}

/// As [`sources`], with the `.` of the outermost chart, which need not have templates of its own.
pub(crate) fn sources_below(
    chart: &Chart,
    values: &chart::Map,
    input: &RenderInput,
) -> (Map, BTreeMap<String, Source>) {
    let values = from_chart_map(values).viewed_as(&VALUES_MAP);
    let shared = Shared {
        release: release(input),
        capabilities: capabilities::value(&input.capabilities),
    };
    let mut sources = BTreeMap::new();
    let root = collect(
        chart,
        &shared,
        Place {
            path: chart.name().to_owned(),
            is_root: true,
            values,
        },
        &mut sources,
    );
    (root, sources)
}

/// Goes through a chart and its subcharts, each as the names that lead to it.
pub(crate) fn charts(chart: &Chart, names: &mut Vec<String>, visit: &mut impl FnMut(&[String])) {
    visit(names);
    for subchart in &chart.subcharts {
        names.push(subchart.name().to_owned());
        charts(subchart, names, visit);
        names.pop();
    }
}

/// What all charts see.
struct Shared {
    release: Value,
    capabilities: Value,
}

/// Where a chart stands.
struct Place {
    /// Its path from the outermost chart.
    path: String,
    is_root: bool,
    values: Map,
}

fn release(input: &RenderInput) -> Value {
    let release = &input.release;
    Value::from_iter([
        ("Name", Value::from(release.name.as_str())),
        ("Namespace", release.namespace.as_str().into()),
        ("IsUpgrade", release.is_upgrade.into()),
        ("IsInstall", release.is_install.into()),
        ("Revision", release.revision.into()),
        ("Service", "Helm".into()),
    ])
}

fn collect(chart: &Chart, shared: &Shared, place: Place, sources: &mut BTreeMap<String, Source>) -> Map {
    let subcharts = Map::new();
    let scope: Map = [
        ("Chart", metadata(&chart.metadata, place.is_root)),
        ("Files", Value::object(Files::new(&chart.files))),
        ("Release", shared.release.clone()),
        ("Capabilities", shared.capabilities.clone()),
        ("Values", place.values.clone().into()),
        ("Subcharts", subcharts.clone().into()),
    ]
    .into_iter()
    .collect();
    for subchart in &chart.subcharts {
        let path = format!("{}/charts/{}", place.path, subchart.name());
        let values = table(&place.values, subchart.name());
        let inner = collect(
            subchart,
            shared,
            Place {
                path,
                is_root: false,
                values,
            },
            sources,
        );
        // The subchart's own `.`, so that its template name shows here too.
        let inserted = subcharts.insert(subchart.name(), inner.viewed_as(&MapType::ANY));
        debug_assert!(inserted.is_ok(), "the map is not nil");
    }
    let scope = scope.viewed_as(&VALUES_MAP);
    let base_path = format!("{}/templates", place.path);
    for file in &chart.templates {
        if is_used(chart, &file.name) {
            let source = Source {
                text: file.data.clone(),
                scope: scope.clone(),
                base_path: base_path.clone(),
            };
            sources.insert(format!("{}/{}", place.path, file.name), source);
        }
    }
    scope
}

/// A library lends only its partials.
fn is_used(chart: &Chart, name: &str) -> bool {
    !chart.metadata.kind.eq_ignore_ascii_case("library") || base_name(name).starts_with('_')
}

/// Returns what follows the last slash.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Finds the values of a subchart. Dots in its name are steps of a path, as in Helm, where such a chart sees nothing.
fn table(values: &Map, name: &str) -> Map {
    let found = name
        .split('.')
        .try_fold(values.clone(), |table, step| match table.get(step) {
            Some(Value::Map(inner)) => Some(inner),
            _ => None,
        });
    match found {
        Some(found) => found.viewed_as(&VALUES_MAP),
        None => Map::typed(VALUES_MAP, BTreeMap::new()),
    }
}

#[expect(
    clippy::fn_params_excessive_bools,
    reason = "the one fact about a chart that is not in its metadata"
)]
fn metadata(metadata: &Metadata, is_root: bool) -> Value {
    let text = |text: &String| Value::from(text.as_str());
    let annotations = metadata
        .annotations
        .iter()
        .map(|(key, value)| (key.into(), text(value)))
        .collect();
    let annotations = match metadata.annotations.is_empty() {
        true => Map::nil(MapType::STRINGS),
        false => Map::typed(MapType::STRINGS, annotations),
    };
    Value::from_iter([
        ("Name", text(&metadata.name)),
        ("Home", text(&metadata.home)),
        ("Sources", texts(&metadata.sources)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", texts(&metadata.keywords)),
        ("Maintainers", maintainers(metadata)),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", metadata.deprecated.into()),
        ("Annotations", annotations.into()),
        ("KubeVersion", text(&metadata.kube_version)),
        (
            "Dependencies",
            metadata
                .dependencies
                .iter()
                .map(dependency)
                .collect::<List>()
                .into(),
        ),
        ("Type", text(&metadata.kind)),
        ("IsRoot", is_root.into()),
    ])
}

fn texts(items: &[String]) -> Value {
    items
        .iter()
        .map(|item| Value::from(item.as_str()))
        .collect::<List>()
        .into()
}

fn maintainers(metadata: &Metadata) -> Value {
    let maintainers = metadata.maintainers.iter().map(|maintainer| {
        Value::from_iter([
            ("Name", maintainer.name.as_str()),
            ("Email", maintainer.email.as_str()),
            ("URL", maintainer.url.as_str()),
        ])
    });
    maintainers.collect::<List>().into()
}

fn dependency(dependency: &Dependency) -> Value {
    let text = |text: &String| Value::from(text.as_str());
    Value::from_iter([
        ("Name", text(&dependency.name)),
        ("Version", text(&dependency.version)),
        ("Repository", text(&dependency.repository)),
        ("Condition", text(&dependency.condition)),
        ("Tags", texts(&dependency.tags)),
        ("Enabled", dependency.enabled.into()),
        (
            "ImportValues",
            dependency
                .import_values
                .iter()
                .map(from_chart_value)
                .collect::<List>()
                .into(),
        ),
        ("Alias", text(&dependency.alias)),
    ])
}
