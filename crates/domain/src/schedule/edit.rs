//! Edits of a reckoned plan.

use std::sync::Arc;

use super::{
    answer::Dates,
    input::{Constraint, Flaw, Input, Task},
    marks::Marks,
    network::check_task,
    pass::{Moved, Places, Schedule},
};

/// What an edit has done, in order of the plan. Groups are not told: theirs are the dates of what lies in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// Tasks whose planned or earliest dates are others.
    pub moved: Vec<u32>,
    /// Tasks whose latest dates are others.
    pub limits: Vec<u32>,
}

impl Schedule {
    /// Puts other tasks in the place of these and reckons what that changes. The work grows with what moves, unless a
    /// group, the nesting, a calendar or the kind of a duration is changed, or the plan has maximal lags: then all is
    /// reckoned anew.
    ///
    /// # Errors
    /// The plan with the edits has a flaw; it stays as it was.
    pub fn edit(&mut self, edits: &[(u32, Task)]) -> Result<Effect, Flaw> {
        for (number, task) in edits {
            if *number as usize >= self.input.tasks.len() {
                return Err(Flaw::UnknownInTask(*number));
            }
            check_task(&self.input, *number, task)?;
        }
        let same_shape = |(number, task): &(u32, Task)| {
            let before = &self.input.tasks[*number as usize];
            before.parent == task.parent
                && before.calendar == task.calendar
                && self.network.calendar_of(before) == self.network.calendar_of(task)
                && !self.network.groups.is_group(*number)
        };
        if self.network.has_back || !edits.iter().all(same_shape) {
            let mut input = self.input.clone();
            for (number, task) in edits {
                input.tasks[*number as usize] = *task;
            }
            return self.rebuild(input);
        }
        let late_before = self.late_places();
        let dates_before: Vec<Dates> = edits.iter().map(|(task, _)| self.planned_dates(*task)).collect();
        let count = self.early.len();
        let [mut forward, mut backward] = [Marks::new(count), Marks::new(count)];
        for (number, task) in edits {
            self.input.tasks[*number as usize] = *task;
            let node = self.network.node_of[*number as usize];
            let (with, special) = self.network.node(task, &self.input);
            self.network.replace(node as usize, with, special);
            forward.set(node);
            backward.set(node);
            // Its duration and whether it has begun also stand between it and what it waits for.
            self.network.ins(node as usize).iter().for_each(|arc| backward.set(arc.node));
        }
        let wants_late = edits.iter().any(|(_, task)| task.constraint == Constraint::Alap);
        let mut effect = self.settle(forward, backward, late_before, wants_late);
        // What has happened is told as it was told, where its place is the same too.
        let told = edits.iter().zip(dates_before).filter(|((task, _), before)| self.planned_dates(*task) != *before);
        effect.moved.extend(told.map(|((task, _), _)| *task));
        effect.moved.sort_unstable();
        effect.moved.dedup();
        Ok(effect)
    }

    /// Reckons the marked nodes and what hangs on them. `late_before` is where everything was planned, if anything was to
    /// be as late as possible.
    pub(super) fn settle(
        &mut self,
        forward: Marks,
        mut backward: Marks,
        late_before: Option<Vec<Places>>,
        wants_late: bool,
    ) -> Effect {
        let [mut moved, mut limits] = [Vec::new(), Vec::new()];
        let last_moved = self.settle_forward(forward, &mut moved);
        let finishes = moved.iter().map(|(node, _)| self.finish_of(*node));
        let end =
            if last_moved { self.last_finish() } else { finishes.max().map_or(self.end, |last| last.max(self.end)) };
        if self.set_end(end) {
            (0..self.early.len()).for_each(|node| backward.set_at(node));
        }
        self.settle_backward(backward, &mut limits);
        let mut effect =
            Effect { moved: self.tasks_of(&moved, &self.early), limits: self.tasks_of(&limits, &self.late) };
        if late_before.is_some() || wants_late {
            let before = late_before.unwrap_or_else(|| self.all_planned());
            self.put_late();
            let now = self.all_planned();
            let others = before.into_iter().enumerate().filter(|(node, before)| now[*node] != *before);
            effect.moved.extend(self.tasks_of(&others.collect(), &now));
        }
        effect.moved.sort_unstable();
        effect.moved.dedup();
        effect
    }

    /// Where everything is planned, if anything is to be as late as possible: that moves without being waited for.
    pub(super) fn late_places(&self) -> Option<Vec<Places>> {
        (!self.alap.is_empty()).then(|| self.all_planned())
    }

    pub(super) fn rebuild(&mut self, input: Input) -> Result<Effect, Flaw> {
        let new = Self::new(input)?;
        let count = u32::try_from(new.input.tasks.len()).unwrap_or(u32::MAX);
        let leaf = |schedule: &Self, task: u32| !schedule.network.groups.is_group(task);
        let mut effect = Effect::default();
        // Where a task has the same places in the same calendar, its dates need not be worked out.
        let same = |task: u32| {
            let at = task as usize;
            let places = |schedule: &Self| {
                let node = schedule.node(task);
                (schedule.planned(node), schedule.early[node], schedule.late[node])
            };
            let calendar = |schedule: &Self| Arc::as_ptr(schedule.network.calendar(schedule.node(task)));
            self.input.tasks[at] == new.input.tasks[at]
                && calendar(self) == calendar(&new)
                && places(self) == places(&new)
        };
        let leaves = (0..count).filter(|task| leaf(self, *task) && leaf(&new, *task));
        for task in leaves.filter(|task| !same(*task)) {
            let [before, now] = [&*self, &new].map(|schedule| schedule.all_dates(task));
            if before[..2] != now[..2] {
                effect.moved.push(task);
            }
            if before[2] != now[2] {
                effect.limits.push(task);
            }
        }
        *self = new;
        Ok(effect)
    }

    fn all_planned(&self) -> Vec<Places> {
        (0..self.early.len()).map(|node| self.planned(node)).collect()
    }

    fn finish_of(&self, node: usize) -> i64 {
        if self.network.is_task(node) { self.network.calendar(node).moment(self.early[node].finish) } else { i64::MIN }
    }

    /// The tasks whose moments are others, in order of the plan.
    fn tasks_of(&self, moved: &Moved, now: &[Places]) -> Vec<u32> {
        let others = moved.iter().filter(|(node, before)| {
            let moments = |places: &Places| {
                let calendar = self.network.calendar(*node);
                [places.start, places.finish].map(|place| calendar.moment(place))
            };
            // Only where nothing is worked can two places be one moment.
            let others = self.network.nodes[*node].work > 0 || moments(before) != moments(&now[*node]);
            self.network.is_task(*node) && others
        });
        let mut tasks: Vec<u32> = others.map(|(node, _)| self.network.task_of[*node]).collect();
        tasks.sort_unstable();
        tasks
    }
}
