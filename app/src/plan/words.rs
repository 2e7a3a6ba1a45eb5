//! Lengths, days and differences as the chart says them.

use crate::texts::{Language, Texts};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use domain::{
    calendar::Zone,
    plan::{
        Constraint, Length,
        length::{Measure, in_days},
        reckon::Flaw,
        scale::{Tick, Unit, week_of},
    },
    schedule::LinkKind,
    view::View,
};

/// Month and day; the year where it is another one.
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { day.format("%m-%d").to_string() } else { day.format("%y-%m-%d").to_string() }
}

/// A length with its unit.
pub fn length(texts: Texts, length: Length) -> String {
    let t = texts.gantt();
    let (number, measure) = length.told();
    match (measure, length.elapsed) {
        (Measure::Days, false) => t.days(number),
        (Measure::Days, true) => t.days_elapsed(number),
        (Measure::Hours, false) => t.hours(number),
        (Measure::Hours, true) => t.hours_elapsed(number),
        (Measure::Minutes, _) => t.minutes(number),
    }
}

/// A length in a narrow column: days as a number alone.
pub fn short_length(texts: Texts, of: Length) -> String {
    match of.told() {
        (_, Measure::Days) if of.minutes == 0 => "–".to_owned(),
        (number, Measure::Days) if !of.elapsed => number.to_string(),
        _ => length(texts, of),
    }
}

/// Working minutes as days.
pub fn days(texts: Texts, minutes: i64) -> String {
    texts.gantt().days(in_days(minutes))
}

/// By how much later, or with a minus earlier.
pub fn difference(texts: Texts, minutes: i64) -> String {
    let days = days(texts, minutes.abs());
    match minutes {
        0 => texts.gantt().unchanged().to_owned(),
        1.. => format!("+{days}"),
        _ => format!("−{days}"),
    }
}

/// What stands over a step of the time head.
pub fn tick(texts: Texts, unit: Unit, tick: Tick, upper: bool) -> (String, Option<String>) {
    let (t, local) = (texts.gantt(), tick.local);
    let text = match unit {
        Unit::Hours(_) => format!("{:02}:00", local.hour()),
        Unit::Day if upper => format!("{} {}", local.format("%Y-%m-%d"), crate::ui::time::weekday(texts, local.date())),
        Unit::Day => local.day().to_string(),
        Unit::Week => return (local.format("%m-%d").to_string(), Some(format!("W{}", week_of(local)))),
        Unit::Month if upper => month(texts, local),
        Unit::Month => {
            if texts.0 == Language::Chinese {
                t.month(local.month())
            } else {
                local.format("%b").to_string()
            }
        }
        Unit::Quarter => format!("Q{}", local.month0() / 3 + 1),
        Unit::Year => local.year().to_string(),
    };
    (text, None)
}

fn month(texts: Texts, local: NaiveDateTime) -> String {
    let t = texts.gantt();
    match (local.month(), texts.0) {
        (_, Language::English) => local.format("%B %Y").to_string(),
        (month, Language::Chinese) => t.year_month(local.year(), month),
    }
}

pub fn kind(texts: Texts, kind: LinkKind) -> &'static str {
    let t = texts.gantt();
    match kind {
        LinkKind::FinishStart => t.finish_start(),
        LinkKind::StartStart => t.start_start(),
        LinkKind::FinishFinish => t.finish_finish(),
        LinkKind::StartFinish => t.start_finish(),
    }
}

pub const KINDS: [(LinkKind, &str); 4] = [
    (LinkKind::FinishStart, "finish_start"),
    (LinkKind::StartStart, "start_start"),
    (LinkKind::FinishFinish, "finish_finish"),
    (LinkKind::StartFinish, "start_finish"),
];

/// A constraint's word, as choices have it, and its date.
pub fn constraint_parts(constraint: Constraint) -> (&'static str, Option<NaiveDateTime>) {
    match constraint {
        Constraint::AsSoonAsPossible => ("soon", None),
        Constraint::AsLateAsPossible => ("late", None),
        Constraint::StartOn(at) => ("start_on", Some(at)),
        Constraint::FinishOn(at) => ("finish_on", Some(at)),
        Constraint::StartNoEarlier(at) => ("start_no_earlier", Some(at)),
        Constraint::StartNoLater(at) => ("start_no_later", Some(at)),
        Constraint::FinishNoEarlier(at) => ("finish_no_earlier", Some(at)),
        Constraint::FinishNoLater(at) => ("finish_no_later", Some(at)),
    }
}

/// A constraint from its word and date.
pub fn constraint_of(word: &str, at: NaiveDateTime) -> Constraint {
    match word {
        "late" => Constraint::AsLateAsPossible,
        "start_on" => Constraint::StartOn(at),
        "finish_on" => Constraint::FinishOn(at),
        "start_no_earlier" => Constraint::StartNoEarlier(at),
        "start_no_later" => Constraint::StartNoLater(at),
        "finish_no_earlier" => Constraint::FinishNoEarlier(at),
        "finish_no_later" => Constraint::FinishNoLater(at),
        _ => Constraint::AsSoonAsPossible,
    }
}

pub fn constraints(texts: Texts) -> Vec<(String, String)> {
    let t = texts.gantt();
    [
        ("soon", t.as_soon()),
        ("late", t.as_late()),
        ("start_no_earlier", t.start_no_earlier()),
        ("start_on", t.start_on()),
        ("start_no_later", t.start_no_later()),
        ("finish_no_earlier", t.finish_no_earlier()),
        ("finish_on", t.finish_on()),
        ("finish_no_later", t.finish_no_later()),
    ]
    .map(|(word, name)| (word.to_owned(), name.to_owned()))
    .to_vec()
}

/// Why a plan cannot be reckoned.
pub fn flaw(texts: Texts, view: &View, flaw: &Flaw) -> String {
    let t = texts.gantt();
    let title = |task: &domain::id::TaskId| {
        view.tasks.get(task).map_or_else(|| texts.errors().not_found().to_owned(), |task| task.title.clone())
    };
    let way = |tasks: &[domain::id::TaskId]| {
        let mut names: Vec<String> = tasks.iter().map(title).collect();
        names.extend(names.first().cloned());
        names.join(" → ")
    };
    match flaw {
        Flaw::Cycle(tasks) => t.flaw_cycle(way(tasks)),
        Flaw::Nesting(tasks) => t.flaw_nesting(way(tasks)),
        Flaw::Date(task) => t.flaw_date(title(task)),
        Flaw::Duration(task) => t.flaw_duration(title(task)),
        Flaw::Lag { from, to } => t.flaw_lag(title(from), title(to)),
        Flaw::GroupLink { from, to } => t.flaw_group_link(title(from), title(to)),
        Flaw::Plan => t.flaw_plan().to_owned(),
    }
}

/// A day and time as an input of the browser writes it.
pub fn local_input(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}

/// The day on which an instant lies, told short.
pub fn day_of(zone: &Zone, instant: chrono::DateTime<chrono::Utc>, today: NaiveDate) -> String {
    day(zone.day(instant), today)
}
