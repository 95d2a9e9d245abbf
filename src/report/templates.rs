//! Templates that do not parse or fail.

use templates::{Call, Error, Location, Origin};

use super::{Excerpt, Report, files};

/// Returns a report for each cause: a place that several files fail at is shown once.
pub(crate) fn of_render(error: &Error) -> Vec<Report> {
    let mut groups: Vec<Vec<&Error>> = Vec::new();
    for error in std::iter::once(error).chain(&error.others) {
        match groups.iter_mut().find(|group| group[0].has_same_cause(error)) {
            Some(group) => group.push(error),
            None => groups.push(vec![error]),
        }
    }
    groups
        .iter()
        .enumerate()
        .map(|(number, group)| of_group(group, number == 0))
        .collect()
}

#[expect(
    clippy::fn_params_excessive_bools,
    reason = "only Helm's own line has been said already"
)]
fn of_group(group: &[&Error], is_said: bool) -> Report {
    let error = group[0];
    let reason = error.reason();
    let mut excerpts: Vec<Excerpt> = error
        .place()
        .map(|at| excerpt(at, label(error, at)))
        .into_iter()
        .collect();
    excerpts.extend(error.opened().map(|at| excerpt(at, opened(&reason).to_owned())));
    let mut notes = trail(&error.trail());
    let others: Vec<&str> = group[1..].iter().map(|error| error.file.as_str()).collect();
    if !others.is_empty() {
        notes.push(format!("the same in {}", files(&others)));
    }
    Report {
        title: (!is_said).then(|| format!("{}: {reason}", error.file)),
        excerpts,
        notes,
    }
}

/// Says what is not closed, or may not be.
fn opened(reason: &str) -> &'static str {
    match reason {
        "unexpected EOF" => "opened here, and not closed",
        _ if reason.starts_with("unexpected <define>") => "opened here, and still open",
        _ => "the action begins here",
    }
}

/// Returns what wrote a line of rendered text, and the way that led there.
pub(super) fn origin(origin: &Origin) -> (Excerpt, Vec<String>) {
    (
        excerpt(&origin.at, "rendered from this".to_owned()),
        trail(&origin.trail),
    )
}

fn excerpt(at: &Location, label: String) -> Excerpt {
    Excerpt {
        path: name(&at.file).to_owned(),
        text: at.text.clone(),
        span: at.span.clone(),
        label,
        also: None,
    }
}

/// How Helm calls every text that `tpl` runs.
const TEXT: &str = "gotpl";

fn name(file: &str) -> &str {
    match file {
        TEXT => "text given to tpl",
        file => file,
    }
}

/// Says what is wrong, and which value is to blame when that can be told.
fn label(error: &Error, at: &Location) -> String {
    let reason = error.reason();
    if let Some((value, what)) = culprit(&reason, &at.expression) {
        return format!("{reason}: {value} {what}");
    }
    match reason.strip_prefix("error calling include: template: ") {
        Some(rest) => rest
            .trim_end_matches(" associated with template \"gotpl\"")
            .to_owned(),
        None => reason,
    }
}

/// Reads from Go's words which part of an expression has no fields, and why: `.a.b.c` and "nil pointer evaluating
/// interface {}.c" give `.a.b`.
fn culprit<'e>(reason: &str, expression: &'e str) -> Option<(&'e str, &'static str)> {
    let (field, what) = match reason.strip_prefix("nil pointer evaluating ") {
        Some(rest) => (rest.rsplit_once('.')?.1, "is not set"),
        None => {
            let rest = reason.strip_prefix("can't evaluate field ")?;
            (rest.strip_suffix(" in type interface {}")?, "is no table")
        }
    };
    let end = expression.match_indices('.').find_map(|(dot, _)| {
        let rest = expression[dot + 1..].strip_prefix(field)?;
        (dot > 0 && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(dot)
    })?;
    let start = expression[..end]
        .rfind([' ', '(', '|'])
        .map_or(0, |blank| blank + 1);
    let value = Some(&expression[start..end]).filter(|value| !value.is_empty());
    value.map(|value| (value, what))
}

/// So many calls are shown of a trail; of a longer one, each that differs once.
const SHOWN: usize = 8;

/// Says which calls led to a place, the innermost first.
fn trail(calls: &[Call]) -> Vec<String> {
    if calls.len() <= SHOWN {
        return calls.iter().map(call).collect();
    }
    let mut lines: Vec<String> = Vec::new();
    for line in calls.iter().map(call) {
        if lines.len() < SHOWN && !lines.contains(&line) {
            lines.push(line);
        }
    }
    let outermost = calls.last().map(call);
    lines.retain(|line| Some(line) != outermost.as_ref());
    lines.push(format!("… {} calls in all, the outermost:", calls.len()));
    lines.extend(outermost);
    lines
}

fn call(call: &Call) -> String {
    let Some(at) = &call.at else {
        return format!("{:?} is called by {:?}", call.template, call.from);
    };
    let what = match call.template.as_str() {
        TEXT => "the text is given".to_owned(),
        name if name == at.file => "called".to_owned(),
        name if is_path(name) => format!("{name} is called"),
        name => format!("{name:?} is called"),
    };
    let expression = at.expression.trim_start_matches("{{").trim_end_matches("}}");
    format!("{what} at {}:{}: {}", name(&at.file), at.line, short(expression))
}

fn is_path(name: &str) -> bool {
    name.contains("/templates/")
}

/// Cuts what is too long for a line.
fn short(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::culprit;

    #[test]
    fn value_to_blame_is_named() {
        let reason = "nil pointer evaluating interface {}.port";
        for (expression, value) in [
            (".Values.service.port", Some(".Values.service")),
            (".Values.ports.service.port.x", Some(".Values.ports.service")),
            ("$.Values.service.port", Some("$.Values.service")),
            ("default 1 .Values.a.port", Some(".Values.a")),
            (".portal", None),
            ("include \"x\" .", None),
        ] {
            let expected = value.map(|value| (value, "is not set"));
            assert_eq!(culprit(reason, expression), expected, "{expression}");
        }
        let reason = "can't evaluate field port in type interface {}";
        assert_eq!(culprit(reason, ".a.port"), Some((".a", "is no table")));
        assert_eq!(culprit("something else", ".a.port"), None);
    }
}
