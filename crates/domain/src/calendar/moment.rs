//! A moment, to the minute.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A moment in minutes since 1970-01-01T00:00Z: plans are reckoned to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The instant; one beyond what the calendar of years can write is the last that it can.
    pub fn instant(self) -> DateTime<Utc> {
        let latest = if self.0 < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
        DateTime::from_timestamp(self.0.saturating_mul(60), 0).unwrap_or(latest)
    }
}

/// The minute that the instant lies in.
impl From<DateTime<Utc>> for Moment {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp().div_euclid(60))
    }
}
