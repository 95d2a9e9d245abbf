//! What a search looks at: a few words of each version of each chart (Helm's `pkg/cmd/search`).

use std::collections::{BTreeMap, BTreeSet};

use chart::{Version, VersionReq};

use crate::index::Entry;

/// A chart that a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `REPOSITORY/CHART`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: String,
    /// Its description.
    pub description: String,
    /// How far from the front of the line the word was: in the name, the path, the description, the keywords.
    pub score: usize,
}

/// What is searched for.
pub enum Needle<'a> {
    /// Everything is found.
    Nothing,
    /// A text, in any case of letters.
    Text(&'a str),
    /// Whatever this finds: it gives the place of the first match.
    Pattern(&'a dyn Fn(&str) -> Option<usize>),
}

/// Which of the versions that were found are shown.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) range: VersionReq,
    pub(crate) is_every_version: bool,
}

/// The lines of all charts of a repository: per version five texts, each with its length in front: the name in the index,
/// then name, version, app version, description and keywords of the entry. A chart's first line has its name, the
/// others have none.
#[derive(Debug)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
}

const FIELDS: usize = 6;

/// The lines of one chart. What is as in the version before is left out.
pub(super) fn write(name: &str, entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut before: [String; FIELDS] = Default::default();
    for entry in entries {
        let metadata = &entry.metadata;
        let fields = [
            name.to_owned(),
            metadata.name.clone(),
            metadata.version.clone(),
            metadata.app_version.clone(),
            metadata.description.clone(),
            metadata.keywords.join(" "),
        ];
        for (field, before) in fields.iter().zip(&before) {
            if field == before {
                bytes.extend_from_slice(&SAME.to_le_bytes());
            } else {
                bytes.extend_from_slice(&u32::try_from(field.len()).unwrap_or(0).to_le_bytes());
                bytes.extend_from_slice(field.as_bytes());
            }
        }
        before = fields;
    }
    bytes
}

/// Stands for a length when the field is as in the line before.
const SAME: u32 = u32::MAX;

/// As in Helm: whatever scores worse is no match.
const WORST_SCORE: usize = 25;
const SEPARATOR: char = '\u{b}';

impl Lines {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Lines { bytes }
    }

    /// Searches the lines. The result is in no order.
    pub(crate) fn search(&self, repository: &str, needle: &Needle<'_>, filter: &Filter) -> Vec<Found> {
        let mut found = Vec::new();
        let mut rest = self.bytes.as_slice();
        let mut line: [&str; FIELDS] = [""; FIELDS];
        let mut score = None;
        let lowered = match needle {
            Needle::Text(text) => text.to_lowercase(),
            _ => String::new(),
        };
        let mut chart = Chart::default();
        while let Some(changed) = next(&mut rest, &mut line) {
            // A version that differs in nothing but its numbers is found as the one before was.
            if changed {
                score = score_of(repository, &line, needle, &lowered);
            }
            if chart.name != line[0] {
                chart.name = line[0];
                chart.found.clear();
                chart.is_done.clear();
            }
            let Some(score) = score else { continue };
            chart.take((repository, score), &line, filter, &mut found);
        }
        found
    }
}

/// What was found of the chart whose lines are being read.
#[derive(Default)]
struct Chart<'a> {
    name: &'a str,
    /// Where each version is among all that was found: Helm keeps the last one of equal ones.
    found: BTreeMap<&'a str, usize>,
    /// The scores that something was found with.
    is_done: BTreeSet<usize>,
}

impl<'a> Chart<'a> {
    fn take(
        &mut self,
        (repository, score): (&str, usize),
        line: &[&'a str; FIELDS],
        filter: &Filter,
        found: &mut Vec<Found>,
    ) {
        // The versions are in order: the first one of a score that fits is the newest.
        let is_done = self.is_done.contains(&score) && !self.found.contains_key(line[2]);
        if !filter.is_every_version && is_done {
            return;
        }
        let Ok(version) = Version::parse(line[2]) else {
            return;
        };
        if !filter.range.matches(&version) {
            return;
        }
        let result = Found {
            name: format!("{repository}/{}", line[0]),
            version: line[2].to_owned(),
            app_version: line[3].to_owned(),
            description: line[4].to_owned(),
            score,
        };
        self.is_done.insert(score);
        match self.found.insert(line[2], found.len()) {
            Some(place) => {
                found[place] = result;
                self.found.insert(line[2], place);
            }
            None => found.push(result),
        }
    }
}

/// Reads the next line over the one before. Returns whether something that is searched has changed.
fn next<'a>(bytes: &mut &'a [u8], line: &mut [&'a str; FIELDS]) -> Option<bool> {
    let mut is_changed = false;
    for (number, field) in line.iter_mut().enumerate() {
        let (length, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        let length = u32::from_le_bytes(*length);
        if length == SAME {
            continue;
        }
        let (text, rest) = bytes.split_at_checked(length as usize)?;
        *bytes = rest;
        *field = std::str::from_utf8(text).ok()?;
        is_changed |= !matches!(number, 2 | 3);
    }
    Some(is_changed)
}

fn score_of(repository: &str, line: &[&str; FIELDS], needle: &Needle<'_>, lowered: &str) -> Option<usize> {
    let [_, name, _, _, description, keywords] = line;
    let text =
        || format!("{name}{SEPARATOR}{repository}/{name}{SEPARATOR}{description}{SEPARATOR}{keywords}");
    let (text, place) = match needle {
        Needle::Nothing => return Some(0),
        Needle::Text(_) => {
            let text = text().to_lowercase();
            let place = text.find(lowered)?;
            (text, place)
        }
        Needle::Pattern(find) => {
            let text = text();
            let place = find(&text)?;
            (text, place)
        }
    };
    let score = text
        .bytes()
        .take(place)
        .filter(|byte| *byte == SEPARATOR as u8)
        .count();
    (score < WORST_SCORE).then_some(score)
}
