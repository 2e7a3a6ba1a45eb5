//! The story's time: minutes of work, counted through the year of working days before the day of the demo.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

/// Minutes of working time since the story began.
pub type Minute = u32;

/// One working day: 9:00 to 12:00 and 13:00 to 18:00.
pub const DAY: Minute = 8 * 60;
const MORNING: Minute = 3 * 60;
/// Working days of one year.
const DAYS: u32 = 261;
/// The evening before the day of the demo: whoever looks at it on that day, at whatever hour, finds nothing that has
/// not happened yet.
pub const END: Minute = DAYS * DAY;

/// Asia/Shanghai is eight hours ahead of UTC all year.
pub const OFFSET: TimeDelta = TimeDelta::hours(8);
pub const ZONE: &str = "Asia/Shanghai";

pub struct Calendar {
    /// The day of the demo.
    pub today: NaiveDate,
    /// The working days before it, the first one first.
    days: Vec<NaiveDate>,
}

impl Calendar {
    pub fn until(today: NaiveDate) -> Self {
        let before = today.iter_days().rev().skip(1);
        let mut days: Vec<NaiveDate> = before.filter(|day| is_working(*day)).take(DAYS as usize).collect();
        days.reverse();
        Self { today, days }
    }

    pub fn day(&self, minute: Minute) -> NaiveDate {
        self.days[(minute.min(END - 1) / DAY) as usize]
    }

    pub fn time(minute: Minute) -> NaiveTime {
        let of_day = minute.min(END - 1) % DAY;
        let lunch = if of_day < MORNING { 0 } else { 60 };
        let seconds = (9 * 60 + of_day + lunch) * 60;
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default()
    }

    pub fn instant(&self, minute: Minute) -> DateTime<Utc> {
        (self.day(minute).and_time(Self::time(minute)) - OFFSET).and_utc()
    }

    /// The first minute of the `back`-th working day before today; 1 is the last one.
    pub fn start_of(back: u32) -> Minute {
        END - back.clamp(1, DAYS) * DAY
    }

    /// The first minute of work on or after a date; the story's end where the date is not past.
    pub fn minute_of(&self, date: NaiveDate) -> Minute {
        u32::try_from(self.days.partition_point(|day| *day < date)).unwrap_or(DAYS) * DAY
    }

    /// A date some days from today, where that is no working day: the next one.
    pub fn ahead(&self, days: i64) -> NaiveDate {
        let mut date = self.today + TimeDelta::days(days);
        while !is_working(date) {
            date = date + Days::new(1);
        }
        date
    }

    /// A date some days before today, where that is no working day: the one before it.
    pub fn back(&self, days: i64) -> NaiveDate {
        let mut date = self.today - TimeDelta::days(days);
        while !is_working(date) {
            date = date - Days::new(1);
        }
        date
    }
}

fn is_working(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_ends_on_the_evening_before() {
        // A Monday: the story's last day is the Friday before.
        let calendar = Calendar::until("2026-11-23".parse().unwrap());
        assert_eq!(calendar.instant(END - 1).to_string(), "2026-11-20 09:59:00 UTC");
        assert_eq!(calendar.instant(END - DAY).to_string(), "2026-11-20 01:00:00 UTC");
        assert_eq!(calendar.instant(END - DAY + MORNING).to_string(), "2026-11-20 05:00:00 UTC");
        assert_eq!(calendar.day(Calendar::start_of(2)).to_string(), "2026-11-19");
        assert_eq!(calendar.day(0).to_string(), "2025-11-21");
        assert_eq!(calendar.minute_of("2026-11-20".parse().unwrap()), END - DAY);
        assert_eq!(calendar.minute_of("2026-12-20".parse().unwrap()), END);
        assert_eq!(calendar.back(1).to_string(), "2026-11-20");
        assert_eq!(calendar.ahead(5).to_string(), "2026-11-30");
    }
}
