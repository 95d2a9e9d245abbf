//! Scalars → text.

use super::super::escape;
use super::super::style::{is_break, is_printable};
use super::style::{Analysis, InFlow};
use super::writer::{Place, Writer};
use super::{Node, Style};

impl Writer {
    pub(super) fn scalar(&mut self, node: &Node, place: Place) {
        let text = node.value.as_str();
        let wanted = match node.style {
            Style::Plain if text.contains('\n') => Style::Literal,
            style => style,
        };
        let in_flow = if self.flow_level > 0 {
            InFlow::Yes
        } else {
            InFlow::No
        };
        match Analysis::of(text).choose(text, wanted, (in_flow, Writer::is_key(place))) {
            Style::Plain | Style::Flow => self.plain(text),
            Style::SingleQuoted => self.single_quoted(text),
            Style::DoubleQuoted => self.double_quoted(text),
            Style::Literal => self.literal(text),
            Style::Folded => self.folded(text),
        }
    }

    fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.spaced_indicator(text);
        }
        self.in_indentation = false;
    }

    fn single_quoted(&mut self, text: &str) {
        self.spaced_indicator("'");
        let mut after_break = false;
        for c in text.chars() {
            if is_break(c) {
                if !after_break && c == '\n' {
                    self.put_break();
                }
                self.write_break(c);
                after_break = true;
                continue;
            }
            if c != ' ' {
                if after_break {
                    self.write_indent();
                }
                if c == '\'' {
                    self.put('\'');
                }
                self.in_indentation = false;
                after_break = false;
            }
            self.put(c);
        }
        self.indicator("'");
    }

    fn double_quoted(&mut self, text: &str) {
        self.spaced_indicator("\"");
        for c in text.chars() {
            if is_printable(c) && !is_break(c) && !matches!(c, '"' | '\\') {
                self.put(c);
                continue;
            }
            for escaped in escape::written(c).chars() {
                self.put(escaped);
            }
        }
        self.indicator("\"");
    }

    /// Writes what stands behind `|` or `>`, and the end of the line.
    fn block_header(&mut self, sign: &str, text: &str) {
        self.spaced_indicator(sign);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator("2");
        }
        let mut last = text.chars().rev();
        match (last.next(), last.next()) {
            (Some(c), _) if !is_break(c) => self.indicator("-"),
            (None, _) => self.indicator("-"),
            (Some(_), None) => self.indicator("+"),
            (Some(_), Some(c)) if is_break(c) => self.indicator("+"),
            _ => {}
        }
        if self.waiting.line.is_empty() {
            self.put_break();
        } else {
            self.line_comment();
        }
        self.after_blank = true;
    }

    fn literal(&mut self, text: &str) {
        self.block_header("|", text);
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.write_break(c);
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            self.put(c);
            self.in_indentation = false;
            after_break = false;
        }
    }

    fn folded(&mut self, text: &str) {
        self.block_header(">", text);
        // go-yaml looks at the breaks at the beginning of the text here, not at those that follow.
        let behind_breaks = text.trim_start_matches(is_break).chars().next();
        let has_text = behind_breaks.is_some_and(|c| !matches!(c, ' ' | '\t'));
        let mut after_break = true;
        let mut is_indented = true;
        for c in text.chars() {
            if is_break(c) {
                if !after_break && !is_indented && c == '\n' && has_text {
                    self.put_break();
                }
                self.write_break(c);
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
                is_indented = matches!(c, ' ' | '\t');
            }
            self.put(c);
            self.in_indentation = false;
            after_break = false;
        }
    }
}
