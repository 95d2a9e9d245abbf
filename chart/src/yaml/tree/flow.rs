//! Lists in brackets and tables in braces → text.

use super::Node;
use super::writer::{Place, STEP, Writer, is_simple_key};

impl Writer {
    fn open(&mut self, bracket: &str, place: Place) -> isize {
        self.spaced_indicator(bracket);
        self.after_blank = true;
        let outer = self.increase_indent(place, STEP);
        self.flow_level += 1;
        outer
    }

    fn close(&mut self, bracket: &str) {
        self.indicator(bracket);
        self.line_comment();
        self.foot_comment();
    }

    /// Begins an item: its comment, and a new line if there was one.
    fn begin_item(&mut self) {
        self.head_comment();
        if self.column == 0 {
            self.write_indent();
        }
    }

    /// Ends an item that has comments behind it: they are written after the comma.
    fn end_item(&mut self) {
        if self.waiting.is_any_behind() {
            self.indicator(",");
        }
        self.line_comment();
        self.foot_comment();
    }

    pub(super) fn flow_sequence(&mut self, node: &Node, place: Place) {
        let outer = self.open("[", place);
        let mut needs_comma = false;
        for item in &node.content {
            self.begin(item, "");
            if needs_comma {
                self.indicator(",");
            }
            self.begin_item();
            needs_comma = !self.waiting.is_any_behind();
            self.start(item, Place::FlowItem);
            self.end_item();
            self.body(item, Place::FlowItem);
        }
        self.end(node, "");
        self.flow_level -= 1;
        self.indent = outer;
        if self.column == 0 {
            self.write_indent();
        }
        self.close("]");
    }

    pub(super) fn flow_mapping(&mut self, node: &Node, place: Place) {
        let outer = self.open("{", place);
        let mut needs_comma = false;
        let mut tail = String::new();
        for pair in node.content.chunks_exact(2) {
            let (key, value) = (&pair[0], &pair[1]);
            self.begin_key(key, &tail);
            key.comments.foot.clone_into(&mut tail);
            if needs_comma {
                self.indicator(",");
            }
            self.begin_item();
            let place = if is_simple_key(key) {
                Place::SimpleKey
            } else {
                self.spaced_indicator("?");
                Place::ComplexKey
            };
            self.start(key, place);
            self.body(key, place);
            self.begin(value, "");
            match place {
                Place::SimpleKey => self.indicator(":"),
                _ => self.spaced_indicator(":"),
            }
            needs_comma = !self.waiting.is_any_behind();
            self.start(value, Place::Value);
            self.end_item();
            self.body(value, Place::Value);
        }
        self.end(node, &tail);
        let waiting = &self.waiting;
        let has_comment = !(waiting.head.is_empty() && waiting.foot.is_empty() && waiting.tail.is_empty());
        if has_comment && needs_comma {
            self.indicator(",");
        }
        self.head_comment();
        self.flow_level -= 1;
        self.indent = outer;
        self.close("}");
    }
}
