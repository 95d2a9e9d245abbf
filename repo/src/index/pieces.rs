//! An index cut into pieces that can be read one by one. Pure.
//!
//! A whole index as a tree takes many times its size. Nearly all indexes are written by programs, in a form in which
//! lines tell where a chart begins. An index in any other form is not cut, but read whole: what is cut wrongly cannot be
//! read (a quote or a bracket is left open, an anchor is missing), and that is noticed.

use std::io::BufRead;

/// An index in pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pieces<'a> {
    /// Everything but the entries.
    pub(super) head: Vec<u8>,
    /// The entries of some charts each.
    pub(super) entries: Vec<&'a [u8]>,
}

/// A piece ends with the chart that reaches this size.
const PIECE: usize = 128 * 1024;

/// Cuts an index; nothing when it is not in the usual form.
pub(super) fn cut(bytes: &[u8]) -> Option<Pieces<'_>> {
    let mut cutter = Cutter {
        bytes,
        head: Vec::new(),
        entries: Vec::new(),
        start: None,
        indent: None,
        is_done: false,
        has_returns: bytes.contains(&b'\r'),
    };
    let mut offset = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (text, before) = (rest, rest.len());
        // Nobody finds the end of a line faster.
        rest.skip_until(b'\n').ok()?;
        let line = &text[..before - rest.len()];
        cutter.line(offset, line)?;
        offset += line.len();
    }
    cutter.end(offset);
    Some(Pieces {
        head: cutter.head,
        entries: cutter.entries,
    })
}

struct Cutter<'a> {
    bytes: &'a [u8],
    head: Vec<u8>,
    entries: Vec<&'a [u8]>,
    /// Where the piece begins that is being read.
    start: Option<usize>,
    /// How far the names of charts stand to the right.
    indent: Option<usize>,
    /// Whether the entries are behind us.
    is_done: bool,
    /// Whether some lines end, or are broken, in another way.
    has_returns: bool,
}

impl Cutter<'_> {
    fn is_inside(&self) -> bool {
        self.start.is_some()
    }

    fn line(&mut self, offset: usize, line: &[u8]) -> Option<()> {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let first = *line.get(indent)?;
        let is_about_a_chart = self.is_inside() && self.indent.is_some_and(|names| names < indent);
        if is_about_a_chart && first != b'\t' && !self.has_returns {
            // Nearly all lines.
            return Some(());
        }
        let text = line.trim_ascii_end();
        if first == b'\t' || text[..text.len().saturating_sub(1)].contains(&b'\r') {
            return None;
        }
        if text.is_empty() || first == b'#' {
            return Some(());
        }
        match (indent, self.is_inside()) {
            (0, _) => self.top_line(offset, (text, line)),
            (_, true) => self.inner_line(offset, indent, first),
            (_, false) => {
                self.head.extend_from_slice(line);
                Some(())
            }
        }
    }

    fn top_line(&mut self, offset: usize, (text, line): (&[u8], &[u8])) -> Option<()> {
        let is_marker = matches!(text[0], b'%' | b'.' | b'{' | b'?' | 0x80..) || text.starts_with(b"---");
        if is_marker && (offset > 0 || text != b"---") {
            return None;
        }
        if self.is_inside() {
            if text[0] == b'-' {
                return None;
            }
            self.end(offset);
            self.is_done = true;
        }
        if text == b"entries:" {
            if self.is_done {
                return None;
            }
            self.start = Some(offset + line.len());
            return Some(());
        }
        self.head.extend_from_slice(line);
        Some(())
    }

    fn inner_line(&mut self, offset: usize, indent: usize, first: u8) -> Option<()> {
        let expected = *self.indent.get_or_insert(indent);
        if indent < expected {
            return None;
        }
        if indent == expected && first != b'-' && self.start.is_some_and(|start| offset - start >= PIECE) {
            self.end(offset);
            self.start = Some(offset);
        }
        Some(())
    }

    fn end(&mut self, offset: usize) {
        if let Some(start) = self.start.take().filter(|start| *start < offset) {
            self.entries.push(&self.bytes[start..offset]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form_is_cut_between_charts() {
        let text = format!(
            "apiVersion: v1\nentries:\n  a:\n  - description: {}\n  b:\n  - name: b\ngenerated: x\n",
            "y".repeat(PIECE)
        );
        let pieces = cut(text.as_bytes()).unwrap();
        assert_eq!(pieces.head, b"apiVersion: v1\ngenerated: x\n");
        assert_eq!(pieces.entries.len(), 2);
        assert_eq!(pieces.entries[1], b"  b:\n  - name: b\n");
    }

    #[test]
    fn what_follows_the_entries_is_kept() {
        let text = b"apiVersion: v1\nentries:\n  a:\n  - name: a\nannotations:\n    deep: er\n";
        let pieces = cut(text).unwrap();
        assert_eq!(pieces.head, b"apiVersion: v1\nannotations:\n    deep: er\n");
        assert_eq!(pieces.entries, [b"  a:\n  - name: a\n"]);
    }

    #[test]
    fn other_forms_are_not_cut() {
        for text in [
            "entries:\n\ta: []\n",
            "entries:\n  a: []\n---\n",
            "entries:\n- a\n",
            "entries:\n  a: []\nentries:\n  b: []\n",
            "{entries: {}}\n",
            "entries:\n    a:\n    - name: a\n  b:\n",
        ] {
            assert_eq!(cut(text.as_bytes()), None, "{text}");
        }
    }
}
