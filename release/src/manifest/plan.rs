//! `Plan`: everything a release would send, sorted into what it is for and when it goes.

use std::collections::BTreeMap;
use std::fmt::Write;

use chart::{Chart, Remark, parallel, yaml};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use templates::Broken;

use super::error::PlanError;
use super::head::Head;
use super::order::{install_order, uninstall_order};
use super::resource::Resource;
use super::split::{split, split_release};
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
    pub fn new(files: &BTreeMap<String, String>) -> Result<Self, PlanError> {
        Plan::of(files, &Broken::new())
    }

    /// As [`Plan::new`], for files of which some are `broken`: the bytes of those that are not UTF-8.
    ///
    /// # Errors
    ///
    /// See [`Plan::new`].
    pub fn of(files: &BTreeMap<String, String>, broken: &Broken) -> Result<Self, PlanError> {
        Plan::from_files(files, (broken, Detail::Objects))
    }

    /// As [`Plan::of`], for a plan that is only printed: the resources have no `object`.
    ///
    /// # Errors
    ///
    /// See [`Plan::new`].
    pub fn outline(files: &BTreeMap<String, String>, broken: &Broken) -> Result<Self, PlanError> {
        Plan::from_files(files, (broken, Detail::Heads))
    }

    fn from_files(
        files: &BTreeMap<String, String>,
        (broken, detail): (&Broken, Detail),
    ) -> Result<Self, PlanError> {
        let mut plan = Plan::default();
        let mut errors = Vec::new();
        let documents = documents(files);
        for (read, (path, text)) in read_all(&documents, detail).into_iter().zip(&documents) {
            if let Some(error) = broken
                .get(*path)
                .and_then(|bytes| misread(bytes, &files[*path], text))
            {
                errors.push(PlanError::new(path, error.into()));
                continue;
            }
            match read {
                Ok((resource, head)) => plan.add(resource, &head),
                Err(error) => errors.push(error.within(&files[*path], text)),
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
        let sizes = self.resources.iter().map(Resource::written_size);
        let mut text = String::with_capacity(sizes.sum());
        if options.include_crds {
            for crd in &self.crds {
                push_document(&mut text, &crd.path, &crd.text);
            }
        }
        for resource in &self.resources {
            let is_hidden = options.hide_secrets && resource.is_secret();
            let content = if is_hidden { HIDDEN_SECRET } else { &resource.text };
            push_document(&mut text, &resource.path, content);
        }
        text
    }

    /// Returns the text of `hooks`, framed like the manifest.
    pub fn hooks_text<'a>(hooks: impl IntoIterator<Item = &'a Hook>) -> String {
        let mut text = String::new();
        for hook in hooks {
            push_document(&mut text, &hook.path, &hook.manifest);
        }
        text
    }
}

const HIDDEN_SECRET: &str = "# HIDDEN: The Secret output has been suppressed";

/// What stands around a document of the manifest.
const FRAME: usize = "---\n# Source: \n\n".len();

impl Resource {
    /// Returns how many bytes of a manifest it takes.
    fn written_size(&self) -> usize {
        FRAME + self.path.len() + self.text.len()
    }
}

fn push_document(text: &mut String, path: &str, content: &str) {
    writeln!(text, "---\n# Source: {path}\n{content}").expect("writing to a string cannot fail");
}

pub(crate) fn crd_files(chart: &Chart) -> Vec<CrdFile> {
    let files = chart.crds().into_iter().map(|crd| CrdFile {
        name: crd.name,
        path: crd.filename,
        text: crd.file.text().into_owned(),
    });
    files.collect()
}

pub(super) fn is_partial(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|base| base.starts_with('_'))
}

/// Cuts rendered files into documents, each with its path.
fn documents(files: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    let used = files
        .iter()
        .filter(|(path, text)| !is_partial(path) && !text.trim().is_empty());
    used.flat_map(|(path, text)| {
        split(text)
            .into_iter()
            .map(move |document| (path.as_str(), document))
    })
    .collect()
}

/// Says what is wrong with a document whose `bytes` are not all UTF-8; `repaired` is the file, with three bytes in place
/// of each that is wrong, and `document` a part of it.
fn misread(bytes: &[u8], repaired: &str, document: &str) -> Option<yaml::Error> {
    let start = document.as_ptr() as usize - repaired.as_ptr() as usize;
    let part = before_repair(bytes, start)..before_repair(bytes, start + document.len());
    let read: Result<Value, _> = yaml::from_slice_as(&bytes[part]);
    read.err()
}

/// Returns where in `bytes` that is which stands at `wanted` in the repaired text.
fn before_repair(bytes: &[u8], wanted: usize) -> usize {
    let (mut at, mut left) = (0, wanted);
    for chunk in bytes.utf8_chunks() {
        if left <= chunk.valid().len() {
            return at + left;
        }
        left -= chunk.valid().len();
        at += chunk.valid().len();
        let broken = chunk
            .invalid()
            .len()
            .min(left / char::REPLACEMENT_CHARACTER.len_utf8());
        left -= broken * char::REPLACEMENT_CHARACTER.len_utf8();
        at += broken;
        if broken < chunk.invalid().len() {
            return at;
        }
    }
    at
}

/// What is kept of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Objects,
    Heads,
}

type Read = Result<(Resource, Head), PlanError>;

/// Reads documents; the results come in their order.
fn read_all(documents: &[(&str, &str)], detail: Detail) -> Vec<Read> {
    let read = |(path, text): &(&str, &str)| read_as(path, text, detail);
    parallel::map(documents, |(_, text)| text.len(), read)
}

/// Reads a text of several documents that did not come from rendering: a CRD file, a stored hook.
///
/// # Errors
///
/// The first document that cannot be read.
pub(crate) fn read_documents(path: &str, text: &str) -> Result<Vec<Resource>, PlanError> {
    let documents = split(text).into_iter();
    documents
        .map(|document| read(path, document).map(|(resource, _)| resource))
        .collect()
}

fn read(path: &str, text: &str) -> Read {
    read_as(path, text, Detail::Objects)
}

fn read_as(path: &str, text: &str, detail: Detail) -> Read {
    let object: Value =
        yaml::from_slice_as(text.as_bytes()).map_err(|source| PlanError::new(path, source.into()))?;
    let mut head = Head::read(&object).map_err(|source| PlanError::new(path, source.into()))?;
    let resource = Resource {
        path: path.to_owned(),
        text: text.to_owned(),
        object: match detail {
            Detail::Objects => object,
            Detail::Heads => Value::Null,
        },
        api_version: std::mem::take(&mut head.api_version),
        kind: std::mem::take(&mut head.kind),
        name: std::mem::take(&mut head.name),
    };
    Ok((resource, head))
}

fn hook(resource: Resource, settings: HookSettings) -> Hook {
    Hook {
        name: resource.name,
        kind: resource.kind,
        path: resource.path,
        manifest: resource.text,
        events: settings.events,
        last_run: HookExecution::default(),
        weight: settings.weight,
        delete_policies: settings.delete_policies,
        output_log_policies: settings.output_log_policies,
    }
}

#[cfg(test)]
mod tests;
