//! Dates and times as people say them.

use crate::texts::{Language, Texts};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use domain::calendar::Zone;

pub fn weekday(texts: Texts, day: NaiveDate) -> &'static str {
    let dates = texts.dates();
    match day.weekday() {
        Weekday::Mon => dates.mon(),
        Weekday::Tue => dates.tue(),
        Weekday::Wed => dates.wed(),
        Weekday::Thu => dates.thu(),
        Weekday::Fri => dates.fri(),
        Weekday::Sat => dates.sat(),
        Weekday::Sun => dates.sun(),
    }
}

/// A day near today: today, tomorrow, a weekday within the week, else month and day, with the year where it differs.
pub fn day(texts: Texts, day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        -1 => texts.dates().yesterday().to_owned(),
        0 => texts.dates().today().to_owned(),
        1 => texts.dates().tomorrow().to_owned(),
        2..=6 => weekday(texts, day).to_owned(),
        _ => short_day(day, today),
    }
}

/// Month and day; the year where it is another one.
pub fn short_day(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { format!("{:02}-{:02}", day.month(), day.day()) } else { day.to_string() }
}

/// Hours and minutes on the workspace's wall.
pub fn clock(zone: &Zone, instant: DateTime<Utc>) -> String {
    let local = zone.local(instant);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// When something happened, for a line of history: the time today, else the day.
pub fn when(zone: &Zone, instant: DateTime<Utc>, today: NaiveDate) -> String {
    let day = zone.day(instant);
    if day == today { clock(zone, instant) } else { short_day(day, today) }
}

/// A heading over a day's entries.
pub fn heading(texts: Texts, day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        -1..=1 => self::day(texts, day, today),
        _ if texts.0 == Language::Chinese => format!("{} {}", short_day(day, today), weekday(texts, day)),
        _ => format!("{} {}", weekday(texts, day), short_day(day, today)),
    }
}
