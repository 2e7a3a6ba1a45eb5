//! Working hours as people set them: a week, and the days that differ from it.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::refusal::{Refusal, Rule};

/// More exceptions than thirty years of holidays and absences.
pub const MAX_EXCEPTIONS: usize = 2000;

/// The years in which an exception may lie.
const YEARS: RangeInclusive<i32> = 1970..=2200;

/// The first and the last day of those years.
pub(super) const LAST_DAYS: [Option<NaiveDate>; 2] =
    [NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1), NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31)];

/// A day's last minute is the 1439th.
const DAY: u16 = 1440;

/// A stretch of work within a day, in minutes since midnight on the wall's clock: `540..720` is nine to noon. `to` is
/// not worked any more; a shift over midnight is two, one on each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub from: u16,
    pub to: u16,
}

impl Shift {
    /// Between full hours.
    pub const fn hours(from: u16, to: u16) -> Self {
        Self { from: from * 60, to: to * 60 }
    }
}

/// Days that differ from the week: without shifts a holiday or an absence, with shifts a make-up working day, for
/// example the Saturday that is worked for a longer holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    pub first: NaiveDate,
    /// The last such day, itself included.
    pub last: NaiveDate,
    /// In order.
    pub shifts: Vec<Shift>,
}

impl Exception {
    /// Refuses an exception that ends before it begins or lies beyond 1970 to 2200, and shifts that are out of order.
    pub fn check(&self) -> Result<(), Refusal> {
        let in_order = self.first <= self.last;
        if !in_order || !YEARS.contains(&self.first.year()) || !YEARS.contains(&self.last.year()) {
            let [min, max] = [format!("{}-01-01", YEARS.start()), format!("{}-12-31", YEARS.end())];
            let min = if in_order { min } else { self.first.to_string() };
            return Err(Refusal::invalid("exceptions", Rule::OutOfRange { min, max }));
        }
        check_shifts("exceptions", &self.shifts)
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// When is worked: a week's shifts from Monday on, and exceptions, of which a later one counts before an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    pub week: [Vec<Shift>; 7],
    pub exceptions: Vec<Exception>,
}

/// Monday to Friday, nine to six with an hour's pause.
impl Default for WorkingHours {
    fn default() -> Self {
        let day = vec![Shift::hours(9, 12), Shift::hours(13, 18)];
        let week = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { Vec::new() });
        Self { week, exceptions: Vec::new() }
    }
}

/// What differs for one member: own hours of the week, own absences and working days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HoursOverlay {
    pub week: Option<[Vec<Shift>; 7]>,
    pub exceptions: Vec<Exception>,
}

impl WorkingHours {
    /// Work at any time, without pause.
    pub fn around_the_clock() -> Self {
        Self { week: std::array::from_fn(|_| vec![Shift::hours(0, 24)]), exceptions: Vec::new() }
    }

    /// A member's hours: the member's exceptions count before the workspace's, and those before the member's week.
    #[must_use]
    pub fn overlaid(&self, member: &HoursOverlay) -> Self {
        Self {
            week: member.week.clone().unwrap_or_else(|| self.week.clone()),
            exceptions: self.exceptions.iter().chain(&member.exceptions).cloned().collect(),
        }
    }

    /// What is worked on this day.
    pub fn shifts(&self, day: NaiveDate) -> &[Shift] {
        let exception = self.exceptions.iter().rev().find(|exception| exception.holds(day));
        exception.map_or_else(|| self.on(day.weekday()), |exception| &exception.shifts)
    }

    fn on(&self, weekday: Weekday) -> &[Shift] {
        &self.week[weekday.num_days_from_monday() as usize]
    }

    /// Refuses a week without work, which no task could ever be done in, shifts that are out of order, and exceptions
    /// that end before they begin, lie beyond 1970 to 2200 or are more than [`MAX_EXCEPTIONS`].
    pub fn check(&self) -> Result<(), Refusal> {
        check_week(&self.week)?;
        check_exceptions(&self.exceptions)
    }
}

