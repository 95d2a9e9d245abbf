//! One text of several documents → documents, as Helm cuts them (`pkg/release/v1/util/manifest.go`).

use memchr::memmem;

/// Cuts `text` at every `---` that starts a line.
///
/// This is not YAML's grammar. Whatever follows the three dashes on their line, blanks and tabs aside, begins the
/// next document, and a `---` inside of a block scalar cuts as well: charts rely on it. Documents lose leading white
/// space; those with nothing else are left out.
pub fn split(text: &str) -> Vec<&str> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut next = match text.starts_with(DASHES) {
        true => Some(0),
        false => next_dashes(text, 0),
    };
    while let Some(dashes) = next {
        push(&mut documents, &text[start..dashes]);
        let after = &text[dashes + DASHES.len()..];
        start = text.len() - after.trim_start_matches([' ', '\t']).len();
        next = next_dashes(text, start);
    }
    push(&mut documents, &text[start..]);
    documents
}

const DASHES: &str = "---";

/// Finds dashes that start a line behind a place.
fn next_dashes(text: &str, from: usize) -> Option<usize> {
    let line_end = memmem::find(&text.as_bytes()[from..], b"\n---")?;
    Some(from + line_end + 1)
}

fn push<'a>(documents: &mut Vec<&'a str>, document: &'a str) {
    let document = document.trim_start();
    if !document.is_empty() {
        documents.push(document);
    }
}

/// Cuts the manifest of a release into `(source path, document)`.
///
/// The inverse of how the manifest was put together: each document begins with a comment that names its template, and
/// one line end was added to it. A document without the comment (an old or edited record) has an empty path.
pub fn split_release(manifest: &str) -> Vec<(&str, &str)> {
    split(manifest).into_iter().map(source_and_text).collect()
}

fn source_and_text(document: &str) -> (&str, &str) {
    let text = document.strip_suffix('\n').unwrap_or(document);
    let sourced = document
        .strip_prefix("# Source: ")
        .and_then(|rest| rest.split_once('\n'));
    match sourced {
        Some((path, text)) => (path.trim_end(), text.strip_suffix('\n').unwrap_or(text)),
        None => ("", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_at_dashes() {
        for (text, documents) in [
            ("", vec![]),
            (" \n\t\n", vec![]),
            ("a: 1\n", vec!["a: 1\n"]),
            ("---\na: 1\n---\nb: 2\n", vec!["a: 1\n", "b: 2\n"]),
            ("\n\n---  \t\n\n a: 1", vec!["a: 1"]),
            ("---a: 1\n---b: 2", vec!["a: 1\n", "b: 2"]),
            ("a: 1\n--- # why\nb: 2", vec!["a: 1\n", "# why\nb: 2"]),
            ("a: 1\n ---\nb: 2", vec!["a: 1\n ---\nb: 2"]),
            ("a: |\n  x\n---\n  y\n", vec!["a: |\n  x\n", "y\n"]),
            ("---\n---\n---\n", vec![]),
            ("a: 1\r\n---\r\nb: 2\r\n", vec!["a: 1\r\n", "b: 2\r\n"]),
            ("a\n------\nb", vec!["a\n", "---\nb"]),
            ("# only\n---\n#a comment\n", vec!["# only\n", "#a comment\n"]),
        ] {
            assert_eq!(split(text), documents, "{text:?}");
        }
    }

    #[test]
    fn a_release_manifest_gives_its_documents_back() {
        let manifest =
            "---\n# Source: web/templates/a.yaml\na: 1\n\n---\n# Source: web/templates/b.yaml\nb: 2\n";
        assert_eq!(
            split_release(manifest),
            [
                ("web/templates/a.yaml", "a: 1\n"),
                ("web/templates/b.yaml", "b: 2")
            ]
        );
        assert_eq!(split_release("a: 1\n"), [("", "a: 1")]);
    }
}
