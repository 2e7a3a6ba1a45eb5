//! The workspace's time zone as the browser needs it.

use chrono::{DateTime, Duration, Offset, TimeZone, Utc};
use domain::{calendar::Zone, view::View};

/// How far around the present a browser may show instants.
const DAYS: i64 = 366 * 5;

/// The workspace's zone and the days on which it works.
pub fn zone_of(view: &View, now: DateTime<Utc>) -> Zone {
    let Some(workspace) = view.workspace() else { return Zone::default() };
    Zone { days: workspace.work_days(), ..zone(&workspace.zone, now) }
}

/// The zone's stretches of constant offset around `now`. An unknown name gives UTC.
fn zone(name: &str, now: DateTime<Utc>) -> Zone {
    let Ok(zone) = name.parse::<chrono_tz::Tz>() else { return Zone::default() };
    let offset = |instant: DateTime<Utc>| zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc();
    let start = now - Duration::days(DAYS);
    let mut then = Vec::new();
    let (mut from, mut before) = (start, offset(start));
    while from < now + Duration::days(DAYS) {
        let to = from + Duration::days(7);
        let after = offset(to);
        if after != before {
            // The second in this week at which the offset changes.
            let (mut low, mut high) = (from, to);
            while high - low > Duration::seconds(1) {
                let middle = low + (high - low) / 2;
                if offset(middle) == before { low = middle } else { high = middle }
            }
            let second = DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high);
            then.push((second, after));
        }
        (from, before) = (to, after);
    }
    Zone { first: offset(start), then, ..Zone::default() }
}

/// Whether the name is a time zone.
pub fn is_zone(name: &str) -> bool {
    name.parse::<chrono_tz::Tz>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_begins_at_its_second() {
        let now = "2026-11-23T00:00:00Z".parse().unwrap();
        let berlin = zone("Europe/Berlin", now);
        let spring: DateTime<Utc> = "2026-03-29T01:00:00Z".parse().unwrap();
        assert!(berlin.then.contains(&(spring, 7200)), "{berlin:?}");
        assert_eq!(zone("Asia/Shanghai", now), Zone { first: 28_800, ..Zone::default() });
        assert_eq!(zone("nowhere", now), Zone::default());
    }
}
