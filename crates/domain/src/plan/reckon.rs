//! From a plan's records to its dates: the scheduler is given numbers, and what it answers is told of tasks again.

use super::{Constraint, Hours, Length, Outline, Plan, Task};
use crate::{
    calendar::Moment,
    id::{MemberId, PlanId, TaskId},
    schedule::{self, Bound, Dates, Input, Progress, Row, Schedule, Span},
    view::View,
};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// A task whose float is at most this is nearly critical: a day, in working minutes.
const NEAR: u32 = super::DAY.unsigned_abs();

/// A plan as it is reckoned. A copy shares what an edit of dates leaves as it is.
#[derive(Debug, Clone)]
pub struct Reckoned {
    pub plan: Arc<Plan>,
    /// The tasks by their places: in the order of the outline, as the scheduler numbers them.
    pub tasks: Vec<Arc<Task>>,
    pub outline: Arc<Outline>,
    pub schedule: Schedule,
    hours: Hours,
    status: Option<Moment>,
}

/// Why a plan cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Each of these tasks waits for the one before it, and the first for the last.
    Cycle(Vec<TaskId>),
    /// Each of these tasks lies within the next, and the last within the first.
    Nesting(Vec<TaskId>),
    /// The task has a date further away than can be reckoned, or finished before it started.
    Date(TaskId),
    /// The task's duration is below zero or too long.
    Duration(TaskId),
    /// The lag between the two is too long.
    Lag { from: TaskId, to: TaskId },
    /// One of the two holds others, and the link is not of a kind that such a task can have.
    GroupLink { from: TaskId, to: TaskId },
    /// The plan's own start is further away than can be reckoned.
    Plan,
}

/// The reserve after a plan's last task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// From the end of the last task to what was promised; the other way round where the promise is broken.
    pub from: Moment,
    pub to: Moment,
    /// Working minutes that are left; below zero, by how many the promise is broken.
    pub left: i64,
    /// Working minutes that were kept in reserve; 0 where only a day was promised.
    pub kept: u32,
}

/// Other dates of a task than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub task: TaskId,
    pub from: Dates,
    pub to: Dates,
    /// Working minutes of the task's own time by which it finishes later; below zero, earlier. Where only the start is
    /// another, by which it starts later.
    pub by: i64,
}

impl Reckoned {
    /// Reckons a plan of the view, as of now.
    ///
    /// # Errors
    /// Why it cannot be reckoned. `Ok(None)`: there is no such plan.
    pub fn in_view(view: &View, plan: PlanId, hours: &Hours, now: DateTime<Utc>) -> Result<Option<Self>, Flaw> {
        let Some(record) = view.plans.share(&plan) else { return Ok(None) };
        let tasks = view.tasks.share_all().filter(|task| task.plan == plan).cloned().collect();
        Self::of(record, tasks, hours, now).map(Some)
    }

    /// Reckons a plan with these tasks. What has not been done by the beginning of today is done from then on, so that a
    /// plan says the same the whole day; a template's dates count from its own start.
    ///
    /// # Errors
    /// Why it cannot be reckoned.
    pub fn of(plan: Arc<Plan>, tasks: Vec<Arc<Task>>, hours: &Hours, now: DateTime<Utc>) -> Result<Self, Flaw> {
        let today = hours.zone.day(now);
        let status = (!plan.template).then(|| hours.zone.moment(today.and_time(NaiveTime::MIN)));
        Self::laid_out(plan, tasks, hours.clone(), status)
    }

