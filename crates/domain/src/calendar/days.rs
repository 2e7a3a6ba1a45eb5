//! Whole days: on which of them the workspace works.

use chrono::{Datelike, Days, NaiveDate};

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

    /// The day that lies as many working days after `to` as `day` does after `from`, or before it where it does so.
    pub fn moved(&self, day: NaiveDate, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        // Backwards, the day itself counts and the one it is counted from does not.
        let worked = |first: NaiveDate, last: NaiveDate| {
            let before = |day: NaiveDate| day.pred_opt().unwrap_or(day);
            self.between(before(first), before(last))
        };
        let back = day < from;
        let count = if back { worked(day, from) } else { self.between(from, day) };
        if count == 0 {
            // Not a working day after it: as many days as it really is.
            return to.checked_add_signed(day - from).unwrap_or(to);
        }
        let at = |days: u64| {
            let days = Days::new(days);
            if back { to.checked_sub_days(days) } else { to.checked_add_days(days) }
        };
        let holds = |days: u64| {
            let Some(day) = at(days) else { return true };
            (if back { worked(day, to) } else { self.between(to, day) }) >= count
        };
        // A week has a working day, and every day off moves it at most a week further.
        let (mut low, mut high) = (0, (u64::from(count) + self.off.len() as u64 + 1) * 7);
        while low < high {
            let middle = u64::midpoint(low, high);
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        at(low).unwrap_or(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn a_day_moves_by_working_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = WorkDays::new(&WEEKEND, [day("2026-12-25")], []);
        let check = |date: &str, from: &str, to: &str, expected: &str| {
            assert_eq!(days.moved(day(date), day(from), day(to)), day(expected), "{date} from {from} to {to}");
        };
        // Friday is four working days after Monday, wherever that is.
        check("2026-11-27", "2026-11-23", "2026-12-23", "2026-12-30");
        check("2026-11-23", "2026-11-23", "2026-12-23", "2026-12-23");
        // A Saturday after a Friday is no working day after it.
        check("2026-11-28", "2026-11-27", "2026-12-02", "2026-12-03");
        check("2026-11-20", "2026-11-23", "2026-11-30", "2026-11-27");
        check("2026-11-20", "2026-11-23", "2026-12-28", "2026-12-24");
        // However far.
        check("2999-12-31", "1900-01-01", "2026-01-01", "3126-01-01");
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
}
