//! Workload: how much of each person's time the plans that are shown take, day by day or week by week.

use super::Reckoned;
use crate::{
    calendar::{Moment, Zone},
    id::MemberId,
    schedule::{Demand, Load, Workload},
};
use chrono::{Days, NaiveDate, NaiveTime};
use std::{collections::HashMap, sync::Arc};

/// Of a person, whom one task at a time takes whole.
pub(super) const WHOLE: u32 = 100;

/// A stretch of days that stands in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub first: NaiveDate,
    pub from: Moment,
    pub to: Moment,
}

/// So many columns of so many days each, from a day on.
pub fn columns(zone: &Zone, first: NaiveDate, days: u64, count: u64) -> Vec<Column> {
    let at = |number: u64| first.checked_add_days(Days::new(number * days)).unwrap_or(first);
    let moment = |number: u64| zone.moment(at(number).and_time(NaiveTime::MIN));
    (0..count).map(|number| Column { first: at(number), from: moment(number), to: moment(number + 1) }).collect()
}

/// What takes a person's time in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The plan by its place in the list, and the task by its place in the plan.
    pub plan: usize,
    pub place: u32,
    /// Working minutes within the column.
    pub minutes: i64,
}

/// The workload of these people in these columns, which follow each other: a row for each person, in their order, and a last
/// one, without capacity, for what nobody does. What others do is left out.
///
/// The plans are reckoned in the same hours.
pub fn workload(plans: &[Arc<Reckoned>], people: &[MemberId], columns: &[Column]) -> Vec<Vec<Workload>> {
    let mut rows = vec![vec![Workload::default(); columns.len()]; people.len() + 1];
    let Some(hours) = plans.first().map(|plan| plan.hours()) else { return rows };
    let borders: Vec<Moment> = columns.iter().map(|column| column.from).chain(columns.last().map(|it| it.to)).collect();
    let numbers: HashMap<MemberId, u32> = people.iter().copied().zip(0..).collect();
    let nobody = u32::try_from(people.len()).unwrap_or(u32::MAX);
    // Calendars are numbered as they stand in the plans: the workspace's first, then those of members with their own.
    let own: HashMap<MemberId, u16> = hours.members.keys().copied().zip(1..).collect();
    let mut calendars: Vec<u16> = people.iter().map(|member| own.get(member).copied().unwrap_or(0)).collect();
    calendars.push(0);
    let mut capacities = vec![WHOLE; people.len()];
    capacities.push(0);
    for (number, plan) in plans.iter().enumerate() {
        let who = |owner: Option<MemberId>| owner.map_or(Some(nobody), |owner| numbers.get(&owner).copied());
        let demands = (0..).zip(&plan.tasks).filter(|(place, _)| !plan.outline.is_group(*place));
        let demands = demands.filter_map(|(task, of)| Some(Demand { task, resource: who(of.owner)?, amount: WHOLE }));
        let load = Load { capacities: capacities.clone(), demands: demands.collect() };
        for (row, of_plan) in rows.iter_mut().zip(plan.schedule.workload(&load, &calendars, &borders)) {
            for (cell, more) in row.iter_mut().zip(of_plan) {
                cell.taken += more.taken;
                if number == 0 {
                    cell.capacity = more.capacity;
                }
            }
        }
    }
    rows
}

/// What takes the time of somebody, or of nobody, in a column: the earliest first.
pub fn parts(plans: &[Arc<Reckoned>], who: Option<MemberId>, column: Column) -> Vec<Part> {
    let mut parts = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let of = (0..).zip(&plan.tasks).filter(|(place, task)| task.owner == who && !plan.outline.is_group(*place));
        parts.extend(of.filter_map(|(place, task)| {
            let dates = plan.dates(place);
            let (from, to) = (column.from.max(dates.start), column.to.min(dates.finish));
            let minutes = plan.hours().of_owner(task.owner).minutes(from, to.max(from));
            (minutes > 0).then_some(Part { plan: number, place, minutes })
        }));
    }
    parts.sort_by_key(|part| (plans[part.plan].dates(part.place).start, part.plan, part.place));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{
        DAY, Task,
        sample::{day, plan, reckoned, task},
    };
    use uuid::Uuid;

    const WEEK: i64 = 5 * DAY as i64;

    #[test]
    fn a_persons_tasks_add_up_over_plans_and_weeks() {
        let [me, you] = [7, 8].map(|number| MemberId(Uuid::from_u128(number)));
        let of = |who: Option<MemberId>, task: Task| Task { owner: who, ..task };
        // Both begin on Tuesday, the first of December.
        let one =
            reckoned(plan(), &[of(Some(me), task(1, 6)), of(None, task(2, 1)), of(Some(you), task(3, 1))]).unwrap();
        let two = reckoned(plan(), &[of(Some(me), task(1, 4))]).unwrap();
        let plans = [Arc::new(one), Arc::new(two)];
        let columns = columns(&plans[0].hours().zone, day("2026-11-30"), 7, 2);
        let rows = workload(&plans, &[me], &columns);
        let told = |row: usize, column: usize| (rows[row][column].taken, rows[row][column].capacity);
        let days = |count: i64| count * i64::from(DAY);
        assert_eq!(told(0, 0), (days(8), WEEK), "four days of each");
        assert_eq!(told(0, 1), (days(2), WEEK));
        assert_eq!(told(1, 0), (days(1), 0), "nobody has no time");
        let parts = parts(&plans, Some(me), columns[1]);
        assert_eq!(parts, [Part { plan: 0, place: 0, minutes: days(2) }]);
    }

    #[test]
    fn without_plans_there_is_nothing() {
        assert_eq!(workload(&[], &[], &[]), [Vec::new()]);
    }
}