    fn laid_out(plan: Arc<Plan>, tasks: Vec<Arc<Task>>, hours: Hours, status: Option<Moment>) -> Result<Self, Flaw> {
        let outline = Outline::of(&tasks);
        let by_id: HashMap<TaskId, Arc<Task>> = tasks.into_iter().map(|task| (task.id, task)).collect();
        let tasks: Vec<Arc<Task>> = outline.order.iter().map(|id| by_id[id].clone()).collect();
        let numbers = Numbers { hours: &hours, status, calendars: calendars(&hours) };
        let mut input = Input::new(hours.zone.moment(plan.start_on.and_time(NaiveTime::MIN)), hours.workspace.clone());
        input.calendars.extend(hours.members.values().cloned());
        input.status = status;
        input.near = NEAR;
        input.tasks = (0..).zip(&tasks).map(|(place, task)| numbers.task(&outline, place, task)).collect();
        input.links = tasks.iter().flat_map(|task| links(&outline, task)).collect();
        let told = input.links.clone();
        let schedule = Schedule::new(input).map_err(|flaw| tell(&flaw, &outline.order, &told))?;
        Ok(Self { plan, tasks, outline: Arc::new(outline), schedule, hours, status })
    }

    /// Puts these tasks in the place of those of the same id, and adds those that are new. Where only dates, durations,
    /// owners or progress differ, the work grows with what moves.
    ///
    /// # Errors
    /// The plan with them cannot be reckoned; it stays as it was.
    pub fn edit(&mut self, edited: &[Arc<Task>]) -> Result<(), Flaw> {
        let places: Option<Vec<u32>> = edited.iter().map(|task| self.place(task.id)).collect();
        let same = |(place, task): (&u32, &Arc<Task>)| {
            let before = &self.tasks[*place as usize];
            before.parent == task.parent && before.key == task.key && before.links == task.links
        };
        let Some(places) = places.filter(|places| places.iter().zip(edited).all(same)) else {
            let mut tasks: BTreeMap<TaskId, Arc<Task>> =
                self.tasks.iter().map(|task| (task.id, task.clone())).collect();
            tasks.extend(edited.iter().map(|task| (task.id, task.clone())));
            return self.replace(tasks.into_values().collect());
        };
        let numbers = Numbers { hours: &self.hours, status: self.status, calendars: calendars(&self.hours) };
        let edits: Vec<_> = places
            .iter()
            .zip(edited)
            .map(|(place, task)| (*place, numbers.task(&self.outline, *place, task)))
            // Another name or note is no other plan.
            .filter(|(place, task)| self.schedule.input().tasks[*place as usize] != *task)
            .collect();
        let done = self.schedule.edit(&edits);
        done.map_err(|flaw| tell(&flaw, &self.outline.order, &self.schedule.input().links))?;
        for (place, task) in places.into_iter().zip(edited) {
            self.tasks[place as usize] = task.clone();
        }
        Ok(())
    }

