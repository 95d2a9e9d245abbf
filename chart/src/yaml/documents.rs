//! A text of several documents, cut as Kubernetes' YAML reader cuts it.

use std::borrow::Cow;

use memchr::memmem;

/// Cuts `bytes` at every line that starts with `---`.
///
/// A cut before anything else stays in the document that follows, which matters to the lines that errors name; an
/// empty document at the end is left out. The lines of a document end in `\n` even if the text ends without one or has
/// `\r\n`. This is the reader that Helm uses for values files
/// (`k8s.io/apimachinery/pkg/util/yaml`), not the YAML grammar: a `---` inside a block scalar cuts as well.
pub fn documents(bytes: &[u8]) -> Documents<'_> {
    Documents {
        bytes,
        next: 0,
        last: 0,
        lines_before: 0,
    }
}

/// The documents of a text, one by one: parts of it wherever they stand in it as they are.
#[derive(Clone, Debug)]
pub struct Documents<'a> {
    bytes: &'a [u8],
    /// Where the next document begins.
    next: usize,
    /// Where the one began that was returned last.
    last: usize,
    lines_before: usize,
}

/// A line starts with `---` and goes on with something else than a comment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid Yaml document separator: {0}")]
pub struct SeparatorError(String);

impl<'a> Iterator for Documents<'a> {
    type Item = Result<Cow<'a, [u8]>, SeparatorError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.bytes[self.next..];
        if rest.is_empty() {
            return None;
        }
        self.lines_before += memchr::memchr_iter(b'\n', &self.bytes[self.last..self.next]).count();
        self.last = self.next;
        self.next = self.bytes.len();
        let mut from = 0;
        while let Some(dashes) = next_separator(rest, from) {
            let line = first_line(&rest[dashes..]);
            if let Err(error) = check_separator(line) {
                return Some(Err(error));
            }
            from = dashes + line.len();
            if dashes > 0 {
                self.next = self.last + from;
                return Some(Ok(lines(&rest[..dashes])));
            }
        }
        Some(Ok(lines(rest)))
    }
}

impl Documents<'_> {
    /// Returns how many lines stand before the document that was returned last.
    pub fn lines_before(&self) -> usize {
        self.lines_before
    }
}

const DASHES: &[u8] = b"---";

/// Returns where a line starts with dashes, from a start of a line on.
fn next_separator(text: &[u8], from: usize) -> Option<usize> {
    if text[from..].starts_with(DASHES) {
        return Some(from);
    }
    memmem::find(&text[from..], b"\n---").map(|line_end| from + line_end + 1)
}

/// Returns the first line of a text, with its end.
fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text);
    &text[..end.map_or(text.len(), |end| end + 1)]
}

fn check_separator(line: &[u8]) -> Result<(), SeparatorError> {
    let after = String::from_utf8_lossy(&line[DASHES.len()..]);
    let after = after.trim();
    if after.is_empty() || after.starts_with('#') {
        return Ok(());
    }
    Err(SeparatorError(after.to_owned()))
}

/// Gives each line the end that it is to have.
fn lines(text: &[u8]) -> Cow<'_, [u8]> {
    if text.ends_with(b"\n") && memmem::find(text, b"\r\n").is_none() {
        return Cow::Borrowed(text);
    }
    let mut lines = Vec::with_capacity(text.len() + 1);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let content = match line.strip_suffix(b"\n") {
            Some(content) => content.strip_suffix(b"\r").unwrap_or(content),
            None => line,
        };
        lines.extend_from_slice(content);
        lines.push(b'\n');
    }
    Cow::Owned(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        documents(text.as_bytes())
            .map(|document| String::from_utf8(document.unwrap().into_owned()).unwrap())
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
        assert_eq!(cut("\n---\n\n"), ["\n", "\n"]);
        assert_eq!(cut("---"), ["---\n"]);
        assert_eq!(
            cut("a: 1\r\n\rb: 2\r\n--- \t\r\nc: 3\r"),
            ["a: 1\n\rb: 2\n", "c: 3\r\n"]
        );
        assert_eq!(cut("a:\n  ---\n--"), ["a:\n  ---\n--\n"]);
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
