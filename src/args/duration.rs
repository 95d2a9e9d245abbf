//! Durations on the command line, in the notation of Go's `time.ParseDuration`: `5m0s`, `1h30m`, `.5s`, `100ms`.

use std::time::Duration;

const UNITS: [(&str, f64); 8] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// Reads a duration; negative ones count as zero, as nothing can be waited for less than no time.
///
/// # Errors
/// Go's message, when the text is no duration.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(Duration::ZERO);
    }
    if unsigned.is_empty() {
        return Err(format!("time: invalid duration {text:?}"));
    }
    let mut seconds = 0.0;
    let mut rest = unsigned;
    while !rest.is_empty() {
        let (part, remaining) = part(text, rest)?;
        seconds += part;
        rest = remaining;
    }
    if text.starts_with('-') {
        return Ok(Duration::ZERO);
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("time: invalid duration {text:?}"))
}

/// Reads one number with its unit from the front of `rest`, as seconds.
fn part<'a>(whole: &str, rest: &'a str) -> Result<(f64, &'a str), String> {
    let digits = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let number: f64 = rest[..digits]
        .parse()
        .map_err(|_| format!("time: invalid duration {whole:?}"))?;
    let rest = &rest[digits..];
    let end = rest
        .find(|c: char| c.is_ascii_digit() || c == '.')
        .unwrap_or(rest.len());
    if end == 0 {
        return Err(format!("time: missing unit in duration {whole:?}"));
    }
    let unit = UNITS.iter().find(|(name, _)| *name == &rest[..end]);
    let (_, factor) =
        unit.ok_or_else(|| format!("time: unknown unit {:?} in duration {whole:?}", &rest[..end]))?;
    Ok((number * factor, &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        let cases = [
            ("5m0s", 300.0),
            ("1h30m", 5400.0),
            (".5s", 0.5),
            ("100ms", 0.1),
            ("0", 0.0),
            ("1.5h", 5400.0),
        ];
        for (text, seconds) in cases {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
    }

    #[test]
    fn refuses_in_the_words_of_go() {
        assert_eq!(parse("x"), Err("time: invalid duration \"x\"".to_owned()));
        assert_eq!(parse("5"), Err("time: missing unit in duration \"5\"".to_owned()));
        assert_eq!(
            parse("1d"),
            Err("time: unknown unit \"d\" in duration \"1d\"".to_owned())
        );
    }
}
