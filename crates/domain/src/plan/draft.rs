//! A draft: other dates, durations and links of tasks, tried out and not saved. It reckons the plans that it touches anew,
//! tells what moves by it, and becomes one command.

use super::{
    Reckoned, Task,
    reckon::{Flaw, Move, Reserve},
};
use crate::{
    calendar::Moment,
    change::{Change, Target},
    command::Command,
    id::{PlanId, TaskId},
    record::{Entity, Kind, Record},
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Clone, Default)]
pub struct Draft {
    plans: BTreeMap<PlanId, Drafted>,
}

/// A plan with what was tried out in it.
#[derive(Debug, Clone)]
struct Drafted {
    before: Arc<Reckoned>,
    after: Arc<Reckoned>,
    /// The tasks that differ, as they were seen and as they are to be.
    tasks: BTreeMap<TaskId, (Arc<Task>, Arc<Task>)>,
}

/// What a draft means for a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    pub plan: PlanId,
    pub moves: Vec<Move>,
    /// When the last task finishes.
    pub end: (Option<Moment>, Option<Moment>),
    pub reserve: (Option<Reserve>, Option<Reserve>),
    /// Tasks that miss their deadline now and did not before, and by how many working minutes.
    pub missed: Vec<(TaskId, i64)>,
}

impl Draft {
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// The plan as it would be.
    pub fn plan(&self, plan: PlanId) -> Option<&Arc<Reckoned>> {
        self.plans.get(&plan).map(|drafted| &drafted.after)
    }

    pub fn before(&self, plan: PlanId) -> Option<&Arc<Reckoned>> {
        self.plans.get(&plan).map(|drafted| &drafted.before)
    }

    /// The tasks that were drafted themselves.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.plans.values().flat_map(|drafted| drafted.tasks.keys().copied())
    }

    pub fn has(&self, task: TaskId) -> bool {
        self.plans.values().any(|drafted| drafted.tasks.contains_key(&task))
    }

    /// Puts tasks of one plan in. `base` is the plan as it is.
    ///
    /// # Errors
    /// The plan with them cannot be reckoned; the draft stays as it was.
    pub fn put(&mut self, base: &Arc<Reckoned>, tasks: Vec<Task>) -> Result<(), Flaw> {
        let new = || Drafted { before: base.clone(), after: base.clone(), tasks: BTreeMap::new() };
        let tasks: Vec<Arc<Task>> = tasks.into_iter().map(Arc::new).collect();
        let mut drafted = self.plans.remove(&base.plan.id).unwrap_or_else(new);
        let result = Arc::make_mut(&mut drafted.after).edit(&tasks);
        let put = if result.is_ok() { tasks } else { Vec::new() };
        for task in put {
            let Some(seen) = drafted.before.task(task.id).cloned() else { continue };
            if *seen == *task {
                drafted.tasks.remove(&task.id);
            } else {
                drafted.tasks.insert(task.id, (seen, task));
            }
        }
        if !drafted.tasks.is_empty() {
            self.plans.insert(base.plan.id, drafted);
        }
        result
    }

    /// Others have changed the plan: what was tried out is tried out on top of that. What they deleted is not.
    pub fn rebase(&mut self, base: &Arc<Reckoned>) {
        let Some(drafted) = self.plans.remove(&base.plan.id) else { return };
        let again = drafted.tasks.values().filter_map(|(seen, draft)| {
            let now = base.task(seen.id)?;
            let change = difference(seen, draft)?;
            let mut fields = now.to_fields();
            change.patch(&mut fields);
            Task::from_fields(fields).ok()
        });
        let again: Vec<Task> = again.collect();
        // What cannot be reckoned any more is given up.
        let _ = self.put(base, again);
    }

    /// A plan is gone, and what was tried out in it.
    pub fn forget(&mut self, plan: PlanId) {
        self.plans.remove(&plan);
    }

    /// When the last task of all plans that it touches would finish.
    pub fn last_finish(&self) -> Option<Moment> {
        self.plans.values().filter_map(|drafted| drafted.after.span()).map(|span| span.finish).max()
    }

    /// What it means for each plan that it touches.
    pub fn outlooks(&self) -> Vec<Outlook> {
        let of_plan = |(plan, drafted): (&PlanId, &Drafted)| {
            let Drafted { before, after, .. } = drafted;
            let places = 0..u32::try_from(after.len()).unwrap_or(u32::MAX);
            let missed = places.filter_map(|place| {
                let minutes = after.missed(place)?;
                let task = after.outline.order[place as usize];
                let was = before.place(task).and_then(|place| before.missed(place));
                was.is_none().then_some((task, minutes))
            });
            let end = |plan: &Reckoned| plan.span().map(|span| span.finish);
            Outlook {
                plan: *plan,
                moves: after.moves_since(before),
                end: (end(before), end(after)),
                reserve: (before.reserve(), after.reserve()),
                missed: missed.collect(),
            }
        };
        self.plans.iter().map(of_plan).collect()
    }

    /// All of it as one command; `None` where nothing would change.
    pub fn command(&self) -> Option<Command> {
        let edits = self.plans.values().flat_map(|drafted| drafted.tasks.values());
        let edits = edits.filter_map(|(seen, draft)| {
            let change = difference(seen, draft)?;
            Some(Command::Edit { target: Target::new(Kind::Task, seen.id), fields: change.fields })
        });
        let mut parts: Vec<Command> = edits.collect();
        match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ => Some(Command::Batch { parts }),
        }
    }
}

