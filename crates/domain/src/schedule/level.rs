//! Levelling: a proposal that puts tasks off until the people and machines that they need are free.
//!
//! Method: serial schedule generation (J. Kelley, "The Critical-Path Method: Resources Planning and Scheduling", 1963),
//! next the task that must start first at the latest (R. Kolisch, "Serial and Parallel Resource-Constrained Project
//! Scheduling Methods Revisited", 1996). It is quick and good, not the best there is: that is NP-hard to find.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    answer::Dates,
    input::{Bound, Constraint, Task},
    network::{NONE, State},
    pass::{Places, Schedule},
};
use crate::calendar::Moment;

/// What tasks need of what there is. Tasks and resources are named by their place in lists.
#[derive(Debug, Clone, Default)]
pub struct Load {
    /// How much there is of each resource at any time, for example 100 percent of a person.
    pub capacities: Vec<u32>,
    pub demands: Vec<Demand>,
}

/// How much of a resource a task needs while it is being done, from its start to its finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    pub task: u32,
    pub resource: u32,
    pub amount: u32,
}

/// The proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levelled {
    /// For each task when it would be; of a group all that lies in it.
    pub dates: Vec<Dates>,
    /// When all would be finished.
    pub end: Moment,
    /// Tasks that would start at another time than they are planned to.
    pub moved: Vec<u32>,
    /// Tasks that need more of a resource than there is of it: these are put where links allow.
    pub too_much: Vec<u32>,
    /// Maximal lags, by the place of their links, that the proposal does not keep.
    pub broken: Vec<u32>,
    pub(super) places: Vec<Places>,
    pub(super) drivers: Vec<u32>,
}

impl Levelled {
    /// The edits that carry the proposal out. A task that must start on a date, or is to be as late as possible, gives
    /// that up.
    pub fn edits(&self, schedule: &Schedule) -> Vec<(u32, Task)> {
        let with = |task: &u32| {
            let before = schedule.input().tasks[*task as usize];
            let start = self.dates[*task as usize].start;
            (*task, Task { constraint: Constraint::StartNoEarlier(start), ..before })
        };
        self.moved.iter().map(with).collect()
    }
}

impl Schedule {
    /// Proposes when each task is done so that no resource is needed more than there is of it. What has begun stays.
    ///
    /// # Panics
    /// The demands must name tasks and resources that there are.
    pub fn level(&self, load: &Load) -> Levelled {
        let count = self.early.len();
        let needs = self.needs(load);
        let mut profiles: Vec<Profile> = load.capacities.iter().map(|_| Profile::default()).collect();
        let mut places = vec![Places::EVER; count];
        let mut drivers = vec![NONE; count];
        let mut too_much = Vec::new();
        for node in (0..count).filter(|node| self.network.nodes[*node].state == State::Started) {
            let rest = self.network.nodes[node].before(self.early[node].finish);
            let [from, to] = [rest.start, rest.finish].map(|place| self.network.calendar(node).moment(place));
            for (resource, amount) in needs.of(node) {
                profiles[*resource as usize].add(from, to, *amount);
            }
        }
        let mut waits: Vec<usize> =
            (0..count).map(|node| self.network.ins(node).iter().filter(|arc| !arc.back).count()).collect();
        let mut free: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        let urgency = |node: usize| {
            let late =
                if self.network.nodes[node].state == State::Finished { self.early[node] } else { self.late[node] };
            Reverse((self.network.calendar(node).moment(late.start), node))
        };
        free.extend((0..count).filter(|node| waits[*node] == 0).map(urgency));
        while let Some(Reverse((_, node))) = free.pop() {
            let of = self.network.nodes[node];
            (places[node], drivers[node]) = self.network.earliest(node, &places);
            let needed = needs.of(node);
            if of.state == State::ToDo && of.work > 0 && !needed.is_empty() {
                let capacity = |resource: u32| load.capacities[resource as usize];
                if needed.iter().any(|(resource, amount)| *amount > capacity(*resource)) {
                    too_much.push(self.network.task_of[node]);
                } else {
                    let calendar = self.network.calendar(node);
                    let taken = loop {
                        let [from, to] = [places[node].start, places[node].finish].map(|place| calendar.moment(place));
                        let busy = needed.iter().filter_map(|(resource, amount)| {
                            profiles[*resource as usize].busy_until(from, to, capacity(*resource) - amount)
                        });
                        match busy.max() {
                            None => break (from, to),
                            Some(until) => places[node] = of.after(calendar.ceil(until)),
                        }
                    };
                    for (resource, amount) in needed {
                        profiles[*resource as usize].add(taken.0, taken.1, *amount);
                    }
                }
            }
            for arc in self.network.outs(node).iter().filter(|arc| !arc.back) {
                let waits = &mut waits[arc.node as usize];
                *waits -= 1;
                if *waits == 0 {
                    free.push(urgency(arc.node as usize));
                }
            }
        }
        too_much.sort_unstable();
        self.proposal(places, drivers, too_much)
    }

