//! Texts without what differs between any two runs, and what is different in them all the same.

use std::path::Path;

/// Replaces the namespace, the folder, times, long numbers and unique ids.
pub(crate) fn masked(text: &str, namespace: &str, folder: &Path) -> String {
    let text = text
        .replace(&folder.display().to_string(), "FOLDER")
        .replace(namespace, "NS");
    let text = without_first_request(&without_gossip(&text));
    let text = without_versions(&without_widths(&text));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '+' | '-');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        masked.push_str(&masked_word(&rest[..end]));
        let after = rest[end..].find(is_part).map_or(rest.len(), |at| at + end);
        masked.push_str(&rest[end..after]);
        rest = &rest[after..];
    }
    without_reasons(&masked)
}

/// What Helm's client library says now and then about watches that it ends itself.
fn without_gossip(text: &str) -> String {
    let is_gossip = |line: &&str| {
        line.contains(" reflector.go:")
            || line.contains(" cert_rotation.go:")
            || line.contains(" request.go:") && line.contains("context canceled")
    };
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_gossip(line)).collect()
}

/// Helm asks for the server's version before each command, we do not (COMPATIBILITY.md); addresses of names are Go's.
fn without_first_request(text: &str) -> String {
    let line = |line: &str| -> String {
        let Some((before, request)) = line.split_once("unreachable: Get \"") else {
            return line.to_owned();
        };
        let Some((url, cause)) = request.split_once("\": ") else {
            return line.to_owned();
        };
        let server: Vec<&str> = url.splitn(4, '/').take(3).collect();
        let cause = match cause
            .strip_prefix("dial tcp ")
            .and_then(|rest| rest.split_once(": "))
        {
            Some((_, cause)) => cause,
            None => cause,
        };
        format!("{before}unreachable: Get \"{}\": {cause}", server.join("/"))
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Columns are as wide as what is in them, and times have more or fewer digits.
fn without_widths(text: &str) -> String {
    let cells = text.split_inclusive('\t');
    let narrow = cells.map(|cell| match cell.strip_suffix('\t') {
        Some(cell) => cell.trim_end_matches(' ').to_owned() + "\t",
        None => cell.to_owned(),
    });
    narrow.collect()
}

/// Objects are changed by controllers all the time, which their version counts.
fn without_versions(text: &str) -> String {
    let mut parts = text.split("\"resourceVersion\":\"");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str("\"resourceVersion\":\"");
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    plain
}

/// Takes away what only we say behind Helm's words: what the pods of an object suffer from (COMPATIBILITY.md).
fn without_reasons(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["; pod ", "; container "]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        plain.push_str(&rest[..at]);
        let end = rest[at..]
            .find(['\n', '"', '\\'])
            .map_or(rest.len(), |end| at + end);
        rest = &rest[end..];
    }
    plain + rest
}

fn masked_word(word: &str) -> String {
    let begins_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
    if begins_with_digit && word.matches(':').count() >= 2 {
        return "TIME".to_owned();
    }
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    if word.starts_with("kube-api-access-") {
        return "kube-api-access".to_owned();
    }
    let digits = word.trim_end_matches('s');
    if begins_with_digit && digits.len() + 1 == word.len() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return "SECONDS".to_owned();
    }
    if lengths == [8, 4, 4, 4, 12] && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return "UID".to_owned();
    }
    let part = |part: &str| part.split('.').map(masked_number).collect::<Vec<_>>().join(".");
    word.split('-').map(part).collect::<Vec<_>>().join("-")
}

fn masked_number(part: &str) -> &str {
    let is_number = part.len() >= 9 && part.bytes().all(|b| b.is_ascii_digit());
    if is_number { "NUMBER" } else { part }
}

/// Shows the lines that only one text has, with the line before.
pub(crate) fn difference(left: &str, right: &str) -> String {
    let left: Vec<&str> = left.lines().collect();
    let right: Vec<&str> = right.lines().collect();
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[same.saturating_sub(3)..], &right[same.saturating_sub(3)..]);
    let tail = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let tail = tail
        .min(left.len().saturating_sub(3))
        .min(right.len().saturating_sub(3));
    let mut shown = String::new();
    for (mark, lines) in [('-', left), ('+', right)] {
        for line in lines[..lines.len() - tail].iter().take(40) {
            shown.push_str(&format!("    {mark} {line}\n"));
        }
    }
    shown
}

#[test]
fn what_changes_from_run_to_run_is_masked() {
    let mask = |text: &str| masked(text, "case-h", Path::new("/tmp/x"));
    assert_eq!(
        mask("LAST DEPLOYED: Sat Nov 21 13:18:45 2026"),
        "LAST DEPLOYED: Sat Nov 21 TIME 2026"
    );
    assert_eq!(mask("\"2026-11-21T13:18:45.1Z\" in case-h"), "\"TIME\" in NS");
    assert_eq!(mask("chart-1795278000 of /tmp/x/a"), "chart-NUMBER of FOLDER/a");
    assert_eq!(mask("v1.one-1795278000.v1"), "v1.one-NUMBER.v1");
    let gossip =
        "E1121 18:40:01.1   22087 request.go:1196] \"Unexpected error\" err=\"context canceled\"\nend";
    assert_eq!(mask(gossip), "end");
    assert_eq!(mask("2f1c7d1e-0b9c-4a59-8e5a-0d5f5f3a9b11"), "UID");
    assert_eq!(mask("v1.11.1, 3 of 4: ok"), "v1.11.1, 3 of 4: ok");
    assert_eq!(mask("a      0      12s"), "a      0      SECONDS");
    assert_eq!(
        mask("Available: 0/1; pod d-1: container c waits\nend"),
        "Available: 0/1\nend"
    );
}
