//! The forward and the backward pass: the earliest and the latest places of every node, all of them or those that an
//! edit can have changed.

use std::sync::Arc as Shared;

use super::{
    arc::{Arc, End},
    input::{Constraint, Flaw, Input},
    marks::Marks,
    network::{EVER, NEVER, NONE, Network, Node, State, link_of},
};
use crate::calendar::{Calendar, Moment, Place};

/// Where a node starts and finishes, in its calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    pub start: Place,
    pub finish: Place,
}

impl Places {
    #[inline]
    pub fn at(&self, end: End) -> Place {
        match end {
            End::Start => self.start,
            End::Finish => self.finish,
        }
    }

    pub const EVER: Self = Self { start: EVER, finish: EVER };
    pub const NEVER: Self = Self { start: NEVER, finish: NEVER };
}

/// How often a circle of maximal lags may be gone round until it is taken to grow for ever: over a year of working days.
const TURNS: usize = 300;

/// Nodes that were given other places, and those that they had.
pub(super) type Moved = Vec<(usize, Places)>;

/// A reckoned plan. What an edit moves is reckoned anew, the rest is kept; the result is the same as reckoning all.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub(super) input: Input,
    pub(super) network: Network,
    pub(super) early: Vec<Places>,
    /// For what has begun, the start is the latest at which the rest can be taken up.
    pub(super) late: Vec<Places>,
    /// The arc to each node, by its place in the row, that decides when it starts.
    driver: Vec<u32>,
    /// When all is finished, in minutes.
    pub(super) end: i64,
    /// For each calendar, the last place up to that end.
    ends: Vec<Place>,
    /// For each calendar, the last place for what must be finished.
    limits: Vec<Place>,
    /// Tasks to be done as late as possible, by rank from the last on, and where they are put.
    pub(super) alap: Vec<(u32, Places)>,
}

impl Schedule {
    /// Reckons the whole plan.
    pub fn new(input: Input) -> Result<Self, Flaw> {
        let network = Network::new(&input)?;
        let count = network.nodes.len();
        let mut schedule = Self {
            input,
            network,
            early: vec![Places::EVER; count],
            late: vec![Places::NEVER; count],
            driver: vec![NONE; count],
            end: 0,
            ends: Vec::new(),
            limits: Vec::new(),
            alap: Vec::new(),
        };
        schedule.reckon()?;
        Ok(schedule)
    }

    /// What was reckoned, with the edits made since.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// When all is finished.
    pub fn end(&self) -> Moment {
        Moment(self.end)
    }

    /// Both passes over everything. Edits keep the plan reckoned, so nothing but a measurement needs it.
    ///
    /// # Errors
    /// Maximal lags contradict each other.
    pub fn reckon(&mut self) -> Result<(), Flaw> {
        self.all_forward()?;
        self.set_end(self.last_finish());
        self.all_backward();
        self.put_late();
        Ok(())
    }

    fn all_forward(&mut self) -> Result<(), Flaw> {
        if self.network.has_back {
            self.early.fill(Places::EVER);
        }
        for node in 0..self.early.len() {
            (self.early[node], self.driver[node]) = self.network.earliest(node, &self.early);
        }
        if self.network.has_back {
            // What an arc back from a later node holds up is put right, and what hangs on that, until nothing moves.
            // In one calendar the longest way leads over no arc twice, so more rounds than arcs back mean a way that grows
            // for ever; between calendars a circle may come to rest after some turns.
            let mut changed = Marks::new(self.early.len());
            let ranks = 0..self.early.len();
            ranks.flat_map(|node| self.network.outs(node)).filter(|arc| arc.back).for_each(|arc| changed.set(arc.node));
            for round in 0.. {
                let mut again = Marks::new(self.early.len());
                let mut last = None;
                while let Some(node) = changed.take_first() {
                    let (early, driver) = self.network.earliest(node, &self.early);
                    if early == self.early[node] {
                        continue;
                    }
                    (self.early[node], self.driver[node]) = (early, driver);
                    last = Some(node);
                    for arc in self.network.outs(node) {
                        if arc.node as usize > node { changed.set(arc.node) } else { again.set(arc.node) }
                    }
                }
                if again.is_empty() {
                    return Ok(());
                }
                if let Some(last) = last.filter(|_| round > self.network.back_arcs() + TURNS) {
                    return Err(Flaw::Contradiction(self.contradiction(last)));
                }
                changed = again;
            }
        }
        Ok(())
    }

