//! Lines without what differs between any two runs.

/// Whether what is shown is what was printed. A line `...` stands for any number of lines.
pub(super) fn is_same(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == "..." => (0..=printed.len()).any(|at| is_same(rest, &printed[at..])),
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(line, printed)| masked(first) == masked(line) && is_same(rest, printed)),
    }
}

/// Replaces times, ages, ids and addresses. Columns are as wide as what is in them.
fn masked(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '+' | '-');
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = line.trim_end();
    while !rest.is_empty() {
        let is_first = rest.starts_with(is_part);
        let end = rest.find(|c| is_part(c) != is_first).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    let mut masks: Vec<Option<&str>> = parts.iter().map(|part| mask(part)).collect();
    mask_phrases(&parts, &mut masks);
    let is_table = line.contains('\t');
    if !is_table && masks.iter().all(Option::is_none) {
        return line.trim_end().to_owned();
    }
    let parts = parts
        .iter()
        .zip(masks)
        .enumerate()
        .map(|(at, (part, mask))| match mask {
            Some(mask) => mask,
            None if at > 0 && part.trim().is_empty() => " ",
            None => part,
        });
    parts.collect()
}

/// What stands for a part that is not the same twice.
fn mask(part: &str) -> Option<&'static str> {
    let part = part.trim_end_matches([':', '.']);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = part.split('-').collect();
    let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();
    let begins_with_digit = part.starts_with(|c: char| c.is_ascii_digit());
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    if begins_with_digit && part.matches(':').count() >= 2 {
        return Some("TIME");
    }
    if lengths == [4, 2, 2] && words.iter().all(|word| is_number(word)) {
        return Some("DATE");
    }
    if part.len() == 5 && part.strip_prefix('+').is_some_and(is_number) {
        return Some("ZONE");
    }
    if lengths == [8, 4, 4, 4, 12] && words.iter().all(|word| is_hex(word)) {
        return Some("UID");
    }
    if part
        .rsplit(':')
        .next()
        .is_some_and(|text| text.len() == 64 && is_hex(text))
    {
        return Some("DIGEST");
    }
    if part.len() >= 9 && is_number(part) {
        return Some("NUMBER");
    }
    if part.starts_with("127.0.0.1:") {
        return Some("ADDRESS");
    }
    if begins_with_digit && is_duration(part) {
        return Some("DURATION");
    }
    is_pod(&words).then_some("POD")
}

/// `1.5s`, `2m3s`, `250ms`.
fn is_duration(part: &str) -> bool {
    let is_unit = |c: char| matches!(c, 's' | 'm' | 'h' | 'd');
    part.ends_with(is_unit) && part.chars().all(|c| c.is_ascii_digit() || c == '.' || is_unit(c))
}

/// The name of a pod that belongs to a Deployment: `web-6c8f9d7b5-x2x5t`.
fn is_pod(words: &[&str]) -> bool {
    let is_random = |word: &str| word.bytes().all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b));
    let [.., hash, end] = words else { return false };
    words.len() > 2 && (8..=10).contains(&hash.len()) && is_random(hash) && end.len() == 5 && is_random(end)
}

/// `Sat Nov 21 22:40:20 2026`, `by HOST (pid 12)` (see `release::Tenant`), `in 12 s`: elsewhere such words are words like any
/// others.
fn mask_phrases(parts: &[&str], masks: &mut [Option<&str>]) {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    for at in 0..parts.len().saturating_sub(2) {
        let next = parts[at + 2];
        if parts[at] == "pid" || parts[at] == "in" && parts.get(at + 4) == Some(&"s") {
            masks[at + 2] = Some("NUMBER");
        }
        if next == "pid" || next == "since" && at > 1 && parts[at - 2] == "by" {
            masks[at] = Some("HOST");
        }
        let is_date = DAYS.contains(&parts[at]) && masks.get(at + 6) == Some(&Some("TIME"));
        if is_date && at + 8 < parts.len() {
            masks[at..=at + 8].fill(Some(""));
        }
    }
}

#[test]
fn what_changes_from_run_to_run_is_masked() {
    for (one, other) in [
        (
            "LAST DEPLOYED: Sat Nov 21 22:40:20 2026",
            "LAST DEPLOYED: Mon Jan  5 02:04:20 2027",
        ),
        (
            "web   1   2026-11-21 22:40:20.1 +0000 UTC   deployed",
            "web  1  2027-01-02 02:40:20.12345 +0000 UTC  deployed",
        ),
        (
            "a b1946ac9-1111-2222-3333-444455556666",
            "a c1946ac9-1111-2222-3333-444455556667",
        ),
        ("pod web-6c8f9d7b5-x2x5t: 3s", "pod web-7c8f9d7b54-x2xzt:  250ms"),
        ("https://127.0.0.1:12/api", "https://127.0.0.1:34567/api"),
        ("by host (pid 12)", "by other.host (pid 3456)"),
        ("NAME\tUPDATED   \tSTATUS", "NAME\tUPDATED \tSTATUS"),
        ("machine (pid 12) began", "vm (pid 3456) began"),
        ("takes over in 12 s", "takes over in 3 s"),
    ] {
        assert_eq!(masked(one), masked(other));
    }
    for (one, other) in [
        ("a  b", "a b"),
        ("web-1", "web-2"),
        ("10", "11"),
        ("v1.2.3", "v1.2.4"),
    ] {
        assert_ne!(masked(one), masked(other));
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(is_same(&lines("a\n...\nd"), &lines("a\nb\nc\nd")));
    assert!(is_same(&lines("a\n..."), &lines("a")));
    assert!(!is_same(&lines("a\n...\nd"), &lines("a\nb")));
}
