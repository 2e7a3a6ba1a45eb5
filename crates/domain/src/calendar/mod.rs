//! Working days, working hours and the workspace's time zone. A day that counts is one on which the workspace works
//! ([`WorkDays`]): by its week, except for its days off, and with the days that are worked all the same to make up for others.
//!
//! [`WorkingHours`] is what people set: a week and its exceptions, of the workspace and laid over it of a member.
//! [`Calendar`] is the same laid out for reckoning: add working minutes to a moment, or count them between two.

mod days;
mod hours;
mod moment;
mod table;
#[cfg(test)]
mod tests;

pub use days::{WEEKEND, WorkDays};
pub(crate) use hours::check_day;
pub use hours::{Exception, HoursOverlay, MAX_EXCEPTIONS, Shift, WorkingHours};
pub use moment::Moment;
pub use table::Calendar;
pub(crate) use table::Place;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, Utc};
use serde::{Deserialize, Serialize};

/// A time zone as its stretches of constant offset, so that the browser needs no zone database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC before the first stretch begins.
    pub first: i32,
    /// From these instants on, these offsets; in order. Written short, as every page carries them.
    #[serde(with = "stretches")]
    pub then: Vec<(DateTime<Utc>, i32)>,
    /// The days on which the workspace works. They stand in the workspace's record and do not travel with the zone.
    #[serde(skip)]
    pub days: WorkDays,
}

/// Stretches as pairs of seconds since 1970 and seconds east of UTC.
mod stretches {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(then: &[(DateTime<Utc>, i32)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(then.iter().map(|(from, offset)| (from.timestamp(), offset)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(DateTime<Utc>, i32)>, D::Error> {
        let pairs = Vec::<(i64, i32)>::deserialize(deserializer)?.into_iter();
        let instant = |from| DateTime::from_timestamp(from, 0).ok_or_else(|| D::Error::custom("no instant"));
        pairs.map(|(from, offset)| Ok((instant(from)?, offset))).collect()
    }
}

impl Zone {
    fn offset(&self, instant: DateTime<Utc>) -> FixedOffset {
        let passed = self.then.partition_point(|(from, _)| *from <= instant);
        let seconds = passed.checked_sub(1).map_or(self.first, |last| self.then[last].1);
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

    /// The moment at which the clock on the wall shows this. A time that the clock skips is the moment of the skip, one
    /// that it shows twice is the first of the two.
    pub fn moment(&self, local: NaiveDateTime) -> Moment {
        let local = local.and_utc().timestamp();
        // A stretch of constant offset holds the times of its wall clock up to its end; the first that holds it counts.
        let mut from = i64::MIN;
        let mut offset = i64::from(self.first);
        for (next, then) in &self.then {
            let end = next.timestamp();
            if local < end.saturating_add(offset) {
                break;
            }
            (from, offset) = (end, i64::from(*then));
        }
        Moment((local - offset).max(from).div_euclid(60))
    }
}

/// Working days (Monday to Friday) after `from` up to and including `to`; 0 where `to` is not later.
pub fn working_days(from: NaiveDate, to: NaiveDate) -> u32 {
    WorkDays::default().between(from, to)
}
