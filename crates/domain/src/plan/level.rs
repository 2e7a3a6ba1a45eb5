//! Levelling of several plans at once: tasks are put off until whoever does them has time.

use super::{Constraint, Reckoned, Task, load::WHOLE, reckon::Flaw};
use crate::schedule::{self, Demand, Input, Load, Progress, Schedule, Span};
use std::{collections::BTreeMap, sync::Arc};

/// Proposes which tasks start no earlier than when, so that nobody does two things at once. For each plan the tasks as they
/// would be; whatever waits for them follows by itself. Only plans named with `true` are moved; in any plan what has begun
/// stays, and so does what has a date that it must keep or is to be as late as possible.
///
/// The plans are reckoned in the same hours.
///
/// # Errors
/// The plans cannot be reckoned together.
pub fn level(plans: &[(Arc<Reckoned>, bool)]) -> Result<Vec<Vec<Task>>, Flaw> {
    let Some((first, _)) = plans.first() else { return Ok(Vec::new()) };
    let starts = plans.iter().map(|(plan, _)| plan.schedule.input().start);
    let mut all =
        Input { start: starts.min().unwrap_or(first.schedule.input().start), ..first.schedule.input().clone() };
    all.tasks.clear();
    all.links.clear();
    let mut load = Load::default();
    let mut people = BTreeMap::new();
    // Where each plan's own tasks begin among all.
    let mut offsets = Vec::new();
    for (plan, may_move) in plans {
        let input = plan.schedule.input();
        // A plan is a group that begins when the plan does.
        let root = place(all.tasks.len());
        let begins = schedule::Constraint::StartNoEarlier(input.start);
        all.tasks.push(schedule::Task { constraint: begins, ..schedule::Task::new(Span::ZERO) });
        let offset = root + 1;
        offsets.push(offset);
        for (at, (of, task)) in (0..).zip(input.tasks.iter().zip(&plan.tasks)) {
            let parent = Some(of.parent.map_or(root, |parent| parent + offset));
            let is_group = plan.outline.is_group(at);
            let stays = !is_group && of.progress == Progress::ToDo && !(*may_move && is_free(task));
            // As if it had begun when it is planned to.
            let begun = Progress::Started { start: plan.dates(at).start, remaining: of.duration.minutes() };
            all.tasks.push(schedule::Task { parent, progress: if stays { begun } else { of.progress }, ..*of });
            if let Some(owner) = task.owner.filter(|_| !is_group) {
                let next = place(people.len());
                let resource = *people.entry(owner).or_insert(next);
                load.demands.push(Demand { task: at + offset, resource, amount: WHOLE });
            }
        }
        let moved = |link: &schedule::Link| schedule::Link { from: link.from + offset, to: link.to + offset, ..*link };
        all.links.extend(input.links.iter().map(moved));
    }
    load.capacities = vec![WHOLE; people.len()];
    // Each of them has been reckoned by itself; together, only the number of tasks is another.
    let together = Schedule::new(all).map_err(|_| Flaw::Plan)?;
    let levelled = together.level(&load);
    let of_plan = |((plan, may_move), offset): (&(Arc<Reckoned>, bool), &u32)| {
        if *may_move { put_off(plan, |at| levelled.dates[(at + offset) as usize].start) } else { Vec::new() }
    };
    Ok(plans.iter().zip(&offsets).map(of_plan).collect())
}

/// The fewest tasks that have to be held back for all to start then.
fn put_off(plan: &Reckoned, start: impl Fn(u32) -> crate::calendar::Moment) -> Vec<Task> {
    let mut trial = plan.clone();
    let to_do = |at: &u32| plan.schedule.input().tasks[*at as usize].progress == Progress::ToDo;
    let free = (0..place(plan.len())).filter(|at| !plan.outline.is_group(*at) && is_free(&plan.tasks[*at as usize]));
    let mut wanted: Vec<(crate::calendar::Moment, u32)> = free.filter(to_do).map(|at| (start(at), at)).collect();
    wanted.sort_unstable();
    let mut held = Vec::new();
    for (start, at) in wanted {
        // Between the evening and the morning after there is no work to wait for.
        let hours = plan.hours().of_owner(plan.tasks[at as usize].owner);
        if start <= trial.dates(at).start || hours.minutes(trial.dates(at).start, start) == 0 {
            continue;
        }
        let local = plan.hours().zone.local(start.instant());
        let task = Task { constraint: Constraint::StartNoEarlier(local), ..Task::clone(&plan.tasks[at as usize]) };
        if trial.edit(&[Arc::new(task.clone())]).is_ok() {
            held.push(task);
        }
    }
    held
}

