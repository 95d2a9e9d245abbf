//! Templates that are parsed while the rest of their chart is read: other processors have nothing to do then.

use crate::engine::tera_output;
use crate::gotmpl::{Parsed, SharedBytes, TextParser};
use crate::helm::{SOME_STACK_BYTES, text_parser};
use chart::{Bytes, File, parallel};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// More threads than this only wait for memory.
const MOST_HELPERS: usize = 3;

/// Parses the templates of a chart ahead of its first rendering.
#[derive(Default)]
pub struct Ahead(Mutex<Option<Started>>);

struct Started {
    work: Arc<Work>,
    helpers: Vec<JoinHandle<()>>,
}

/// What there is to parse.
struct Work {
    /// By the paths that the templates will have, as far as can be told.
    tasks: BTreeMap<String, Task>,
    /// Whether nobody wants more of it.
    is_over: AtomicBool,
}

/// A text, which the first to take it parses.
struct Task {
    text: Bytes,
    is_taken: AtomicBool,
    parsed: Mutex<Option<Parsed>>,
}

impl Ahead {
    /// Begins with the files of a chart, its subcharts' below `charts/`, if there are enough of them to be worth it.
    pub fn begin(&self, files: &[File]) {
        let tasks = tasks(files);
        let size: usize = tasks.values().map(|task| task.text.len()).sum();
        let worth = (size / parallel::WORTH_A_THREAD).min(MOST_HELPERS);
        if worth == 0 {
            return;
        }
        let others = thread::available_parallelism().map_or(0, |all| all.get() - 1);
        let work = Arc::new(Work {
            tasks,
            is_over: AtomicBool::new(false),
        });
        let helper = |_| {
            let work = Arc::clone(&work);
            let thread = thread::Builder::new().stack_size(parallel::STACK_BYTES);
            // If the system gives none, templates are parsed when they are needed.
            thread.spawn(move || work.help()).ok()
        };
        let helpers = (0..worth.min(others)).filter_map(helper).collect();
        if let Some(before) = self.lock().replace(Started { work, helpers }) {
            before.end();
        }
    }

    /// Returns what each text was parsed to. Those are left out that were not known before, and those that are no
    /// templates. What is returned once is gone.
    pub(crate) fn take(&self, files: &[(&str, &Bytes)], parser: &TextParser) -> Vec<Option<Parsed>> {
        let Some(started) = self.lock().take() else {
            return files.iter().map(|_| None).collect();
        };
        let find = |(path, text): &(&str, &Bytes)| {
            let task = started.work.tasks.get_key_value(*path);
            task.filter(|(_, task)| (task.text.as_ptr(), task.text.len()) == (text.as_ptr(), text.len()))
        };
        let tasks: Vec<_> = files.iter().map(find).collect();
        // The helpers come from the other end.
        let mut rest: Vec<_> = tasks.iter().flatten().collect();
        rest.sort_by_key(|(path, _)| *path);
        for (path, task) in rest.into_iter().rev() {
            task.parse(path, parser);
        }
        started.end();
        for helper in started.helpers {
            helper.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        let parsed = tasks.into_iter();
        parsed.map(|task| lock(&task?.1.parsed).take()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Started>> {
        lock(&self.0)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if let Some(started) = &*self.lock() {
            started.end();
        }
    }
}

impl Started {
    /// Has the helpers stop after what they are at.
    fn end(&self) {
        self.work.is_over.store(true, Ordering::Relaxed);
    }
}

impl Work {
    fn help(&self) {
        let parser = text_parser();
        for (path, task) in &self.tasks {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            task.parse(path, &parser);
        }
    }
}

impl Task {
    /// Parses the text, unless somebody does already.
    fn parse(&self, path: &str, parser: &TextParser) {
        if self.is_taken.swap(true, Ordering::Relaxed) {
            return;
        }
        let text: SharedBytes = Arc::new(self.text.clone());
        // Who needs it tries again, with more of a stack, and says what is wrong.
        *lock(&self.parsed) = parser.parse(path, text, SOME_STACK_BYTES).ok();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds the templates among the files of a chart. Where a subchart has another name than its folder, or an alias, the
/// paths are wrong, and what was parsed is of no use.
fn tasks(files: &[File]) -> BTreeMap<String, Task> {
    let chart_yaml = files.iter().find(|file| file.name == "Chart.yaml");
    let Some(name) = chart_yaml.and_then(|file| name(&file.data)) else {
        return BTreeMap::new();
    };
    let templates = files.iter().filter(|file| is_template(&file.name));
    let task = |file: &File| Task {
        text: file.data.clone(),
        is_taken: AtomicBool::new(false),
        parsed: Mutex::default(),
    };
    templates
        .map(|file| (format!("{name}/{}", file.name), task(file)))
        .collect()
}

/// The name that a `Chart.yaml` gives, if it stands there as it mostly does.
fn name(chart_yaml: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(chart_yaml).ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    Some(name.trim().trim_matches(['"', '\'']))
}

fn is_template(path: &str) -> bool {
    let mut rest = path;
    while let Some((_, inner)) = rest
        .strip_prefix("charts/")
        .and_then(|below| below.split_once('/'))
    {
        rest = inner;
    }
    rest.starts_with("templates/") && tera_output(path).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(count: usize) -> Vec<File> {
        let text = "{{ .Values.a }}{{ include \"NAME\" . }}\n";
        let template = |number: usize| {
            let name = format!("charts/db/templates/{number}.yaml");
            File::new(name.clone(), text.replace("NAME", &name).repeat(600).into_bytes())
        };
        let chart_yaml = File::new(
            "Chart.yaml",
            &b"apiVersion: v2\nname: 'web'\nversion: 1.0.0\n"[..],
        );
        let others = ["templates/a.yaml.tera", "charts/db/README.md", "charts/db.tgz"];
        let others = others.map(|name| File::new(name, &b"{{ broken"[..]));
        let templates = (0..count).map(template);
        templates.chain(others).chain([chart_yaml]).collect()
    }

    #[test]
    fn what_is_known_before_is_parsed_once() {
        let files = files(40);
        let ahead = Ahead::default();
        ahead.begin(&files);
        let paths: Vec<String> = files.iter().map(|file| format!("web/{}", file.name)).collect();
        let texts = files.iter().map(|file| &file.data);
        let wanted: Vec<_> = paths.iter().map(String::as_str).zip(texts).collect();
        let parser = text_parser();
        let parsed = ahead.take(&wanted, &parser);
        assert!(parsed[..40].iter().all(Option::is_some));
        assert!(parsed[40..].iter().all(Option::is_none));
        assert!(ahead.take(&wanted, &parser).iter().all(Option::is_none));
    }

    #[test]
    fn other_texts_and_paths_are_left_out() {
        let files = files(40);
        let ahead = Ahead::default();
        ahead.begin(&files);
        let other = Bytes::copy_from_slice(&files[0].data);
        let wanted = [
            ("web/charts/db/templates/0.yaml", &other),
            ("web/charts/alias/templates/0.yaml", &files[0].data),
        ];
        assert!(ahead.take(&wanted, &text_parser()).iter().all(Option::is_none));
    }
}
