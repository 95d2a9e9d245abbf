//! A text of several documents, cut as Kubernetes' YAML reader cuts it.

/// Cuts `bytes` at every line that starts with `---`.
///
/// A cut before anything else stays in the document that follows, which matters to the lines that errors name; an
/// empty document at the end is left out. The lines of a document end in `\n` even if the text ends without one or has
/// `\r\n`. This is the reader that Helm uses for values files
/// (`k8s.io/apimachinery/pkg/util/yaml`), not the YAML grammar: a `---` inside a block scalar cuts as well.
pub fn documents(bytes: &[u8]) -> Documents<'_> {
    Documents {
        rest: Some(bytes),
        lines: 0,
        lines_before: 0,
    }
}

/// The documents of a text, one by one.
#[derive(Clone, Debug)]
pub struct Documents<'a> {
    rest: Option<&'a [u8]>,
    /// How many lines were read.
    lines: usize,
    lines_before: usize,
}

/// A line starts with `---` and goes on with something else than a comment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid Yaml document separator: {0}")]
pub struct SeparatorError(String);

impl Iterator for Documents<'_> {
    type Item = Result<Vec<u8>, SeparatorError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut document = Vec::new();
        self.lines_before = self.lines;
        while let Some(line) = self.next_line() {
            let Some(after) = line.strip_prefix(b"---") else {
                document.extend_from_slice(line);
                document.push(b'\n');
                continue;
            };
            let after = String::from_utf8_lossy(after);
            let after = after.trim();
            if !after.is_empty() && !after.starts_with('#') {
                self.rest = None;
                return Some(Err(SeparatorError(after.to_owned())));
            }
            if !document.is_empty() {
                return Some(Ok(document));
            }
            document.extend_from_slice(line);
            document.push(b'\n');
        }
        (!document.is_empty()).then_some(Ok(document))
    }
}

impl<'a> Documents<'a> {
    /// Returns how many lines stand before the document that was returned last.
    pub fn lines_before(&self) -> usize {
        self.lines_before
    }

    fn next_line(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.take().filter(|rest| !rest.is_empty())?;
        self.lines += 1;
        let line = match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                self.rest = Some(&rest[end + 1..]);
                rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end])
            }
            None => rest,
        };
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        documents(text.as_bytes())
            .map(|document| String::from_utf8(document.unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn cuts_at_separators_and_drops_empty_documents() {
        assert_eq!(
            cut("---\na: 1\n--- # two\n---\nb: 2\r\nc: 3"),
            ["---\na: 1\n", "---\nb: 2\nc: 3\n"]
        );
        assert_eq!(cut("a: 1\n---\nb: 2\n---\n"), ["a: 1\n", "b: 2\n"]);
        assert_eq!(cut("---\n---\na: 1\n"), ["---\n", "a: 1\n"]);
        assert_eq!(cut(""), Vec::<String>::new());
        assert_eq!(cut("# only\n"), ["# only\n"]);
    }

    #[test]
    fn lines_before_a_document_are_counted() {
        let mut cut = documents(b"---\na: 1\nb: 2\n--- # two\n---\nc: 3\n");
        let lines = [(); 2].map(|()| cut.next().map(|_| cut.lines_before()));
        assert_eq!(lines, [Some(0), Some(4)]);
    }

    #[test]
    fn text_after_a_separator_is_refused() {
        let err = documents(b"a: 1\n--- b\n").last().unwrap().unwrap_err();
        assert_eq!(err.to_string(), "invalid Yaml document separator: b");
    }
}
