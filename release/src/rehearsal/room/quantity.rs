//! Quantities of Kubernetes: `250m`, `1.5Gi`, `2e3`.

/// A quantity in billionths, which is as fine as Kubernetes counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity(i128);

/// Billionths of one.
const ONE: i128 = 1_000_000_000;

/// Suffixes, and what they are worth in billionths.
const SUFFIXES: [(&str, i128); 15] = [
    ("n", 1),
    ("u", 1_000),
    ("m", 1_000_000),
    ("", ONE),
    ("k", ONE * 1_000),
    ("M", ONE * 1_000_000),
    ("G", ONE * 1_000_000_000),
    ("T", ONE * 1_000_000_000_000),
    ("P", ONE * 1_000_000_000_000_000),
    ("Ki", ONE << 10),
    ("Mi", ONE << 20),
    ("Gi", ONE << 30),
    ("Ti", ONE << 40),
    ("Pi", ONE << 50),
    ("Ei", ONE << 60),
];

/// The longest number that is read, and the farthest exponent: beyond are mistakes.
const LONGEST: usize = 20;
const FARTHEST: u32 = 18;

impl Quantity {
    /// So many whole ones.
    pub(super) fn whole(count: i64) -> Self {
        Quantity(i128::from(count) * ONE)
    }

    /// Reads a quantity; nothing if it is none, or too large to mean anything.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_digit = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '+' | '-');
        let end = text.find(|letter| !is_digit(letter)).unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let worth = worth(suffix)?;
        let (sign, digits) = match number.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + part.len() > LONGEST || whole.len() + part.len() == 0 {
            return None;
        }
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let scale = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
        Some(Quantity(sign * digits.checked_mul(worth)? / scale))
    }

    /// So many times as much.
    pub(super) fn times(self, count: i64) -> Self {
        Quantity(self.0.saturating_mul(i128::from(count)))
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Quantity(self.0.saturating_add(other.0))
    }

    /// What is left without the other; it may be less than nothing.
    pub(super) fn minus(self, other: Self) -> Self {
        Quantity(self.0.saturating_sub(other.0))
    }

    /// Says whether it is more than nothing.
    pub(super) fn is_some(self) -> bool {
        self.0 > 0
    }
}

fn worth(suffix: &str) -> Option<i128> {
    if let Some((_, worth)) = SUFFIXES.iter().find(|(known, _)| *known == suffix) {
        return Some(*worth);
    }
    if suffix == "E" {
        return Some(ONE * 1_000_000_000_000_000_000);
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs().min(FARTHEST))?;
    Some(if exponent < 0 { ONE / power } else { ONE * power })
}

/// With the largest suffix that leaves a whole number: `800m`, `1536Mi`.
impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let is_plain = self.0.abs() < ONE << 20;
        let binary = SUFFIXES[9..].iter().rev().filter(|_| !is_plain);
        let decimal = [SUFFIXES[3], SUFFIXES[2], SUFFIXES[1], SUFFIXES[0]];
        let mut fitting = binary.copied().chain(decimal);
        let (suffix, worth) = fitting
            .find(|(_, worth)| self.0 % worth == 0)
            .expect("all are billionths");
        write!(f, "{}{suffix}", self.0 / worth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written() {
        let cases = [
            ("250m", "250m"),
            ("1.5", "1500m"),
            ("3", "3"),
            ("2e3", "2000"),
            ("1.5Gi", "1536Mi"),
            ("1073741824", "1Gi"),
            ("128974848", "123Mi"),
            ("100M", "100000000"),
            ("-1", "-1"),
            ("0.1", "100m"),
            ("1E", "976562500000000Ki"),
            ("1e-3", "1m"),
        ];
        for (text, shown) in cases {
            assert_eq!(Quantity::parse(text).expect(text).to_string(), shown, "{text}");
        }
        for text in ["", "m", "1x", "1..2", "9".repeat(30).as_str(), "1e"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
