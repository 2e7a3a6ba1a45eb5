//! Working days and the workspace's time zone. A day that counts is one on which the workspace works: by its week, except
//! for its days off, and with the days that are worked all the same to make up for others.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, Offset, Utc};
use serde::{Deserialize, Serialize};

/// A time zone as the stretches of constant offset around the present, so that the browser needs no zone database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC before the first stretch begins.
    pub first: i32,
    /// From these instants on, these offsets; in order.
    pub then: Vec<(DateTime<Utc>, i32)>,
    /// The days on which the workspace works. They stand in the workspace's record and do not travel with the zone.
    #[serde(skip)]
    pub days: WorkDays,
}

/// Which days are worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDays {
    /// Days of the week that are not worked, Monday first.
    weekend: [bool; 7],
    /// Working days of the week that are not worked, in order.
    off: Vec<NaiveDate>,
    /// Days of the weekend that are worked, in order.
    on: Vec<NaiveDate>,
}

impl Default for WorkDays {
    fn default() -> Self {
        Self::new(&WEEKEND, [], [])
    }
}

/// Saturday and Sunday, counted from Monday as 1.
pub const WEEKEND: [u8; 2] = [6, 7];

impl WorkDays {
    /// `weekend` counts from Monday as 1 to Sunday as 7. A day that is both off and made up is
    /// worked.
    pub fn new(
        weekend: &[u8],
        off: impl IntoIterator<Item = NaiveDate>,
        on: impl IntoIterator<Item = NaiveDate>,
    ) -> Self {
        let weekend = std::array::from_fn(|day| weekend.iter().any(|number| usize::from(*number) == day + 1));
        let is_weekend = |day: NaiveDate| weekend[day.weekday().num_days_from_monday() as usize];
        let sorted = |mut days: Vec<NaiveDate>| {
            days.sort_unstable();
            days.dedup();
            days
        };
        let mut on = sorted(on.into_iter().collect());
        let is_worked = |day: &NaiveDate| on.binary_search(day).is_ok();
        let off = sorted(off.into_iter().filter(|day| !is_weekend(*day) && !is_worked(day)).collect());
        on.retain(|day| is_weekend(*day));
        Self { weekend, off, on }
    }

    fn is_weekend(&self, day: NaiveDate) -> bool {
        self.weekend[day.weekday().num_days_from_monday() as usize]
    }

    pub fn is_worked(&self, day: NaiveDate) -> bool {
        if self.is_weekend(day) { self.on.binary_search(&day).is_ok() } else { self.off.binary_search(&day).is_err() }
    }

    /// Working days after `from` up to and including `to`; 0 where `to` is not later.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = (to - from).num_days().max(0);
        let a_week = self.weekend.iter().filter(|is_off| !**is_off).count();
        // Whole weeks hold the same number each; the rest is counted one by one.
        let weeks = usize::try_from(days / 7).unwrap_or(0) * a_week;
        let rest_from = from + Days::new(u64::try_from(days - days % 7).unwrap_or(0));
        let rest = rest_from.iter_days().skip(1).take(usize::try_from(days % 7).unwrap_or(0));
        let rest = rest.filter(|day| !self.is_weekend(*day)).count();
        let among = |list: &[NaiveDate]| {
            let upto = |day: NaiveDate| list.partition_point(|other| *other <= day);
            upto(to).saturating_sub(upto(from))
        };
        let worked = (weeks + rest + among(&self.on)).saturating_sub(among(&self.off));
        u32::try_from(worked).unwrap_or(u32::MAX)
    }
}

impl Zone {
    fn offset(&self, instant: DateTime<Utc>) -> FixedOffset {
        let passed = self.then.iter().take_while(|(from, _)| *from <= instant);
        let seconds = passed.last().map_or(self.first, |(_, seconds)| *seconds);
        FixedOffset::east_opt(seconds).unwrap_or(Utc.fix())
    }

    /// The clock on the workspace's wall.
    pub fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.offset(instant)).naive_local()
    }

    pub fn day(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.local(instant).date()
    }

    /// Working days after the day of one instant up to and including a day.
    pub fn worked_since(&self, instant: DateTime<Utc>, to: NaiveDate) -> u32 {
        self.days.between(self.day(instant), to)
    }
}

/// Working days (Monday to Friday) after `from` up to and including `to`; 0 where `to` is not later.
pub fn working_days(from: NaiveDate, to: NaiveDate) -> u32 {
    WorkDays::default().between(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weekends_do_not_count() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // 2026-11-20 is a Friday.
        assert_eq!(working_days(day("2026-11-20"), day("2026-11-20")), 0);
        assert_eq!(working_days(day("2026-11-20"), day("2026-11-22")), 0);
        assert_eq!(working_days(day("2026-11-20"), day("2026-11-23")), 1);
        assert_eq!(working_days(day("2026-11-02"), day("2026-11-23")), 15);
        assert_eq!(working_days(day("2026-11-23"), day("2026-11-20")), 0);
    }

    #[test]
    fn days_off_and_days_made_up() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // The National Day of 2026: Thursday to Wednesday off, the Saturdays around it worked.
        let off = (1..=7).map(|number| NaiveDate::from_ymd_opt(2026, 10, number).unwrap());
        let days = WorkDays::new(&WEEKEND, off, [day("2026-09-26"), day("2026-10-10")]);
        assert_eq!(days.between(day("2026-09-25"), day("2026-10-11")), 3 + 1 + 2 + 1);
        assert_eq!(days.between(day("2026-09-30"), day("2026-10-07")), 0);
        assert!(days.is_worked(day("2026-09-26")) && !days.is_worked(day("2026-10-05")));
        // A weekend on Friday and Saturday; no weekend at all.
        assert_eq!(WorkDays::new(&[5, 6], [], []).between(day("2026-11-19"), day("2026-11-22")), 1);
        assert_eq!(WorkDays::new(&[], [], []).between(day("2026-11-19"), day("2026-12-19")), 30);
    }

    proptest! {
        #[test]
        fn counting_by_weeks_is_counting_day_by_day(
            from in 0u64..800, length in 0u64..400, weekend in prop::collection::vec(1u8..=7, 0..4),
            off in prop::collection::vec(0u64..1200, 0..40), on in prop::collection::vec(0u64..1200, 0..40),
        ) {
            let day = |number: u64| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(number);
            let days = WorkDays::new(&weekend, off.into_iter().map(day), on.into_iter().map(day));
            let counted = (from + 1..=from + length).filter(|number| days.is_worked(day(*number))).count();
            prop_assert_eq!(days.between(day(from), day(from + length)) as usize, counted);
        }
    }

    #[test]
    fn a_zone_changes_its_offset_at_the_instant() {
        let spring = "2026-03-29T01:00:00Z".parse().unwrap();
        let zone = Zone { first: 3600, then: vec![(spring, 7200)], ..Zone::default() };
        assert_eq!(zone.local(spring - chrono::Duration::seconds(1)).to_string(), "2026-03-29 01:59:59");
        assert_eq!(zone.local(spring).to_string(), "2026-03-29 03:00:00");
    }
}
