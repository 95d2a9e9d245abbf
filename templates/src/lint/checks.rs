//! What the templates of a chart give, some of it checked while other templates are still rendered.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytestring::ByteString;
use chart::parallel::{self, Early};
use chart::{Chart, File};

use super::object::{Checked, Output, check};
use crate::capabilities::KubeVersion;
use crate::engine::tera_output;
use crate::follow::Follow;
use crate::rendered::Rendered;
use crate::scope::base_name;

/// A template that gives a file.
pub(super) struct Template {
    /// Its name, which findings are about.
    pub(super) name: String,
    /// The name of the file.
    pub(super) output: String,
    /// The path of the file from the outermost chart.
    pub(super) path: String,
}

/// Checks what the templates of one chart give.
pub(super) struct Checks {
    rules: Arc<Rules>,
    early: Early<Task, (usize, Checked)>,
}

struct Rules {
    templates: Vec<Template>,
    /// Which template gives a file, by its path.
    by_path: BTreeMap<String, usize>,
    version: KubeVersion,
}

/// What a template was rendered to.
struct Task {
    /// Which template.
    at: usize,
    text: ByteString,
    broken: Option<Vec<u8>>,
}

impl Checks {
    /// Gets ready for the templates of a chart; those of its subcharts are left out.
    pub(super) fn new(chart: &Chart, version: &KubeVersion) -> Self {
        let files = chart.templates.iter().filter(|file| !is_tera_partial(file));
        let templates: Vec<_> = files.map(|file| template(chart, file)).collect();
        let path = |(at, template): (usize, &Template)| (template.path.clone(), at);
        let rules = Arc::new(Rules {
            by_path: templates.iter().enumerate().map(path).collect(),
            version: version.clone(),
            templates,
        });
        Self {
            early: Early::new(work(Arc::clone(&rules))),
            rules,
        }
    }

    /// Checks what was not checked before, and returns what there is to say of each template.
    pub(super) fn finish(&self, rendered: &Rendered) -> Vec<(&Template, Checked)> {
        let templates = &self.rules.templates;
        let mut known: Vec<Option<Checked>> = templates.iter().map(|_| None).collect();
        for (at, checked) in self.early.finish() {
            known[at] = Some(checked);
        }
        let text = |template: &Template| rendered.files.get(&template.path).map_or("", |text| text);
        let check = |template: &Template| {
            let bytes = rendered.bytes(&template.path, text(template));
            self.rules.check(template, text(template), bytes)
        };
        let checked = parallel::map_left(templates, known, |template| text(template).len(), check);
        templates.iter().zip(checked).collect()
    }
}

impl Follow for Checks {
    fn rendered(&self, path: &str, text: &ByteString, broken: Option<&[u8]>) {
        if let Some(at) = self.rules.by_path.get(path).copied() {
            let task = Task {
                at,
                text: text.clone(),
                broken: broken.map(<[u8]>::to_vec),
            };
            self.early.push(task, text.len());
        }
    }
}

fn work(rules: Arc<Rules>) -> impl Fn(Task) -> (usize, Checked) {
    move |task| {
        let bytes = task.broken.as_deref().unwrap_or(task.text.as_bytes());
        (task.at, rules.check(&rules.templates[task.at], &task.text, bytes))
    }
}

impl Rules {
    fn check(&self, template: &Template, text: &str, bytes: &[u8]) -> Checked {
        check(
            &Output {
                template,
                text,
                bytes,
            },
            &self.version,
        )
    }
}

fn template(chart: &Chart, file: &File) -> Template {
    let output = tera_output(&file.name).unwrap_or(&file.name);
    Template {
        name: file.name.clone(),
        output: output.to_owned(),
        path: format!("{}/{output}", chart.name()),
    }
}

/// Whether a file holds components of Tera and gives no file.
fn is_tera_partial(file: &File) -> bool {
    tera_output(&file.name).is_some() && base_name(&file.name).starts_with('_')
}
