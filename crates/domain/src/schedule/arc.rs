//! An inequality between two tasks, as the passes use it.

use std::sync::Arc as Shared;

use super::input::{Bound, Link, LinkKind, Span};
use crate::calendar::{Calendar, Place};

/// The lag of an arc in elapsed time has no calendar.
const ELAPSED: u16 = u16::MAX;

/// The arc of no link: it ties a task to the group that it lies in.
pub(super) const NO_LINK: u32 = u32::MAX;

/// The start or the finish of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Start,
    Finish,
}

/// One end of a task is not before one end of another and the lag. Kept twice: with its successor, where `node` is the
/// predecessor, and with its predecessor, where it is the successor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub node: u32,
    /// In minutes.
    lag: i32,
    pub link: u32,
    /// In whose time the lag is counted.
    calendar: u16,
    pub from: End,
    pub to: End,
    /// Both ends and the lag are in one calendar: nothing is converted.
    plain: bool,
    /// From a maximal lag: it may lead back in the order of tasks.
    pub back: bool,
}

/// An arc and the nodes that it leads between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    pub from: u32,
    pub to: u32,
    pub arc: Arc,
}

impl Tie {
    /// Of a group's start or finish and what lies in it.
    pub fn nest(from: u32, to: u32, end: End, same_calendar: bool) -> Self {
        let arc = Arc {
            node: from,
            lag: 0,
            link: NO_LINK,
            calendar: ELAPSED,
            from: end,
            to: end,
            plain: same_calendar,
            back: false,
        };
        Self { from, to, arc }
    }

    /// Of a link between the nodes. `own` is the calendar of the successor's hours, `calendars` are those in which the
    /// predecessor and the successor are reckoned.
    pub fn link(number: u32, link: &Link, [from, to]: [u32; 2], own: u16, calendars: [u16; 2]) -> Self {
        let (first, second) = match link.kind {
            LinkKind::FinishStart => (End::Finish, End::Start),
            LinkKind::StartStart => (End::Start, End::Start),
            LinkKind::FinishFinish => (End::Finish, End::Finish),
            LinkKind::StartFinish => (End::Start, End::Finish),
        };
        let (minutes, calendar) = match link.lag {
            Span::Work(minutes) => (minutes, own),
            Span::Elapsed(minutes) => (minutes, ELAPSED),
        };
        let same = calendars[0] == calendars[1];
        let plain = same && (minutes == 0 || calendar == calendars[1]);
        let arc = Arc { node: from, lag: minutes, link: number, calendar, from: first, to: second, plain, back: false };
        match link.bound {
            Bound::AtLeast => Self { from, to, arc },
            // No later after the predecessor than the lag: the predecessor is no earlier before it.
            Bound::AtMost => {
                let arc = Arc { node: to, lag: -minutes, from: second, to: first, back: true, ..arc };
                Self { from: to, to: from, arc }
            }
        }
    }
}

impl Arc {
    /// The earliest place for the successor's end, from the predecessor's.
    #[inline]
    pub fn forward(&self, place: Place, calendars: &[Shared<Calendar>], from: u16, to: u16) -> Place {
        if self.plain {
            return place + 2 * Place::from(self.lag);
        }
        let moment = calendars[usize::from(from)].moment(place);
        let to = &calendars[usize::from(to)];
        to.ceil(self.lagged(moment, calendars, Place::from(self.lag), Calendar::ceil))
    }

    /// The latest place for the predecessor's end, from the successor's: the latest from which [`Self::forward`] leads no
    /// further.
    #[inline]
    pub fn backward(&self, place: Place, calendars: &[Shared<Calendar>], from: u16, to: u16) -> Place {
        if self.plain {
            return place - 2 * Place::from(self.lag);
        }
        let moment = calendars[usize::from(to)].moment(place);
        let from = &calendars[usize::from(from)];
        from.floor(self.lagged(moment, calendars, -Place::from(self.lag), Calendar::floor))
    }

    fn lagged(
        &self,
        moment: i64,
        calendars: &[Shared<Calendar>],
        lag: Place,
        round: impl Fn(&Calendar, i64) -> Place,
    ) -> i64 {
        match self.calendar {
            _ if lag == 0 => moment,
            ELAPSED => moment + lag,
            calendar => {
                let calendar = &calendars[usize::from(calendar)];
                calendar.moment(round(calendar, moment) + 2 * lag)
            }
        }
    }
}
