//! Times that are written by a layout are read back by it.

use super::{Time, format, parse};
use crate::sprig::dates::zone::Zone;
use proptest::prelude::*;
use std::sync::Arc;

/// A layout that says all of a time, but for what is smaller than `unit` nanoseconds.
#[derive(Debug, Clone)]
struct Layout {
    text: String,
    unit: u32,
    /// The offsets that it can write are multiples of so many seconds.
    offset_unit: i32,
}

fn layout() -> impl Strategy<Value = Layout> {
    let date = prop::sample::select(vec![
        "2006-01-02",
        "02/01/2006",
        "Jan _2 2006",
        "2 January, 2006",
        "Monday 1-2-2006",
        "Mon 20060102",
        "2006.002",
    ]);
    let clock = prop::sample::select(vec![
        ("15:04:05", ""),
        ("3:4:5", "PM"),
        ("03h04m05", " pm"),
        ("150405", ""),
    ]);
    let fraction = prop::sample::select(vec![
        ("", 1_000_000_000),
        (".000", 1_000_000),
        (",000000", 1_000),
        (".999999999", 1),
        (".000000000", 1),
    ]);
    let zone = prop::sample::select(vec![
        ("Z07:00", 60),
        ("-0700", 60),
        (" -07", 3600),
        ("Z070000", 1),
        (" -07:00:00", 1),
    ]);
    (date, clock, fraction, zone).prop_map(|(date, (clock, half), (fraction, unit), (zone, offset_unit))| {
        Layout {
            text: format!("{date}T{clock}{fraction}{half}{zone}"),
            unit,
            offset_unit,
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_by_a_layout_is_read_by_it(
        layout in layout(),
        // From the year 1 to the year 9998.
        seconds in -62_135_000_000..253_370_000_000_i64,
        nanoseconds in 0..1_000_000_000_u32,
        offset in -50_000..50_000_i32,
    ) {
        let offset = offset / layout.offset_unit * layout.offset_unit;
        // Of less than a minute behind, Go's `Time.Format` writes the sign where nobody reads it: `+0000-01`.
        prop_assume!(!(-59..0).contains(&offset));
        let zone = Arc::new(Zone::fixed(String::new(), offset));
        let nanoseconds = nanoseconds / layout.unit * layout.unit;
        let time = Time::new(seconds, nanoseconds, zone);
        let written = format::format(&time, layout.text.as_bytes());
        let read = parse::parse(layout.text.as_bytes(), &written, &Arc::new(Zone::utc()));
        let shown = String::from_utf8_lossy(&written).into_owned();
        let read = read.map_err(|error| TestCaseError::fail(format!("{shown}: {error}")))?;
        prop_assert_eq!((read.seconds, read.nanoseconds), (seconds, nanoseconds), "{}", shown);
    }

    #[test]
    fn no_layout_and_no_text_make_it_panic(layout in "[-0-9a-zA-Z.,:/ _]{0,30}", text in "[-+0-9a-zA-Z.,:/ ]{0,30}") {
        let local = Arc::new(Zone::utc());
        let _ = parse::parse(layout.as_bytes(), text.as_bytes(), &local);
        let _ = format::format(&Time::new(0, 1, local), layout.as_bytes());
    }
}