    fn proposal(&self, places: Vec<Places>, drivers: Vec<u32>, too_much: Vec<u32>) -> Levelled {
        let tasks = 0..u32::try_from(self.input.tasks.len()).unwrap_or(NONE);
        let leaf = |task: u32| self.dates(task, places[self.node(task)]);
        let dates: Vec<Dates> = tasks.clone().map(|task| self.spanning(task, leaf)).collect();
        let is_leaf = |task: &u32| !self.network.groups.is_group(*task);
        let moved = tasks.filter(is_leaf).filter(|task| dates[*task as usize].start != self.planned_dates(*task).start);
        let broken = (0..places.len()).flat_map(|node| self.network.ins(node).iter().map(move |arc| (node, arc)));
        let broken = broken.filter(|(node, arc)| {
            let of = &self.network.nodes[*node];
            let wanted = arc.forward(places[arc.node as usize].at(arc.from), &self.network.calendars, of.calendar);
            arc.back && of.state == State::ToDo && wanted > (places[*node].at(arc.to) | 1)
        });
        let mut broken: Vec<u32> = broken.map(|(_, arc)| arc.link).collect();
        broken.sort_unstable();
        debug_assert!(broken.iter().all(|link| self.input.links[*link as usize].bound == Bound::AtMost));
        let finishes = (0..places.len()).filter(|node| self.network.is_task(*node));
        let end = finishes.map(|node| self.network.calendar(node).moment(places[node].finish)).max();
        let end = Moment(end.unwrap_or(self.end));
        Levelled { moved: moved.collect(), dates, end, too_much, broken, places, drivers }
    }

    pub(super) fn needs(&self, load: &Load) -> Needs {
        let mut from = vec![0u32; self.early.len() + 1];
        let real =
            || load.demands.iter().filter(|demand| demand.amount > 0 && !self.network.groups.is_group(demand.task));
        for demand in real() {
            from[self.node(demand.task) + 1] += 1;
        }
        for at in 0..self.early.len() {
            from[at + 1] += from[at];
        }
        let mut free = from.clone();
        let mut amounts = vec![(0, 0); real().count()];
        for demand in real() {
            let place = &mut free[self.node(demand.task)];
            amounts[*place as usize] = (demand.resource, demand.amount);
            *place += 1;
        }
        Needs { from, amounts }
    }
}

/// What each node needs: resources and amounts.
pub(super) struct Needs {
    from: Vec<u32>,
    amounts: Vec<(u32, u32)>,
}

impl Needs {
    pub fn of(&self, node: usize) -> &[(u32, u32)] {
        &self.amounts[self.from[node] as usize..self.from[node + 1] as usize]
    }
}

/// How much of a resource is taken: from each of these moments on, this much; before the first, nothing.
#[derive(Debug, Default)]
struct Profile(Vec<(i64, u32)>);

impl Profile {
    fn at(&self, moment: i64) -> usize {
        self.0.partition_point(|(from, _)| *from < moment)
    }

    /// Makes a step at the moment, if there is none, and tells its place.
    fn step(&mut self, moment: i64) -> usize {
        let at = self.at(moment);
        if self.0.get(at).is_none_or(|(from, _)| *from != moment) {
            let before = at.checked_sub(1).map_or(0, |before| self.0[before].1);
            self.0.insert(at, (moment, before));
        }
        at
    }

    fn add(&mut self, from: i64, to: i64, amount: u32) {
        if from < to {
            let first = self.step(from);
            let last = self.step(to);
            for (_, taken) in &mut self.0[first..last] {
                *taken = taken.saturating_add(amount);
            }
        }
    }

    /// Until when more than this is taken, of the stretches that lie in between; none where nowhere is.
    fn busy_until(&self, from: i64, to: i64, most: u32) -> Option<i64> {
        let last = self.at(to);
        let first = self.at(from + 1).saturating_sub(1);
        let busy = (first..last).rev().find(|at| self.0[*at].1 > most)?;
        self.0.get(busy + 1).map(|(until, _)| *until).filter(|until| *until > from)
    }
}
