//! Flags that hold a list: pflag's StringSlice, which reads each value as a line of CSV.

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
    use super::split;

    #[test]
    fn quotes_hold_commas_together() {
        let values = ["a,b".to_owned(), "\"c,d\",\"e\"\"f\"".to_owned()];
        assert_eq!(split(&values), ["a", "b", "c,d", "e\"f"]);
    }
}
