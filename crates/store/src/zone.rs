//! The workspace's time zone as the browser needs it.

use chrono::{DateTime, Datelike, Duration, Offset, TimeZone, Utc};
use domain::{calendar::Zone, view::View};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// From when on instants are told right: nobody's deals are older.
const FIRST_YEAR: i32 = 1970;
/// How many years beyond the present one.
const AHEAD: i32 = 10;

/// The workspace's zone and the days on which it works.
pub fn zone_of(view: &View, now: DateTime<Utc>) -> Zone {
    let Some(workspace) = view.workspace() else { return Zone::default() };
    Zone { days: workspace.work_days(), ..known(&workspace.zone, now.year()) }
}

/// The zone as worked out before, for as long as the year lasts: every page asks for it.
fn known(name: &str, year: i32) -> Zone {
    static KNOWN: Mutex<BTreeMap<String, (i32, Zone)>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(name) {
        Some((of, zone)) if *of == year => zone.clone(),
        _ => {
            let zone = zone(name, year);
            known.insert(name.to_owned(), (year, zone.clone()));
            zone
        }
    }
}

/// The zone's stretches of constant offset up to some years after a year. An unknown name gives UTC.
fn zone(name: &str, year: i32) -> Zone {
    let Ok(zone) = name.parse::<chrono_tz::Tz>() else { return Zone::default() };
    let offset = |instant: DateTime<Utc>| zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc();
    let new_year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or_default();
    let (start, end) = (new_year(FIRST_YEAR), new_year(year + 1 + AHEAD));
    let mut then = Vec::new();
    let (mut from, mut before) = (start, offset(start));
    while from < end {
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
        let berlin = zone("Europe/Berlin", 2026);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(berlin.then.contains(&(at("2026-03-29T01:00:00Z"), 7200)), "{berlin:?}");
        // Long ago as much as now, and some years ahead.
        for (instant, wall) in [
            ("1975-07-01T22:30:00Z", "1975-07-01T23:30:00"),
            ("2011-07-01T22:30:00Z", "2011-07-02T00:30:00"),
            ("2016-01-01T22:30:00Z", "2016-01-01T23:30:00"),
            ("2035-07-01T22:30:00Z", "2035-07-02T00:30:00"),
        ] {
            assert_eq!(berlin.local(at(instant)), wall.parse().unwrap(), "{instant}");
        }
        assert_eq!(zone("nowhere", 2026), Zone::default());
        assert_eq!(known("Europe/Berlin", 2026), berlin);
    }

    #[test]
    fn it_travels_short() {
        let zone = zone("Europe/Berlin", 2026);
        let text = serde_json::to_string(&zone).unwrap();
        assert!(text.len() < 2_500, "{} characters", text.len());
        assert_eq!(serde_json::from_str::<Zone>(&text).unwrap(), zone);
    }
}
