//! Plans made from plans: one from a template, or a template from a plan. Ids follow from the command's, so that server and
//! browser make the same records.

use super::{Plan, Task};
use crate::{
    calendar::WorkDays,
    id::{CriterionId, MemberId, PlanId, TaskId},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is made of a plan.
pub(crate) struct Copying<'a> {
    pub of: &'a Plan,
    pub plan: PlanId,
    /// From what the ids of the copies follow.
    pub seed: Uuid,
    pub start_on: NaiveDate,
    pub days: WorkDays,
    pub now: DateTime<Utc>,
}

impl Copying<'_> {
    /// A day of the plan, as many working days from the new start as from the old.
    pub fn day(&self, day: NaiveDate) -> NaiveDate {
        self.days.moved(day, self.of.start_on, self.start_on)
    }

    /// The copy of a task: nothing of it is done. `owner` says who does it.
    pub fn task(&self, task: &Task, owner: impl FnOnce(&Task) -> Option<MemberId>) -> Task {
        let links = task.links.iter().map(|(from, link)| (self.id(from.0).into(), *link));
        let criteria = task.criteria.iter().map(|(id, criterion)| {
            let criterion = super::Criterion { met: None, ..criterion.clone() };
            (CriterionId(self.id(id.0)), criterion)
        });
        // What lasts on the clock is not bound to working days.
        let moved = |date: NaiveDateTime| {
            let elapsed = || self.start_on.checked_add_signed(date.date() - self.of.start_on);
            let day = if task.duration.elapsed { elapsed().unwrap_or(date.date()) } else { self.day(date.date()) };
            day.and_time(date.time())
        };
        Task {
            id: TaskId(self.id(task.id.0)),
            plan: self.plan,
            parent: task.parent.map(|parent| TaskId(self.id(parent.0))),
            owner: owner(task),
            constraint: task.constraint.date().map_or(task.constraint, |date| task.constraint.on(moved(date))),
            deadline: task.deadline.map(|day| self.day(day)),
            percent: 0,
            started_at: None,
            finished_at: None,
            finished_by: None,
            links: links.collect(),
            criteria: criteria.collect(),
            confirmed: None,
            created_at: self.now,
            ..task.clone()
        }
    }

    fn id(&self, of: Uuid) -> Uuid {
        Uuid::new_v5(&self.seed, of.as_bytes())
    }
}

/// The roles that the tasks of a template name, in alphabetical order, with the number of their tasks.
pub fn roles<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> BTreeMap<&'a str, usize> {
    let mut roles = BTreeMap::new();
    for task in tasks.into_iter().filter(|task| !task.role.is_empty()) {
        *roles.entry(task.role.as_str()).or_default() += 1;
    }
    roles
}
