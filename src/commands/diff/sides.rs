//! What is compared, by what the operands look like.

use std::path::Path;

use crate::error::{CommandError, Result};

/// The two sides.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sides {
    /// A release and the cluster.
    Drift(String),
    /// Two revisions; the newest one if there is no second.
    Revisions(String, u64, Option<u64>),
    Charts(String, String),
    Values(String, String),
}

impl Sides {
    /// Reads the operands; `files` are those of `--values`, which may name the first of two values files.
    ///
    /// # Errors
    /// When they do not belong together.
    pub(super) fn of(operands: &[String], files: &[String]) -> Result<Self> {
        let named: Vec<_> = files.iter().chain(operands).cloned().collect();
        if let [first, second] = &named[..]
            && is_values_file(first)
            && is_values_file(second)
        {
            return Ok(Sides::Values(first.clone(), second.clone()));
        }
        match operands {
            [release] if files.is_empty() => Ok(Sides::Drift(release.clone())),
            [release, first] if is_revision(first) => {
                Ok(Sides::Revisions(release.clone(), revision(first)?, None))
            }
            [release, first, second] => {
                let pair = (revision(first)?, revision(second)?);
                Ok(Sides::Revisions(release.clone(), pair.0, Some(pair.1)))
            }
            [first, second] => Ok(Sides::Charts(first.clone(), second.clone())),
            _ => Err(CommandError::new(
                "values are for two charts: a release and its cluster are compared as they are",
            )),
        }
    }
}

fn is_revision(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_digit()) && !Path::new(text).exists()
}

fn revision(text: &str) -> Result<u64> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(CommandError::new(format!("{text:?} is no revision"))),
    }
}

fn is_values_file(text: &str) -> bool {
    let is_named_so = [".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
    is_named_so && !Path::new(text).is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operands_say_what_is_compared() {
        let sides = |operands: &str, files: &str| {
            let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            Sides::of(&words(operands), &words(files)).ok()
        };
        let text = str::to_owned;
        assert_eq!(sides("web", ""), Some(Sides::Drift(text("web"))));
        assert_eq!(sides("web 2", ""), Some(Sides::Revisions(text("web"), 2, None)));
        assert_eq!(
            sides("web 2 5", ""),
            Some(Sides::Revisions(text("web"), 2, Some(5)))
        );
        assert_eq!(
            sides("./a r/b@1", "x.yaml"),
            Some(Sides::Charts(text("./a"), text("r/b@1")))
        );
        assert_eq!(
            sides("a.yaml b.yml", ""),
            Some(Sides::Values(text("a.yaml"), text("b.yml")))
        );
        assert_eq!(
            sides("b.yml", "a.yaml"),
            Some(Sides::Values(text("a.yaml"), text("b.yml")))
        );
        for (operands, files) in [("web 0", ""), ("web 1 x", ""), ("web", "x.yaml")] {
            assert_eq!(sides(operands, files), None, "{operands} {files}");
        }
    }
}
