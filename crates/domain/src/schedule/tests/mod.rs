mod by_hand;
mod chance;
mod literature;
mod properties;
mod resources;

use std::sync::Arc;

use super::*;
use crate::calendar::{Calendar, Moment, WorkingHours, Zone};

/// Monday, 2026-06-01, nine o'clock: when the plans here begin.
fn monday() -> Moment {
    at("2026-06-01 09:00")
}

fn at(text: &str) -> Moment {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc().into()
}

fn told(moment: Moment) -> String {
    moment.instant().format("%m-%d %H:%M").to_string()
}

fn laid_out(hours: &WorkingHours) -> Arc<Calendar> {
    Arc::new(Calendar::new(hours, &Zone::default(), monday().instant().date_naive()).unwrap())
}

/// Monday to Friday, eight hours a day.
fn usual() -> Arc<Calendar> {
    laid_out(&WorkingHours::default())
}

fn days(count: i32) -> Span {
    Span::Work(count * 480)
}
