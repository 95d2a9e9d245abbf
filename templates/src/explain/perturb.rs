//! Other values of the same type, to see what difference they make.

use chart::Value;

/// Returns values of the same type that differ from a value; none for lists, tables and `null`.
///
/// For texts, first one that keeps their form: a number in it is counted up, so that a version stays a version and a
/// duration a duration.
pub fn variants(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(flag) => vec![(!flag).into()],
        Value::Int(number) => vec![number.saturating_add(1).into(), other_sign(*number)],
        Value::Float(number) => vec![(number + 1.0).into(), zero_or_one(*number)],
        Value::String(text) => texts(text).into_iter().map(Value::from).collect(),
        Value::Null | Value::List(_) | Value::Map(_) => Vec::new(),
    }
}

fn other_sign(number: i64) -> Value {
    i64::from(number == 0).into()
}

fn zero_or_one(number: f64) -> Value {
    f64::from(u8::from(number == 0.0)).into()
}

fn texts(text: &str) -> Vec<String> {
    let mut texts = vec![match text {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        _ => counted(text).unwrap_or_else(|| format!("{text}x")),
    }];
    texts.push(format!("{text}x"));
    texts.push(format!("x{text}"));
    if !text.is_empty() {
        texts.push(String::new());
    }
    texts.dedup();
    texts
}

/// Counts the last digit of a text up.
fn counted(text: &str) -> Option<String> {
    let at = text.rfind(|c: char| c.is_ascii_digit())?;
    let other = match &text[at..=at] {
        "9" => "8".to_owned(),
        digit => (digit.parse::<u8>().ok()? + 1).to_string(),
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_forms_are_kept() {
        let first = |value: Value| variants(&value).into_iter().next();
        assert_eq!(first(true.into()), Some(false.into()));
        assert_eq!(first(3.0.into()), Some(4.0.into()));
        assert_eq!(first("1.2.9".into()), Some("1.2.8".into()));
        assert_eq!(first("10Gi".into()), Some("11Gi".into()));
        assert_eq!(first("web".into()), Some("webx".into()));
        assert_eq!(first("".into()), Some("x".into()));
        assert_eq!(first(Value::Null), None);
    }
}
