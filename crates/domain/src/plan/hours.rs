//! When is worked: the workspace's days and hours as the scheduler's calendars want them, and a member's laid over them.

use crate::{
    calendar::{Exception, MAX_EXCEPTIONS, Shift, WorkingHours},
    member::Member,
    workspace::Workspace,
};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// The years of which a calendar can tell exceptions.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2200;

/// The hours of the workspace, or of one of its members: the member's days count before the workspace's. Where there are
/// more days than a calendar takes, the earliest are left out.
pub fn working_hours(workspace: &Workspace, member: Option<&Member>) -> WorkingHours {
    let day = workspace.hours.as_slice();
    let is_worked = |weekday: usize| !workspace.weekend.iter().any(|off| usize::from(*off) == weekday + 1);
    let week = std::array::from_fn(|weekday| if is_worked(weekday) { day.to_vec() } else { Vec::new() });
    let mut exceptions = Vec::new();
    for (days, shifts) in [(&workspace.days_off, &[][..]), (&workspace.days_on, day)] {
        stretches(days, shifts, &mut exceptions);
    }
    if let Some(member) = member {
        for (days, shifts) in [(&member.days_off, &[][..]), (&member.days_on, day)] {
            stretches(days, shifts, &mut exceptions);
        }
    }
    let surplus = exceptions.len().saturating_sub(MAX_EXCEPTIONS);
    if surplus > 0 {
        // In order of what counts before what, so only by their days can the oldest be told.
        let mut ends: Vec<NaiveDate> = exceptions.iter().map(|exception| exception.last).collect();
        let (_, oldest, _) = ends.select_nth_unstable(surplus - 1);
        let oldest = *oldest;
        exceptions.retain(|exception| exception.last > oldest);
    }
    WorkingHours { week, exceptions }
}

/// Days that follow each other are one exception.
fn stretches(days: &BTreeMap<NaiveDate, String>, shifts: &[Shift], into: &mut Vec<Exception>) {
    let from = into.len();
    for day in days.keys().copied().filter(|day| YEARS.contains(&day.year())) {
        match into[from..].last_mut() {
            Some(last) if last.last.succ_opt() == Some(day) => last.last = day,
            _ => into.push(Exception { first: day, last: day, shifts: shifts.to_vec() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::tests::{id, view};

    #[test]
    fn a_members_days_lie_over_the_workspaces() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let named = |days: &[&str]| days.iter().map(|text| (day(text), String::new())).collect::<BTreeMap<_, _>>();
        let view = view();
        let mut workspace = view.workspace().unwrap().clone();
        workspace.days_off = named(&["2026-10-01", "2026-10-02", "2026-10-05"]);
        workspace.days_on = named(&["2026-10-10"]);
        workspace.hours = vec![Shift::hours(8, 12)];
        let mut member = view.members[&id(3)].clone();
        member.days_off = named(&["2026-10-10", "2026-10-12"]);
        member.days_on = named(&["2026-10-02"]);
        let (own, all) = (working_hours(&workspace, Some(&member)), working_hours(&workspace, None));
        assert!(own.check().is_ok() && all.check().is_ok());
        let check = |date: &str, of_workspace: usize, of_member: usize| {
            assert_eq!(all.shifts(day(date)).len(), of_workspace, "{date}");
            assert_eq!(own.shifts(day(date)).len(), of_member, "{date}");
        };
        check("2026-09-30", 1, 1);
        check("2026-10-01", 0, 0);
        check("2026-10-02", 0, 1);
        check("2026-10-03", 0, 0); // a Saturday
        check("2026-10-10", 1, 0);
        check("2026-10-12", 1, 0);
        // Thursday and Friday are one stretch.
        assert_eq!(all.exceptions.len(), 3);
        member.days_off =
            (0..2000).map(|number| (day("2026-01-01") + chrono::Days::new(number * 2), String::new())).collect();
        let own = working_hours(&workspace, Some(&member));
        assert!(own.check().is_ok() && own.exceptions.len() <= MAX_EXCEPTIONS);
    }
}
