//! Calendars: weeks, exceptions, and exceptions that come again and again.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Timelike, Weekday};

use super::{Project, ProjectCalendar, xml::Element};
use crate::calendar::{Exception, MAX_EXCEPTIONS, Shift, WorkingHours};

/// A calendar of the file; exceptions that cannot be told are told to `unread`.
pub(super) fn calendar(element: &Element, mut unread: impl FnMut(&str)) -> ProjectCalendar {
    let mut calendar = ProjectCalendar {
        number: element.number("UID").unwrap_or_default(),
        name: element.text("Name").to_owned(),
        // Files say -1 or 0 for none.
        base: element.number("BaseCalendarUID").filter(|number| *number > 0),
        ..ProjectCalendar::default()
    };
    for day in element.all("WeekDays").flat_map(|days| days.all("WeekDay")) {
        // 1 is Sunday; 0 is how older files tell an exception.
        match day.number::<usize>("DayType") {
            Some(kind @ 1..=7) => calendar.week[(kind + 5) % 7] = Some(shifts(day)),
            Some(0) => calendar.exceptions.extend(exceptions(day, &mut unread)),
            _ => unread("WeekDay"),
        }
    }
    let later = element.all("Exceptions").flat_map(|list| list.all("Exception"));
    for exception in later {
        // The first that holds a day counts.
        calendar.exceptions.splice(0..0, exceptions(exception, &mut unread));
    }
    let count = calendar.exceptions.len();
    // Those in years that a calendar may have, and no more of them than it may have.
    calendar.exceptions.retain(|exception| exception.check().is_ok());
    keep_last(&mut calendar.exceptions);
    (calendar.exceptions.len()..count).for_each(|_| unread("Exception"));
    calendar
}

impl Project {
    /// The hours of a calendar, with those that it is based on beneath; none where the file has no such calendar or
    /// nothing is ever worked in it.
    pub fn hours(&self, number: i64) -> Option<WorkingHours> {
        let find = |number: i64| self.calendars.iter().find(|calendar| calendar.number == number);
        let own = find(number)?;
        let bases =
            std::iter::successors(Some(own), |calendar| calendar.base.and_then(find)).take(self.calendars.len());
        let chain: Vec<&ProjectCalendar> = bases.collect();
        let usual = default_hours().week;
        let week = std::array::from_fn(|weekday| {
            let said = chain.iter().find_map(|calendar| calendar.week[weekday].as_ref());
            said.unwrap_or(&usual[weekday]).clone()
        });
        let mut exceptions = chain.iter().rev().flat_map(|calendar| calendar.exceptions.clone()).collect();
        keep_last(&mut exceptions);
        let hours = WorkingHours { week, exceptions };
        hours.check().is_ok().then_some(hours)
    }
}

/// As many as a calendar may have: those that count before others.
fn keep_last(exceptions: &mut Vec<Exception>) {
    exceptions.drain(..exceptions.len().saturating_sub(MAX_EXCEPTIONS));
}

/// What MS Project takes for worked where nothing says otherwise.
pub(super) fn default_hours() -> WorkingHours {
    let day = vec![Shift::hours(8, 12), Shift::hours(13, 17)];
    let week = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { Vec::new() });
    WorkingHours { week, exceptions: Vec::new() }
}

fn shifts(day: &Element) -> Vec<Shift> {
    if day.text("DayWorking") != "1" {
        return Vec::new();
    }
    let times = day.all("WorkingTimes").flat_map(|times| times.all("WorkingTime"));
    let mut shifts: Vec<Shift> = times
        .filter_map(|time| {
            let minute = |name: &str| {
                let time: NaiveTime = time.number(name)?;
                u16::try_from(time.num_seconds_from_midnight() / 60).ok()
            };
            // A shift that ends at midnight ends with the day.
            let (from, to) = (minute("FromTime")?, minute("ToTime")?);
            let to = if to <= from { 1440 } else { to };
            Some(Shift { from, to })
        })
        .collect();
    shifts.sort_by_key(|shift| shift.from);
    shifts.dedup_by(|later, earlier| later.from < earlier.to);
    shifts
}

/// The days of an exception: one stretch, or those on which it comes again.
pub(super) fn exceptions(element: &Element, unread: &mut impl FnMut(&str)) -> Vec<Exception> {
    let Some((first, last)) = stretch(element) else {
        unread("Exception");
        return Vec::new();
    };
    let shifts = shifts(element);
    let Some(rule) = Recurrence::of(element) else {
        return vec![Exception { first, last, shifts }];
    };
    let days = rule.days(first, last).take(MAX_EXCEPTIONS + 1);
    days.map(|day| Exception { first: day, last: day, shifts: shifts.clone() }).collect()
}

