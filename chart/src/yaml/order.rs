//! The order of keys in written YAML: "natural", with runs of digits compared as numbers (go-yaml's `sorter.go`).
//!
//! The relation is not transitive ("1" < "9" < "10", but mix in "1a" and it runs in a circle), so the standard sort,
//! which may panic on such an order, is no choice; Go's own result then depends on chance.

use crate::{Map, Value};

/// Which go-yaml: they disagree about a letter after digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// go-yaml v2, behind `toYaml`.
    V2,
    /// go-yaml v3, behind `toYamlPretty`.
    V3,
}

/// Returns the entries of `map` in the order they are written.
pub(super) fn sorted(map: &Map, dialect: Dialect) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let mut scratch = Vec::with_capacity(entries.len());
    merge_sort(&mut entries, &mut scratch, dialect);
    entries
}

/// A merge sort that leaves alone what is in order already, which most tables are.
fn merge_sort<'a>(
    entries: &mut [(&'a str, &'a Value)],
    scratch: &mut Vec<(&'a str, &'a Value)>,
    dialect: Dialect,
) {
    if entries.len() < 2 {
        return;
    }
    let middle = entries.len() / 2;
    merge_sort(&mut entries[..middle], scratch, dialect);
    merge_sort(&mut entries[middle..], scratch, dialect);
    if !is_less(entries[middle].0, entries[middle - 1].0, dialect) {
        return;
    }
    scratch.clear();
    scratch.extend_from_slice(&entries[..middle]);
    let (mut left, mut right) = (0, middle);
    for at in 0..entries.len() {
        if left == scratch.len() {
            break;
        }
        if right < entries.len() && is_less(entries[right].0, scratch[left].0, dialect) {
            entries[at] = entries[right];
            right += 1;
        } else {
            entries[at] = scratch[left];
            left += 1;
        }
    }
}

fn is_less(a: &str, b: &str, dialect: Dialect) -> bool {
    let same = common_prefix(a, b);
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    let (Some(char_a), Some(char_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.is_empty() && !rest_b.is_empty();
    };
    match (char_a.is_alphabetic(), char_b.is_alphabetic()) {
        (true, true) => return char_a < char_b,
        (false, false) => {}
        (is_letter_a, is_letter_b) => {
            let after_digit = dialect == Dialect::V3 && a[..same].ends_with(|c: char| c.is_ascii_digit());
            return if after_digit { is_letter_a } else { is_letter_b };
        }
    }
    let start = i64::from((char_a == '0' || char_b == '0') && has_digits_before(&a[..same]));
    let (number_a, length_a) = leading_number(rest_a, start);
    let (number_b, length_b) = leading_number(rest_b, start);
    if number_a != number_b {
        return number_a < number_b;
    }
    if length_a != length_b {
        return length_a < length_b;
    }
    char_a < char_b
}

/// Returns how many bytes of whole characters the two have in common.
fn common_prefix(a: &str, b: &str) -> usize {
    let mut same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(same) {
        same -= 1;
    }
    same
}

/// Says whether the run of digits before a zero has one that is not zero: then the zero counts.
fn has_digits_before(prefix: &str) -> bool {
    prefix
        .bytes()
        .rev()
        .take_while(u8::is_ascii_digit)
        .any(|digit| digit != b'0')
}

fn leading_number(text: &str, start: i64) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((start, 0), |(number, length), digit| {
        (
            number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')),
            length + 1,
        )
    })
}
