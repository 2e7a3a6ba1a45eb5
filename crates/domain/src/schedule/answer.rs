//! What the reckoned plan says of a task.

use super::{
    input::Progress,
    network::State,
    pass::{Places, Schedule},
};
use crate::calendar::Moment;

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    pub start: Moment,
    pub finish: Moment,
}

/// How near a task is to deciding when the plan ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criticality {
    /// It has float, or is finished.
    None,
    /// Its float is within what the plan takes for little.
    Near,
    /// It cannot slip without moving the end, or is later already than it should be.
    Critical,
}

/// A task as it was reckoned. Of one that holds others: what is true of all of them together, and the least float among
/// those that are not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// When it is planned: as early as it can, or where it was asked for as late as it can without moving others.
    pub planned: Dates,
    pub early: Dates,
    /// The latest that moves neither the end nor anything that should not move. Of what is finished, when it was.
    pub late: Dates,
    /// By how many minutes of the task's own time it may slip until it is late; below zero, by how many it is.
    pub total_float: i64,
    /// By how many minutes of the task's own time it may slip until another task moves.
    pub free_float: i64,
    pub criticality: Criticality,
    /// The link that decides when it starts, by its place in the plan; none where a date, progress or the plan's start
    /// does. Of what is to be done as late as possible, the link that forbids to do it earlier.
    pub driver: Option<u32>,
}

impl Schedule {
    /// What was reckoned for the task, in time that does not grow with the plan, for a group in time that grows with
    /// what lies in it.
    ///
    /// # Panics
    /// There must be such a task.
    pub fn row(&self, task: u32) -> Row {
        let leaves = self.network.groups.leaves(task);
        if !self.network.groups.is_group(task) {
            return self.leaf(task);
        }
        let rows = leaves.iter().map(|leaf| self.leaf(*leaf));
        let whole = rows.reduce(|one, other| {
            let span = |of: fn(&Row) -> Dates| Dates {
                start: of(&one).start.min(of(&other).start),
                finish: of(&one).finish.max(of(&other).finish),
            };
            Row {
                planned: span(|row| row.planned),
                early: span(|row| row.early),
                late: span(|row| row.late),
                total_float: one.total_float.min(other.total_float),
                free_float: one.free_float.min(other.free_float),
                criticality: one.criticality.max(other.criticality),
                driver: None,
            }
        });
        let mut row = whole.unwrap_or_else(|| unreachable!("a group holds tasks"));
        let open = leaves.iter().filter(|leaf| !self.is_finished(**leaf));
        let floats = open.map(|leaf| self.leaf(*leaf)).map(|row| (row.total_float, row.free_float));
        (row.total_float, row.free_float) =
            floats.reduce(|one, other| (one.0.min(other.0), one.1.min(other.1))).unwrap_or((0, 0));
        row
    }

    /// When the task is planned: [`Row::planned`] alone.
    ///
    /// # Panics
    /// There must be such a task.
    pub fn planned_dates(&self, task: u32) -> Dates {
        self.spanning(task, |leaf| self.dates(leaf, self.planned(self.node(leaf))))
    }

    /// From the first start to the last finish of what lies in a task.
    pub(super) fn spanning(&self, task: u32, dates: impl Fn(u32) -> Dates) -> Dates {
        let all = self.network.groups.leaves(task).iter().map(|leaf| dates(*leaf));
        let whole =
            all.reduce(|one, other| Dates { start: one.start.min(other.start), finish: one.finish.max(other.finish) });
        whole.unwrap_or_else(|| unreachable!("a group holds tasks"))
    }

    /// Tasks that hold no others and are critical, in order of the plan.
    pub fn critical(&self) -> Vec<u32> {
        let count = u32::try_from(self.input.tasks.len()).unwrap_or(u32::MAX);
        let leaves = (0..count).filter(|task| !self.network.groups.is_group(*task));
        leaves.filter(|task| self.criticality(*task) == Criticality::Critical).collect()
    }

    /// How critical a task that holds no others is.
    fn criticality(&self, task: u32) -> Criticality {
        let node = self.node(task);
        if self.network.nodes[node].state == State::Finished {
            return Criticality::None;
        }
        match self.total_float(node) {
            float if float <= 0 => Criticality::Critical,
            float if float <= i64::from(self.input.near) => Criticality::Near,
            _ => Criticality::None,
        }
    }

    /// Of a node that is not finished.
    pub(super) fn total_float(&self, node: usize) -> i64 {
        (self.late[node].finish >> 1) - (self.early[node].finish >> 1)
    }

    /// The node of a task that holds no others.
    pub(super) fn node(&self, task: u32) -> usize {
        self.network.node_of[task as usize] as usize
    }

    fn is_finished(&self, task: u32) -> bool {
        matches!(self.input.tasks[task as usize].progress, Progress::Finished { .. })
    }

    fn leaf(&self, task: u32) -> Row {
        let node = self.node(task);
        let [planned, early, late] = self.all_dates(task);
        let row =
            Row { planned, early, late, total_float: 0, free_float: 0, criticality: Criticality::None, driver: None };
        if self.is_finished(task) {
            return row;
        }
        let free = (self.free_until(node) >> 1) - (self.planned(node).finish >> 1);
        Row {
            total_float: self.total_float(node),
            free_float: free.max(0),
            criticality: self.criticality(task),
            driver: self.driving_link(node),
            ..row
        }
    }

    /// Of a task that holds no others: as planned, at the earliest and at the latest.
    pub(super) fn all_dates(&self, task: u32) -> [Dates; 3] {
        let node = self.node(task);
        let late = if self.is_finished(task) { self.early[node] } else { self.late[node] };
        [self.planned(node), self.early[node], late].map(|places| self.dates(task, places))
    }

    /// Places told as moments; what has happened, as it was told.
    pub(super) fn dates(&self, task: u32, places: Places) -> Dates {
        let node = self.node(task);
        let calendar = self.network.calendar(node);
        let [start, finish] = [places.start, places.finish].map(|place| Moment(calendar.moment(place)));
        match self.input.tasks[task as usize].progress {
            Progress::ToDo => Dates { start, finish },
            Progress::Started { start, .. } => Dates { start, finish },
            Progress::Finished { start, finish } => Dates { start, finish },
        }
    }
}
