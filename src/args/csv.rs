//! Flags that hold a list: pflag's StringSlice, which reads each value as a line of CSV.

/// Checks a value that [`split`] is to split.
///
/// # Errors
/// Those of Go's `encoding/csv`, as pflag passes them on.
pub(crate) fn line(text: &str) -> Result<String, String> {
    match misplaced_quote(text) {
        None => Ok(text.to_owned()),
        Some((column, problem)) => Err(format!("parse error on line 1, column {column}: {problem}")),
    }
}

/// Finds a quote where none may be, by the column that Go's reader has come to.
fn misplaced_quote(text: &str) -> Option<(usize, &'static str)> {
    const EXTRANEOUS: &str = "extraneous or missing \" in quoted-field";
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(',').unwrap_or(rest.len());
            if let Some(quote) = rest[..end].find('"') {
                return Some((at + quote + 1, "bare \" in non-quoted-field"));
            }
            match rest.len() == end {
                true => return None,
                false => at += end + 1,
            }
            continue;
        };
        let mut from = 0;
        let after = loop {
            let Some(quote) = quoted[from..].find('"') else {
                return Some((text.len() + 1, EXTRANEOUS));
            };
            from += quote + 1;
            match quoted[from..].strip_prefix('"') {
                Some(_) => from += 1,
                None => break from,
            }
        };
        at += 1 + after;
        match text.as_bytes().get(at) {
            None => return None,
            Some(b',') => at += 1,
            Some(_) => return Some((at, EXTRANEOUS)),
        }
    }
}

/// Splits every value at its commas; a part in double quotes holds its commas together.
pub(crate) fn split(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|value| split_line(value)).collect()
}

fn split_line(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut in_quotes = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let part = parts.last_mut().expect("there is always a part");
        match letter {
            '"' if in_quotes && letters.peek() == Some(&'"') => {
                letters.next();
                part.push('"');
            }
            '"' if in_quotes => in_quotes = false,
            '"' if part.is_empty() => in_quotes = true,
            ',' if !in_quotes => parts.push(String::new()),
            other => part.push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{line, split};

    #[test]
    fn quotes_have_their_place() {
        for text in ["", "a,b", "\"a\",b", "\"a\"\"b\"", "a,", "é,\"ü\""] {
            assert_eq!(line(text).as_deref(), Ok(text));
        }
        for (text, expected) in [
            ("a\"b", "column 2: bare"),
            ("x,a\"", "column 4: bare"),
            ("\"a\"b", "column 3: extraneous"),
            ("\"a", "column 3: extraneous"),
        ] {
            let problem = line(text).expect_err("a quote out of place");
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }

    #[test]
    fn quotes_hold_commas_together() {
        let values = ["a,b".to_owned(), "\"c,d\",\"e\"\"f\"".to_owned()];
        assert_eq!(split(&values), ["a", "b", "c,d", "e\"f"]);
    }
}
