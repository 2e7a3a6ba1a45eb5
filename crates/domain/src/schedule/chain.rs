//! The critical chain: the longest chain of tasks that wait for each other, by links or because the same people do them,
//! with the reserve of its tasks taken together in buffers.
//!
//! Method: E. Goldratt, "Critical Chain", 1997; buffers by the root of the sum of squares (R. Newbold, "Project Management
//! in the Fast Lane", 1998): reserves of tasks that are independent of each other do not all come to be needed.

use super::{
    input::Progress,
    level::{Levelled, Load},
    network::{NONE, State},
    pass::Schedule,
};
use crate::calendar::Moment;

/// The chain that decides the end, and the buffers that guard it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// In order.
    pub tasks: Vec<u32>,
    /// When the last of them finishes, without any reserve.
    pub end: Moment,
    /// The buffer at the end, in working minutes of the last task's calendar.
    pub buffer: i64,
    /// The end that can be promised: with the buffer.
    pub promised: Moment,
    pub feeding: Vec<Feeding>,
}

/// A chain of other tasks that leads into the critical one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feeding {
    /// In order.
    pub tasks: Vec<u32>,
    /// The task of the critical chain that waits for the last of them.
    pub into: u32,
    /// In working minutes of that task's calendar.
    pub buffer: i64,
    /// How many there are between the two: fewer than the buffer mean that it does not fit.
    pub room: i64,
}

/// How a chain stands: a point of its fever chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fever {
    /// How much of the chain is done, from 0 to 1, by planned duration.
    pub completed: f64,
    /// How much of the buffer is used up: below 0 where the chain is early, over 1 where the promise is broken.
    pub consumed: f64,
    pub zone: FeverZone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeverZone {
    /// Nothing to do.
    Green,
    /// Work out what could be done.
    Amber,
    /// Do it.
    Red,
}

/// Where the zones of the chart begin: how much of the buffer may be consumed before the first task and with the last, on a
/// straight line between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeverLines {
    pub amber: (f64, f64),
    pub red: (f64, f64),
}

/// As charts are usually drawn.
impl Default for FeverLines {
    fn default() -> Self {
        Self { amber: (0.1, 0.7), red: (0.3, 0.9) }
    }
}

impl FeverLines {
    /// A point of the chart with its zone.
    pub fn at(&self, completed: f64, consumed: f64) -> Fever {
        let line = |(from, to): (f64, f64)| from + (to - from) * completed;
        let zone = match consumed {
            consumed if consumed > line(self.red) => FeverZone::Red,
            consumed if consumed > line(self.amber) => FeverZone::Amber,
            _ => FeverZone::Green,
        };
        Fever { completed, consumed, zone }
    }
}

