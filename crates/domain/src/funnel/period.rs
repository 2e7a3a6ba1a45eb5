//! Periods of time, and the days, weeks, months and quarters of a calendar as instants.

use crate::{calendar::Zone, stay::Micros};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// From one instant up to but not including another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub from: Micros,
    pub to: Micros,
}

impl Period {
    pub const ALWAYS: Self = Self { from: Micros::MIN, to: Micros::MAX };

    pub fn holds(self, instant: Micros) -> bool {
        self.from <= instant && instant < self.to
    }
}

/// A calendar's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    /// From Monday on.
    Week,
    Month,
    Quarter,
}

impl Unit {
    /// The first day of the unit in which a day lies.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => day.with_day(1),
            Self::Quarter => day.with_day(1).and_then(|day| day.with_month(day.month0() / 3 * 3 + 1)),
        };
        first.unwrap_or(day)
    }

    fn after(self, first_day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first_day.checked_add_days(Days::new(1)),
            Self::Week => first_day.checked_add_days(Days::new(7)),
            Self::Month => first_day.checked_add_months(Months::new(1)),
            Self::Quarter => first_day.checked_add_months(Months::new(3)),
        }
    }

    /// Where the units begin which hold the days from `from` to `to`, both included, and where the last of them ends: one
    /// instant more than there are units, and none if `to` lies before `from`.
    pub fn borders(self, from: NaiveDate, to: NaiveDate, zone: &Zone) -> Vec<Micros> {
        let mut borders = Vec::new();
        let mut next = (from <= to).then(|| self.first_day(from));
        while let Some(day) = next {
            borders.push(start_of_day(day, zone));
            next = if day > to { None } else { self.after(day) };
        }
        borders
    }
}

/// When a day begins in a zone: the first instant at which the clock on the wall shows this day or a later one.
pub fn start_of_day(day: NaiveDate, zone: &Zone) -> Micros {
    const SECONDS: i64 = 1_000_000;
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    // No zone is further than this from UTC.
    let (mut before, mut reached) = (midnight - 26 * 3600, midnight + 26 * 3600);
    while reached - before > 1 {
        let middle = i64::midpoint(before, reached);
        let shown = DateTime::from_timestamp(middle, 0).map(|instant| zone.day(instant));
        if shown.is_some_and(|shown| shown >= day) {
            reached = middle;
        } else {
            before = middle;
        }
    }
    reached.saturating_mul(SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stay::HOUR;

    #[test]
    fn units_of_the_calendar() {
        let check = |unit: Unit, from: &str, to: &str, expected: &[&str]| {
            let borders = unit.borders(from.parse().unwrap(), to.parse().unwrap(), &Zone::default());
            let days = borders.iter().map(|at| DateTime::from_timestamp_micros(*at).unwrap().date_naive().to_string());
            assert_eq!(days.collect::<Vec<_>>(), expected);
        };
        check(Unit::Day, "2026-02-27", "2026-02-28", &["2026-02-27", "2026-02-28", "2026-03-01"]);
        check(Unit::Week, "2026-11-25", "2026-11-30", &["2026-11-23", "2026-11-30", "2026-12-07"]);
        check(Unit::Month, "2026-12-31", "2027-01-01", &["2026-12-01", "2027-01-01", "2027-02-01"]);
        check(Unit::Quarter, "2026-11-25", "2026-11-25", &["2026-10-01", "2027-01-01"]);
        check(Unit::Day, "2026-11-25", "2026-11-24", &[]);
    }

    #[test]
    fn a_day_has_as_many_hours_as_the_clock_makes() {
        let at = |text: &str| text.parse().unwrap();
        let berlin = Zone {
            first: 3600,
            then: vec![(at("2026-03-29T01:00:00Z"), 7200), (at("2026-10-25T01:00:00Z"), 3600)],
            ..Zone::default()
        };
        // Here the clock leaps over midnight.
        let cairo = Zone { first: 7200, then: vec![(at("2026-04-23T22:00:00Z"), 10800)], ..Zone::default() };
        for (zone, day, hours) in [
            (&berlin, "2026-03-28", 24),
            (&berlin, "2026-03-29", 23),
            (&berlin, "2026-10-25", 25),
            (&cairo, "2026-04-23", 24),
            (&cairo, "2026-04-24", 23),
        ] {
            let day = day.parse().unwrap();
            let borders = Unit::Day.borders(day, day, zone);
            assert_eq!(borders[1] - borders[0], hours * HOUR, "{day}");
        }
    }
}
