//! What becomes a node, and which arcs hold nodes together.

use super::{
    arc::{End, Tie},
    groups::Groups,
    input::{Bound, Constraint, Flaw, Input, LinkKind},
    network::{NONE, calendar_of},
};

/// Which nodes there are: one for each task that holds no others, and for a group a node for its start where something
/// holds that back, and one for its finish where something waits for it; then so for the groups that lie in it.
pub(super) struct Gates {
    pub leaf: Vec<u32>,
    pub open: Vec<u32>,
    pub close: Vec<u32>,
    pub task_of: Vec<u32>,
}

impl Gates {
    pub fn new(input: &Input, groups: &Groups) -> Result<Self, Flaw> {
        let count = input.tasks.len();
        let [mut open, mut close] = [vec![false; count], vec![false; count]];
        for (number, link) in (0u32..).zip(&input.links) {
            let starts = matches!(link.kind, LinkKind::FinishStart | LinkKind::StartStart);
            let waits = matches!(link.kind, LinkKind::FinishStart | LinkKind::FinishFinish);
            let [from, to] = [link.from, link.to].map(|task| groups.is_group(task));
            if (to && !starts) || (from && !waits) || ((from || to) && link.bound == Bound::AtMost) {
                return Err(Flaw::GroupLink(number));
            }
            open[link.to as usize] |= to;
            close[link.from as usize] |= from;
        }
        let mut gates = Self {
            leaf: vec![NONE; count],
            open: vec![NONE; count],
            close: vec![NONE; count],
            task_of: Vec::with_capacity(count),
        };
        for number in groups.order() {
            let at = *number as usize;
            let task = &input.tasks[at];
            if !groups.is_group(*number) {
                gates.leaf[at] = gates.node(*number);
                continue;
            }
            match task.constraint {
                Constraint::Asap => {}
                Constraint::StartNoEarlier(_) => open[at] = true,
                Constraint::FinishNoLater(_) => close[at] = true,
                _ => return Err(Flaw::GroupConstraint(*number)),
            }
            close[at] |= task.deadline.is_some();
            if let Some(parent) = task.parent {
                open[at] |= open[parent as usize];
                close[at] |= close[parent as usize];
            }
            if open[at] {
                gates.open[at] = gates.node(*number);
            }
            if close[at] {
                gates.close[at] = gates.node(*number);
            }
        }
        Ok(gates)
    }

    fn node(&mut self, task: u32) -> u32 {
        self.task_of.push(task);
        u32::try_from(self.task_of.len() - 1).unwrap_or(NONE)
    }

    pub fn ties(&self, input: &Input, groups: &Groups) -> Vec<Tie> {
        let clock = input.calendars.len();
        let calendar = |task: u32| {
            let task_ = &input.tasks[task as usize];
            if groups.is_group(task) { task_.calendar } else { calendar_of(task_, clock) }
        };
        let either = |leaf: &[u32], gate: &[u32], task: u32| {
            let leaf = leaf[task as usize];
            if leaf == NONE { gate[task as usize] } else { leaf }
        };
        let mut ties = Vec::with_capacity(input.links.len());
        for (number, link) in (0u32..).zip(&input.links) {
            let ends = [either(&self.leaf, &self.close, link.from), either(&self.leaf, &self.open, link.to)];
            let own = input.tasks[link.to as usize].calendar;
            ties.push(Tie::link(number, link, ends, own, [calendar(link.from), calendar(link.to)]));
        }
        for (number, task) in (0u32..).zip(&input.tasks) {
            let Some(parent) = task.parent else { continue };
            let [own, outer] = [number, parent].map(calendar);
            let gate = self.open[parent as usize];
            if gate != NONE {
                ties.push(Tie::nest(gate, either(&self.leaf, &self.open, number), End::Start, [outer, own]));
            }
            let gate = self.close[parent as usize];
            if gate != NONE {
                ties.push(Tie::nest(either(&self.leaf, &self.close, number), gate, End::Finish, [own, outer]));
            }
        }
        ties
    }
}
