//! Plans in the XML form of MS Project (MSPDI), read into plain structures, written from them, and made into what the
//! scheduler reckons.
//!
//! Meaning of fields: Microsoft, "Project XML Data Interchange Schema". Times in the file are those of the clock on the
//! wall, without a zone; lags and slack are tenths of a minute.

mod hours;
mod plan;
mod read;
#[cfg(test)]
mod tests;
mod write;
mod xml;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

pub use plan::PlanOf;
pub use read::read;
pub use write::write;

use crate::{
    calendar::{Exception, Shift},
    schedule::{LinkKind, Span},
};

/// A file, as far as it is understood; [`Self::unread`] tells the rest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Project {
    pub name: String,
    pub start: Option<NaiveDateTime>,
    pub finish: Option<NaiveDateTime>,
    pub status: Option<NaiveDateTime>,
    /// The calendar of tasks that name none, by its number in the file.
    pub calendar: i64,
    /// Minutes of a working day: how long a day is in durations told in days.
    pub minutes_per_day: i32,
    /// Up to how many days of slack a task is critical.
    pub critical_slack: i32,
    pub calendars: Vec<ProjectCalendar>,
    /// In order of the outline, without blank rows and without the row of the project itself.
    pub tasks: Vec<ProjectTask>,
    pub resources: Vec<Resource>,
    pub assignments: Vec<Assignment>,
    /// What the file says and this does not understand: names of elements with a value, and how often each stands.
    pub unread: BTreeMap<String, usize>,
}

/// A calendar's own hours; what it does not say is as in the one that it is based on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProjectCalendar {
    pub number: i64,
    pub name: String,
    pub base: Option<i64>,
    /// From Monday on.
    pub week: [Option<Vec<Shift>>; 7],
    pub exceptions: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ProjectTask {
    /// Its number in the file, by which links and assignments name it.
    pub number: i64,
    pub name: String,
    /// How deep it lies in the outline; 1 is the outermost.
    pub level: u32,
    pub start: Option<NaiveDateTime>,
    pub finish: Option<NaiveDateTime>,
    pub duration: Span,
    pub remaining: i32,
    pub milestone: bool,
    /// Its dates are set by hand.
    pub manual: bool,
    /// Of the eight kinds, by MS Project's number, and its date.
    pub constraint: (u8, Option<NaiveDateTime>),
    pub deadline: Option<NaiveDateTime>,
    pub percent: u8,
    pub actual_start: Option<NaiveDateTime>,
    pub actual_finish: Option<NaiveDateTime>,
    /// None where it is that of the project.
    pub calendar: Option<i64>,
    pub notes: String,
    pub links: Vec<ProjectLink>,
    pub baselines: Vec<Baseline>,
    /// What MS Project reckoned: whether the task is critical, and its slack in tenths of a minute.
    pub critical: bool,
    pub slack: Option<i64>,
}

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProjectLink {
    pub from: i64,
    pub kind: LinkKind,
    pub lag: ProjectLag,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProjectLag {
    Time(Span),
    /// Of the predecessor's duration.
    Percent(i32),
}

/// A task as it was agreed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// 0 to 10.
    pub number: u8,
    pub start: Option<NaiveDateTime>,
    pub finish: Option<NaiveDateTime>,
    pub duration: Option<i32>,
}

/// A person, a machine or a material.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    pub number: i64,
    pub name: String,
    pub email: String,
    pub calendar: Option<i64>,
}

/// Who does a task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assignment {
    pub task: i64,
    pub resource: i64,
    /// How much of the resource's time, in percent.
    pub percent: u32,
    /// In minutes.
    pub work: i32,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no XML, or broken off; the place in bytes.
    NotXml { at: u64 },
    /// It is XML, but not of MS Project.
    NotAProject,
    /// Elements lie in each other deeper than in any such file.
    TooDeep { at: u64 },
    /// More tasks, links or calendars than a plan may have.
    TooMany,
}
