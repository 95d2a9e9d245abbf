//! The calendar: days since 1970 and dates, in the Gregorian calendar of all years.

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

const DAYS_OF_400_YEARS: i64 = 146_097;

/// Returns the days from the first of January 1970 to a date; months and days may be out of their range.
pub(super) fn days_of(date: Date) -> i64 {
    let month = date.month - 1;
    // years start in March here, so that the leap day is the last
    let year = date.year.wrapping_add(month.div_euclid(12)) - i64::from(month.rem_euclid(12) < 2);
    let from_march = (month.rem_euclid(12) + 10) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + date.day - 1;
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era.wrapping_mul(DAYS_OF_400_YEARS) + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// Returns the date of a day.
pub(super) fn date_of(days: i64) -> Date {
    let days = days.wrapping_add(719_468);
    let (era, day) = (
        days.div_euclid(DAYS_OF_400_YEARS),
        days.rem_euclid(DAYS_OF_400_YEARS),
    );
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    Date {
        year: era * 400 + year + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * from_march + 2) / 5 + 1,
    }
}

/// Returns the day of the year, from 1.
pub(super) fn day_of_year(date: Date) -> i64 {
    days_of(date)
        - days_of(Date {
            year: date.year,
            month: 1,
            day: 1,
        })
        + 1
}

/// Returns the day of the week, Sunday being 0.
pub(super) fn weekday_of(days: i64) -> i64 {
    days.wrapping_add(4).rem_euclid(7)
}

/// Returns how many days a month has.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    days_of(Date {
        year,
        month: month + 1,
        day: 1,
    }) - days_of(Date { year, month, day: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(97) {
            assert_eq!(days_of(date_of(days)), days);
        }
        assert_eq!(
            date_of(11_016),
            Date {
                year: 2000,
                month: 2,
                day: 29
            }
        );
        assert_eq!(weekday_of(0), 4);
    }
}
