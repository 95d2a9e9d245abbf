//! The charts that `create` starts from: Helm's, and the same one with Tera templates.

use std::path::Path;

/// What a new chart is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter<'a> {
    /// The chart that Helm writes: Go templates.
    Go,
    /// A chart that gives the same objects, with Tera templates.
    Tera,
    /// The chart in a folder or an archive, with the new name in place of `<CHARTNAME>`.
    Chart(&'a Path),
}

/// The name of the new chart, in any file.
pub(crate) const CHART: &str = "<CHARTNAME>";

/// The same as a word of Tera.
const WORD: &str = "<CHARTWORD>";

/// A file of a starter: its name and its text.
pub(crate) type StarterFile = (&'static str, &'static str);

macro_rules! files {
    ($($name:literal from $folder:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../", $folder, "/", $name)))),+]
    };
}

/// Helm's chart, in the order in which Helm writes it.
pub(crate) const GO: &[StarterFile] = files![
    "Chart.yaml" from "starter",
    "values.yaml" from "starter",
    ".helmignore" from "starter",
    "templates/ingress.yaml" from "starter",
    "templates/httproute.yaml" from "starter",
    "templates/deployment.yaml" from "starter",
    "templates/service.yaml" from "starter",
    "templates/serviceaccount.yaml" from "starter",
    "templates/hpa.yaml" from "starter",
    "templates/NOTES.txt" from "starter",
    "templates/_helpers.tpl" from "starter",
    "templates/tests/test-connection.yaml" from "starter",
];

/// The chart with Tera templates; all else is Helm's.
pub(crate) const TERA: &[StarterFile] = files![
    "Chart.yaml" from "starter",
    "values.yaml" from "starter",
    ".helmignore" from "starter",
    "templates/ingress.yaml.tera" from "starter-tera",
    "templates/httproute.yaml.tera" from "starter-tera",
    "templates/deployment.yaml.tera" from "starter-tera",
    "templates/service.yaml.tera" from "starter-tera",
    "templates/serviceaccount.yaml.tera" from "starter-tera",
    "templates/hpa.yaml.tera" from "starter-tera",
    "templates/NOTES.txt.tera" from "starter-tera",
    "templates/_helpers.tera" from "starter-tera",
    "templates/tests/test-connection.yaml.tera" from "starter-tera",
];

/// Puts the new chart's name into the text of a starter.
pub(crate) fn named(text: &str, name: &str) -> String {
    text.replace(WORD, &word(name)).replace(CHART, name)
}

/// Makes a name that a component of Tera can begin with: letters, digits and underscores, no digit in front.
fn word(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let is_boolean = matches!(word.as_str(), "true" | "True" | "false" | "False");
    if is_boolean || word.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{word}")
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_word_is_one_of_tera() {
        let words = ["web", "my-app", "web.v2", "3scale", "true"].map(word);
        assert_eq!(words, ["web", "my_app", "web_v2", "_3scale", "_true"]);
    }
}
