//! The plan as arrays: nodes in an order in which every task stands behind those that it waits for, and their arcs in
//! compressed rows.

use std::sync::Arc as Shared;

use super::{
    arc::{Arc, NO_LINK, Tie},
    gates::Gates,
    groups::Groups,
    input::{Constraint, FARTHEST, Flaw, Input, Link, MAX_SPAN, Progress, Span, Task},
    order::{Rows, rank},
};
use crate::calendar::{Calendar, Moment, Place, WorkingHours, Zone};

/// No bound in the future, and none in the past. Far from the ends of the numbers, so that adding to them is safe.
pub(super) const NEVER: Place = i64::MAX / 4;
pub(super) const EVER: Place = i64::MIN / 4;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    ToDo,
    Started,
    Finished,
    /// The start or the finish of a group, in which nothing is done.
    Gate,
}

/// What the passes need of nearly every task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// Minutes that are still to be done.
    pub work: i32,
    pub calendar: u16,
    pub state: State,
    /// Whether there is more: [`Special`].
    pub special: bool,
}

/// What the passes need of tasks with constraints, deadlines and progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Special {
    /// What is to be done starts and finishes no earlier.
    pub start_from: Place,
    pub finish_from: Place,
    /// It should start and finish no later.
    pub start_by: Place,
    pub finish_by: Place,
    /// Where it has really started and finished.
    pub started: Place,
    pub finished: Place,
}

#[derive(Debug, Clone)]
pub(super) struct Network {
    /// With the one around the clock as the last.
    pub calendars: Vec<Shared<Calendar>>,
    /// For each calendar, where what has not begun starts at the earliest.
    pub floor: Vec<Place>,
    /// By rank: behind everything that leads to it by arcs that do not lead back.
    pub nodes: Vec<Node>,
    pub specials: Vec<Special>,
    /// For each node, where its special stands, if it ever had one.
    special_of: Vec<u32>,
    ins: Rows,
    outs: Rows,
    /// Whether any arc leads back.
    pub has_back: bool,
    /// The task of each node, for a gate the group.
    pub task_of: Vec<u32>,
    /// The node of each task; of groups none.
    pub node_of: Vec<u32>,
    pub groups: Groups,
}

impl Network {
    pub fn new(input: &Input) -> Result<Self, Flaw> {
        check(input)?;
        let groups = Groups::new(&input.tasks)?;
        let mut calendars = input.calendars.clone();
        let clock =
            Calendar::new(&WorkingHours::around_the_clock(), &Zone::default(), input.start.instant().date_naive());
        calendars.push(Shared::new(clock.expect("every hour of every day is worked")));
        let earliest = input.status.map_or(input.start, |status| status.max(input.start));
        let floor = calendars.iter().map(|calendar| calendar.ceil(earliest.0)).collect();
        let gates = Gates::new(input, &groups)?;
        let ties = gates.ties(input, &groups);
        let count = gates.task_of.len();
        let (rank, order) = rank(count, &ties, &gates.task_of)?;
        let ties: Vec<Tie> = ties
            .into_iter()
            .map(|tie| Tie { from: rank[tie.from as usize], to: rank[tie.to as usize], ..tie })
            .collect();
        let ranked = |node: u32| if node == NONE { NONE } else { rank[node as usize] };
        let mut network = Self {
            calendars,
            floor,
            nodes: Vec::with_capacity(count),
            specials: Vec::new(),
            special_of: vec![NONE; count],
            has_back: ties.iter().any(|tie| tie.arc.back),
            ins: Rows::into(count, &ties),
            outs: Rows::out_of(count, &ties),
            task_of: order.iter().map(|node| gates.task_of[*node as usize]).collect(),
            node_of: gates.leaf.iter().map(|node| ranked(*node)).collect(),
            groups,
        };
        for node in &order {
            let task = gates.task_of[*node as usize];
            let task = (task, &input.tasks[task as usize]);
            let (node, special) = if gates.leaf[task.0 as usize] == *node {
                network.node(task.1, input)
            } else {
                network.gate(task.1, gates.open[task.0 as usize] == *node)
            };
            network.nodes.push(node);
            network.set_special(network.nodes.len() - 1, special);
        }
        Ok(network)
    }

    /// The arcs that lead to a node; their `node` is the predecessor.
    #[inline]
    pub fn ins(&self, node: usize) -> &[Arc] {
        self.ins.of(node)
    }

