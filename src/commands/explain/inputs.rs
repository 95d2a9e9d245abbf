//! Entries of the data, with where each is set.

use chart::values::{Origins, Owner, Setter, Setting};
use chart::yaml::tree::Step;
use chart::{Chart, Value};
use serde::Serialize;
use templates::explain::{Effect, Input, shown_path};

/// An entry of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// How a template of the outermost chart calls it.
    pub(crate) name: String,
    /// What it is; nothing when it is not set.
    pub(crate) value: Option<Value>,
    /// What changing it does.
    pub(crate) effect: &'static str,
    /// Where it is set, the place that counts first, then those that it overrides.
    pub(crate) set_by: Vec<Place>,
}

/// A place where a value is set.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    /// A flag, or a file.
    pub(crate) by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// What it is to the value.
    pub(crate) role: &'static str,
    /// What it is called there, when that is not the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) called: Option<String>,
    pub(crate) value: Value,
}

impl Entry {
    /// Finds out where an entry is set.
    pub(crate) fn of(input: &Input, origins: &Origins<'_>, chart: &Chart) -> Self {
        let path = &input.path;
        let set_by = match path.split_first() {
            Some((Step::Key(key), rest)) if key == "Values" => {
                let settings = origins.of(rest, input.value.as_ref());
                settings.iter().map(|setting| place(setting, rest)).collect()
            }
            _ => other(path, input, chart).into_iter().collect(),
        };
        Self {
            name: shown_path(path),
            value: input.value.clone(),
            effect: match input.effect {
                Effect::Changes => "changes it",
                Effect::Fails => "makes the chart fail",
                Effect::Untried => "not tried",
                Effect::Nothing => "none",
            },
            set_by,
        }
    }
}

/// Says where a value of `.Values` is set.
pub(super) fn place(setting: &Setting, path: &[Step]) -> Place {
    let (by, line, role) = match &setting.by {
        Setter::Flag(flag) => (flag, None, "a flag"),
        Setter::File { path, line } => (path, *line, "your values"),
        Setter::Chart { path, line, owner } => {
            let role = match owner {
                Owner::Own => "the chart's default",
                Owner::Parent => "the parent chart's default",
                Owner::Imported => "imported from the subchart",
            };
            (path, *line, role)
        }
    };
    let is_same = path.ends_with(&setting.path);
    Place {
        by: by.clone(),
        line,
        role,
        called: (!is_same).then(|| shown_path(&setting.path)),
        value: setting.value.clone(),
    }
}

/// What is not in `.Values`: the release, the chart itself, the cluster's capabilities, files.
fn other(path: &[Step], input: &Input, chart: &Chart) -> Option<Place> {
    let key = |at: usize| match path.get(at) {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    let (mut at, mut file) = (0, chart.name().to_owned());
    while key(at) == "Subcharts" {
        file.push_str(&format!("/charts/{}", key(at + 1)));
        at += 2;
    }
    let (by, role) = match key(at) {
        "Release" => ("the release".to_owned(), "given with the command"),
        "Chart" => (format!("{file}/Chart.yaml"), "the chart's metadata"),
        "Files" => (format!("{file}/…"), "a file of the chart"),
        "Template" => (file, "the template's own name"),
        _ => ("the cluster's capabilities".to_owned(), "assumed or discovered"),
    };
    Some(Place {
        by,
        line: None,
        role,
        called: None,
        value: input.value.clone().unwrap_or_default(),
    })
}