    /// The tasks that drive each other in a circle, back from this node.
    fn contradiction(&self, node: usize) -> Vec<u32> {
        let mut seen = vec![false; self.early.len()];
        let mut way = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            if std::mem::replace(&mut seen[node], true) {
                let from = way.iter().position(|passed| *passed == node).unwrap_or(0);
                way.drain(..from);
                break;
            }
            way.push(node);
            next = self.driving_arc(node).map(|arc| arc.node as usize);
        }
        let mut tasks: Vec<u32> = way.iter().rev().map(|node| self.network.task_of[*node]).collect();
        tasks.dedup();
        tasks
    }

    fn all_backward(&mut self) {
        if self.network.has_back {
            self.late.fill(Places::NEVER);
        }
        for node in (0..self.late.len()).rev() {
            self.late[node] = self.network.latest(node, &self.late, &self.limits);
        }
        if self.network.has_back {
            let mut changed = Marks::new(self.late.len());
            let ranks = 0..self.late.len();
            ranks
                .filter(|node| self.network.outs(*node).iter().any(|arc| arc.back))
                .for_each(|node| changed.set_at(node));
            self.settle_backward(changed, &mut Vec::new());
        }
    }

    /// Reckons the marked nodes backward, and what hangs on those that change; tells which do. A way round in circles
    /// that grows for ever was refused by the forward pass, and the two have the same.
    pub(super) fn settle_backward(&mut self, mut changed: Marks, moved: &mut Moved) {
        while let Some(node) = changed.take_last() {
            let late = self.network.latest(node, &self.late, &self.limits);
            if late != self.late[node] {
                moved.push((node, self.late[node]));
                self.late[node] = late;
                self.network.ins(node).iter().for_each(|arc| changed.set(arc.node));
            }
        }
    }

    /// Reckons the marked nodes forward, and what hangs on those that change; tells which do, and whether one of them
    /// may have been the last to finish. For plans without arcs back.
    pub(super) fn settle_forward(&mut self, mut changed: Marks, moved: &mut Moved) -> bool {
        let mut last_moved = false;
        while let Some(node) = changed.take_first() {
            let (early, driver) = self.network.earliest(node, &self.early);
            self.driver[node] = driver;
            let before = self.early[node];
            if early != before {
                last_moved |= before.finish >= self.ends[usize::from(self.network.nodes[node].calendar)] - 1;
                self.early[node] = early;
                moved.push((node, before));
                self.network.outs(node).iter().for_each(|arc| changed.set(arc.node));
            }
        }
        last_moved
    }

    /// When the last task finishes: by calendar first, so that few places are told as moments.
    pub(super) fn last_finish(&self) -> i64 {
        let mut last = vec![EVER; self.network.calendars.len()];
        let nodes = self.network.nodes.iter().zip(&self.early).filter(|(node, _)| node.state != State::Gate);
        for (node, early) in nodes {
            let last = &mut last[usize::from(node.calendar)];
            *last = early.finish.max(*last);
        }
        let moments = self.network.calendars.iter().zip(last).filter(|(_, place)| *place > EVER);
        moments.map(|(calendar, place)| calendar.moment(place)).max().unwrap_or(self.input.start.0)
    }

    /// Sets a new end; whether the latest places must be reckoned anew for it.
    pub(super) fn set_end(&mut self, end: i64) -> bool {
        let floor = |moment: i64| self.network.calendars.iter().map(|calendar| calendar.floor(moment)).collect();
        (self.end, self.ends) = (end, floor(end));
        let limits = self.input.end.map_or_else(|| self.ends.clone(), |end| floor(end.0));
        let changed = limits != self.limits;
        self.limits = limits;
        changed
    }

    /// Puts tasks that are to be done as late as possible there, from the last to the first, so that one makes room for
    /// another.
    pub(super) fn put_late(&mut self) {
        self.alap.clear();
        for at in (0..self.early.len()).rev() {
            let node = &self.network.nodes[at];
            let constraint = || self.input.tasks[self.network.task_of[at] as usize].constraint;
            if !node.special || node.state != State::ToDo || constraint() != Constraint::Alap {
                continue;
            }
            let finish = self.free_until(at).min(self.network.cap(at));
            let latest = self.network.nodes[at].before(finish);
            let node = u32::try_from(at).unwrap_or(NONE);
            self.alap.push((node, if latest.finish > self.early[at].finish { latest } else { self.early[at] }));
        }
    }

    /// Where a node is meant to be: as early as it can, or as late without moving others.
    pub(super) fn planned(&self, node: usize) -> Places {
        if self.alap.is_empty() {
            return self.early[node];
        }
        let rank = u32::try_from(node).unwrap_or(NONE);
        self.alap.binary_search_by(|(at, _)| rank.cmp(at)).map_or(self.early[node], |at| self.alap[at].1)
    }

    /// The latest finish of the node that moves no other, nor the end.
    pub(super) fn free_until(&self, node: usize) -> Place {
        let end = self.ends[usize::from(self.network.nodes[node].calendar)];
        self.network.latest_finish(node, |arc| self.stays(arc.node as usize)).min(end)
    }

    /// What must not be pushed where a node is to stay as it is planned: of what is finished nothing, of what has begun
    /// the rest. A group's start and finish are nobody's dates: what follows from them stays.
    fn stays(&self, node: usize) -> Places {
        let of = &self.network.nodes[node];
        match of.state {
            State::ToDo => self.planned(node),
            State::Started => of.before(self.early[node].finish),
            State::Finished => Places::NEVER,
            State::Gate => of.before(self.network.latest_finish(node, |arc| self.stays(arc.node as usize))),
        }
    }

    fn driving_arc(&self, node: usize) -> Option<&Arc> {
        self.network.ins(node).get(self.driver[node] as usize)
    }

    /// The link that decides when the node starts, if it is a link that does.
    pub(super) fn driving_link(&self, node: usize) -> Option<u32> {
        let mut arc = self.driving_arc(node)?;
        loop {
            if let Some(link) = link_of(arc) {
                return Some(link);
            }
            arc = self.driving_arc(arc.node as usize)?;
        }
    }
}

