//! Real and practice data that other people wrote, read as an import reads it. The expected facts were computed from the
//! raw files by other means; they come with the data, see its EXPECT.md.

use super::{Cohort, DealFacts, Period, Rate, Selection};
use crate::{
    import::{DateColumn, real_data::File},
    stay::{Micros, Stages, Stay},
};
use chrono::NaiveDate;

mod crm;
mod logs;

/// As the expected facts are rounded.
fn rounded(value: f64) -> String {
    format!("{value:.2}")
}

fn percent(rate: Rate) -> String {
    rate.value().map_or("n/a".to_owned(), |value| format!("{:.2}%", value * 100.0))
}

/// A column of dates or instants: microseconds, and the day as written.
fn instants(file: &File, name: &str) -> Vec<Option<(Micros, NaiveDate)>> {
    let DateColumn::Known(form) = DateColumn::detect(file.column(name)) else { panic!("{name}") };
    let read = |cell: &str| {
        let written = form.parse(cell).unwrap();
        let local = written.date.and_time(written.time.unwrap_or_default()).and_utc().timestamp_micros();
        let east = written.offset.map_or(0, |offset| i64::from(offset.local_minus_utc()));
        (local - east * 1_000_000, written.date)
    };
    file.column(name).map(|cell| (!cell.is_empty()).then(|| read(cell))).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// One deal's facts, with everything else left out.
fn facts(created: Micros, minor: i64) -> DealFacts {
    DealFacts { created, minor, group: Some(0), ..DealFacts::default() }
}

fn everything<'a>(stages: &'a Stages, stays: &'a [Stay], deals: &'a [DealFacts], as_of: Micros) -> Selection<'a> {
    Selection { stages, stays, deals, cohort: Cohort::Created(Period::ALWAYS), as_of, group: None }
}
