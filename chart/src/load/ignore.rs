//! `.helmignore`: which files of a folder are no part of the chart.

use crate::pattern::{Pattern, PatternError};

/// A line of `.helmignore` that Helm refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreError {
    /// `**` means nothing here.
    #[error("double-star (**) syntax is not supported")]
    DoubleStar,
    /// A bracket is open, or the like.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

/// The rules of one folder, in order; the first that applies decides.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// Nothing when a slash was cut off that its backslash needs: then nothing matches.
    pattern: Option<Pattern>,
    /// `!pattern`: ignores whatever does *not* match, which is Helm's reading of it (`pkg/ignore/rules.go`).
    is_negated: bool,
    only_directories: bool,
    /// Whether the whole path has to match, or just the last part.
    on_path: bool,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
}

impl Rules {
    /// Reads the lines of a `.helmignore` and adds Helm's own rule: hidden files in `templates/` are ignored.
    pub(super) fn parse(text: &str) -> Result<Self, IgnoreError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for line in text.lines().chain(["templates/.?*"]) {
            rules.extend(Rule::parse(line.trim())?);
        }
        Ok(Rules(rules))
    }

    /// Says whether the file or folder at `path`, seen from the chart's folder, is ignored.
    pub(super) fn ignores(&self, path: &str, kind: Kind) -> bool {
        for rule in &self.0 {
            let wrong_kind = rule.only_directories && kind != Kind::Directory;
            if rule.is_negated {
                if wrong_kind || !rule.matches(path) {
                    return true;
                }
            } else if !wrong_kind && rule.matches(path) {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Option<Self>, IgnoreError> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err(IgnoreError::DoubleStar);
        }
        Pattern::parse(line)?;
        let (is_negated, line) = strip(line, |line| line.strip_prefix('!'));
        let (only_directories, line) = strip(line, |line| line.strip_suffix('/'));
        let (is_anchored, line) = strip(line, |line| line.strip_prefix('/'));
        let on_path = is_anchored || line.contains('/');
        Ok(Some(Rule {
            pattern: Pattern::parse(line).ok(),
            is_negated,
            only_directories,
            on_path,
        }))
    }

    fn matches(&self, path: &str) -> bool {
        let subject = if self.on_path {
            path
        } else {
            path.rsplit('/').next().unwrap_or(path)
        };
        self.pattern
            .as_ref()
            .is_some_and(|pattern| pattern.matches(subject))
    }
}

fn strip<'a>(line: &'a str, strip: impl Fn(&'a str) -> Option<&'a str>) -> (bool, &'a str) {
    strip(line).map_or((false, line), |line| (true, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(rules: &str, path: &str, kind: Kind) -> bool {
        Rules::parse(rules).unwrap().ignores(path, kind)
    }

    #[test]
    fn rules_match_name_or_path() {
        assert!(ignored("*.txt", "a/b.txt", Kind::File));
        assert!(!ignored("a/*.txt", "x/a/b.txt", Kind::File));
        assert!(ignored("/b.txt", "b.txt", Kind::File));
        assert!(!ignored("/b.txt", "a/b.txt", Kind::File));
        assert!(ignored("docs/", "a/docs", Kind::Directory));
        assert!(!ignored("docs/", "docs", Kind::File));
        assert!(ignored("", "templates/.swp", Kind::File));
    }

    #[test]
    fn a_negated_rule_ignores_the_rest() {
        assert!(ignored("!keep", "other", Kind::File));
        assert!(!ignored("!keep", "keep", Kind::File));
        assert!(ignored("!keep/", "keep", Kind::File));
    }

    #[test]
    fn bad_lines_are_refused() {
        assert_eq!(
            Rules::parse("a/**").unwrap_err().to_string(),
            "double-star (**) syntax is not supported"
        );
        assert_eq!(
            Rules::parse("[a").unwrap_err().to_string(),
            "syntax error in pattern"
        );
    }
}
