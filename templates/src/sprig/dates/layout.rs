//! Go's layouts: the reference time `Mon Jan 2 15:04:05 MST 2006` cut into elements.

/// An element of a layout that stands for a part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumberMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    /// `PM`
    UpperNoon,
    /// `pm`
    LowerNoon,
    ZoneName,
    ZoneOffset(OffsetForm),
    /// `.000`: as many digits, always.
    Fraction(usize),
    /// `.999`: at most as many digits, without zeros at the end.
    TrimmedFraction(usize),
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetForm {
    /// `Z` stands for no offset.
    pub(super) has_z: bool,
    pub(super) has_colons: bool,
    pub(super) precision: Precision,
}

/// The smallest part of an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Hours,
    Minutes,
    Seconds,
}

/// Text before an element, the element, and its text in the layout; no element at the end of the layout.
pub(super) struct Chunk<'l> {
    pub(super) prefix: &'l [u8],
    pub(super) element: Option<(Element, &'l [u8])>,
    pub(super) rest: &'l [u8],
}

/// Cuts the first element off a layout.
pub(super) fn next_chunk(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        if let Some((skipped, element, length)) = element_at(&layout[at..]) {
            let start = at + skipped;
            return Chunk {
                prefix: &layout[..start],
                element: Some((element, &layout[start..start + length])),
                rest: &layout[start + length..],
            };
        }
    }
    Chunk {
        prefix: layout,
        element: None,
        rest: &[],
    }
}

/// Returns the element at the start, how many bytes before it are plain text, and its length.
fn element_at(layout: &[u8]) -> Option<(usize, Element, usize)> {
    use Element as E;
    let at_start = |element, length| Some((0, element, length));
    match layout {
        [b'J', b'a', b'n', b'u', b'a', b'r', b'y', ..] => at_start(E::LongMonth, 7),
        [b'J', b'a', b'n', rest @ ..] if ends_word(rest) => at_start(E::Month, 3),
        [b'M', b'o', b'n', b'd', b'a', b'y', ..] => at_start(E::LongWeekday, 6),
        [b'M', b'o', b'n', rest @ ..] if ends_word(rest) => at_start(E::Weekday, 3),
        [b'M', b'S', b'T', ..] => at_start(E::ZoneName, 3),
        [b'0', digit @ b'1'..=b'6', ..] => at_start(zero_padded(*digit), 2),
        [b'0', b'0', b'2', ..] => at_start(E::ZeroYearDay, 3),
        [b'1', b'5', ..] => at_start(E::Hour, 2),
        [b'1', ..] => at_start(E::NumberMonth, 1),
        [b'2', b'0', b'0', b'6', ..] => at_start(E::LongYear, 4),
        [b'2', ..] => at_start(E::Day, 1),
        // an underscore before the year is plain
        [b'_', b'2', b'0', b'0', b'6', ..] => Some((1, E::LongYear, 4)),
        [b'_', b'2', ..] => at_start(E::UnderDay, 2),
        [b'_', b'_', b'2', ..] => at_start(E::UnderYearDay, 3),
        [b'3', ..] => at_start(E::Hour12, 1),
        [b'4', ..] => at_start(E::Minute, 1),
        [b'5', ..] => at_start(E::Second, 1),
        [b'P', b'M', ..] => at_start(E::UpperNoon, 2),
        [b'p', b'm', ..] => at_start(E::LowerNoon, 2),
        [b'-' | b'Z', ..] => offset_at(layout).map(|(form, length)| (0, E::ZoneOffset(form), length)),
        [b'.' | b',', digit @ (b'0' | b'9'), ..] => fraction_at(layout, *digit),
        _ => None,
    }
}

/// `Jan` in `Janet` is no month.
fn ends_word(rest: &[u8]) -> bool {
    !rest.first().is_some_and(u8::is_ascii_lowercase)
}

fn zero_padded(digit: u8) -> Element {
    match digit {
        b'1' => Element::ZeroMonth,
        b'2' => Element::ZeroDay,
        b'3' => Element::ZeroHour12,
        b'4' => Element::ZeroMinute,
        b'5' => Element::ZeroSecond,
        _ => Element::Year,
    }
}

fn offset_at(layout: &[u8]) -> Option<(OffsetForm, usize)> {
    let forms: [(&[u8], bool, Precision); 5] = [
        (b"070000", false, Precision::Seconds),
        (b"07:00:00", true, Precision::Seconds),
        (b"0700", false, Precision::Minutes),
        (b"07:00", true, Precision::Minutes),
        (b"07", false, Precision::Hours),
    ];
    let (first, rest) = layout.split_first()?;
    let (text, has_colons, precision) = forms.into_iter().find(|(text, ..)| rest.starts_with(text))?;
    Some((
        OffsetForm {
            has_z: *first == b'Z',
            has_colons,
            precision,
        },
        text.len() + 1,
    ))
}

/// A run of zeros or nines is a fraction unless other digits follow.
fn fraction_at(layout: &[u8], digit: u8) -> Option<(usize, Element, usize)> {
    let digits = layout[1..].iter().take_while(|byte| **byte == digit).count();
    if layout.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let element = if digit == b'0' {
        Element::Fraction(digits)
    } else {
        Element::TrimmedFraction(digits)
    };
    Some((0, element, 1 + digits))
}
