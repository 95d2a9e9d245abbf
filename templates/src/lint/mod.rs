//! The linter's rules that need rendering: do the templates render, and do their objects look right?
//!
//! The rules and their words are those of Helm's `pkg/chart/v2/lint/rules/template.go`.

mod checks;
mod deprecation;
mod name;
mod object;

pub use deprecation::removal;

use chart::lint::{Finding, Kind, Severity, Subject};
use chart::yaml::ObjectError;
use chart::{
    Chart, ConfigureError, ConfigureFault, ConfigureOptions, ConfiguredChart, Map, Remark, chain, yaml,
};

use crate::capabilities::{Capabilities, KubeVersion};
use crate::engine::tera_output;
use crate::error::Error;
use crate::follow::Follow;
use crate::gotmpl::Origin;
use crate::rendered::{Notice, RenderedLine};
use crate::renderer::{Mode, ReleaseInfo, RenderInput, Renderer};
use checks::Checks;
use std::sync::Arc;

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
    pub remarks: Vec<Remark>,
    /// The templates that fail; the first is among the findings.
    pub error: Option<Box<Error>>,
    /// The rendered text that is not YAML; it is among the findings.
    pub unread: Option<Unread>,
}

/// A rendered text that is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The path from the outermost chart.
    pub path: String,
    /// What is wrong with it.
    pub error: yaml::Error,
    /// What wrote the line, if that can be said.
    pub origin: Option<Origin>,
}

const FOLDER: &str = "templates/";

/// Checks the templates of a chart, rendered with the user's values. Templates of subcharts are rendered,
/// but not looked at.
///
/// The first object that cannot be read ends it, as in Helm. The renderer's mode is taken to be [`Mode::Lint`].
pub fn lint(renderer: &Renderer, subject: &Subject, user_values: &Map, options: &LintOptions) -> Linted {
    let mut linted = Linted::default();
    match load(subject) {
        Ok(chart) => {
            linted.findings.extend(needs_cox(chart));
            linted.chart(renderer, chart.clone(), user_values, options);
        }
        Err(finding) => linted.findings.push(finding),
    }
    linted
}

fn load<'s>(subject: &'s Subject<'_>) -> Result<&'s Chart, Finding> {
    let error = |message: String| Finding::new(Severity::Error, FOLDER, message);
    match subject.kind("templates") {
        Ok(Kind::Folder) => {}
        Ok(Kind::File) => return Err(error("not a directory".to_owned())),
        Err(err) if err.kind == std::io::ErrorKind::NotFound => {
            return Err(Finding::new(
                Severity::Warning,
                FOLDER,
                "directory does not exist",
            ));
        }
        Err(err) => return Err(error(err.to_string())),
    }
    subject.chart().map_err(|err| error(chain(err)))
}

/// Says that Helm cannot render the chart, or one below it.
fn needs_cox(chart: &Chart) -> Option<Finding> {
    let message = "has Tera templates (*.tera), which Helm cannot render: the chart needs cox";
    has_tera(chart).then(|| Finding::new(Severity::Info, FOLDER, message))
}

fn has_tera(chart: &Chart) -> bool {
    chart
        .templates
        .iter()
        .any(|file| tera_output(&file.name).is_some())
        || chart.subcharts.iter().any(has_tera)
}

impl Linted {
    fn error(&mut self, message: impl Into<String>) {
        self.findings.push(Finding::new(Severity::Error, FOLDER, message));
    }

    fn chart(&mut self, renderer: &Renderer, chart: Chart, user_values: &Map, options: &LintOptions) {
        self.remarks.extend_from_slice(&chart.remarks);
        let chart = match configure(chart, user_values, options) {
            Ok(chart) => chart,
            Err(err) => {
                self.remarks.extend_from_slice(&err.remarks);
                // Helm says nothing of the others; the rule for values has spoken.
                if matches!(err.cause, ConfigureFault::Schema(_)) {
                    self.error(chain(&err));
                }
                return;
            }
        };
        self.remarks.extend_from_slice(chart.remarks());
        let input = input(options);
        let checks = Arc::new(Checks::new(chart.chart(), &input.capabilities.kube_version));
        let renderer = Renderer {
            mode: Mode::Lint,
            post_render: None,
            follower: Some(Arc::clone(&checks) as Arc<dyn Follow>),
            ..renderer.clone()
        };
        let (mut rendered, errors) = renderer.run((chart.chart(), chart.values()), &input);
        // What the templates complained about before one of them failed is told all the same.
        self.notices = std::mem::take(&mut rendered.notices);
        if let Some(error) = Error::first_of(errors) {
            self.error(error.to_string());
            self.error = Some(error);
            return;
        }
        for (template, (findings, error)) in checks.finish(&rendered) {
            self.findings.extend(findings);
            if let Some(error) = error {
                self.unread = unread(&renderer, (&chart, &input), &template.path, error);
                return;
            }
        }
    }
}

/// Finds what wrote the text that is not YAML.
fn unread(
    renderer: &Renderer,
    (chart, input): (&ConfiguredChart, &RenderInput),
    path: &str,
    error: ObjectError,
) -> Option<Unread> {
    let ObjectError::Yaml(error) = error else {
        return None;
    };
    let line = error.place().map(|place| RenderedLine::before(path, place));
    let origins = line.map(|line| renderer.origins(chart, input, &[line]));
    Some(Unread {
        path: path.to_owned(),
        error,
        origin: origins.and_then(|mut origins| origins.pop()).flatten(),
    })
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
