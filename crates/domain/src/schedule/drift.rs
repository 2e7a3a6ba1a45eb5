//! Drift: how far tasks lie from where they were agreed to be.

use super::{answer::Dates, pass::Schedule};
use crate::calendar::{Calendar, Moment};

/// By how many working minutes of the task's calendar it lies later than agreed; below zero, earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drift {
    pub start: i64,
    pub finish: i64,
}

impl Schedule {
    /// The drift of a task from the dates of a baseline.
    ///
    /// # Panics
    /// There must be such a task.
    pub fn drift(&self, task: u32, agreed: Dates) -> Drift {
        let planned = self.planned_dates(task);
        let hours = self.hours_of(task);
        // An evening and the morning after are no working time apart, in either direction.
        let later = |agreed: Moment, planned: Moment| hours.minutes(agreed, planned);
        Drift { start: later(agreed.start, planned.start), finish: later(agreed.finish, planned.finish) }
    }

    /// The hours in which a task is worked.
    pub(super) fn hours_of(&self, task: u32) -> &Calendar {
        &self.network.calendars[usize::from(self.network.calendar_of(&self.input.tasks[task as usize]))]
    }
}