impl Node {
    /// From where to where the work is done that ends here at the latest.
    #[inline]
    pub(super) fn before(self, finish: Place) -> Places {
        if self.work == 0 {
            return Places { start: finish, finish };
        }
        let finish = finish & !1;
        Places { start: (finish - 2 * Place::from(self.work)) | 1, finish }
    }

    /// From where to where the work is done that begins here at the earliest.
    #[inline]
    pub(super) fn after(self, start: Place) -> Places {
        if self.work == 0 {
            return Places { start, finish: start };
        }
        let start = start | 1;
        Places { start, finish: start - 1 + 2 * Place::from(self.work) }
    }
}

impl Network {
    fn back_arcs(&self) -> usize {
        (0..self.nodes.len()).flat_map(|node| self.outs(node)).filter(|arc| arc.back).count()
    }

    /// Where a node lies at the earliest, and which of the arcs to it decides so.
    #[inline]
    pub(super) fn earliest(&self, at: usize, early: &[Places]) -> (Places, u32) {
        let node = self.nodes[at];
        let work = 2 * Place::from(node.work);
        let mut start = self.floor[usize::from(node.calendar)];
        if node.special {
            let special = self.special(at);
            if node.state == State::Finished {
                return (Places { start: special.started, finish: special.finished }, NONE);
            }
            start = special.start_from.max(special.finish_from - work);
        }
        let round = Place::from(node.work > 0);
        start |= round;
        let mut driver = NONE;
        for (number, arc) in (0u32..).zip(self.ins(at)) {
            let place = early[arc.node as usize].at(arc.from);
            if arc.back && place == EVER {
                continue;
            }
            let mut place = arc.forward(place, &self.calendars, node.calendar);
            if arc.to == End::Finish {
                place -= work;
            }
            place |= round;
            // Of what comes to the same, a link is told rather than a date, and the first of several.
            if place > start || (place == start && driver == NONE) {
                (start, driver) = (place, number);
            }
        }
        if node.work == 0 && start & 1 == 1 {
            // Within a stretch of work there is no pause to be after.
            let calendar = &self.calendars[usize::from(node.calendar)];
            start = calendar.ceil(calendar.moment(start));
        }
        let mut places = node.after(start);
        if node.state == State::Started {
            places.start = self.special(at).started;
        }
        (places, driver)
    }

    /// Where a node lies at the latest.
    #[inline]
    fn latest(&self, at: usize, late: &[Places], limits: &[Place]) -> Places {
        let node = &self.nodes[at];
        if node.state == State::Finished {
            return Places::NEVER;
        }
        let mut finish = limits[usize::from(node.calendar)];
        if node.special {
            finish = finish.min(self.cap(at));
        }
        node.before(finish.min(self.latest_finish(at, |arc| late[arc.node as usize])))
    }

    /// When a node should be finished by its own constraint and deadline.
    fn cap(&self, at: usize) -> Place {
        let node = &self.nodes[at];
        if !node.special {
            return NEVER;
        }
        let special = self.special(at);
        let start_by = if node.work > 0 { (special.start_by - 1) | 1 } else { special.start_by };
        special.finish_by.min(start_by + 2 * Place::from(node.work))
    }

    /// The latest finish of a node with which those that wait for it can lie where they do.
    #[inline]
    fn latest_finish(&self, at: usize, others: impl Fn(&Arc) -> Places) -> Place {
        let node = self.nodes[at];
        let mut finish = NEVER;
        for arc in self.outs(at) {
            let mut place = others(arc).at(arc.to);
            // A start that has been is held by nothing.
            if place >= NEVER || (arc.from == End::Start && node.state == State::Started) {
                continue;
            }
            if place & 1 == 0 {
                let to = &self.nodes[arc.node as usize];
                if to.work > 0 {
                    // What must not end before a morning may as well end on the evening before.
                    place |= 1;
                } else {
                    // Within a stretch of work there is no pause to be before.
                    let calendar = &self.calendars[usize::from(to.calendar)];
                    place = calendar.floor(calendar.moment(place));
                }
            }
            place = arc.backward(place, &self.calendars, node.calendar);
            if arc.from == End::Start && node.work > 0 {
                // What must begin by an evening begins while there is still work to be done.
                place = ((place - 1) | 1) + 2 * Place::from(node.work);
            }
            finish = finish.min(place);
        }
        finish
    }

    pub(super) fn calendar(&self, node: usize) -> &Shared<Calendar> {
        &self.calendars[usize::from(self.nodes[node].calendar)]
    }
}
