//! Where a value is set: by which flag, on which line of which file, and what that overrode.
//!
//! It is found by looking for the value in every layer, in the order in which Helm puts them on top of each other: what
//! the user gave, then the defaults of the outermost chart down to those of the chart that reads it. A parent's globals win
//! over those of its subcharts, and what a chart imports ranks below its own defaults.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Layer, Reader, Values, ValuesError};
use crate::values::go_plain;
use crate::yaml::tree::{self, Step};
use crate::{Chart, Map, Value, yaml};

/// A layer of the user's values, alone.
#[derive(Clone, Debug, PartialEq)]
pub struct UserLayer {
    /// What the user wrote: a file's path, or the flag with what follows it.
    pub name: String,
    /// What it says.
    pub values: Map,
    /// The text of a file.
    pub text: Option<String>,
}

/// A place where a value is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// What sets it.
    pub by: Setter,
    /// Its path there.
    pub path: Vec<Step>,
    /// What it is set to.
    pub value: Value,
}

/// What sets a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setter {
    /// A flag, as it was written.
    Flag(String),
    /// A values file of the user's, and the line in it.
    File {
        /// Where it is.
        path: String,
        /// The line, from 1.
        line: Option<usize>,
    },
    /// The `values.yaml` of a chart.
    Chart {
        /// The path of the file from the outermost chart: `web/charts/db/values.yaml`.
        path: String,
        /// The line, from 1.
        line: Option<usize>,
        /// Whose file it is, as seen from the chart that reads the value.
        owner: Owner,
    },
}

/// Whose default a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// That of the chart that reads it.
    Own,
    /// That of a chart around it.
    Parent,
    /// That of a subchart, whose values are imported.
    Imported,
}

/// Finds where values are set.
pub struct Origins<'c> {
    chart: &'c Chart,
    layers: Vec<UserLayer>,
    lines: RefCell<BTreeMap<String, Lines>>,
}

/// The lines of a file by path.
type Lines = BTreeMap<Vec<Step>, usize>;

/// What a layer says of a path.
enum Said<'v> {
    Set(&'v Value),
    /// Something above it is no table: what is below that layer has no part in it.
    Replaced,
    Nothing,
}

impl Values {
    /// Reads the layers one by one, the weakest first.
    ///
    /// # Errors
    ///
    /// As [`Values::from_layers`].
    pub fn separate(layers: &[Layer], read: &mut Reader) -> Result<Vec<UserLayer>, ValuesError> {
        let mut ordered: Vec<&Layer> = layers.iter().collect();
        ordered.sort_by_key(|layer| layer.rank());
        let separate = ordered.into_iter().map(|layer| {
            let mut values = Map::new();
            layer.apply(&mut values, read)?;
            let text = match layer {
                Layer::File(path) => Some(read(path).map_err(ValuesError::Read)?),
                _ => None,
            };
            Ok(UserLayer {
                name: layer.written(),
                values,
                text: text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            })
        });
        separate.collect()
    }
}

impl Layer {
    /// Returns what the user wrote.
    fn written(&self) -> String {
        match self {
            Layer::File(path) => path.clone(),
            Layer::Json(text) => format!("--set-json {text}"),
            Layer::Set(text) => format!("--set {text}"),
            Layer::SetString(text) => format!("--set-string {text}"),
            Layer::SetFile(text) => format!("--set-file {text}"),
            Layer::SetLiteral(text) => format!("--set-literal {text}"),
        }
    }
}

impl<'c> Origins<'c> {
    /// Looks in a configured chart, and in the layers of the user's, the weakest first.
    pub fn new(chart: &'c Chart, layers: Vec<UserLayer>) -> Self {
        Origins {
            chart,
            layers,
            lines: RefCell::default(),
        }
    }

    /// Returns where the value at `path` is set, the one in effect first, then those that it overrode. The path begins at
    /// the outermost chart's `.Values`; `value` is what is in effect.
    pub fn of(&self, path: &[Step], value: Option<&Value>) -> Vec<Setting> {
        let mut settings = Vec::new();
        for path in self.same(path) {
            self.collect(&path, &mut settings, Owner::Own);
        }
        let is_effective = |setting: &Setting| value.is_some_and(|value| is_same(&setting.value, value));
        if let Some(first) = settings.iter().position(is_effective) {
            // What is above it has no effect: a null that removes nothing, a table that met something else.
            settings.drain(..first);
        }
        settings
    }

    /// Returns the paths that give a value, the strongest first: those of the parents' globals.
    fn same(&self, path: &[Step]) -> Vec<Vec<Step>> {
        let depth = self.depth(path);
        let is_global = matches!(path.get(depth), Some(Step::Key(key)) if key == "global");
        match is_global {
            true => (0..=depth)
                .map(|outer| [&path[..outer], &path[depth..]].concat())
                .collect(),
            false => vec![path.to_vec()],
        }
    }

    /// Returns how many of the steps are names of charts.
    fn depth(&self, path: &[Step]) -> usize {
        self.charts(path).len() - 1
    }

