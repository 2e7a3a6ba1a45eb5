//! Working hours laid out for reckoning.
//!
//! Work is a coordinate of its own: [`Place`] counts it, and a plan is reckoned in places, where adding a duration is an
//! addition. Between places and moments lead two tables over the stretches of work, by day and by work done, so either
//! way takes a bounded look-up. Beyond the tables the week repeats, so that every moment has an answer.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{Moment, WorkingHours, Zone, hours};
use crate::refusal::Refusal;

/// A place in the work of one calendar: twice the working minutes since the calendar's origin, and one more just after
/// a pause. So the evening and the next morning, between which nothing is worked, are neighbours and not the same: a
/// task ends on even places and begins on odd ones. Within a stretch of work both are the same moment.
pub(crate) type Place = i64;

const DAY: i64 = 1440;
const WEEK: i64 = 7 * DAY;

/// What a step of the table by work holds, in minutes, as a power of two.
const WORK_STEP: u32 = 8;

/// How many days before and after `near` are laid out: plans reach further into the future than into the past.
const BEFORE: u64 = 366;
const AFTER: u64 = 3 * 366;

/// A stretch of work without pause, in minutes since the table's first.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: i32,
    end: i32,
    /// Working minutes from the table's first minute to the start.
    before: i32,
}

/// Working hours in a zone, laid out: counts working minutes and days between moments, and adds them.
#[derive(Clone)]
pub struct Calendar {
    zone: Zone,
    /// The table's first minute: a local midnight before a Monday.
    origin: i64,
    /// Minutes from the first to the last of the table; beyond, the last week repeats.
    length: i64,
    /// Working minutes within the table.
    work: i64,
    /// Working minutes of the week that repeats.
    week: i64,
    /// In order, with a week more than the table's length holds.
    stretches: Vec<Stretch>,
    /// For each day since the origin, the first stretch that ends then or later.
    by_day: Vec<u32>,
    /// For each step of work, the stretch in which it begins.
    by_work: Vec<u32>,
    /// The date of the table's first day.
    first: NaiveDate,
    /// Working days before each day of the table, and before its end.
    days: Vec<u32>,
}

/// Short of what is laid out.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({} minutes a week)", self.week)
    }
}

impl Calendar {
    /// Lays the hours out. Whatever is asked later is answered rightly, but soonest around `near`.
    ///
    /// # Errors
    /// What [`WorkingHours::check`] refuses.
    pub fn new(hours: &WorkingHours, zone: &Zone, near: NaiveDate) -> Result<Self, Refusal> {
        hours.check()?;
        // All that is not as every week lies within the table, with a usual week before it and one after.
        let [past, future] = hours::LAST_DAYS.map(|day| day.unwrap_or(near));
        let near = near.clamp(past, future);
        let mut special = vec![near - Days::new(BEFORE), near + Days::new(AFTER)];
        special.extend(hours.exceptions.iter().flat_map(|exception| [exception.first, exception.last]));
        special.extend(zone.then.iter().map(|(instant, _)| zone.day(*instant)));
        let [earliest, latest] = [special.iter().min(), special.iter().max()].map(|day| *day.unwrap_or(&near));
        let first = monday(earliest - Days::new(8));
        let end = monday(latest + Days::new(16));
        Ok(Self::lay_out(hours, zone, first, end))
    }