impl Chain {
    /// How the chain stands in the plan as it is reckoned now, with what has happened since the chain was worked out.
    pub fn fever(&self, now: &Schedule, lines: &FeverLines) -> Fever {
        let (mut done, mut all) = (0, 0);
        for task in self.tasks.iter().map(|task| &now.input().tasks[*task as usize]) {
            let duration = i64::from(task.duration.minutes());
            all += duration;
            done += match task.progress {
                Progress::ToDo => 0,
                Progress::Started { remaining, .. } => duration - i64::from(remaining),
                Progress::Finished { .. } => duration,
            };
        }
        let finished = |task: &u32| matches!(now.input().tasks[*task as usize].progress, Progress::Finished { .. });
        let completed = if self.tasks.iter().all(finished) { 1.0 } else { share(done, all) };
        let last = self.tasks.iter().map(|task| now.planned_dates(*task).finish).max().unwrap_or(self.end);
        let late = self.tasks.last().map_or(0, |task| now.hours_of(*task).minutes(self.end, last));
        let consumed = if self.buffer == 0 && late > 0 { 1.0 } else { share(late, self.buffer) };
        lines.at(completed, consumed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "minutes of a plan are far below 2^52")]
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Schedule {
    /// Works out the critical chain of a plan whose durations are those that are met half of the time. `safe` gives for
    /// each task the minutes that it would take with all reserve; less than its duration counts as no reserve.
    ///
    /// # Panics
    /// As [`Schedule::level`].
    pub fn critical_chain(&self, load: &Load, safe: &[i32]) -> Chain {
        let levelled = self.level(load);
        let needs = self.needs(load);
        let open = |node: &usize| matches!(self.network.nodes[*node].state, State::ToDo | State::Started);
        let moment = |node: usize, of: fn(&super::pass::Places) -> i64| {
            self.network.calendar(node).moment(of(&levelled.places[node]))
        };
        let finish = |node: usize| moment(node, |places| places.finish);
        // Of those that finish last, one that no other task waits for: a milestone at the end gathers what leads into it.
        let is_last = |node: usize| !self.network.outs(node).iter().any(|arc| self.network.is_task(arc.node as usize));
        let key = |node: &usize| (finish(*node), is_last(*node), std::cmp::Reverse(*node));
        let last = (0..self.early.len()).filter(open).max_by_key(key);
        let mut chain = Vec::new();
        let mut next = last;
        let mut in_chain = vec![false; self.early.len()];
        while let Some(node) = next {
            in_chain[node] = true;
            chain.push(node);
            next = self.waited_for(node, &levelled).filter(|node| open(node) && !in_chain[*node]).or_else(|| {
                // Put off for somebody who was busy until then.
                let start = levelled.places[node].start;
                let shares = |other: &usize| {
                    needs.of(*other).iter().any(|(resource, _)| needs.of(node).iter().any(|(own, _)| own == resource))
                };
                let until = |other: &usize| self.network.calendar(node).ceil(finish(*other)) | 1;
                let busy = (0..self.early.len()).filter(|other| !in_chain[*other] && open(other) && shares(other));
                let work = self.network.nodes[node].work > 0;
                busy.filter(|other| {
                    work && until(other) == start && finish(*other) <= moment(node, |places| places.start)
                })
                .min()
            });
        }
        chain.reverse();
        let end = Moment(chain.last().map_or(self.end, |node| finish(*node)));
        let buffer = self.buffer(&chain, safe);
        let promised = chain.last().map_or(end, |node| self.network.calendar(*node).add(end, buffer));
        let feeding = self.feeding(&chain, &mut in_chain, &levelled, safe);
        Chain { tasks: self.tasks_at(&chain), end, buffer, promised, feeding }
    }

    /// Chains of open tasks that lead into the critical one: back from each task that one of its own waits for.
    fn feeding(&self, chain: &[usize], taken: &mut [bool], levelled: &Levelled, safe: &[i32]) -> Vec<Feeding> {
        let open = |node: usize| matches!(self.network.nodes[node].state, State::ToDo | State::Started);
        let mut feeding = Vec::new();
        for into in chain {
            for arc in self.network.ins(*into).iter().filter(|arc| !arc.back) {
                let mut tail = Vec::new();
                let mut next = self.real(arc.node as usize, levelled);
                while let Some(node) = next.filter(|node| open(*node) && !taken[*node]) {
                    taken[node] = true;
                    tail.push(node);
                    next = self.waited_for(node, levelled);
                }
                let Some(last) = tail.first().copied() else { continue };
                tail.reverse();
                let calendar = self.network.calendar(*into);
                let from = self.network.calendar(last).moment(levelled.places[last].finish);
                let to = calendar.moment(levelled.places[*into].start);
                feeding.push(Feeding {
                    into: self.network.task_of[*into],
                    buffer: self.buffer(&tail, safe),
                    room: calendar.minutes(Moment(from), Moment(to)).max(0),
                    tasks: self.tasks_at(&tail),
                });
            }
        }
        feeding
    }

    /// The task that decides when this one starts by a link, and not one that it could have waited for longer.
    fn waited_for(&self, node: usize, levelled: &Levelled) -> Option<usize> {
        let (by_links, driver) = self.network.earliest(node, &levelled.places);
        let arc = self.network.ins(node).get(driver as usize)?;
        if by_links.finish == levelled.places[node].finish { self.real(arc.node as usize, levelled) } else { None }
    }

    /// The node, or of a group's start or finish the task behind it.
    fn real(&self, node: usize, levelled: &Levelled) -> Option<usize> {
        let mut node = node;
        while !self.network.is_task(node) {
            let driver = levelled.drivers[node];
            if driver == NONE {
                return None;
            }
            node = self.network.ins(node)[driver as usize].node as usize;
        }
        Some(node)
    }

    fn tasks_at(&self, nodes: &[usize]) -> Vec<u32> {
        nodes.iter().map(|node| self.network.task_of[*node]).collect()
    }

    /// The root of the sum of squares of the reserves of what is still to be done.
    fn buffer(&self, nodes: &[usize], safe: &[i32]) -> i64 {
        let reserves = nodes.iter().map(|node| {
            let task = self.network.task_of[*node] as usize;
            let duration = self.input.tasks[task].duration.minutes();
            f64::from(safe.get(task).map_or(0, |safe| safe - duration).max(0))
        });
        #[expect(clippy::cast_possible_truncation, reason = "of minutes of a plan")]
        let minutes = reserves.map(|reserve| reserve * reserve).sum::<f64>().sqrt().round() as i64;
        minutes
    }
}
