//! A page as a man page (`man 7 man`), with the parts that cobra's have (`doc/man_docs.go`).

use jiff::Timestamp;

use super::page::{Flag, Link, Page};

/// Writes the page. It says when it is from if the seconds since 1970 are given: the same program writes the same pages.
pub(super) fn write(page: &Page, date: Option<&str>) -> String {
    let program = page.path.split(' ').next().unwrap_or_default().to_uppercase();
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(
        ".TH \"{program}\" \"1\" \"{}\" \"Coxswain {version}\" \"Coxswain\"\n",
        day(date)
    );
    text += &format!(".SH NAME\n{} \\- {}\n", name(&page.path), plain(&page.summary));
    let usage = page.usage.clone().unwrap_or(format!("{} [command]", page.path));
    text += &format!(".SH SYNOPSIS\n.B {}\n", plain(&usage));
    text += &format!(".SH DESCRIPTION\n{}", paragraphs(page));
    text += &flags("OPTIONS", &page.flags);
    text += &flags("OPTIONS INHERITED FROM PARENT COMMANDS", &page.global_flags);
    text + &see_also(page)
}

/// The day, when there is one.
fn day(seconds: Option<&str>) -> String {
    let time = seconds.and_then(|text| Timestamp::from_second(text.parse().ok()?).ok());
    time.map_or(String::new(), |time| time.strftime("%Y-%m-%d").to_string())
}

fn paragraphs(page: &Page) -> String {
    let details = page.details.as_ref().unwrap_or(&page.summary);
    let paragraphs: Vec<String> = details.split("\n\n").map(plain).collect();
    paragraphs.join("\n.PP\n") + "\n"
}

fn flags(title: &str, flags: &[Flag]) -> String {
    if flags.is_empty() {
        return String::new();
    }
    format!(".SH {title}\n{}", flags.iter().map(flag).collect::<String>())
}

fn flag(flag: &Flag) -> String {
    let letter = flag
        .letter
        .map_or(String::new(), |letter| format!("\\fB\\-{letter}\\fP, "));
    let value = flag
        .value
        .as_ref()
        .map_or(String::new(), |value| format!(" \\fI{}\\fP", plain(value)));
    format!(
        ".TP\n{letter}\\fB\\-\\-{}\\fP{value}\n{}\n",
        name(&flag.name),
        plain(&flag.text)
    )
}

fn see_also(page: &Page) -> String {
    let related: Vec<&Link> = page.parent.iter().chain(&page.children).collect();
    let names = related.iter().map(|link| format!(".BR {} (1)", name(&link.path)));
    let names: Vec<String> = names.collect();
    format!(".SH SEE ALSO\n{}\n", names.join(",\n"))
}

/// A command's name as its man page is called.
fn name(path: &str) -> String {
    plain(&path.replace(' ', "-"))
}

/// Text in which nothing means anything to the formatter.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim().replace('\\', "\\e").replace('-', "\\-");
        match line.as_bytes().first() {
            Some(b'.' | b'\'') => format!("\\&{line}"),
            _ => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