/// From the first to the last day that an exception may come on.
fn stretch(element: &Element) -> Option<(NaiveDate, NaiveDate)> {
    let period = element.child("TimePeriod")?;
    let [first, last] = ["FromDate", "ToDate"].map(|name| period.text(name).get(..10)?.parse::<NaiveDate>().ok());
    first.zip(last).filter(|(first, last)| first <= last)
}

/// On which days within its stretch an exception comes.
enum Recurrence {
    /// Every so many days.
    Daily(u64),
    /// Every so many weeks, which begin on Sunday, on the days of a mask whose lowest bit is Sunday.
    Weekly(i64, u32),
    /// Every so many months, from the month of the year, on a day of it.
    Monthly { every: u32, month: Option<u32>, on: OfMonth },
}

enum OfMonth {
    Day(u32),
    /// The first to the fourth of such days, or the last.
    Nth {
        item: u32,
        position: usize,
    },
}

impl Recurrence {
    /// None for every day.
    fn of(element: &Element) -> Option<Self> {
        let number = |name: &str| element.number::<u32>(name);
        let every = number("Period").unwrap_or(1).max(1);
        let day = || OfMonth::Day(number("MonthDay").unwrap_or(1));
        let nth = || OfMonth::Nth {
            item: number("MonthItem").unwrap_or(0),
            position: number("MonthPosition").unwrap_or(0) as usize,
        };
        let month = number("Month").map(|month| month + 1).or(Some(1));
        match number("Type")? {
            2 => Some(Self::Monthly { every: 12, month, on: day() }),
            3 => Some(Self::Monthly { every: 12, month, on: nth() }),
            4 => Some(Self::Monthly { every, month: None, on: day() }),
            5 => Some(Self::Monthly { every, month: None, on: nth() }),
            6 => Some(Self::Weekly(i64::from(every), number("DaysOfWeek").unwrap_or(0))),
            7 => Some(Self::Daily(u64::from(every))),
            _ => None,
        }
    }

    fn days(&self, first: NaiveDate, last: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate> + '_> {
        let within = move |day: &NaiveDate| *day <= last;
        match self {
            Self::Daily(every) => {
                let step = Days::new(*every);
                Box::new(std::iter::successors(Some(first), move |day| day.checked_add_days(step)).take_while(within))
            }
            Self::Weekly(every, mask) => {
                let from = i64::from(first.num_days_from_ce() - sunday_based(first.weekday()).cast_signed());
                let wanted = move |day: &NaiveDate| {
                    let weeks = (i64::from(day.num_days_from_ce()) - from).div_euclid(7);
                    mask & (1 << sunday_based(day.weekday())) != 0 && weeks % every == 0
                };
                Box::new(first.iter_days().take_while(within).filter(wanted))
            }
            Self::Monthly { every, month, on } => {
                let mut start = first.with_day(1).unwrap_or(first);
                if let Some(month) = month {
                    // The first such month that has not passed.
                    let ahead = (month + 12 - start.month()) % 12;
                    start = start.checked_add_months(Months::new(ahead)).unwrap_or(start);
                }
                let step = Months::new(*every);
                let months = std::iter::successors(Some(start), move |month| month.checked_add_months(step));
                let days = months.take_while(within).filter_map(|month| on.day(month));
                Box::new(days.filter(move |day| first <= *day && *day <= last))
            }
        }
    }
}

impl OfMonth {
    /// The day in the month that begins on this one.
    fn day(&self, month: NaiveDate) -> Option<NaiveDate> {
        let (item, position) = match self {
            Self::Day(day) => return month.with_day(*day),
            Self::Nth { item, position } => (*item, *position),
        };
        let wanted = |day: &NaiveDate| {
            let weekday = sunday_based(day.weekday());
            match item {
                0 => true,
                1 => (1..6).contains(&weekday),
                2 => weekday == 0 || weekday == 6,
                item => weekday == item - 3,
            }
        };
        let mut days = month.iter_days().take_while(|day| day.month() == month.month()).filter(wanted);
        if position < 4 { days.nth(position) } else { days.last() }
    }
}

fn sunday_based(weekday: Weekday) -> u32 {
    weekday.num_days_from_sunday()
}
