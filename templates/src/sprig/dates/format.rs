//! Writing a time by a layout.

use super::Time;
use super::calendar::{date_of, day_of_year, weekday_of};
use super::layout::{Element, OffsetForm, Precision, next_chunk};
use crate::gotmpl::{MONTHS, WEEKDAYS};
use std::io::Write as _;

/// Writes a time as it is in its zone.
pub(super) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let offset = time.zone.at(time.seconds);
    let shown = time.seconds.wrapping_add(offset.seconds);
    let parts = Parts {
        days: shown.div_euclid(86_400),
        second_of_day: shown.rem_euclid(86_400),
        nanoseconds: time.nanoseconds,
        offset: offset.seconds,
        zone: offset.name,
    };
    let mut out = Vec::with_capacity(layout.len() + 16);
    let mut rest = layout;
    loop {
        let chunk = next_chunk(rest);
        out.extend_from_slice(chunk.prefix);
        let Some((element, text)) = chunk.element else {
            return out;
        };
        parts.write(element, text, &mut out);
        rest = chunk.rest;
    }
}

struct Parts {
    days: i64,
    second_of_day: i64,
    nanoseconds: u32,
    offset: i64,
    zone: String,
}

fn push(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("writing to memory does not fail");
}

/// Writes a number with zeros in front, which a sign does not count for.
fn number(out: &mut Vec<u8>, number: i64, width: usize) {
    let sign = if number < 0 { "-" } else { "" };
    push(out, format_args!("{sign}{:0width$}", number.unsigned_abs()));
}

impl Parts {
    fn write(&self, element: Element, text: &[u8], out: &mut Vec<u8>) {
        match element {
            Element::ZoneName if self.zone.is_empty() => {
                let form = OffsetForm {
                    has_z: false,
                    has_colons: false,
                    precision: Precision::Minutes,
                };
                self.write_offset(form, out);
            }
            Element::ZoneName => out.extend_from_slice(self.zone.as_bytes()),
            Element::ZoneOffset(form) => self.write_offset(form, out),
            Element::Fraction(digits) => {
                push(
                    out,
                    format_args!("{}{}", char::from(text[0]), self.fraction(digits)),
                );
            }
            Element::TrimmedFraction(digits) => {
                let fraction = self.fraction(digits);
                let fraction = fraction.trim_end_matches('0');
                if !fraction.is_empty() {
                    push(out, format_args!("{}{fraction}", char::from(text[0])));
                }
            }
            Element::LongWeekday | Element::Weekday => {
                let name = WEEKDAYS[weekday_of(self.days) as usize];
                let length = if element == Element::Weekday {
                    3
                } else {
                    name.len()
                };
                out.extend_from_slice(&name.as_bytes()[..length]);
            }
            _ => self.write_date_or_clock(element, out),
        }
    }

    fn write_date_or_clock(&self, element: Element, out: &mut Vec<u8>) {
        let date = date_of(self.days);
        let (hour, minute, second) = (
            self.second_of_day / 3600,
            self.second_of_day / 60 % 60,
            self.second_of_day % 60,
        );
        let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
        match element {
            Element::LongMonth => out.extend_from_slice(MONTHS[date.month as usize - 1].as_bytes()),
            Element::Month => out.extend_from_slice(&MONTHS[date.month as usize - 1].as_bytes()[..3]),
            Element::NumberMonth => number(out, date.month, 0),
            Element::ZeroMonth => number(out, date.month, 2),
            Element::Day => number(out, date.day, 0),
            Element::UnderDay => push(out, format_args!("{:2}", date.day)),
            Element::ZeroDay => number(out, date.day, 2),
            Element::UnderYearDay => push(out, format_args!("{:3}", day_of_year(date))),
            Element::ZeroYearDay => number(out, day_of_year(date), 3),
            Element::LongYear => number(out, date.year, 4),
            Element::Year => number(out, date.year.abs() % 100, 2),
            Element::Hour => number(out, hour, 2),
            Element::Hour12 => number(out, hour12, 0),
            Element::ZeroHour12 => number(out, hour12, 2),
            Element::Minute => number(out, minute, 0),
            Element::ZeroMinute => number(out, minute, 2),
            Element::Second => number(out, second, 0),
            Element::ZeroSecond => number(out, second, 2),
            Element::UpperNoon => out.extend_from_slice(if hour >= 12 { b"PM" } else { b"AM" }),
            Element::LowerNoon => out.extend_from_slice(if hour >= 12 { b"pm" } else { b"am" }),
            _ => {}
        }
    }

    fn fraction(&self, digits: usize) -> String {
        let mut fraction = format!("{:09}", self.nanoseconds);
        fraction.truncate(digits);
        // more than nine digits are zeros
        format!("{fraction:0<digits$}")
    }

    fn write_offset(&self, form: OffsetForm, out: &mut Vec<u8>) {
        if form.has_z && self.offset == 0 {
            out.push(b'Z');
            return;
        }
        let minutes = self.offset / 60;
        out.push(if minutes < 0 { b'-' } else { b'+' });
        let colon = if form.has_colons { ":" } else { "" };
        push(out, format_args!("{:02}", minutes.abs() / 60));
        if form.precision != Precision::Hours {
            push(out, format_args!("{colon}{:02}", minutes.abs() % 60));
        }
        if form.precision == Precision::Seconds {
            push(out, format_args!("{colon}{:02}", self.offset.abs() % 60));
        }
    }
}
