//! What must hold of a plan's tasks together: they lie in each other and wait for each other without circles, what holds
//! others has only the links that it can have, and nothing names a task that is not there.
//!
//! It is checked once for a command, when all of it is in the view: a batch may name tasks in any order. The scheduler
//! (`crate::schedule`) refuses the same; here it costs neither calendars nor dates.

use super::{MOST_TASKS, Task};
use crate::{
    change::{Change, Verb},
    id::{PlanId, TaskId},
    record::Kind,
    refusal::{Refusal, Rule},
    schedule::LinkKind,
    view::View,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether an edit of this field can break what holds of the tasks together.
pub fn is_structure(field: &str) -> bool {
    matches!(field, "parent" | "plan") || field.starts_with("links.")
}

/// Checks the plans whose tasks a command has changed; the view holds the state after it.
pub(crate) fn check(view: &View, done: &[Change]) -> Result<(), Refusal> {
    let mut plans: BTreeSet<PlanId> = BTreeSet::new();
    let mut gone: BTreeSet<TaskId> = BTreeSet::new();
    for change in done.iter().filter(|change| change.target.kind == Kind::Task) {
        let id = TaskId(change.target.id);
        if change.verb == Verb::Deleted {
            gone.insert(id);
        }
        if change.verb == Verb::Edited && !change.fields.keys().any(|field| is_structure(field)) {
            continue;
        }
        let recorded = || {
            let delta = change.fields.get("plan")?;
            delta.before.as_str().or(delta.after.as_str())?.parse().ok()
        };
        plans.extend(view.tasks.get(&id).map(|task| task.plan).or_else(recorded));
    }
    if plans.is_empty() {
        return Ok(());
    }
    let mut tasks: BTreeMap<PlanId, Vec<&Task>> = plans.iter().map(|plan| (*plan, Vec::new())).collect();
    for task in view.tasks.values() {
        if let Some(list) = tasks.get_mut(&task.plan) {
            list.push(task);
        }
    }
    for (plan, mut tasks) in tasks {
        if !tasks.is_empty() && !view.plans.contains_key(&plan) {
            return Err(Refusal::InUse { kind: Kind::Plan });
        }
        // Circles are told as the plan lists its tasks.
        tasks.sort_by(|a, b| (&a.key, a.id).cmp(&(&b.key, b.id)));
        check_tasks(&tasks, &gone)?;
    }
    Ok(())
}

/// No task.
const NONE: usize = usize::MAX;

fn check_tasks(tasks: &[&Task], gone: &BTreeSet<TaskId>) -> Result<(), Refusal> {
    if tasks.len() > MOST_TASKS {
        return Err(Refusal::invalid("tasks", Rule::TooMany { max: MOST_TASKS }));
    }
    let mut places: Vec<(TaskId, usize)> = tasks.iter().zip(0..).map(|(task, place)| (task.id, place)).collect();
    places.sort_unstable();
    let place = |id: TaskId, field: &dyn Fn() -> String| match places.binary_search_by_key(&id, |(id, _)| *id) {
        Ok(at) => Ok(places[at].1),
        // What others refer to is not taken away.
        Err(_) if gone.contains(&id) => Err(Refusal::InUse { kind: Kind::Task }),
        Err(_) => Err(Refusal::invalid(&field(), Rule::Unknown { kind: Kind::Task })),
    };
    let mut parents = Vec::with_capacity(tasks.len());
    let mut is_group = vec![false; tasks.len()];
    for task in tasks {
        let parent = task.parent.map(|parent| place(parent, &|| "parent".to_owned())).transpose()?;
        if let Some(parent) = parent {
            is_group[parent] = true;
        }
        parents.push(parent.unwrap_or(NONE));
    }
    check_nesting(tasks, &parents)?;
    // A task is one node; what holds others is two, its start (`2 × place`) and its finish. Arcs lead to what waits.
    let (open, close) = (|at: usize| 2 * at, |at: usize| 2 * at + usize::from(is_group[at]));
    let mut arcs: Vec<(usize, usize)> = Vec::new();
    for (at, task) in tasks.iter().enumerate() {
        if parents[at] != NONE {
            arcs.push((open(parents[at]), open(at)));
            arcs.push((close(at), close(parents[at])));
        }
        for (from, link) in &task.links {
            let field = || format!("links.{from}");
            let before = place(*from, &field)?;
            let by_start = matches!(link.kind, LinkKind::FinishStart | LinkKind::StartStart);
            let for_finish = matches!(link.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
            if (is_group[at] && !by_start) || (is_group[before] && !for_finish) {
                return Err(Refusal::invalid(&field(), Rule::HoldsOthers));
            }
            arcs.push((close(before), open(at)));
        }
    }
    match circle(2 * tasks.len(), &mut arcs) {
        None => Ok(()),
        Some(nodes) => Err(cycle(tasks, "links", nodes.into_iter().map(|node| node / 2))),
    }
}

fn check_nesting(tasks: &[&Task], parents: &[usize]) -> Result<(), Refusal> {
    // By which walk a task was last passed: one that comes upon itself went in a circle.
    let mut walk = vec![NONE; tasks.len()];
    for first in 0..tasks.len() {
        let mut at = first;
        while at != NONE && walk[at] == NONE {
            walk[at] = first;
            at = parents[at];
        }
        if at != NONE && walk[at] == first {
            let around = std::iter::successors(Some(parents[at]), |next| Some(parents[*next]));
            let rest = around.take_while(|next| *next != at);
            return Err(cycle(tasks, "parent", std::iter::once(at).chain(rest)));
        }
    }
    Ok(())
}

/// Some circle of arcs, if there is one: what waits, in the order of waiting (A. Kahn, "Topological Sorting of Large
/// Networks", 1962).
fn circle(count: usize, arcs: &mut [(usize, usize)]) -> Option<Vec<usize>> {
    arcs.sort_unstable();
    let mut first = vec![0usize; count + 1];
    let mut waits = vec![0u32; count];
    for (from, to) in &*arcs {
        first[from + 1] += 1;
        waits[*to] += 1;
    }
    for at in 0..count {
        first[at + 1] += first[at];
    }
    let mut free: Vec<usize> = (0..count).filter(|node| waits[*node] == 0).collect();
    while let Some(node) = free.pop() {
        for (_, to) in &arcs[first[node]..first[node + 1]] {
            waits[*to] -= 1;
            if waits[*to] == 0 {
                free.push(*to);
            }
        }
    }
    // Each that still waits, waits for another that does: from one to the next, until one comes again.
    let mut before = vec![NONE; count];
    for (from, to) in arcs.iter().filter(|(from, to)| waits[*from] > 0 && waits[*to] > 0) {
        before[*to] = *from;
    }
    let mut way: Vec<usize> = Vec::new();
    let mut place = vec![NONE; count];
    let mut at = waits.iter().position(|waits| *waits > 0)?;
    while place[at] == NONE {
        place[at] = way.len();
        way.push(at);
        at = before[at];
    }
    let mut round = way.split_off(place[at]);
    round.reverse();
    Some(round)
}

/// Names the tasks, beginning with the first in the plan.
fn cycle(tasks: &[&Task], field: &str, places: impl Iterator<Item = usize>) -> Refusal {
    let mut places: Vec<usize> = places.collect();
    // What holds others comes with its start and its finish.
    places.dedup();
    if places.len() > 1 && places.first() == places.last() {
        places.pop();
    }
    let first = (0..places.len()).min_by_key(|at| places[*at]).unwrap_or(0);
    places.rotate_left(first);
    Refusal::Cycle { field: field.to_owned(), tasks: places.into_iter().map(|place| tasks[place].id).collect() }
}