    /// The arcs that lead away from a node; their `node` is the successor.
    #[inline]
    pub fn outs(&self, node: usize) -> &[Arc] {
        self.outs.of(node)
    }

    /// Adds the arc of a link that stands behind all others.
    pub fn add(&mut self, tie: &Tie) {
        self.ins.add(tie.to, tie.seen_from_successor());
        self.outs.add(tie.from, tie.seen_from_predecessor());
    }

    /// Takes the arc of a link away; the links behind it are numbered one less.
    pub fn remove(&mut self, tie: &Tie) {
        self.ins.remove(tie.to, tie.arc.link);
        self.outs.remove(tie.from, tie.arc.link);
    }

    /// Puts the arc of a link in the place of that of the same number between the same nodes.
    pub fn put(&mut self, tie: &Tie) {
        self.ins.put(tie.to, tie.seen_from_successor());
        self.outs.put(tie.from, tie.seen_from_predecessor());
    }

    #[inline]
    pub fn special(&self, node: usize) -> &Special {
        &self.specials[self.special_of[node] as usize]
    }

    /// Whether the node is a task, and not a gate of a group.
    pub fn is_task(&self, node: usize) -> bool {
        self.nodes[node].state != State::Gate
    }

    /// Of a node of this network that has changed.
    pub fn replace(&mut self, node: usize, with: Node, special: Option<Special>) {
        self.nodes[node] = with;
        self.set_special(node, special);
    }

    fn set_special(&mut self, node: usize, special: Option<Special>) {
        let Some(special) = special else { return };
        let place = &mut self.special_of[node];
        if *place == NONE {
            *place = u32::try_from(self.specials.len()).unwrap_or(NONE);
            self.specials.push(special);
        } else {
            self.specials[*place as usize] = special;
        }
    }

    /// The calendar in which the task is reckoned: its own, or around the clock.
    pub fn calendar_of(&self, task: &Task) -> u16 {
        calendar_of(task, self.calendars.len() - 1)
    }

    /// A task that holds no others.
    pub fn node(&self, task: &Task, input: &Input) -> (Node, Option<Special>) {
        let number = self.calendar_of(task);
        let calendar = &self.calendars[usize::from(number)];
        let duration = task.duration.minutes();
        let (state, work) = match task.progress {
            Progress::ToDo => (State::ToDo, duration),
            Progress::Started { remaining, .. } => (State::Started, remaining),
            Progress::Finished { .. } => (State::Finished, 0),
        };
        let special = task.constraint != Constraint::Asap || task.deadline.is_some() || state != State::ToDo;
        let node = Node { work, calendar: number, state, special };
        if !special {
            return (node, None);
        }
        let mut special = Special::none(self.floor[usize::from(number)]);
        match task.progress {
            Progress::ToDo => special.constrain(task.constraint, calendar),
            Progress::Started { start, remaining } => {
                special.started = calendar.ceil(start.0);
                let done = 2 * Place::from(duration - remaining);
                special.start_from = if done == 0 { special.started } else { (special.started | 1) + done };
                if let Some(status) = input.status {
                    special.start_from = special.start_from.max(calendar.ceil(status.0));
                }
                // The start is as it is; what the finish should be still stands.
                if matches!(
                    task.constraint,
                    Constraint::FinishOn(_) | Constraint::FinishNoEarlier(_) | Constraint::FinishNoLater(_)
                ) {
                    special.constrain(task.constraint, calendar);
                }
            }
            Progress::Finished { start, finish } => {
                (special.started, special.finished) = (calendar.ceil(start.0), calendar.ceil(finish.0));
            }
        }
        if let Some(deadline) = task.deadline {
            special.finish_by = special.finish_by.min(calendar.floor(deadline.0));
        }
        (node, Some(special))
    }

    fn gate(&self, task: &Task, open: bool) -> (Node, Option<Special>) {
        let calendar = &self.calendars[usize::from(task.calendar)];
        let mut special = Special::none(self.floor[usize::from(task.calendar)]);
        special.constrain(task.constraint, calendar);
        if open {
            special.finish_by = NEVER;
        } else {
            special.start_from = EVER;
            if let Some(deadline) = task.deadline {
                special.finish_by = special.finish_by.min(calendar.floor(deadline.0));
            }
        }
        (Node { work: 0, calendar: task.calendar, state: State::Gate, special: true }, Some(special))
    }
}

