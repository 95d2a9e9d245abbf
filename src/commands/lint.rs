//! `lint`.

use std::path::Path;
use std::sync::Arc;

use chart::lint::{Finding, Severity, Subject};
use chart::{Chart, ConfigureOptions, FileError, Map};
use templates::{
    Capabilities, KubeVersion, LintOptions, Mode, Notice, NoticeLevel, ReleaseInfo, RenderInput, Renderer,
};

use crate::args::path;
use crate::args::values::ValuesArgs;
use crate::context::{Context, Dns, Rendering};
use crate::error::{CommandError, Result};
use crate::output::unread;
use crate::report::{self, Report};

/// examine a chart for possible issues
///
/// Runs a series of tests on each chart. What will make an installation fail is an ERROR, what breaks a convention a
/// WARNING.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Lint {
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// fail on lint warnings
    #[arg(long)]
    strict: bool,
    /// lint dependent charts
    #[arg(long)]
    with_subcharts: bool,
    /// print only warnings and errors
    #[arg(long)]
    quiet: bool,
    /// if set, disables JSON schema validation
    #[arg(long)]
    skip_schema_validation: bool,
    /// Kubernetes version used for capabilities and deprecation checks
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    kube_version: String,
    #[command(flatten)]
    values: ValuesArgs,
}

/// What came out for all charts.
#[derive(Default)]
struct Totals {
    failed: usize,
    spoken_of: usize,
    text: String,
    reports: Vec<Report>,
}

/// What came out for one chart.
struct Checked {
    findings: Vec<Finding>,
    /// Where the mistakes are that have a place.
    reports: Vec<Report>,
}

impl Lint {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let kube_version = self.kube_version()?;
        let paths = self.all_paths();
        let values = self.values.read(cx)?;
        let options = LintOptions {
            namespace: cx.namespace().to_owned(),
            kube_version,
            skip_schema_validation: self.skip_schema_validation,
        };
        let mut totals = Totals::default();
        for path in &paths {
            let result = lint(cx, path, &values, &options);
            let (result, reports) = match result {
                Ok(checked) => (Ok(checked.findings), checked.reports),
                Err(error) => (Err(error), Vec::new()),
            };
            totals.reports.extend(reports);
            warn(cx, path, &values, &options);
            self.tell(path, &result, &mut totals);
        }
        cx.ui().data(&totals.text)?;
        let summary = format!(
            "{} chart(s) linted, {} chart(s) failed",
            paths.len(),
            totals.failed
        );
        if totals.failed > 0 {
            return Err(CommandError::new(summary).showing(totals.reports));
        }
        if !self.quiet || totals.spoken_of > 0 {
            cx.ui().line(&summary)?;
        }
        Ok(())
    }

    fn kube_version(&self) -> Result<Option<KubeVersion>> {
        if self.kube_version.is_empty() {
            return Ok(None);
        }
        let version = KubeVersion::parse(&self.kube_version);
        Ok(Some(version.map_err(|error| {
            CommandError::from(error).during(&format!("invalid kube version '{}'", self.kube_version))
        })?))
    }

    fn all_paths(&self) -> Vec<String> {
        let mut paths = self.paths.clone();
        if self.with_subcharts {
            for path in &self.paths {
                subcharts(&path::join(path, "charts"), &mut paths);
            }
        }
        paths
    }

    /// Puts one chart's result below those before it.
    fn tell(&self, path: &str, result: &Result<Vec<Finding>>, totals: &mut Totals) {
        let tolerance = if self.strict {
            Severity::Warning
        } else {
            Severity::Error
        };
        let worst = match result {
            Ok(findings) => findings.iter().map(|finding| finding.severity).max(),
            Err(_) => Some(Severity::Error),
        };
        let is_bad = worst > Some(Severity::Info);
        totals.spoken_of += usize::from(is_bad);
        totals.failed += usize::from(worst >= Some(tolerance));
        if self.quiet && !is_bad {
            return;
        }
        let text = &mut totals.text;
        text.push_str(&format!("==> Linting {path}\n"));
        match result {
            Ok(findings) => {
                let shown = |finding: &&Finding| !self.quiet || finding.severity > Severity::Info;
                let lines = findings.iter().filter(shown);
                text.extend(lines.map(|finding| format!("{finding}\n")));
            }
            Err(error) => text.push_str(&format!("Error {}\n", error.message())),
        }
        text.push('\n');
    }
}

