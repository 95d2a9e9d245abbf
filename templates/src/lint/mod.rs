//! The linter's rules that need rendering: do the templates render, and do their objects look right?
//!
//! The rules and their words are those of Helm's `pkg/chart/v2/lint/rules/template.go`.

mod deprecation;
mod name;
mod object;

use std::path::Path;

use chart::lint::{Finding, Severity, chain};
use chart::{Chart, ConfigureError, ConfigureOptions, ConfiguredChart, File, FileError, Map};

use crate::capabilities::{Capabilities, KubeVersion};
use crate::rendered::Notice;
use crate::renderer::{Mode, ReleaseInfo, RenderInput, Renderer};

/// What templates are checked against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintOptions {
    /// `.Release.Namespace`.
    pub namespace: String,
    /// The version of Kubernetes, if it is not Helm's own.
    pub kube_version: Option<KubeVersion>,
    /// Accept values that break the charts' schemas.
    pub skip_schema_validation: bool,
}

/// What was found, and what was said besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linted {
    /// What is wrong, in Helm's order.
    pub findings: Vec<Finding>,
    /// What the templates complained about.
    pub notices: Vec<Notice>,
    /// What was odd about the values.
    pub warnings: Vec<String>,
}

const FOLDER: &str = "templates/";

/// Checks the templates of the chart in `folder`, rendered with the user's values. Templates of subcharts are rendered,
/// but not looked at.
///
/// The first object that cannot be read ends it, as in Helm. The renderer's mode is taken to be [`Mode::Lint`].
pub fn lint(renderer: &Renderer, folder: &Path, user_values: &Map, options: &LintOptions) -> Linted {
    let mut linted = Linted::default();
    match load(folder) {
        Ok(chart) => linted.chart(renderer, chart, user_values, options),
        Err(finding) => linted.findings.push(finding),
    }
    linted
}

fn load(folder: &Path) -> Result<Chart, Finding> {
    let path = folder.join("templates");
    let error = |message: String| Finding::new(Severity::Error, FOLDER, message);
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(error("not a directory".to_owned())),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            return Err(Finding::new(
                Severity::Warning,
                FOLDER,
                "directory does not exist",
            ));
        }
        Err(err) => return Err(error(FileError::new("stat", &path, &err).to_string())),
    }
    Chart::load_any_version(folder).map_err(|err| error(chain(&err)))
}

impl Linted {
    fn error(&mut self, message: impl Into<String>) {
        self.findings.push(Finding::new(Severity::Error, FOLDER, message));
    }

    fn chart(&mut self, renderer: &Renderer, chart: Chart, user_values: &Map, options: &LintOptions) {
        let chart = match configure(chart, user_values, options) {
            Ok(chart) => chart,
            Err(err @ ConfigureError::Schema(_)) => return self.error(chain(&err)),
            // Helm says nothing here; the rule for values has spoken.
            Err(_) => return,
        };
        self.warnings.extend_from_slice(chart.warnings());
        let renderer = Renderer {
            mode: Mode::Lint,
            lookup: renderer.lookup.clone(),
            clock: renderer.clock.clone(),
            post_render: None,
            ..*renderer
        };
        match renderer.render(&chart, &input(options)) {
            Ok(rendered) => {
                self.notices = rendered.notices;
                let text_of = |file: &File| {
                    let path = format!("{}/{}", chart.chart().name(), file.name);
                    rendered.files.get(&path).map_or("", String::as_str)
                };
                let version = input(options).capabilities.kube_version;
                for file in &chart.chart().templates {
                    if object::check(&file.name, text_of(file), &version, &mut self.findings).is_err() {
                        return;
                    }
                }
            }
            Err(err) => self.error(err.to_string()),
        }
    }
}

/// Values go over the defaults twice: Helm hands the result of the first time on as the user's.
fn configure(
    chart: Chart,
    user_values: &Map,
    options: &LintOptions,
) -> Result<ConfiguredChart, ConfigureError> {
    let unchecked = ConfigureOptions {
        skip_schema_validation: true,
    };
    let checked = ConfigureOptions {
        skip_schema_validation: options.skip_schema_validation,
    };
    chart.configure(user_values, &unchecked)?.coalesce_again(&checked)
}

fn input(options: &LintOptions) -> RenderInput {
    let mut capabilities = Capabilities::offline();
    if let Some(version) = &options.kube_version {
        capabilities.kube_version = version.clone();
    }
    RenderInput {
        release: ReleaseInfo {
            name: "test-release".to_owned(),
            namespace: options.namespace.clone(),
            ..ReleaseInfo::default()
        },
        capabilities,
    }
}

#[cfg(test)]
mod tests;
