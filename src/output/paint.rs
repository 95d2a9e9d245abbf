//! The few colours that Helm uses (`internal/cli/output/color.go`), and those of differences.

use release::diff::Effect;

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Colors,
    Nothing,
}

impl Paint {
    /// A header: bold.
    pub(crate) fn header(self, text: &str) -> String {
        self.with(text, Some(("1", "22")))
    }

    /// A namespace: cyan.
    pub(crate) fn namespace(self, text: &str) -> String {
        self.with(text, Some(("36", "0")))
    }

    /// A status: green is well, yellow is under way, red is not well. What is over has no colour.
    pub(crate) fn status(self, text: &str) -> String {
        let color = match text {
            "deployed" => Some(("32", "0")),
            "failed" | "unknown" => Some(("31", "0")),
            "pending-install" | "pending-upgrade" | "pending-rollback" | "uninstalling" => Some(("33", "0")),
            _ => None,
        };
        self.with(text, color)
    }

    /// Something that is new: green.
    pub(crate) fn added(self, text: &str) -> String {
        self.with(text, Some(("32", "39")))
    }

    /// Something that is gone: red.
    pub(crate) fn removed(self, text: &str) -> String {
        self.with(text, Some(("31", "39")))
    }

    /// Something that is different: yellow.
    pub(crate) fn changed(self, text: &str) -> String {
        self.with(text, Some(("33", "39")))
    }

    /// Something that a person should decide: bold red.
    pub(crate) fn attention(self, text: &str) -> String {
        self.with(text, Some(("1;31", "22;39")))
    }

    /// Something beside the point.
    pub(crate) fn faint(self, text: &str) -> String {
        self.with(text, Some(("2", "22")))
    }

    /// An object to which something happens.
    pub(crate) fn effect(self, effect: Effect, text: &str) -> String {
        match effect {
            Effect::Create => self.added(text),
            Effect::Update => self.changed(text),
            Effect::Replace | Effect::Delete => self.removed(text),
            Effect::Keep | Effect::Nothing => text.to_owned(),
        }
    }

    /// A place in a file: cyan.
    pub(crate) fn place(self, text: &str) -> String {
        self.with(text, Some(("36", "0")))
    }

    /// The name of a value: green.
    pub(crate) fn name(self, text: &str) -> String {
        self.with(text, Some(("32", "0")))
    }

    /// What marks a part of a line: yellow.
    pub(crate) fn mark(self, text: &str) -> String {
        self.with(text, Some(("33", "0")))
    }

    fn with(self, text: &str, codes: Option<(&str, &str)>) -> String {
        match codes {
            Some((on, off)) if self == Paint::Colors => format!("\x1b[{on}m{text}\x1b[{off}m"),
            _ => text.to_owned(),
        }
    }
}
