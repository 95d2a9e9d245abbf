//! `required` and `fail`: how a chart refuses its values.

use super::Notices;
use crate::gotmpl::{Function, Value, function};
use crate::rendered::{Notice, NoticeLevel};
use crate::renderer::Mode;

const START: &str = "HELM_ERR_START";
const END: &str = "HELM_ERR_END";

pub(super) fn functions(mode: Mode, notices: &Notices) -> [(&'static str, Function); 2] {
    let (of_required, of_fail) = (notices.clone(), notices.clone());
    let required = move |message: String, value: Value| {
        let text = match &value {
            Value::Nil => "missing required value",
            Value::String(text) if text.is_empty() => "missing required values",
            _ => return Ok(value),
        };
        if mode == Mode::Use {
            return Err(marked(&message));
        }
        of_required.borrow_mut().push(Notice {
            level: NoticeLevel::Warning,
            text,
            message,
        });
        Ok("".into())
    };
    let fail = move |message: String| {
        if mode == Mode::Use {
            return Err(marked(&message));
        }
        of_fail.borrow_mut().push(Notice {
            level: NoticeLevel::Info,
            text: "funcMap fail",
            message,
        });
        Ok("")
    };
    [("required", function(required)), ("fail", function(fail))]
}

/// Marks a message so that it is found however many templates are between it and the file.
fn marked(message: &str) -> String {
    format!("{START}{message}{END}")
}

/// Returns the marked message in the text of a failure.
pub(crate) fn refusal(text: &str) -> Option<&str> {
    let (_, after) = text.split_once(START)?;
    let (message, _) = after.rsplit_once(END)?;
    Some(message)
}