    fn lay_out(hours: &WorkingHours, zone: &Zone, first: NaiveDate, end: NaiveDate) -> Self {
        let midnight = |day: NaiveDate| zone.moment(NaiveDateTime::new(day, NaiveTime::MIN)).0;
        let origin = midnight(first);
        let count = usize::try_from((end - first).num_days()).unwrap_or(0);
        let mut exception_of = vec![None; count];
        for exception in &hours.exceptions {
            let at = |day: NaiveDate| usize::try_from((day - first).num_days()).unwrap_or(0);
            exception_of[at(exception.first)..=at(exception.last)].fill(Some(exception));
        }
        let mut stretches: Vec<Stretch> = Vec::with_capacity(count * 2);
        let mut days = Vec::with_capacity(count + 1);
        let mut worked = 0;
        for (at, day) in first.iter_days().take(count + 7).enumerate() {
            if at <= count {
                days.push(worked);
            }
            let exception = exception_of.get(at).copied().flatten();
            let shifts = exception.map_or_else(
                || hours.week[day.weekday().num_days_from_monday() as usize].as_slice(),
                |exception| &exception.shifts,
            );
            worked += u32::from(!shifts.is_empty());
            for shift in shifts {
                let [start, end] = [shift.from, shift.to].map(|minute| {
                    let (day, minute) = if minute == 1440 { (day + Days::new(1), 0) } else { (day, minute) };
                    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0);
                    let local = NaiveDateTime::new(day, time.unwrap_or_default());
                    i32::try_from(zone.moment(local).0 - origin).unwrap_or(i32::MAX)
                });
                match stretches.last_mut() {
                    Some(last) if last.end == start => last.end = end,
                    // Where the clock skips a whole shift, nothing is worked.
                    _ if start < end => stretches.push(Stretch { start, end, before: 0 }),
                    _ => {}
                }
            }
        }
        let mut work = 0;
        for stretch in &mut stretches {
            stretch.before = work;
            work += stretch.end - stretch.start;
        }
        let length = midnight(end) - origin;
        let mut table = Self {
            zone: zone.clone(),
            origin,
            length,
            work: 0,
            week: 0,
            by_day: Vec::new(),
            by_work: Vec::new(),
            stretches,
            first,
            days,
        };
        table.by_day =
            (0..=length / DAY).map(|day| table.position(|stretch| i64::from(stretch.end) < day * DAY)).collect();
        let done = |minute: i64| table.floor_within(minute) / 2;
        let (work, before_last_week) = (done(length), done(length - WEEK));
        (table.work, table.week) = (work, work - before_last_week);
        let steps = 0..=work >> WORK_STEP;
        table.by_work = steps.map(|step| table.position(|s| s.work_end() <= step << WORK_STEP)).collect();
        table
    }

    /// The first stretch that is not so.
    fn position(&self, so: impl Fn(&Stretch) -> bool) -> u32 {
        u32::try_from(self.stretches.partition_point(so)).unwrap_or(u32::MAX)
    }

    /// The earliest place whose moment is not before this one.
    #[inline]
    pub(crate) fn ceil(&self, moment: i64) -> Place {
        let (minute, weeks) = self.fold(moment - self.origin);
        let stretch = self.first(self.ending_on(minute), |stretch| i64::from(stretch.end) < minute);
        let into = minute - i64::from(stretch.start);
        let within = if into > 0 { 2 * (i64::from(stretch.before) + into) } else { 2 * i64::from(stretch.before) + 1 };
        within + 2 * weeks * self.week
    }

    /// The latest place whose moment is not after this one.
    #[inline]
    pub(crate) fn floor(&self, moment: i64) -> Place {
        let (minute, weeks) = self.fold(moment - self.origin);
        self.floor_within(minute) + 2 * weeks * self.week
    }

    fn floor_within(&self, minute: i64) -> Place {
        let stretch = self.first(self.ending_on(minute), |stretch| i64::from(stretch.end) <= minute);
        let into = minute - i64::from(stretch.start);
        if into >= 0 { 2 * (i64::from(stretch.before) + into) + 1 } else { 2 * i64::from(stretch.before) }
    }

    /// The moment of a place.
    #[inline]
    pub(crate) fn moment(&self, place: Place) -> i64 {
        // The minute of work to the place's right or left: its stretch holds the place.
        let mut minute = ((place + 1) >> 1) - 1;
        let weeks = if minute < 0 {
            minute.div_euclid(self.week)
        } else if minute >= self.work {
            (minute - self.work).div_euclid(self.week) + 1
        } else {
            0
        };
        let skipped = weeks * self.week;
        minute -= skipped;
        let at = self.by_work[usize::try_from(minute >> WORK_STEP).unwrap_or(0)] as usize;
        let stretch = self.first(at, |stretch| stretch.work_end() <= minute);
        self.origin + i64::from(stretch.start) + (place >> 1) - skipped - i64::from(stretch.before) + weeks * WEEK
    }

    /// The first stretch from this one on that does not lie before something.
    #[inline]
    fn first(&self, mut at: usize, before: impl Fn(&Stretch) -> bool) -> Stretch {
        // Most days have two stretches: which of them it is, a processor cannot foresee, so it is counted and not asked.
        at += usize::from(before(&self.stretches[at]));
        at += usize::from(before(&self.stretches[at]));
        while before(&self.stretches[at]) {
            at += 1;
        }
        self.stretches[at]
    }

    /// A minute of the table that stands in its week as this one does, and how many weeks lie between them.
    #[inline]
    fn fold(&self, minute: i64) -> (i64, i64) {
        if (0..self.length).contains(&minute) {
            return (minute, 0);
        }
        let weeks = if minute < 0 { minute.div_euclid(WEEK) } else { (minute - self.length).div_euclid(WEEK) + 1 };
        (minute - weeks * WEEK, weeks)
    }

    #[inline]
    fn ending_on(&self, minute: i64) -> usize {
        self.by_day[usize::try_from(minute / DAY).unwrap_or(0)] as usize
    }

    /// The moment at which so many more working minutes are done; with fewer than none, before which they were. Work
    /// that is done when a pause begins is done then, and work is begun when a pause ends.
    pub fn add(&self, moment: Moment, minutes: i64) -> Moment {
        let place = if minutes < 0 {
            (self.floor(moment.0) & !1) + 2 * minutes + 1
        } else {
            (self.ceil(moment.0) | 1) - 1 + 2 * minutes
        };
        Moment(if minutes == 0 { moment.0 } else { self.moment(place) })
    }

    /// Working minutes from one moment to the other; below zero where the other is earlier.
    pub fn minutes(&self, from: Moment, to: Moment) -> i64 {
        (self.floor(to.0) >> 1) - (self.floor(from.0) >> 1)
    }

    /// The first moment from this one on at which work is done.
    pub fn next_start(&self, moment: Moment) -> Moment {
        Moment(self.moment(self.ceil(moment.0) | 1))
    }

    /// The last moment up to this one at which work ends or is being done.
    pub fn last_end(&self, moment: Moment) -> Moment {
        Moment(self.moment(self.floor(moment.0) & !1))
    }

    /// The stretches of work between two moments, in order, cut off at them.
    pub fn stretches(&self, from: Moment, to: Moment) -> impl Iterator<Item = (Moment, Moment)> + '_ {
        let mut place = self.ceil(from.0) | 1;
        std::iter::from_fn(move || {
            let start = self.moment(place);
            if start >= to.0 {
                return None;
            }
            let (minute, weeks) = self.fold(start - self.origin);
            let stretch = self.first(self.ending_on(minute), |stretch| i64::from(stretch.end) <= minute);
            let end = self.origin + i64::from(stretch.end) + weeks * WEEK;
            place += 2 * (end - start);
            Some((Moment(start), Moment(end.min(to.0))))
        })
    }

    /// Whether any work is done on this day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.working_days(day.pred_opt().unwrap_or(day), day) > 0
    }

    /// Working days after `from` up to and including `to`; 0 where `to` is not later.
    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = self.days_through(to) - self.days_through(from);
        u32::try_from(days.max(0)).unwrap_or(u32::MAX)
    }

    /// The day on which so many working days have passed after `day`: the last day of a limit that begins on `day`.
    pub fn after_working_days(&self, day: NaiveDate, count: u32) -> NaiveDate {
        if count == 0 {
            return day;
        }
        let wanted = self.days_through(day) + i64::from(count);
        let laid_out = i64::from(*self.days.last().unwrap_or(&0));
        let per_week = self.days_per_week();
        let weeks = if wanted > laid_out {
            (wanted - laid_out - 1).div_euclid(per_week) + 1
        } else if wanted < 1 {
            (wanted - 1).div_euclid(per_week)
        } else {
            0
        };
        // The first day through which that many are counted.
        let at = self.days.partition_point(|days| i64::from(*days) < wanted - weeks * per_week);
        let since = i64::try_from(at).unwrap_or(0) - 1 + weeks * 7;
        self.first.checked_add_signed(TimeDelta::days(since)).unwrap_or(NaiveDate::MAX)
    }

    fn days_per_week(&self) -> i64 {
        let last = self.days.len() - 1;
        i64::from(self.days[last] - self.days[last - 7])
    }

    /// Working days from the table's first to this one; below zero before the table.
    fn days_through(&self, day: NaiveDate) -> i64 {
        let at = (day - self.first).num_days() + 1;
        let last = i64::try_from(self.days.len()).unwrap_or(1) - 1;
        let weeks = if at < 0 {
            at.div_euclid(7)
        } else if at > last {
            (at - last - 1).div_euclid(7) + 1
        } else {
            0
        };
        let within = usize::try_from(at - weeks * 7).unwrap_or(0);
        i64::from(self.days[within]) + weeks * self.days_per_week()
    }

    /// The zone in which the hours are told.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
}

impl Stretch {
    #[inline]
    fn work_end(&self) -> i64 {
        i64::from(self.before + self.end - self.start)
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}
