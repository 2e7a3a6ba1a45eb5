//! From a file to what the scheduler reckons.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDateTime;

use super::{Project, ProjectLag, ProjectTask, hours::default_hours};
use crate::{
    calendar::{Calendar, Moment, Zone},
    refusal::Refusal,
    schedule::{Constraint, Input, Link, MAX_SPAN, Progress, Span, Task},
};

/// The scheduler's input of a file; its tasks are those of [`Project::tasks`], in that order.
#[derive(Debug, Clone)]
pub struct PlanOf {
    pub input: Input,
    /// Tasks, by their place, whose dates in the file are not those of their duration, because other hours than theirs or
    /// pauses count: they last as long as their dates say.
    pub stretched: Vec<u32>,
    /// Calendars, by their number in the file, that are not there or in which nothing is ever worked: those of MS Project's
    /// default count in their place.
    pub idle: Vec<i64>,
    /// Links, by the place of the task that waits, that name no task of the file or that a group of tasks cannot have.
    pub dropped: Vec<u32>,
}

impl Project {
    /// The plan in a zone's time. It begins with the file's start, or with its first task where that is earlier.
    ///
    /// # Errors
    /// Exceptions of a calendar lie beyond the years that a calendar may have.
    pub fn plan(&self, zone: &Zone) -> Result<PlanOf, Refusal> {
        let moment = |time: NaiveDateTime| zone.moment(time);
        let starts = self.tasks.iter().filter_map(|task| task.start).chain(self.start);
        let start = starts.min().unwrap_or_default();
        let mut calendars = Calendars {
            project: self,
            zone,
            near: start,
            numbers: HashMap::new(),
            laid_out: Vec::new(),
            idle: Vec::new(),
        };
        calendars.of(self.calendar)?;
        let places: HashMap<i64, u32> = (0u32..).zip(&self.tasks).map(|(place, task)| (task.number, place)).collect();
        let mut input = Input::new(moment(start), calendars.laid_out[0].clone());
        input.status = self.status.map(moment);
        input.near = u32::try_from(self.critical_slack.saturating_mul(self.minutes_per_day)).unwrap_or(0);
        let (mut stretched, mut dropped) = (Vec::new(), Vec::new());
        // The tasks that the next one may lie in, by level.
        let mut outer: Vec<(u32, u32)> = Vec::new();
        let is_group: Vec<bool> = self
            .tasks
            .iter()
            .enumerate()
            .map(|(at, task)| self.tasks.get(at + 1).is_some_and(|next| next.level > task.level))
            .collect();
        for ((place, task), group) in (0u32..).zip(&self.tasks).zip(&is_group) {
            while outer.last().is_some_and(|(level, _)| *level >= task.level) {
                outer.pop();
            }
            let calendar = calendars.of(task.calendar.unwrap_or(self.calendar))?;
            let mut with = Task {
                parent: outer.last().map(|(_, place)| *place),
                calendar,
                duration: task.duration,
                constraint: constraint(task, *group, moment),
                deadline: task.deadline.map(moment),
                progress: Progress::ToDo,
            };
            outer.push((task.level, place));
            if !group {
                let hours = &calendars.laid_out[usize::from(calendar)];
                if let Some(duration) = lasting(task, hours, moment) {
                    with.duration = duration;
                    stretched.push(place);
                }
                with.progress = progress(task, with.duration, moment);
            }
            input.tasks.push(with);
            for link in &task.links {
                let lag = match link.lag {
                    ProjectLag::Time(span) => span,
                    ProjectLag::Percent(percent) => self.part(link.from, percent),
                };
                let from = places.get(&link.from).copied();
                let link = from.map(|from| Link { kind: link.kind, lag, ..Link::new(from, place) });
                match link.filter(|link| allowed(link, &is_group)) {
                    Some(link) => input.links.push(link),
                    None => dropped.push(place),
                }
            }
        }
        input.calendars.clone_from(&calendars.laid_out);
        Ok(PlanOf { input, stretched, idle: calendars.idle, dropped })
    }

