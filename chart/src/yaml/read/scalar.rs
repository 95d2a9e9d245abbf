//! Scalars: what they stand for, as a value or as a key.

use std::borrow::Cow;

use super::frame::{Key, Written};
use super::{Duplicates, Numbers, Reader};
use crate::Value;
use crate::yaml::event::{MaybeProperties, ScalarStyle};
use crate::yaml::go_syntax::{key_syntax, key_text};
use crate::yaml::scalar::Resolved;
use crate::yaml::tagged::{Quotes, resolve_tagged};

impl Reader<'_> {
    pub(super) fn scalar(
        &mut self,
        properties: MaybeProperties,
        text: Cow<str>,
        style: ScalarStyle,
        line: usize,
    ) {
        self.count_nodes(1, 0);
        let quotes = match style {
            ScalarStyle::Plain => Quotes::Absent,
            _ => Quotes::Present,
        };
        let expects_key = self.expects_key();
        let tag = properties
            .as_ref()
            .and_then(|properties| properties.tag.as_deref());
        if expects_key && is_merge(&text, tag, quotes) {
            if let Some(anchor) = properties.and_then(|properties| properties.anchor) {
                self.anchors.keep_scalar(anchor.into_owned(), Value::from(&*text));
            }
            return self.set_key(Key::Merge);
        }
        if self.merges() {
            // Whatever the scalar is, and whether it is one of its tag: it is no table.
            self.refuse_merge();
        }
        let (text, resolved) = resolve_tagged(text, tag, quotes).unwrap_or_else(|message| {
            self.fail_decode(message);
            (Cow::Borrowed(""), Resolved::Null)
        });
        if let Some(anchor) = properties.and_then(|properties| properties.anchor) {
            let value = self.scalar_value(text.clone(), &resolved);
            self.anchors.keep_scalar(anchor.into_owned(), value);
        }
        if expects_key {
            self.scalar_key(text, &resolved);
        } else {
            let value = self.scalar_value(text, &resolved);
            self.place(value, Written::Scalar, line);
        }
    }

    fn scalar_value(&mut self, text: Cow<str>, resolved: &Resolved) -> Value {
        self.later.has_unsupported |= matches!(resolved, Resolved::Float(number) if !number.is_finite());
        resolved.to_value(text, self.numbers)
    }

    fn scalar_key(&mut self, text: Cow<str>, resolved: &Resolved) {
        if let Resolved::Unsigned(number) = *resolved {
            return self.set_key(Key::Unsigned(number));
        }
        let syntax = (self.duplicates == Duplicates::Refused).then(|| key_syntax(&text, resolved));
        self.set_key(match key_text(text, resolved) {
            Some(text) => Key::Text { text, syntax },
            None => Key::Null,
        });
    }
}

impl Resolved {
    /// Returns the value that a text stands for which was resolved to this.
    pub(in crate::yaml) fn to_value(&self, text: Cow<str>, numbers: Numbers) -> Value {
        match *self {
            Resolved::Null => Value::Null,
            Resolved::Bool(flag) => Value::Bool(flag),
            Resolved::Int(number) if numbers == Numbers::Yaml => Value::Int(number),
            Resolved::Int(number) => Value::Float(number as f64),
            Resolved::Unsigned(number) => Value::Float(number as f64),
            Resolved::Float(number) => Value::Float(number),
            Resolved::Timestamp | Resolved::Text => Value::String(text.into_owned()),
        }
    }
}

/// Says whether a key merges: `<<` without quotes and tag, or with a tag that says so.
fn is_merge(text: &str, tag: Option<&str>, quotes: Quotes) -> bool {
    text == "<<"
        && match tag {
            None => quotes == Quotes::Absent,
            Some(tag) => matches!(tag, "!" | "tag:yaml.org,2002:merge"),
        }
}