impl Special {
    fn none(floor: Place) -> Self {
        Self { start_from: floor, finish_from: EVER, start_by: NEVER, finish_by: NEVER, started: EVER, finished: EVER }
    }

    fn constrain(&mut self, constraint: Constraint, calendar: &Calendar) {
        let [from, by] = [Calendar::ceil, Calendar::floor].map(|round| move |moment: i64| round(calendar, moment));
        match constraint {
            Constraint::Asap | Constraint::Alap => {}
            Constraint::StartOn(moment) => {
                self.start_from = self.start_from.max(from(moment.0));
                self.start_by = by(moment.0);
            }
            Constraint::FinishOn(moment) => {
                (self.finish_from, self.finish_by) = (from(moment.0), by(moment.0));
            }
            Constraint::StartNoEarlier(moment) => self.start_from = self.start_from.max(from(moment.0)),
            Constraint::StartNoLater(moment) => self.start_by = by(moment.0),
            Constraint::FinishNoEarlier(moment) => self.finish_from = from(moment.0),
            Constraint::FinishNoLater(moment) => self.finish_by = by(moment.0),
        }
    }
}

/// The calendar in which a task is reckoned, where the one around the clock has this number.
pub(super) fn calendar_of(task: &Task, clock: usize) -> u16 {
    match task.duration {
        Span::Work(_) => task.calendar,
        Span::Elapsed(_) => u16::try_from(clock).unwrap_or(u16::MAX),
    }
}

fn check(input: &Input) -> Result<(), Flaw> {
    if ![Some(input.start), input.status, input.end].into_iter().flatten().all(is_near) {
        return Err(Flaw::PlanDate);
    }
    for (number, task) in (0u32..).zip(&input.tasks) {
        check_task(input, number, task)?;
    }
    for (number, link) in (0u32..).zip(&input.links) {
        check_link(input, number, link)?;
    }
    Ok(())
}

/// What is wrong with the link by itself.
pub(super) fn check_link(input: &Input, number: u32, link: &Link) -> Result<(), Flaw> {
    if link.from.max(link.to) as usize >= input.tasks.len() {
        return Err(Flaw::UnknownInLink(number));
    }
    let possible = link.lag.minutes().unsigned_abs() <= MAX_SPAN.unsigned_abs();
    if possible { Ok(()) } else { Err(Flaw::Lag(number)) }
}

/// What is wrong with the task by itself.
pub(super) fn check_task(input: &Input, number: u32, task: &Task) -> Result<(), Flaw> {
    let parent = task.parent.is_none_or(|parent| (parent as usize) < input.tasks.len());
    if !parent || usize::from(task.calendar) >= input.calendars.len() {
        return Err(Flaw::UnknownInTask(number));
    }
    let constraint = match task.constraint {
        Constraint::Asap | Constraint::Alap => None,
        Constraint::StartOn(date)
        | Constraint::FinishOn(date)
        | Constraint::StartNoEarlier(date)
        | Constraint::StartNoLater(date)
        | Constraint::FinishNoEarlier(date)
        | Constraint::FinishNoLater(date) => Some(date),
    };
    let happened = match task.progress {
        Progress::ToDo => [None, None],
        Progress::Started { start, .. } => [Some(start), None],
        Progress::Finished { start, finish } => [Some(start), Some(finish)],
    };
    let mut dates = [constraint, task.deadline].into_iter().chain(happened).flatten();
    if !dates.all(is_near) || happened[1] < happened[0] && happened[1].is_some() {
        return Err(Flaw::Date(number));
    }
    let duration = task.duration.minutes();
    let remaining = match task.progress {
        Progress::Started { remaining, .. } => remaining,
        Progress::ToDo | Progress::Finished { .. } => 0,
    };
    let possible = (0..=MAX_SPAN).contains(&duration) && (0..=duration).contains(&remaining);
    if possible { Ok(()) } else { Err(Flaw::Duration(number)) }
}

fn is_near(moment: Moment) -> bool {
    (-FARTHEST..=FARTHEST).contains(&moment.0)
}

/// The link of an arc, if it has one.
pub(super) fn link_of(arc: &Arc) -> Option<u32> {
    Some(arc.link).filter(|link| *link != NO_LINK)
}
