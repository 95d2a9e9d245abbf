//! What an action is doing, for who watches: a line per object that is waited for, redrawn on a terminal, plain lines
//! elsewhere. All of it goes to standard error.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use release::wait::{Progress, State};
use release::{ContainerLog, Event, Failing, Observer};

use super::ui::Ui;

/// Tells about an action on standard error.
pub(crate) struct Teller {
    ui: Ui,
    view: View,
}

enum View {
    /// One line an object, redrawn in place.
    Live {
        screen: MultiProgress,
        lines: Mutex<BTreeMap<String, ProgressBar>>,
    },
    /// One line a change.
    Plain,
    /// Nothing but warnings: called as `helm`, the program says what Helm says.
    Silent,
}

impl Teller {
    /// A teller that redraws when somebody watches.
    pub(crate) fn new(ui: Ui) -> Self {
        let view = if ui.is_helm() {
            View::Silent
        } else if ui.is_watched() {
            View::Live {
                screen: MultiProgress::new(),
                lines: Mutex::default(),
            }
        } else {
            View::Plain
        };
        Teller { ui, view }
    }

    fn progress(&self, progress: &Progress) {
        match &self.view {
            View::Silent => {}
            View::Plain => self.ui.status(&plain_line(progress)),
            View::Live { screen, lines } => {
                let mut lines = lines.lock().expect("no line is drawn in two places at once");
                let place = format!("{}/{}", progress.namespace, progress.object);
                let line = lines.entry(place).or_insert_with(|| screen.add(new_line()));
                draw(line, progress);
            }
        }
    }
}

impl Teller {
    /// Called by its own name, the program says a failure once: at the end.
    fn failing(&self, failing: &Failing) {
        if !self.ui.is_helm() {
            return;
        }
        let mut pairs = vec![("msg", failing.message.as_str())];
        pairs.extend(failing.fields.iter().map(|(key, value)| (*key, value.as_str())));
        self.ui.log(failing.level, &pairs);
    }

    /// What a hook wrote, because its annotation asks for it; in one log line, as Helm has it, or line by line.
    fn hook_log(&self, log: &ContainerLog) {
        let text = log.text.trim_end_matches('\n');
        if self.ui.is_helm() {
            self.ui.log("INFO", &[("msg", text)]);
            return;
        }
        for line in text.lines() {
            self.ui.status(&format!("{}/{}: {line}", log.pod, log.container));
        }
    }
}

impl Observer for Teller {
    fn notify(&self, event: Event) {
        match event {
            Event::Waiting(progress) => self.progress(&progress),
            Event::Warning(text) => self.ui.warning(&text),
            Event::Remark(remark) => self.ui.remark(&remark),
            Event::HookLog(log) => self.hook_log(&log),
            Event::Failing(failing) => self.failing(&failing),
            other => self.ui.debug(&other.to_string()),
        }
    }
}

fn plain_line(progress: &Progress) -> String {
    match &progress.state {
        State::Waiting(why) => format!("waiting for {}: {why}", progress.object),
        State::Ready => format!("{} is ready", progress.object),
        State::Present => format!("{} is there; nothing tells when it is ready", progress.object),
        State::Gone => format!("{} is gone", progress.object),
        State::Failed(why) => format!("{} has failed: {why}", progress.object),
    }
}

fn new_line() -> ProgressBar {
    let line = ProgressBar::new_spinner();
    line.set_style(style("{spinner:.cyan} {msg}"));
    line.enable_steady_tick(Duration::from_millis(120));
    line
}

fn draw(line: &ProgressBar, progress: &Progress) {
    match &progress.state {
        State::Waiting(why) => line.set_message(format!("{}: {why}", progress.object)),
        State::Ready | State::Present | State::Gone => {
            line.set_style(style("{prefix:.green} {msg}"));
            line.set_prefix("✓");
            line.finish_with_message(progress.object.clone());
        }
        State::Failed(why) => {
            line.set_style(style("{prefix:.red} {msg}"));
            line.set_prefix("✗");
            line.abandon_with_message(format!("{}: {why}", progress.object));
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this file are valid")
}