fn difference(seen: &Arc<Task>, draft: &Arc<Task>) -> Option<Change> {
    Change::between(Some(&Record::Task(Task::clone(seen))), Some(&Record::Task(Task::clone(draft))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{
        Constraint, Plan,
        sample::{after, day, id, plan, reckoned, task},
    };
    use chrono::NaiveTime;

    fn later(task: &Task, start: &str) -> Task {
        Task { constraint: Constraint::StartNoEarlier(day(start).and_time(NaiveTime::MIN)), ..task.clone() }
    }

    #[test]
    fn a_draft_tells_what_moves_and_becomes_one_command() {
        let mut tasks = vec![task(1, 2), after(task(2, 2), 1), after(task(3, 0), 2), task(4, 1)];
        tasks[2].deadline = Some(day("2026-12-07"));
        let promised = Plan { due_on: Some(day("2026-12-09")), ..plan() };
        let base = Arc::new(reckoned(promised, &tasks).unwrap());
        let mut draft = Draft::default();
        draft.put(&base, vec![later(&tasks[1], "2026-12-08")]).unwrap();
        let outlook = draft.outlooks().pop().unwrap();
        assert_eq!(outlook.moves.iter().map(|moved| moved.task).collect::<Vec<_>>(), [id(2), id(3)]);
        assert_eq!(outlook.missed, [(id(3), 2 * 480)]);
        let left = |reserve: Option<Reserve>| reserve.unwrap().left / 480;
        assert_eq!((left(outlook.reserve.0), left(outlook.reserve.1)), (3, 0));
        draft.put(&base, vec![Task { percent: 10, ..tasks[3].clone() }]).unwrap();
        assert!(matches!(draft.command(), Some(Command::Batch { parts }) if parts.len() == 2));
        // Put back as it was, it is no draft any more.
        draft.put(&base, vec![tasks[3].clone(), tasks[1].clone()]).unwrap();
        assert!(draft.is_empty() && draft.command().is_none());
    }

    #[test]
    fn what_others_change_meanwhile_stays() {
        let mut tasks = vec![task(1, 2), after(task(2, 2), 1)];
        let base = Arc::new(reckoned(plan(), &tasks).unwrap());
        let mut draft = Draft::default();
        draft.put(&base, vec![later(&tasks[1], "2026-12-08")]).unwrap();
        tasks[1].title = "another name".to_owned();
        tasks[0].duration.minutes = 20 * 480;
        let base = Arc::new(reckoned(plan(), &tasks).unwrap());
        draft.rebase(&base);
        assert_eq!(draft.plan(base.plan.id).unwrap().task(id(2)).unwrap().title, "another name");
        assert!(draft.outlooks()[0].moves.is_empty(), "the other task holds it back longer");
        let Some(Command::Edit { fields, .. }) = draft.command() else { panic!("one edit") };
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["constraint"]);
        let without = Arc::new(reckoned(plan(), &tasks[..1]).unwrap());
        draft.rebase(&without);
        assert!(draft.is_empty());
    }

    #[test]
    fn a_circle_leaves_the_draft_as_it_was() {
        let tasks = [task(1, 2), after(task(2, 2), 1)];
        let base = Arc::new(reckoned(plan(), &tasks).unwrap());
        let mut draft = Draft::default();
        assert!(matches!(draft.put(&base, vec![after(tasks[0].clone(), 2)]), Err(Flaw::Cycle(_))));
        assert!(draft.is_empty());
    }
}