/// Adds every chart below `path`, folder or archive, in the order of Go's `filepath.Walk`.
fn subcharts(path: &str, found: &mut Vec<String>) {
    let Ok(about) = std::fs::symlink_metadata(path) else {
        return;
    };
    if path::base(path) == "Chart.yaml" {
        found.push(path::parent(path));
    } else if is_archive(path) {
        found.push(path.to_owned());
    }
    if !about.is_dir() {
        return;
    }
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names {
        subcharts(&path::join(path, &name), found);
    }
}

fn is_archive(path: &str) -> bool {
    path.ends_with(".tgz") || path.ends_with(".tar.gz")
}

/// Checks one chart.
fn lint(cx: &Context, path: &str, values: &Map, options: &LintOptions) -> Result<Checked> {
    let subject = subject(cx, path)?;
    let configure = ConfigureOptions {
        skip_schema_validation: options.skip_schema_validation,
    };
    let mut findings = chart::lint::chart_file(&subject);
    let (found, remarks) = chart::lint::values(&subject, values, &configure);
    findings.extend(found);
    let linted = templates::lint(&cx.renderer(Dns::Ignored), &subject, values, options);
    cx.ui().remarks(remarks.iter().chain(&linted.remarks));
    for notice in &linted.notices {
        tell(cx, notice);
    }
    let is_wrong = |name: &&str| {
        let mut found = findings.iter();
        found.any(|finding| finding.severity == Severity::Error && finding.path == *name)
    };
    let mut reports: Vec<Report> = ["Chart.yaml", "values.yaml"]
        .into_iter()
        .filter(is_wrong)
        .filter_map(|name| unreadable(&subject, name))
        .collect();
    reports.extend(linted.error.iter().flat_map(|error| report::of_render(error)));
    reports.extend(linted.unread.as_ref().map(report::of_unread));
    findings.extend(linted.findings);
    for (found, remarks) in [chart::lint::dependencies(&subject), chart::lint::crds(&subject)] {
        findings.extend(found);
        cx.ui().remarks(&remarks);
    }
    Ok(Checked { findings, reports })
}

/// Warns of values that nothing in the chart reads. What is wrong with the chart itself has been said.
fn warn(cx: &Context, path: &str, values: &Map, options: &LintOptions) {
    let Some(witness) = cx.witness(values) else { return };
    let any = ConfigureOptions {
        skip_schema_validation: true,
    };
    let Ok(chart) = Chart::load(path)
        .map_err(drop)
        .and_then(|chart| chart.configure(values, &any).map_err(drop))
    else {
        return;
    };
    let renderer = Renderer {
        mode: Mode::Lint,
        ..cx.renderer(Rendering {
            witness: Some(Arc::clone(&witness)),
            ..Rendering::default()
        })
    };
    let input = RenderInput {
        release: ReleaseInfo {
            name: "test-release".to_owned(),
            namespace: options.namespace.clone(),
            revision: 1,
            is_install: true,
            is_upgrade: false,
        },
        capabilities: Capabilities::offline(),
    };
    if renderer.render(&chart, &input).is_ok() {
        unread::warn(cx.ui(), Some(&witness));
    }
}

/// Opens what is to be checked, a folder or an archive.
fn subject<'c>(cx: &'c Context, path: &str) -> Result<Subject<'c>> {
    if is_archive(path) {
        let bytes = std::fs::read(path).map_err(|error| {
            CommandError::from(FileError::new("open", Path::new(path), &error))
                .during("unable to open tarball")
        })?;
        return Subject::archive(&bytes, path, cx.ahead().begin())
            .map_err(|error| CommandError::from(error).during("unable to extract tarball"));
    }
    let subject = Subject::folder(path::absolute(path)?, cx.ahead().begin());
    let file = Path::new(&path::join(path, "Chart.yaml")).to_owned();
    std::fs::metadata(&file).map_err(|error| {
        CommandError::from(FileError::new("stat", &file, &error))
            .during("unable to check Chart.yaml file in chart")
    })?;
    Ok(subject)
}

/// Says where a file of a chart is not YAML, if it is not.
fn unreadable(subject: &Subject<'_>, name: &str) -> Option<Report> {
    let bytes = subject.read(name).ok()?;
    report::of_file(name, &chart::yaml::from_slice(&bytes).err()?)
}

fn tell(cx: &Context, notice: &Notice) {
    let level = match notice.level {
        NoticeLevel::Info => "INFO",
        NoticeLevel::Warning => "WARN",
    };
    cx.ui()
        .log(level, &[("msg", notice.text), ("message", &notice.message)]);
}
