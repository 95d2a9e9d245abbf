//! Changes for a browser: one page that needs nothing else.

mod page;
mod escape;

use release::diff::{ChangeSet, Effect, FieldChange, Note, ObjectChange};

use self::escape::escaped;
use self::page::page;
use super::Detail;
use super::common::{Common, parted};
use super::fields::{Limits, Line, View, view};
use super::telling::telling;
use super::visible::visible_line;
use super::words::{counts, headline, is_identity, mark, title, told};

/// A page is looked at, not searched for bytes.
const LIMITS: Limits = Limits {
    width: 2_000,
    lines: 2_000,
};

/// Returns changes as an HTML page. It loads nothing, and its policy forbids it to.
pub(crate) fn html(set: &ChangeSet) -> String {
    let headline = headline(set);
    let counts = counts(set);
    let heading = if headline.is_empty() { &counts } else { &headline };
    let mut body = format!(
        "<header>\n<h1>{}</h1>\n<p class=\"counts\">{}</p>\n</header>\n",
        escaped(heading),
        escaped(&counts)
    );
    body.push_str(&attention(set));
    body.push_str(&filter(set));
    body.push_str("<main>\n");
    if !set.values.is_empty() {
        let values: Vec<_> = set.values.iter().collect();
        body.push_str(&section(("values", "~", "values"), &fields(&values), OPEN));
    }
    let parted = parted(set, Detail::Short);
    for (change, fields) in &parted.objects {
        body.push_str(&object(set, change, fields));
    }
    for common in &parted.common {
        body.push_str(&shared(set, common));
    }
    body.push_str("</main>\n");
    page(&format!("{heading}: {counts}"), &body)
}

/// What a person should decide, before everything else.
fn attention(set: &ChangeSet) -> String {
    let item = |(change, note): (Option<&ObjectChange>, &Note)| {
        let about = change.map(|change| format!("<code>{}</code> ", escaped(&title(set, change))));
        format!("<li>{}{}</li>\n", about.unwrap_or_default(), note_text(note))
    };
    let items: String = set.attention().map(item).collect();
    let others = set.notes.iter().filter(|note| !note.concern.needs_attention());
    let others: String = others
        .map(|note| format!("<li>{}</li>\n", note_text(note)))
        .collect();
    let mut text = String::new();
    if !items.is_empty() {
        text.push_str(&format!(
            "<section class=\"attention\" aria-labelledby=\"attention\">\n\
             <h2 id=\"attention\">Needs attention</h2>\n<ul>\n{items}</ul>\n</section>\n"
        ));
    }
    if !others.is_empty() {
        text.push_str(&format!("<ul class=\"notes\">\n{others}</ul>\n"));
    }
    text
}

/// The filter works with the script only, which shows it.
fn filter(set: &ChangeSet) -> String {
    let effects = [
        Effect::Create,
        Effect::Update,
        Effect::Replace,
        Effect::Delete,
        Effect::Keep,
        Effect::Nothing,
    ];
    let count = |effect: Effect| told(set).filter(|change| change.effect == effect).count();
    let boxes = effects.iter().filter(|effect| count(**effect) > 0).map(|effect| {
        let (word, count) = (effect.as_str(), count(*effect));
        format!("<label><input type=\"checkbox\" value=\"{word}\" checked> {word} ({count})</label>\n")
    });
    format!(
        "<form id=\"filter\" role=\"search\" hidden>\n\
         <label for=\"text\">Filter</label>\n\
         <input type=\"search\" id=\"text\" placeholder=\"a name, a path, a value\" autocomplete=\"off\">\n\
         <fieldset><legend>Show</legend>\n{}</fieldset>\n\
         <button type=\"button\" id=\"open\">Open all</button>\n\
         <button type=\"button\" id=\"close\">Close all</button>\n\
         <p id=\"count\" role=\"status\"></p>\n</form>\n",
        boxes.collect::<String>()
    )
}

/// What is the same in many objects. All of them are named, so that the filter finds them.
fn shared(set: &ChangeSet, common: &Common<'_>) -> String {
    let mut content = String::new();
    if common.is_cut() {
        let names = common.objects.iter();
        let names: Vec<_> = names
            .map(|change| format!("<code>{}</code>", escaped(&title(set, change))))
            .collect();
        content.push_str(&format!("<p class=\"note\">{}</p>\n", names.join(", ")));
    }
    content.push_str(&fields(&common.fields));
    let effect = Effect::Update;
    section((effect.as_str(), mark(effect), &common.title()), &content, OPEN)
}

fn object(set: &ChangeSet, change: &ObjectChange, own: &[&FieldChange]) -> String {
    let mut line = title(set, change);
    if change.effect == Effect::Create {
        line = [vec![line], telling(&change.fields)].concat().join(" · ");
    }
    let mut content = String::new();
    for note in &change.notes {
        let class = if note.concern.needs_attention() {
            "urgent"
        } else {
            "note"
        };
        content.push_str(&format!("<p class=\"{class}\">{}</p>\n", note_text(note)));
    }
    content.push_str(&fields(own));
    let open = match change.effect {
        Effect::Create | Effect::Delete => "",
        _ => OPEN,
    };
    section(
        (change.effect.as_str(), mark(change.effect), &line),
        &content,
        open,
    )
}

/// The attribute of a section whose content is shown at first.
const OPEN: &str = " open";

fn section((class, mark, title): (&str, &str, &str), content: &str, open: &str) -> String {
    format!(
        "<details class=\"object {class}\" data-effect=\"{class}\"{open}>\n\
         <summary><span class=\"mark\">{}</span> <bdi>{}</bdi></summary>\n{content}</details>\n",
        escaped(mark),
        escaped(title)
    )
}

fn note_text(note: &Note) -> String {
    let lines = note.text.lines().map(|line| escaped(&visible_line(line)));
    format!("<bdi>{}</bdi>", lines.collect::<Vec<_>>().join("<br>"))
}

fn fields(changes: &[&FieldChange]) -> String {
    let shown = changes.iter().filter(|change| !is_identity(&change.path));
    let rows: String = shown.map(|change| field(change)).collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Before</th><th scope=\"col\">After</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn field(change: &FieldChange) -> String {
    let path = escaped(&visible_line(&change.path));
    match view(change, LIMITS) {
        View::Line(before, after) => {
            let cell = |tag: &str, value: Option<String>| match value {
                Some(value) => format!("<td><{tag}><bdi>{}</bdi></{tag}></td>", escaped(&value)),
                None => "<td></td>".to_owned(),
            };
            let (before, after) = (cell("del", before), cell("ins", after));
            format!("<tr><th scope=\"row\"><bdi>{path}</bdi></th>{before}{after}</tr>\n")
        }
        View::Lines(lines) => {
            let lines: String = lines.iter().map(line).collect();
            format!(
                "<tr><th scope=\"row\"><bdi>{path}</bdi></th><td colspan=\"2\"><pre>{lines}</pre></td></tr>\n"
            )
        }
    }
}

fn line(line: &Line) -> String {
    match line {
        Line::Same(text) => format!("<span>  {}</span>\n", escaped(text)),
        Line::Removed(text) => format!("<del>- {}</del>\n", escaped(text)),
        Line::Added(text) => format!("<ins>+ {}</ins>\n", escaped(text)),
        Line::Skipped(count, _) => format!("<i>… {count} lines that are the same</i>\n"),
        Line::More(count) => format!("<i>… {count} more lines</i>\n"),
    }
}