    /// Reckons the plan with these tasks in the place of all.
    ///
    /// # Errors
    /// The plan with them cannot be reckoned; it stays as it was.
    pub fn replace(&mut self, tasks: Vec<Arc<Task>>) -> Result<(), Flaw> {
        *self = Self::laid_out(self.plan.clone(), tasks, self.hours.clone(), self.status)?;
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub fn place(&self, task: TaskId) -> Option<u32> {
        self.outline.place(task)
    }

    pub fn task(&self, task: TaskId) -> Option<&Arc<Task>> {
        self.place(task).map(|place| &self.tasks[place as usize])
    }

    /// What was reckoned of the task at a place; of one that holds others in time that grows with what lies in it.
    pub fn row(&self, place: u32) -> Row {
        self.schedule.row(place)
    }

    pub fn dates(&self, place: u32) -> Dates {
        self.schedule.planned_dates(place)
    }

    /// From the first task's start to the last one's finish; none of a plan without tasks.
    pub fn span(&self) -> Option<Dates> {
        let leaves = (0..self.places()).filter(|place| !self.outline.is_group(*place));
        let all = leaves.map(|place| self.dates(place));
        all.reduce(|one, other| Dates { start: one.start.min(other.start), finish: one.finish.max(other.finish) })
    }

    /// What is kept in reserve after the last task, where a day was promised or a buffer is kept.
    pub fn reserve(&self) -> Option<Reserve> {
        let (plan, end) = (&self.plan, self.span()?.finish);
        let hours = &self.hours.workspace;
        let to = match plan.due_on {
            Some(due) => hours.last_end(self.end_of(due)),
            None if plan.buffer > 0 => hours.add(end, i64::from(plan.buffer)),
            None => return None,
        };
        let from = if end < to { hours.next_start(end).min(to) } else { end };
        Some(Reserve { from, to, left: hours.minutes(end, to), kept: plan.buffer })
    }

    /// By how many working minutes the task at a place misses its deadline; none where it has none or keeps it.
    pub fn missed(&self, place: u32) -> Option<i64> {
        let task = &self.tasks[place as usize];
        let (deadline, finish) = (self.end_of(task.deadline?), self.dates(place).finish);
        (finish > deadline).then(|| self.hours.of_owner(task.owner).minutes(deadline, finish))
    }

    /// Which tasks lie elsewhere than in another reckoning of the plan, in the order of the outline. Tasks that hold
    /// others are not told: they lie where those do.
    pub fn moves_since(&self, before: &Self) -> Vec<Move> {
        let same_outline = Arc::ptr_eq(&self.outline, &before.outline);
        let leaves = (0..self.places()).filter(|place| !self.outline.is_group(*place));
        let moved = leaves.filter_map(|place| {
            let task = &self.tasks[place as usize];
            let old = if same_outline { place } else { before.place(task.id)? };
            let (from, to) = (before.dates(old), self.dates(place));
            if from == to {
                return None;
            }
            let hours = self.hours.of_owner(task.owner);
            let later = hours.minutes(from.finish, to.finish);
            let by = if later == 0 { hours.minutes(from.start, to.start) } else { later };
            Some(Move { task: task.id, from, to, by })
        });
        moved.collect()
    }

    /// The task that the one at this place waits for, where a link decides when it starts.
    pub fn driver(&self, place: u32) -> Option<TaskId> {
        let link = self.row(place).driver?;
        Some(self.outline.order[self.schedule.input().links[link as usize].from as usize])
    }

    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// The day on which something that starts then is begun.
    pub fn first_day(&self, dates: Dates) -> NaiveDate {
        self.hours.zone.day(dates.start.instant())
    }

    /// The day on which something that finishes then is still worked at.
    pub fn last_day(&self, dates: Dates) -> NaiveDate {
        let last = if dates.finish > dates.start { Moment(dates.finish.0 - 1) } else { dates.finish };
        self.hours.zone.day(last.instant())
    }

    fn end_of(&self, day: NaiveDate) -> Moment {
        self.hours.zone.moment((day.checked_add_days(Days::new(1)).unwrap_or(day)).and_time(NaiveTime::MIN))
    }

    fn places(&self) -> u32 {
        u32::try_from(self.tasks.len()).unwrap_or(u32::MAX)
    }
}

/// For each member with hours of their own, the number of their calendar: the workspace's is the first.
fn calendars(hours: &Hours) -> BTreeMap<MemberId, u16> {
    hours.members.keys().copied().zip(1..).collect()
}

/// Records told as the scheduler wants them.
struct Numbers<'a> {
    hours: &'a Hours,
    status: Option<Moment>,
    calendars: BTreeMap<MemberId, u16>,
}

