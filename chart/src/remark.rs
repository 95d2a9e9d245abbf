//! `Remark`: something odd that stops nobody.

/// Something odd that is no error: a line of Helm's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How odd it is.
    pub level: RemarkLevel,
    /// What it is, in Helm's words.
    pub message: String,
    /// What it is about, as keys and values.
    pub fields: Vec<(&'static str, String)>,
}

/// How odd something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkLevel {
    /// It may well be meant.
    Info,
    /// It is hardly meant.
    Warning,
}

impl Remark {
    /// Makes a remark on something that may be meant. Helm's functions that merge values say everything in this way, even
    /// what they call a warning.
    pub fn info(message: impl Into<String>) -> Self {
        Remark {
            level: RemarkLevel::Info,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// Makes a remark on something that is hardly meant.
    pub fn warning(message: impl Into<String>) -> Self {
        Remark {
            level: RemarkLevel::Warning,
            ..Remark::info(message)
        }
    }

    /// Adds what it is about.
    #[must_use]
    pub fn about(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((key, value.into()));
        self
    }
}
