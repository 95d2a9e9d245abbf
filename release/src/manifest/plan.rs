//! `Plan`: everything a release would send, sorted into what it is for and when it goes.

use chart::{Chart, Remark};
use serde::{Deserialize, Serialize};
use templates::{Broken, Files};

use super::error::PlanError;
use super::head::Head;
use super::order::{install_order, uninstall_order};
use super::read::{Reader, read};
use super::resource::Resource;
use super::split::split_release;
use crate::hook::{Hook, HookEvent, HookExecution, HookSettings};
use crate::record::Release;

/// A file of the chart's `crds/` folder, which is sent as it is, before anything is rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrdFile {
    /// The path inside its own chart, which errors name.
    pub name: String,
    /// The path from the outermost chart.
    pub path: String,
    /// The content.
    pub text: String,
}

/// An object that was dropped because its hook annotation names an unknown event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredHook {
    /// The template.
    pub path: String,
    /// The annotation's value.
    pub events: String,
}

/// What a release consists of, each document read once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The chart's own CRD files, in the chart's order.
    pub crds: Vec<CrdFile>,
    /// The hooks, in kind order. See [`Plan::hooks_at`].
    pub hooks: Vec<Hook>,
    /// The objects, in the order in which they are installed.
    pub resources: Vec<Resource>,
    /// The objects that are neither.
    pub ignored: Vec<IgnoredHook>,
}

/// What the text of a plan shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManifestOptions {
    /// Begin with the chart's CRD files.
    pub include_crds: bool,
    /// Show a note instead of each Secret.
    pub hide_secrets: bool,
}

impl Plan {
    /// Sorts rendered `files` (path → text) into hooks and resources.
    ///
    /// Files whose name begins with `_` and blank ones are skipped, as in Helm. `NOTES.txt` must not be among them.
    ///
    /// # Errors
    ///
    /// The first document, by path, that cannot be read, and with it all others.
    pub fn new(files: &Files) -> Result<Self, PlanError> {
        Plan::read_by(&Reader::of_objects(), files, &Broken::new())
    }

    /// Sorts what a rendering gave, as [`Plan::new`] does; `reader` reads what it did not read before.
    ///
    /// # Errors
    ///
    /// See [`Plan::new`].
    pub fn read_by(reader: &Reader, files: &Files, broken: &Broken) -> Result<Self, PlanError> {
        let mut plan = Plan::default();
        let mut errors = Vec::new();
        for read in reader.read(files, broken) {
            match read {
                Ok((resource, head)) => plan.add(resource, &head),
                Err(error) => errors.push(error),
            }
        }
        PlanError::first_of(errors)?;
        let order = install_order();
        plan.hooks.sort_by(|a, b| order.compare(&a.kind, &b.kind));
        plan.resources.sort_by(|a, b| order.compare(&a.kind, &b.kind));
        Ok(plan)
    }

    /// Reads the plan back from a stored revision: its manifest in the order it has, and its hooks.
    ///
    /// # Errors
    ///
    /// When a document of the manifest cannot be read.
    pub fn from_release(release: &Release) -> Result<Self, PlanError> {
        let resources = split_release(&release.manifest)
            .into_iter()
            .map(|(path, text)| read(path, text).map(|(resource, _)| resource))
            .collect::<Result<_, _>>()?;
        Ok(Plan {
            hooks: release.hooks.clone(),
            resources,
            ..Plan::default()
        })
    }

    /// Adds the chart's CRD files, those of its subcharts included.
    pub fn with_crds(mut self, chart: &Chart) -> Self {
        self.crds = crd_files(chart);
        self
    }

    /// Returns what is odd about the objects.
    pub fn remarks(&self) -> Vec<Remark> {
        let skipped = |hook: &IgnoredHook| {
            Remark::info("skipping unknown hooks").about("hookTypes", hook.events.as_str())
        };
        self.ignored.iter().map(skipped).collect()
    }

    fn add(&mut self, resource: Resource, head: &Head) {
        match HookSettings::from_annotations(&head.annotations) {
            Ok(None) => self.resources.push(resource),
            Ok(Some(settings)) => self.hooks.push(hook(resource, settings)),
            Err(events) => self.ignored.push(IgnoredHook {
                path: resource.path,
                events,
            }),
        }
    }

    /// Returns the hooks of `event` in the order they run: by weight, then by name, then by kind.
    pub fn hooks_at(&self, event: &HookEvent) -> Vec<&Hook> {
        let mut hooks: Vec<_> = self.hooks.iter().filter(|hook| hook.runs_at(event)).collect();
        hooks.sort_by(|a, b| (a.weight, &a.name).cmp(&(b.weight, &b.name)));
        hooks
    }

    /// Returns the resources in the order they are deleted.
    pub fn uninstall_order(&self) -> Vec<&Resource> {
        let mut resources: Vec<_> = self.resources.iter().collect();
        resources.sort_by(|a, b| uninstall_order().compare(&a.kind, &b.kind));
        resources
    }

    /// Returns the manifest as the release record holds it: each document behind a comment that names its template.
    pub fn manifest(&self) -> String {
        self.manifest_with(ManifestOptions::default())
    }

    /// Returns the manifest with or without CRDs and Secrets.
    pub fn manifest_with(&self, options: ManifestOptions) -> String {
        self.manifest_pieces(options).concat()
    }

    /// Returns the same in pieces, for who only writes it somewhere: it may be large.
    pub fn manifest_pieces(&self, options: ManifestOptions) -> Vec<&str> {
        let crds = self.crds.iter().filter(|_| options.include_crds);
        let crds = crds.map(|crd| (crd.path.as_str(), crd.text.as_str()));
        let resources = self.resources.iter().map(|resource| {
            let is_hidden = options.hide_secrets && resource.is_secret();
            let content = if is_hidden { HIDDEN_SECRET } else { &resource.text };
            (resource.path.as_str(), content)
        });
        crds.chain(resources).flat_map(framed).collect()
    }

    /// Returns the text of `hooks`, framed like the manifest, in pieces.
    pub fn hook_pieces<'a>(hooks: impl IntoIterator<Item = &'a Hook>) -> Vec<&'a str> {
        let documents = hooks.into_iter().map(|hook| (&*hook.path, &*hook.manifest));
        documents.flat_map(framed).collect()
    }
}

const HIDDEN_SECRET: &str = "# HIDDEN: The Secret output has been suppressed";

/// Puts a comment before a document that names its template.
fn framed<'a>((path, content): (&'a str, &'a str)) -> [&'a str; 5] {
    ["---\n# Source: ", path, "\n", content, "\n"]
}

pub(crate) fn crd_files(chart: &Chart) -> Vec<CrdFile> {
    let files = chart.crds().into_iter().map(|crd| CrdFile {
        name: crd.name,
        path: crd.filename,
        text: crd.file.text().into_owned(),
    });
    files.collect()
}

fn hook(resource: Resource, settings: HookSettings) -> Hook {
    Hook {
        name: resource.name,
        kind: resource.kind,
        path: resource.path,
        manifest: resource.text.into(),
        events: settings.events,
        last_run: HookExecution::default(),
        weight: settings.weight,
        delete_policies: settings.delete_policies,
        output_log_policies: settings.output_log_policies,
    }
}

#[cfg(test)]
mod tests;
