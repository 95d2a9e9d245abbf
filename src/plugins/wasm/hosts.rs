//! `allowedHosts`: which hosts a plugin may send requests to.

use chart::pattern;

/// Whether one of the patterns is for the host: its name, or one with `*`, `?`, `[a-z]` and `{a,b}`.
///
/// A pattern that is none is for nobody.
pub(super) fn allow(patterns: &[String], host: &str) -> bool {
    let fits = |pattern: &String| {
        let forms = alternatives(pattern);
        forms
            .iter()
            .any(|form| pattern::matches(form, host).unwrap_or(false))
    };
    patterns.iter().any(|pattern| pattern == host || fits(pattern))
}

/// A pattern without braces for each text that they allow. Braces in braces are not looked at, and too many are none.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut forms = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, (inner, after))) = braces(rest) {
        let words = inner.split(',');
        forms = words
            .flat_map(|word| forms.iter().map(move |form| format!("{form}{before}{word}")))
            .take(MOST)
            .collect();
        rest = after;
    }
    forms.iter_mut().for_each(|form| form.push_str(rest));
    forms
}

/// More alternatives than this mean nothing.
const MOST: usize = 1_000;

fn braces(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = text.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_patterns_allow_hosts() {
        for (pattern, host, expected) in [
            ("example.com", "example.com", true),
            ("example.com", "www.example.com", false),
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*", "anything", true),
            ("h?st", "host", true),
            ("host[0-9]", "host7", true),
            ("{a,b}.example.{com,org}", "b.example.org", true),
            ("{a,b}.example.{com,org}", "c.example.org", false),
            ("[", "[", true),
            ("[", "a", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(allow(&[pattern.to_owned()], host), expected, "{pattern} {host}");
        }
        assert!(!allow(&[], "localhost"));
        assert!(!allow(&["{a,b}".repeat(40)], "c"));
    }
}
