//! The critical chain of a plan, and how much of its buffer has been used for how much of it.
//!
//! A task has one duration: what it takes half of the time. With all reserve it is counted half as long again
//! ([`with_reserve`]); the buffers proposed here follow from that rule.

use super::{Reckoned, load::WHOLE};
use crate::{
    calendar::Moment,
    schedule::{Chain, Demand, Fever, FeverLines, Load, Progress, Schedule},
};
use std::collections::BTreeMap;

/// A plan's critical chain, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// As the plan is meant, from its start and as if nothing had been done yet; tasks by their places.
    pub chain: Chain,
    pub fever: Fever,
    pub against: Against,
    /// When the last task will be finished as things are.
    pub end: Moment,
}

/// From what the use of the buffer is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// From the day that was promised and the buffer that is kept before it.
    Promised,
    /// From the end of the chain and the buffer proposed for it: none is kept.
    Proposed,
}

/// How many minutes a task takes with all reserve: half as long again.
pub fn with_reserve(minutes: i32) -> i32 {
    minutes.saturating_add(minutes / 2)
}

/// Works out where the plan stands; none of a plan without work.
pub fn standing(plan: &Reckoned) -> Option<Standing> {
    let mut meant = plan.schedule.input().clone();
    meant.status = None;
    for task in &mut meant.tasks {
        task.progress = Progress::ToDo;
    }
    let safe: Vec<i32> = meant.tasks.iter().map(|task| with_reserve(task.duration.minutes())).collect();
    let chain = Schedule::new(meant).ok()?.critical_chain(&load(plan), &safe);
    if chain.tasks.iter().all(|task| plan.tasks[*task as usize].is_milestone()) {
        return None;
    }
    let lines = FeverLines::default();
    let mut fever = chain.fever(&plan.schedule, &lines);
    let promised = plan.reserve().filter(|reserve| reserve.kept > 0 && plan.plan.due_on.is_some());
    if let Some(reserve) = promised {
        #[expect(clippy::cast_precision_loss, reason = "minutes of a plan are counted exactly")]
        let left = reserve.left as f64 / f64::from(reserve.kept);
        fever = lines.at(fever.completed, 1.0 - left);
    }
    let against = if promised.is_some() { Against::Promised } else { Against::Proposed };
    Some(Standing { chain, fever, against, end: plan.span()?.finish })
}

/// Whoever does a task is taken by it whole.
fn load(plan: &Reckoned) -> Load {
    let mut people = BTreeMap::new();
    let mut demands = Vec::new();
    for (task, of) in (0..).zip(&plan.tasks).filter(|(place, _)| !plan.outline.is_group(*place)) {
        let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
        if let Some(owner) = of.owner {
            demands.push(Demand { task, resource: *people.entry(owner).or_insert(next), amount: WHOLE });
        }
    }
    Load { capacities: vec![WHOLE; people.len()], demands }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        plan::{
            DAY, Plan, Task,
            sample::{after, day, now, plan, reckoned, task},
        },
        schedule::FeverZone,
    };

    const DAYS: i64 = DAY as i64;

    #[test]
    fn buffers_are_proposed_at_the_end_and_where_chains_meet() {
        let tasks = [task(1, 4), after(task(2, 3), 1), task(3, 2), after(after(task(4, 0), 2), 3)];
        let standing = standing(&reckoned(plan(), &tasks).unwrap()).unwrap();
        assert_eq!(standing.chain.tasks, [0, 1, 3]);
        // Half of four days and half of three, by the root of the sum of squares.
        assert_eq!(standing.chain.buffer, 1200);
        let feeding = &standing.chain.feeding;
        assert_eq!((feeding.len(), feeding[0].buffer, feeding[0].room), (1, DAYS, 5 * DAYS));
        assert_eq!((standing.against, standing.fever.zone), (Against::Proposed, FeverZone::Green));
    }

    #[test]
    fn what_was_promised_counts_where_a_buffer_is_kept() {
        let done = Task { finished_at: Some(now()), started_at: Some(now()), percent: 100, ..task(1, 4) };
        let tasks = [done, after(task(2, 4), 1)];
        let with = |due: &str| {
            let plan = Plan { due_on: Some(day(due)), buffer: 4 * DAY.unsigned_abs(), ..plan() };
            standing(&reckoned(plan, &tasks).unwrap()).unwrap()
        };
        // What is left ends on Friday, the fourth; two days of four are left on the eighth.
        let standing = with("2026-12-08");
        assert_eq!(standing.against, Against::Promised);
        assert!((standing.fever.consumed - 0.5).abs() < 1e-9 && (standing.fever.completed - 0.5).abs() < 1e-9);
        assert_eq!(standing.fever.zone, FeverZone::Amber);
        assert_eq!(with("2026-12-03").fever.zone, FeverZone::Red);
        assert_eq!(with("2026-12-10").fever.zone, FeverZone::Green);
    }

    #[test]
    fn a_plan_without_work_stands_nowhere() {
        assert!(standing(&reckoned(plan(), &[]).unwrap()).is_none());
        assert!(standing(&reckoned(plan(), &[task(1, 0)]).unwrap()).is_none());
    }
}