impl Numbers<'_> {
    fn task(&self, outline: &Outline, place: u32, task: &Task) -> schedule::Task {
        let parent = outline.parent[place as usize];
        if outline.is_group(place) {
            // What else such a task says of itself counts for nothing.
            let constraint = match task.constraint {
                Constraint::StartNoEarlier(_) | Constraint::FinishNoLater(_) => self.constraint(task.constraint),
                _ => schedule::Constraint::Asap,
            };
            return schedule::Task { parent, constraint, ..schedule::Task::new(Span::ZERO) };
        }
        let calendar = task.owner.and_then(|owner| self.calendars.get(&owner)).copied().unwrap_or(0);
        let deadline = task.deadline.map(|day| {
            let end = day.checked_add_days(Days::new(1)).unwrap_or(day);
            self.hours.zone.moment(end.and_time(NaiveTime::MIN))
        });
        let duration = span(task.duration);
        schedule::Task {
            parent,
            calendar,
            duration,
            constraint: self.constraint(task.constraint),
            deadline,
            progress: self.progress(task, duration),
        }
    }

    fn progress(&self, task: &Task, duration: Span) -> Progress {
        let finished = task.finished_at.map(Moment::from);
        let started = task.started_at.map(Moment::from);
        match (started, finished) {
            (start, Some(finish)) => Progress::Finished { start: start.unwrap_or(finish), finish },
            (None, None) if task.percent == 0 => Progress::ToDo,
            // It has begun and nobody has said when: by today.
            (start, None) => {
                let start = start.or(self.status).unwrap_or(Moment(0));
                Progress::started(start, duration, task.percent)
            }
        }
    }

    fn constraint(&self, constraint: Constraint) -> schedule::Constraint {
        let at = |local: NaiveDateTime| self.hours.zone.moment(local);
        match constraint {
            Constraint::AsSoonAsPossible => schedule::Constraint::Asap,
            Constraint::AsLateAsPossible => schedule::Constraint::Alap,
            Constraint::StartOn(local) => schedule::Constraint::StartOn(at(local)),
            Constraint::FinishOn(local) => schedule::Constraint::FinishOn(at(local)),
            Constraint::StartNoEarlier(local) => schedule::Constraint::StartNoEarlier(at(local)),
            Constraint::StartNoLater(local) => schedule::Constraint::StartNoLater(at(local)),
            Constraint::FinishNoEarlier(local) => schedule::Constraint::FinishNoEarlier(at(local)),
            Constraint::FinishNoLater(local) => schedule::Constraint::FinishNoLater(at(local)),
        }
    }
}

fn span(length: Length) -> Span {
    if length.elapsed { Span::Elapsed(length.minutes) } else { Span::Work(length.minutes) }
}

/// What the task waits for among the plan's tasks.
fn links<'a>(outline: &'a Outline, task: &'a Task) -> impl Iterator<Item = schedule::Link> + 'a {
    task.links.iter().filter_map(|(from, link)| {
        let (from, to) = (outline.place(*from)?, outline.place(task.id)?);
        Some(schedule::Link { from, to, kind: link.kind, lag: span(link.lag), bound: Bound::AtLeast })
    })
}

/// A flaw told of tasks.
fn tell(flaw: &schedule::Flaw, order: &[TaskId], links: &[schedule::Link]) -> Flaw {
    let task = |place: u32| order[place as usize];
    let tasks = |places: &[u32]| places.iter().map(|place| task(*place)).collect();
    let ends = |link: u32| (task(links[link as usize].from), task(links[link as usize].to));
    match flaw {
        schedule::Flaw::Cycle(places) | schedule::Flaw::Contradiction(places) => Flaw::Cycle(tasks(places)),
        schedule::Flaw::Nesting(places) => Flaw::Nesting(tasks(places)),
        schedule::Flaw::Date(place) | schedule::Flaw::UnknownInTask(place) | schedule::Flaw::GroupConstraint(place) => {
            Flaw::Date(task(*place))
        }
        schedule::Flaw::Duration(place) => Flaw::Duration(task(*place)),
        schedule::Flaw::Lag(link) | schedule::Flaw::UnknownInLink(link) => {
            let (from, to) = ends(*link);
            Flaw::Lag { from, to }
        }
        schedule::Flaw::GroupLink(link) => {
            let (from, to) = ends(*link);
            Flaw::GroupLink { from, to }
        }
        schedule::Flaw::PlanDate => Flaw::Plan,
    }
}

#[cfg(test)]
mod tests;
