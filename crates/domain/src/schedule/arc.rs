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
    /// In which the other node is reckoned.
    other: u16,
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
    /// In which they are reckoned.
    pub calendars: [u16; 2],
    pub arc: Arc,
}

impl Tie {
    /// Of a group's start or finish and what lies in it.
    pub fn nest(from: u32, to: u32, end: End, calendars: [u16; 2]) -> Self {
        let arc = Arc {
            node: from,
            lag: 0,
            link: NO_LINK,
            calendar: calendars[1],
            other: 0,
            from: end,
            to: end,
            plain: calendars[0] == calendars[1],
            back: false,
        };
        Self { from, to, calendars, arc }
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
            // Nothing is counted in the calendar in which the waiting end is reckoned anyway.
            Span::Work(0) | Span::Elapsed(0) => (0, calendars[usize::from(link.bound == Bound::AtLeast)]),
            Span::Work(minutes) => (minutes, own),
            Span::Elapsed(minutes) => (minutes, ELAPSED),
        };
        let same = calendars[0] == calendars[1];
        let plain = same && (minutes == 0 || calendar == calendars[1]);
        let arc = Arc {
            node: from,
            lag: minutes,
            link: number,
            calendar,
            other: 0,
            from: first,
            to: second,
            plain,
            back: false,
        };
        match link.bound {
            Bound::AtLeast => Self { from, to, calendars, arc },
            // No later after the predecessor than the lag: the predecessor is no earlier before it.
            Bound::AtMost => {
                let arc = Arc { node: to, lag: -minutes, from: second, to: first, back: true, ..arc };
                Self { from: to, to: from, calendars: [calendars[1], calendars[0]], arc }
            }
        }
    }
}

impl Tie {
    /// As it stands with its successor.
    pub fn seen_from_successor(&self) -> Arc {
        Arc { node: self.from, other: self.calendars[0], ..self.arc }
    }

    /// As it stands with its predecessor.
    pub fn seen_from_predecessor(&self) -> Arc {
        Arc { node: self.to, other: self.calendars[1], ..self.arc }
    }
}

impl Arc {
    /// The earliest place for the successor's end, in the calendar of this number, from the predecessor's.
    #[inline]
    pub fn forward(&self, place: Place, calendars: &[Shared<Calendar>], own: u16) -> Place {
        let lag = Place::from(self.lag);
        if self.plain {
            return shifted(place, lag);
        }
        let moment = calendars[usize::from(self.other)].moment(place);
        let to = &calendars[usize::from(own)];
        match self.calendar {
            calendar if calendar == own => shifted(to.ceil(moment), lag),
            ELAPSED => to.ceil(moment + lag),
            calendar => {
                let calendar = &calendars[usize::from(calendar)];
                to.ceil(calendar.moment(shifted(calendar.ceil(moment), lag)))
            }
        }
    }

    /// The latest place for the predecessor's end, in the calendar of this number, from the successor's: the latest from
    /// which [`Self::forward`] leads no further.
    #[inline]
    pub fn backward(&self, place: Place, calendars: &[Shared<Calendar>], own: u16) -> Place {
        let lag = Place::from(self.lag);
        if self.plain {
            return before_shift(place, lag);
        }
        let from = &calendars[usize::from(own)];
        let to = &calendars[usize::from(self.other)];
        match self.calendar {
            calendar if calendar == self.other => from.floor(to.moment(before_shift(place, lag))),
            ELAPSED => from.floor(to.moment(place) - lag),
            calendar => {
                let calendar = &calendars[usize::from(calendar)];
                from.floor(calendar.moment(before_shift(calendar.floor(to.moment(place)), lag)))
            }
        }
    }
}

/// The place so many working minutes later or earlier. As work is done in the evening, not on the morning after, a lag is
/// over then; and what lies some work earlier lies where that work begins.
#[inline]
fn shifted(place: Place, minutes: Place) -> Place {
    // Without a branch: in a plan, lags come in no order that a processor could foresee.
    ((place & !Place::from(minutes > 0)) | Place::from(minutes < 0)) + 2 * minutes
}

/// The latest place from which [`shifted`] leads no further than here.
#[inline]
fn before_shift(place: Place, minutes: Place) -> Place {
    (place - 2 * minutes - Place::from(minutes < 0)) | Place::from(minutes != 0)
}