/// Nothing is said of it that putting it off would break.
fn is_free(task: &Task) -> bool {
    let soon = matches!(task.constraint, Constraint::AsSoonAsPossible);
    soon || matches!(task.constraint, Constraint::StartNoEarlier(_) | Constraint::FinishNoEarlier(_))
}

fn place(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{MemberId, PlanId},
        plan::{
            Plan,
            load::{columns, workload},
            sample::{after, day, id, plan, reckoned, task},
        },
    };
    use uuid::Uuid;

    fn me() -> MemberId {
        MemberId(Uuid::from_u128(7))
    }

    fn mine(task: Task) -> Task {
        Task { owner: Some(me()), ..task }
    }

    /// Tasks of another plan than the usual one.
    fn other(tasks: &[Task]) -> Reckoned {
        let plan = Plan { id: PlanId(Uuid::from_u128(200)), ..plan() };
        let tasks: Vec<Task> = tasks
            .iter()
            .map(|task| Task { id: (Uuid::from_u128(task.id.0.as_u128() + 50)).into(), plan: plan.id, ..task.clone() })
            .collect();
        reckoned(plan, &tasks).unwrap()
    }

    #[test]
    fn nobody_does_two_things_at_once_and_only_the_cause_is_held_back() {
        let tasks = [mine(task(1, 2)), mine(task(2, 3)), after(task(3, 4), 2)];
        let base = Arc::new(reckoned(plan(), &tasks).unwrap());
        let proposal = level(&[(base.clone(), true)]).unwrap();
        // The second begins a longer chain, so the first waits for it; what follows is not touched.
        assert_eq!(proposal[0].iter().map(|task| task.id).collect::<Vec<_>>(), [id(1)]);
        let mut after = Reckoned::clone(&base);
        let edits: Vec<_> = proposal[0].iter().cloned().map(Arc::new).collect();
        after.edit(&edits).unwrap();
        let weeks = columns(&after.hours().zone, day("2026-11-30"), 1, 14);
        let rows = workload(&[Arc::new(after)], &[me()], &weeks);
        assert!(rows[0].iter().all(|cell| cell.taken <= cell.capacity), "{:?}", rows[0]);
    }

    #[test]
    fn plans_share_their_people_and_only_some_may_move() {
        let one = Arc::new(reckoned(plan(), &[mine(task(1, 2))]).unwrap());
        let two = Arc::new(other(&[mine(task(1, 2))]));
        let proposal = level(&[(one.clone(), true), (two.clone(), false)]).unwrap();
        assert_eq!((proposal[0].len(), proposal[1].len()), (1, 0));
        let proposal = level(&[(one, false), (two, true)]).unwrap();
        assert_eq!((proposal[0].len(), proposal[1].len()), (0, 1));
    }

    #[test]
    fn a_date_that_must_be_kept_stays() {
        let fixed = Constraint::StartOn(day("2026-12-01").and_hms_opt(9, 0, 0).unwrap());
        let tasks = [mine(Task { constraint: fixed, ..task(1, 1) }), mine(task(2, 5))];
        let base = Arc::new(reckoned(plan(), &tasks).unwrap());
        let proposal = level(&[(base, true)]).unwrap();
        assert_eq!(proposal[0].iter().map(|task| task.id).collect::<Vec<_>>(), [id(2)]);
    }

    #[test]
    fn where_nobody_has_too_much_nothing_moves() {
        let base = Arc::new(reckoned(plan(), &[mine(task(1, 2)), after(mine(task(2, 3)), 1)]).unwrap());
        assert_eq!(level(&[(base, true)]).unwrap(), [Vec::new()]);
        assert!(level(&[]).unwrap().is_empty());
    }
}