    fn part(&self, task: i64, percent: i32) -> Span {
        let duration = self.tasks.iter().find(|other| other.number == task).map_or(Span::ZERO, |other| other.duration);
        let part = |minutes: i32| {
            let part = i64::from(minutes) * i64::from(percent) / 100;
            i32::try_from(part).unwrap_or(0).clamp(-MAX_SPAN, MAX_SPAN)
        };
        match duration {
            Span::Work(minutes) => Span::Work(part(minutes)),
            Span::Elapsed(minutes) => Span::Elapsed(part(minutes)),
        }
    }
}

/// Calendars laid out once each.
struct Calendars<'a> {
    project: &'a Project,
    zone: &'a Zone,
    near: NaiveDateTime,
    numbers: HashMap<i64, u16>,
    laid_out: Vec<Arc<Calendar>>,
    idle: Vec<i64>,
}

impl Calendars<'_> {
    /// The place of the calendar with this number in the file; where it has none, of MS Project's default.
    fn of(&mut self, number: i64) -> Result<u16, Refusal> {
        if let Some(place) = self.numbers.get(&number) {
            return Ok(*place);
        }
        let hours = self.project.hours(number).unwrap_or_else(|| {
            self.idle.push(number);
            default_hours()
        });
        let calendar = Calendar::new(&hours, self.zone, self.near.date())?;
        self.laid_out.push(Arc::new(calendar));
        let place = u16::try_from(self.laid_out.len() - 1).unwrap_or(0);
        self.numbers.insert(number, place);
        Ok(place)
    }
}

fn constraint(task: &ProjectTask, group: bool, moment: impl Fn(NaiveDateTime) -> Moment) -> Constraint {
    let (kind, date) = task.constraint;
    let date = date.map(&moment);
    match (kind, date) {
        (1, _) if !group => Constraint::Alap,
        (2, Some(date)) if !group => Constraint::StartOn(date),
        (3, Some(date)) if !group => Constraint::FinishOn(date),
        (4, Some(date)) => Constraint::StartNoEarlier(date),
        (5, Some(date)) if !group => Constraint::StartNoLater(date),
        (6, Some(date)) if !group => Constraint::FinishNoEarlier(date),
        (7, Some(date)) => Constraint::FinishNoLater(date),
        // By hand it is not put earlier than where it was put.
        _ => task
            .start
            .filter(|_| task.manual && !group)
            .map_or(Constraint::Asap, |start| Constraint::StartNoEarlier(moment(start))),
    }
}

fn progress(task: &ProjectTask, duration: Span, moment: impl Fn(NaiveDateTime) -> Moment) -> Progress {
    match (task.actual_start, task.actual_finish) {
        (Some(start), Some(finish)) => Progress::Finished { start: moment(start), finish: moment(finish) },
        (Some(start), None) => {
            let remaining = task.remaining.min(duration.minutes());
            Progress::Started { start: moment(start), remaining }
        }
        _ => Progress::ToDo,
    }
}

/// How long a task lasts by its dates, where that is not its duration.
fn lasting(task: &ProjectTask, hours: &Calendar, moment: impl Fn(NaiveDateTime) -> Moment) -> Option<Span> {
    let (Span::Work(duration), None, Some(start), Some(finish)) =
        (task.duration, task.actual_start, task.start, task.finish)
    else {
        return None;
    };
    let lasts = i32::try_from(hours.minutes(moment(start), moment(finish))).ok().filter(|lasts| *lasts >= 0)?;
    (lasts != duration).then_some(Span::Work(lasts))
}

/// What a group of tasks can have of links.
fn allowed(link: &Link, is_group: &[bool]) -> bool {
    use crate::schedule::LinkKind::{FinishFinish, FinishStart, StartStart};
    let from = !is_group[link.from as usize] || matches!(link.kind, FinishStart | FinishFinish);
    let to = !is_group[link.to as usize] || matches!(link.kind, FinishStart | StartStart);
    from && to
}
