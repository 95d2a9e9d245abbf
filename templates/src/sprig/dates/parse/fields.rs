//! What has been read of a time, and the time that it makes.

use super::super::Time;
use super::super::calendar::{Date, date_of, day_of_year, days_in, days_of};
use super::super::zone::Zone;
use std::sync::Arc;

/// What has been read so far.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) year: i64,
    pub(super) month: Option<i64>,
    pub(super) day: Option<i64>,
    pub(super) day_of_year: Option<i64>,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanoseconds: u32,
    pub(super) is_afternoon: Option<bool>,
    pub(super) is_utc: bool,
    pub(super) offset: Option<i32>,
    pub(super) zone: Option<String>,
}

impl Fields {
    /// Makes the time, or says what does not fit together.
    pub(super) fn finish(&self, local: &Arc<Zone>) -> Result<Time, &'static str> {
        let date = self.date()?;
        let hour = match self.is_afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let shown = days_of(date) * 86_400 + hour * 3600 + self.minute * 60 + self.second;
        let (seconds, zone) = self.place(shown, local);
        Ok(Time::new(seconds, self.nanoseconds, zone))
    }

    fn date(&self) -> Result<Date, &'static str> {
        let (month, day) = match self.day_of_year {
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
            Some(day) => self.month_and_day(day)?,
        };
        if day < 1 || day > days_in(self.year, month) {
            return Err("day out of range");
        }
        Ok(Date {
            year: self.year,
            month,
            day,
        })
    }

    fn month_and_day(&self, wanted: i64) -> Result<(i64, i64), &'static str> {
        let last = Date {
            year: self.year,
            month: 12,
            day: 31,
        };
        if wanted < 1 || wanted > day_of_year(last) {
            return Err("day-of-year out of range");
        }
        let date = date_of(days_of(Date {
            year: self.year,
            month: 1,
            day: wanted,
        }));
        if self.month.is_some_and(|month| month != date.month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|day| day != date.day) {
            return Err("day-of-year does not match day");
        }
        Ok((date.month, date.day))
    }

    /// Finds the moment and the zone: UTC, the local zone where it fits, or one made of what was read.
    fn place(&self, shown: i64, local: &Arc<Zone>) -> (i64, Arc<Zone>) {
        if self.is_utc {
            return (shown, Arc::new(Zone::utc()));
        }
        if let Some(offset) = self.offset {
            let seconds = shown - i64::from(offset);
            let here = local.at(seconds);
            let is_here =
                here.seconds == i64::from(offset) && self.zone.as_ref().is_none_or(|zone| *zone == here.name);
            let zone = if is_here {
                local.clone()
            } else {
                Arc::new(Zone::fixed(self.zone.clone().unwrap_or_default(), offset))
            };
            return (seconds, zone);
        }
        let Some(name) = &self.zone else {
            return (local.to_utc(shown), local.clone());
        };
        if let Some(offset) = local.offset_of(name, shown) {
            return (shown - offset, local.clone());
        }
        let hours = name
            .strip_prefix("GMT")
            .and_then(|hours| hours.parse::<i32>().ok());
        // Go moves the zone but not the moment
        (
            shown,
            Arc::new(Zone::fixed(name.clone(), hours.unwrap_or(0) * 3600)),
        )
    }
}
