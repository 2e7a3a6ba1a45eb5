//! Workload: how much of people's time a plan takes, and how much there is of it.

use super::{input::Input, level::Load, pass::Schedule};
use crate::calendar::{Calendar, Moment};

/// Of one resource in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Workload {
    /// Minutes of work that the tasks planned then take of it: a task of half a person's time takes half of its minutes.
    pub taken: i64,
    /// Minutes of work that there are of it.
    pub capacity: i64,
}

impl Schedule {
    /// The workload of each resource between each two neighbouring borders, which are in order. The capacities of the load
    /// are percent; `calendars` gives the calendar of each resource, by its place in the plan. What takes elapsed time is
    /// counted in its own working hours.
    ///
    /// # Panics
    /// The demands must name tasks and resources that there are, and each resource must have a calendar.
    pub fn workload(&self, load: &Load, calendars: &[u16], borders: &[Moment]) -> Vec<Vec<Workload>> {
        let share = |minutes: i64, percent: u32| minutes * i64::from(percent) / 100;
        let of_resource = |(capacity, calendar): (&u32, &u16)| -> Vec<Workload> {
            let hours = &self.input.calendars[usize::from(*calendar)];
            let stretches = borders.windows(2);
            stretches
                .map(|stretch| Workload { taken: 0, capacity: share(hours.minutes(stretch[0], stretch[1]), *capacity) })
                .collect()
        };
        let mut loads: Vec<Vec<Workload>> = load.capacities.iter().zip(calendars).map(of_resource).collect();
        for demand in load.demands.iter().filter(|demand| !self.network.groups.is_group(demand.task)) {
            let dates = self.planned_dates(demand.task);
            let hours = hours(&self.input, demand.task);
            // Only the stretches that it touches.
            let first = borders.partition_point(|border| *border <= dates.start).saturating_sub(1);
            for (at, stretch) in borders.windows(2).enumerate().skip(first) {
                let (from, to) = (stretch[0].max(dates.start), stretch[1].min(dates.finish));
                if from >= to {
                    break;
                }
                loads[demand.resource as usize][at].taken += share(hours.minutes(from, to), demand.amount);
            }
        }
        loads
    }
}

fn hours(input: &Input, task: u32) -> &Calendar {
    &input.calendars[usize::from(input.tasks[task as usize].calendar)]
}
