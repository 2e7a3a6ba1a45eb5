//! The tree of tasks: what holds others, and what lies beneath it.

use super::input::{Flaw, Task};

/// The tasks in order of the tree, so that what lies beneath a group stands together.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// Tasks that hold no others, in order of the tree.
    leaves: Vec<u32>,
    /// For each task, which of them lie beneath it, or are the task itself.
    beneath: Vec<(u32, u32)>,
    is_group: Vec<bool>,
    /// All tasks, each after the group that it lies in.
    order: Vec<u32>,
}

impl Groups {
    /// The parents are those of known tasks.
    pub fn new(tasks: &[Task]) -> Result<Self, Flaw> {
        let count = tasks.len();
        let mut starts = vec![0u32; count + 2];
        // What has no parent stands in the list after the last task's.
        let list = |task: &Task| task.parent.map_or(count, |parent| parent as usize);
        for task in tasks {
            starts[list(task) + 1] += 1;
        }
        for at in 0..=count {
            starts[at + 1] += starts[at];
        }
        let mut free = starts.clone();
        let mut children = vec![0u32; count];
        for (number, task) in (0u32..).zip(tasks) {
            let place = &mut free[list(task)];
            children[*place as usize] = number;
            *place += 1;
        }
        let of = |list: usize| &children[starts[list] as usize..starts[list + 1] as usize];
        let is_group: Vec<bool> = (0..count).map(|task| !of(task).is_empty()).collect();
        let mut groups = Self { leaves: Vec::new(), beneath: vec![(0, 0); count], is_group, order: Vec::new() };
        // Depth first; a group stands on the stack a second time to be closed.
        let mut stack: Vec<(u32, bool)> = of(count).iter().rev().map(|task| (*task, false)).collect();
        while let Some((task, entered)) = stack.pop() {
            let leaves = u32::try_from(groups.leaves.len()).unwrap_or(u32::MAX);
            let range = &mut groups.beneath[task as usize];
            if entered {
                range.1 = leaves;
                continue;
            }
            groups.order.push(task);
            range.0 = leaves;
            if groups.is_group[task as usize] {
                stack.push((task, true));
                stack.extend(of(task as usize).iter().rev().map(|task| (*task, false)));
            } else {
                groups.leaves.push(task);
                range.1 = leaves + 1;
            }
        }
        if groups.order.len() < count { Err(circle(tasks, &groups.order)) } else { Ok(groups) }
    }

    pub fn is_group(&self, task: u32) -> bool {
        self.is_group[task as usize]
    }

    /// The tasks without others beneath them that lie in this one, or the task itself.
    pub fn leaves(&self, task: u32) -> &[u32] {
        let (from, to) = self.beneath[task as usize];
        &self.leaves[from as usize..to as usize]
    }

    /// All tasks, each after the group that it lies in.
    pub fn order(&self) -> &[u32] {
        &self.order
    }
}

/// Tasks that no task without a parent leads to lie in a circle, or beneath one.
fn circle(tasks: &[Task], reached: &[u32]) -> Flaw {
    let mut known = vec![false; tasks.len()];
    for task in reached {
        known[*task as usize] = true;
    }
    let mut way: Vec<u32> = Vec::new();
    let mut next = known.iter().position(|known| !known).and_then(|task| u32::try_from(task).ok());
    while let Some(task) = next {
        if std::mem::replace(&mut known[task as usize], true) {
            let from = way.iter().position(|passed| *passed == task).unwrap_or(0);
            way.drain(..from);
            break;
        }
        way.push(task);
        next = tasks[task as usize].parent;
    }
    Flaw::Nesting(way)
}