    /// Returns the charts that a path leads through, the outermost first.
    fn charts(&self, path: &[Step]) -> Vec<&'c Chart> {
        let mut charts = vec![self.chart];
        for step in path {
            let Some(chart) = charts.last() else { break };
            let inner = chart
                .subcharts
                .iter()
                .find(|inner| matches!(step, Step::Key(key) if key == inner.name()));
            match inner {
                Some(inner) => charts.push(inner),
                None => break,
            }
        }
        charts
    }

    fn collect(&self, path: &[Step], settings: &mut Vec<Setting>, owner: Owner) {
        for layer in self.layers.iter().rev() {
            match said(&layer.values, path) {
                Said::Set(value) => settings.push(Setting {
                    by: self.by_user(layer, path),
                    path: path.to_vec(),
                    value: value.clone(),
                }),
                Said::Replaced if layer.text.is_some() => return,
                Said::Replaced | Said::Nothing => {}
            }
        }
        let charts = self.charts(path);
        let innermost = charts.len() - 1;
        let mut file = String::new();
        for (depth, chart) in charts.into_iter().enumerate() {
            file.push_str(if depth == 0 { "" } else { "/charts/" });
            file.push_str(match (depth, path.get(depth.wrapping_sub(1))) {
                (1.., Some(Step::Key(name))) => name,
                _ => chart.name(),
            });
            let owner = match owner {
                Owner::Own if depth < innermost => Owner::Parent,
                owner => owner,
            };
            let inner = &path[depth..];
            if self.default(chart, (&format!("{file}/values.yaml"), inner), owner, settings) {
                return;
            }
            if owner != Owner::Imported {
                self.imported(chart, (&path[..depth], inner), settings);
            }
        }
    }

    /// Looks in the defaults of one chart; says whether they end the search.
    fn default(
        &self,
        chart: &Chart,
        (file, path): (&str, &[Step]),
        owner: Owner,
        settings: &mut Vec<Setting>,
    ) -> bool {
        let Some(raw) = chart.raw_file("values.yaml") else {
            return false;
        };
        let Ok(values) = crate::read_values(&raw.data) else {
            return false;
        };
        match said(&values, path) {
            Said::Set(value) => settings.push(Setting {
                by: Setter::Chart {
                    path: file.to_owned(),
                    line: self.line(file, &raw.text(), path),
                    owner,
                },
                path: path.to_vec(),
                value: value.clone(),
            }),
            Said::Replaced => return true,
            Said::Nothing => {}
        }
        false
    }

    /// Follows `import-values`.
    fn imported(&self, chart: &Chart, (prefix, path): (&[Step], &[Step]), settings: &mut Vec<Setting>) {
        for dependency in &chart.metadata.dependencies {
            for item in &dependency.import_values {
                let Value::Map(pair) = item else { continue };
                let part = |name: &str| steps(&go_plain(pair.get(name).unwrap_or(&Value::Null)));
                let (child, parent) = (part("child"), part("parent"));
                if let Some(rest) = path.strip_prefix(parent.as_slice()) {
                    let name = [Step::Key(dependency.name.clone())];
                    let source = [prefix, &name, &child, rest].concat();
                    self.collect(&source, settings, Owner::Imported);
                }
            }
        }
    }

    fn by_user(&self, layer: &UserLayer, path: &[Step]) -> Setter {
        match &layer.text {
            None => Setter::Flag(layer.name.clone()),
            Some(text) => Setter::File {
                path: layer.name.clone(),
                line: self.line(&layer.name, text, path),
            },
        }
    }

    fn line(&self, file: &str, text: &str, path: &[Step]) -> Option<usize> {
        let mut lines = self.lines.borrow_mut();
        let lines = lines.entry(file.to_owned()).or_insert_with(|| lines_of(text));
        // What comes out of an anchor or a merge has the line of what is around it.
        (1..=path.len())
            .rev()
            .find_map(|length| lines.get(&path[..length]).copied())
    }
}

/// Returns the lines of all values of a file; of several documents the last one counts.
fn lines_of(text: &str) -> Lines {
    let mut lines = Lines::new();
    let mut documents = yaml::documents(text.as_bytes());
    while let Some(Ok(document)) = documents.next() {
        let document = String::from_utf8_lossy(&document);
        if let Ok(Some(node)) = tree::first_document(&document) {
            let found = tree::places(&document, &node).into_iter();
            lines.extend(found.map(|found| (found.path, documents.lines_before() + found.line)));
        }
    }
    lines
}

fn said<'v>(values: &'v Map, path: &[Step]) -> Said<'v> {
    let Some((Step::Key(first), rest)) = path.split_first() else {
        return Said::Nothing;
    };
    let Some(mut at) = values.get(first) else {
        return Said::Nothing;
    };
    for step in rest {
        let inner = match (at, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key),
            (Value::List(list), Step::Item(number)) => list.get(*number),
            (Value::Null | Value::Map(_), _) => None,
            _ => return Said::Replaced,
        };
        match (inner, at) {
            (Some(inner), _) => at = inner,
            (None, Value::List(_)) => return Said::Replaced,
            (None, _) => return Said::Nothing,
        }
    }
    Said::Set(at)
}

fn steps(path: &str) -> Vec<Step> {
    let names = path.split('.').filter(|name| !name.is_empty());
    names.map(|name| Step::Key(name.to_owned())).collect()
}

/// Says whether two values are the same to a template: `3` from a flag is the `3` of a file.
fn is_same(one: &Value, other: &Value) -> bool {
    one == other || one.as_f64().is_some_and(|number| other.as_f64() == Some(number))
}
