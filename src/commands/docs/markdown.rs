//! A page as Markdown, in the form of cobra's (`doc/md_docs.go`).

use super::page::{Flag, Link, Page};

/// The lines that site generators want above a page.
pub(super) fn header(page: &Page) -> String {
    let mut title = String::new();
    for word in page.path.split(' ') {
        let mut letters = word.chars();
        title.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        title.extend(letters.chain([' ']));
    }
    format!("---\ntitle: \"{}\"\n---\n\n", title.trim_end())
}

/// Writes the page.
pub(super) fn write(page: &Page) -> String {
    let mut text = format!("## {}\n\n{}\n\n", page.path, page.summary);
    if let Some(details) = &page.details {
        text += &format!("### Synopsis\n\n{details}\n\n");
    }
    if let Some(usage) = &page.usage {
        text += &format!("```\n{usage}\n```\n\n");
    }
    text += &flags("### Options", &page.flags);
    text += &flags("### Options inherited from parent commands", &page.global_flags);
    text += "### SEE ALSO\n\n";
    let related = page.parent.iter().chain(&page.children);
    text += &related.map(link).collect::<String>();
    text
}

fn link(link: &Link) -> String {
    let file = link.path.replace(' ', "_");
    format!("* [{}]({file}.md)\t - {}\n", link.path, link.summary)
}

/// A list as in Helm's help: a line per flag, the texts below each other.
fn flags(title: &str, flags: &[Flag]) -> String {
    if flags.is_empty() {
        return String::new();
    }
    let heads: Vec<String> = flags.iter().map(head).collect();
    let width = heads.iter().map(String::len).max().unwrap_or_default();
    let lines = heads.iter().zip(flags);
    let lines: String = lines
        .map(|(head, flag)| format!("{head:width$}   {}\n", flag.text))
        .collect();
    format!("{title}\n\n```\n{lines}```\n\n")
}

fn head(flag: &Flag) -> String {
    let letter = flag
        .letter
        .map_or("    ".to_owned(), |letter| format!("-{letter}, "));
    let value = flag
        .value
        .as_ref()
        .map_or(String::new(), |value| format!(" {value}"));
    format!("  {letter}--{}{value}", flag.name)
}
