//! What the scheduler is given: tasks, links and calendars by number, so that whoever has records or an imported file can
//! ask it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Moment};

/// The longest duration and the longest lag, in minutes: over a hundred years of elapsed time.
pub const MAX_SPAN: i32 = 60_000_000;

/// The farthest moment that is reckoned with, in minutes before and after 1970: further than years can be written.
pub(super) const FARTHEST: i64 = 1 << 38;

/// A plan to be reckoned. Tasks, links and calendars are named by their place in these lists.
#[derive(Debug, Clone)]
pub struct Input {
    /// Nothing that is not yet begun starts earlier.
    pub start: Moment,
    /// Until when progress is known: what is not done by then is done later. Without it, work that has begun is taken to
    /// go on as it was meant to.
    pub status: Option<Moment>,
    /// When all must be finished: floats are counted from here; without it, from when all will be finished.
    pub end: Option<Moment>,
    pub calendars: Vec<Arc<Calendar>>,
    pub tasks: Vec<Task>,
    pub links: Vec<Link>,
    /// Up to how many minutes of total float a task is nearly critical.
    pub near: u32,
}

impl Input {
    /// A plan without tasks, in one calendar.
    pub fn new(start: Moment, calendar: Arc<Calendar>) -> Self {
        Self {
            start,
            status: None,
            end: None,
            calendars: vec![calendar],
            tasks: Vec::new(),
            links: Vec::new(),
            near: 0,
        }
    }
}

/// A task, a milestone (of duration zero), or what holds others together: a task that is somebody's parent has the dates
/// of those beneath it, and its own duration and progress count for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    pub parent: Option<u32>,
    /// Whose hours it is worked in.
    pub calendar: u16,
    pub duration: Span,
    pub constraint: Constraint,
    /// A finish that is wanted: it takes float away, and moves nothing.
    pub deadline: Option<Moment>,
    pub progress: Progress,
}

impl Task {
    /// To be done as soon as possible, in the first calendar.
    pub fn new(duration: Span) -> Self {
        Self {
            parent: None,
            calendar: 0,
            duration,
            constraint: Constraint::Asap,
            deadline: None,
            progress: Progress::ToDo,
        }
    }
}

/// A length of time in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// Of work, in a calendar's hours.
    Work(i32),
    /// On the clock, nights and holidays included.
    Elapsed(i32),
}

impl Span {
    pub const ZERO: Self = Self::Work(0);

    pub fn minutes(self) -> i32 {
        match self {
            Self::Work(minutes) | Self::Elapsed(minutes) => minutes,
        }
    }
}

/// When a task may or should lie. Links come first: a date that they do not allow shows as float below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// As soon as possible.
    Asap,
    /// As late as possible without moving any other task.
    Alap,
    StartOn(Moment),
    FinishOn(Moment),
    StartNoEarlier(Moment),
    StartNoLater(Moment),
    FinishNoEarlier(Moment),
    FinishNoLater(Moment),
}

/// What has really happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Progress {
    ToDo,
    /// Begun. What remains waits, as before, for whatever the task depends on.
    Started {
        start: Moment,
        /// Minutes of the duration's kind that are still to be done.
        remaining: i32,
    },
    Finished {
        start: Moment,
        finish: Moment,
    },
}

impl Progress {
    /// Of a task that has begun and is done to so many percent, up to 100.
    pub fn started(start: Moment, duration: Span, percent: u8) -> Self {
        let left = i64::from(duration.minutes()) * i64::from(100 - percent.min(100)) / 100;
        Self::Started { start, remaining: i32::try_from(left).unwrap_or(i32::MAX) }
    }
}

/// One task waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    pub from: u32,
    pub to: u32,
    pub kind: LinkKind,
    /// What must pass between the two; below zero, by how much they may overlap. Working time is the successor's.
    pub lag: Span,
    pub bound: Bound,
}

impl Link {
    /// The usual one: finish to start, without lag.
    pub fn new(from: u32, to: u32) -> Self {
        Self { from, to, kind: LinkKind::FinishStart, lag: Span::ZERO, bound: Bound::AtLeast }
    }
}

/// Which end of the predecessor the successor's start or finish waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    FinishStart,
    StartStart,
    FinishFinish,
    StartFinish,
}

/// Whether a link's lag is what must pass at least, or what may pass at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    AtLeast,
    /// A maximal lag: the successor follows no later than this, so its predecessor waits for it. Such links may go round
    /// in circles.
    AtMost,
}

/// Why a plan cannot be reckoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Each of these tasks waits for the one before it, and the first for the last.
    Cycle(Vec<u32>),
    /// Each of these tasks lies within the next, and the last within the first.
    Nesting(Vec<u32>),
    /// Around these tasks, what must pass at least is more than what may pass at most.
    Contradiction(Vec<u32>),
    /// The task names a parent or a calendar that is not there.
    UnknownInTask(u32),
    /// The link names a task that is not there.
    UnknownInLink(u32),
    /// The plan's own start, status or end lies further away than can be reckoned.
    PlanDate,
    /// The task has a date further away than can be reckoned, or finished before it started.
    Date(u32),
    /// The task's duration or remaining duration is below zero, longer than [`MAX_SPAN`], or more remains than there is.
    Duration(u32),
    /// The link's lag is longer than [`MAX_SPAN`].
    Lag(u32),
    /// A task that holds others starts when the first of them does and finishes when the last one does: links can hold
    /// back its start and wait for its finish, and nothing else.
    GroupLink(u32),
    /// A task that holds others can start no earlier, finish no later, or be as soon as possible.
    GroupConstraint(u32),
}