impl HoursOverlay {
    /// As [`WorkingHours::check`].
    pub fn check(&self) -> Result<(), Refusal> {
        self.week.as_ref().map_or(Ok(()), check_week)?;
        check_exceptions(&self.exceptions)
    }
}

/// Refuses a working day that is none, and shifts that are out of order.
pub(crate) fn check_day(field: &str, shifts: &[Shift]) -> Result<(), Refusal> {
    if shifts.is_empty() {
        return Err(Refusal::invalid(field, Rule::Required));
    }
    check_shifts(field, shifts)
}

fn check_week(week: &[Vec<Shift>; 7]) -> Result<(), Refusal> {
    if week.iter().all(Vec::is_empty) {
        return Err(Refusal::invalid("week", Rule::Required));
    }
    week.iter().try_for_each(|shifts| check_shifts("week", shifts))
}

fn check_exceptions(exceptions: &[Exception]) -> Result<(), Refusal> {
    if exceptions.len() > MAX_EXCEPTIONS {
        return Err(Refusal::invalid("exceptions", Rule::TooMany { max: MAX_EXCEPTIONS }));
    }
    exceptions.iter().try_for_each(Exception::check)
}

/// Each shift ends after it begins, none before the one ahead of it has ended.
fn check_shifts(field: &str, shifts: &[Shift]) -> Result<(), Refusal> {
    let mut free = 0;
    for shift in shifts {
        if shift.from < free || shift.to <= shift.from || shift.to > DAY {
            let [min, max] = [free, DAY].map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60));
            return Err(Refusal::invalid(field, Rule::OutOfRange { min, max }));
        }
        free = shift.to;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_later_exception_counts_before_an_earlier_one_and_the_week() {
        let holiday = Exception { first: day("2026-10-01"), last: day("2026-10-07"), shifts: Vec::new() };
        let made_up =
            Exception { first: day("2026-10-10"), last: day("2026-10-10"), shifts: vec![Shift::hours(9, 12)] };
        let workspace = WorkingHours { exceptions: vec![holiday, made_up], ..WorkingHours::default() };
        let own = Exception { first: day("2026-10-07"), last: day("2026-10-07"), shifts: vec![Shift::hours(8, 10)] };
        let mut mornings: [Vec<Shift>; 7] = Default::default();
        mornings[3] = vec![Shift::hours(9, 12)];
        let member = workspace.overlaid(&HoursOverlay { week: Some(mornings), exceptions: vec![own] });
        let check = |date: &str, in_workspace: usize, of_member: usize| {
            assert_eq!(workspace.shifts(day(date)).len(), in_workspace, "{date}");
            assert_eq!(member.shifts(day(date)).len(), of_member, "{date}");
        };
        check("2026-10-01", 0, 0); // a Thursday
        check("2026-10-07", 0, 1);
        check("2026-10-08", 2, 1);
        check("2026-10-09", 2, 0);
        check("2026-10-10", 1, 1);
    }

    #[test]
    fn hours_that_cannot_be_are_refused() {
        let refused = |hours: WorkingHours| hours.check().is_err();
        assert!(!refused(WorkingHours::default()));
        assert!(!refused(WorkingHours::around_the_clock()));
        assert!(refused(WorkingHours { week: Default::default(), exceptions: Vec::new() }));
        for shifts in [
            vec![Shift { from: 60, to: 60 }],
            vec![Shift::hours(9, 25)],
            vec![Shift::hours(9, 12), Shift::hours(11, 13)],
        ] {
            let mut hours = WorkingHours::default();
            hours.week[6] = shifts;
            assert!(refused(hours));
        }
        for (first, last) in [("2026-10-02", "2026-10-01"), ("1969-10-02", "2026-10-01"), ("2026-10-02", "2201-01-01")]
        {
            let exception = Exception { first: day(first), last: day(last), shifts: Vec::new() };
            assert!(refused(WorkingHours { exceptions: vec![exception], ..WorkingHours::default() }));
        }
    }
}
