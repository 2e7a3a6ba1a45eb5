//! Working days and the workspace's time zone.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// A time zone as the stretches of constant offset around the present, so that the browser needs no zone database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC before the first stretch begins.
    pub first: i32,
    /// From these instants on, these offsets; in order.
    pub then: Vec<(DateTime<Utc>, i32)>,
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
}

/// Working days (Monday to Friday) after `from` up to and including `to`; 0 where `to` is not later.
pub fn working_days(from: NaiveDate, to: NaiveDate) -> u32 {
    // Whole weeks hold five; the rest is counted one by one.
    let days = (to - from).num_days().max(0);
    let rest_from = from + chrono::Days::new(u64::try_from(days - days % 7).unwrap_or(0));
    let rest = rest_from
        .iter_days()
        .skip(1)
        .take(usize::try_from(days % 7).unwrap_or(0))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .count();
    u32::try_from(days / 7 * 5).unwrap_or(u32::MAX).saturating_add(u32::try_from(rest).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_zone_changes_its_offset_at_the_instant() {
        let spring = "2026-03-29T01:00:00Z".parse().unwrap();
        let zone = Zone { first: 3600, then: vec![(spring, 7200)] };
        assert_eq!(zone.local(spring - chrono::Duration::seconds(1)).to_string(), "2026-03-29 01:59:59");
        assert_eq!(zone.local(spring).to_string(), "2026-03-29 03:00:00");
    }
}
