//! Tasks: what is done, by whom, for how long, after what, and how one knows that it is done.

use crate::{
    id::{CriterionId, MemberId, PlanId, TaskId},
    order::OrderKey,
    schedule::LinkKind,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A task. One that others name as their parent holds them together: its dates are theirs, and its own duration, constraint
/// and progress count for nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub plan: PlanId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskId>,
    /// Its place among those of the same parent.
    pub key: OrderKey,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// In a template: who does it, in the workspace's words, for example "presales".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Of a milestone zero.
    pub duration: Length,
    #[serde(default, skip_serializing_if = "Constraint::is_soon")]
    pub constraint: Constraint,
    /// The last day on which it should be finished; it moves nothing and takes float away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<NaiveDate>,
    /// How much of it is done, up to 100. 100 where it is finished.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub percent: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Who reported it finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_by: Option<MemberId>,
    /// What it waits for, by predecessor. In recorded changes each is a field of its own, `links.<task id>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<TaskId, Link>,
    /// By what one knows that it is done. In recorded changes each is a field of its own, `criteria.<criterion id>`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub criteria: BTreeMap<CriterionId, Criterion>,
    /// It is finished only when its criteria are met and somebody other than its owner and than who finishes it has
    /// confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirm: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    pub created_at: DateTime<Utc>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(percent: &u8) -> bool {
    *percent == 0
}

impl Task {
    /// One that nobody has begun, that waits for nothing and lies in no other.
    pub fn new(
        id: TaskId,
        plan: PlanId,
        key: OrderKey,
        title: String,
        duration: Length,
        created_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            plan,
            parent: None,
            key,
            title,
            owner: None,
            role: String::new(),
            duration,
            constraint: Constraint::default(),
            deadline: None,
            percent: 0,
            started_at: None,
            finished_at: None,
            finished_by: None,
            links: BTreeMap::new(),
            criteria: BTreeMap::new(),
            confirm: false,
            confirmed: None,
            notes: String::new(),
            created_at,
        }
    }

    /// It takes no time: it marks a point.
    pub fn is_milestone(&self) -> bool {
        self.duration.minutes == 0
    }
}

/// How long something takes, in minutes: of work in the calendar of whoever does it, or on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    pub minutes: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elapsed: bool,
}

/// When a task may or should lie, by the clock on the workspace's wall. Links come first: a date that they do not allow shows
/// as float below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    #[default]
    AsSoonAsPossible,
    /// As late as possible without moving any other task.
    AsLateAsPossible,
    StartOn(NaiveDateTime),
    FinishOn(NaiveDateTime),
    StartNoEarlier(NaiveDateTime),
    StartNoLater(NaiveDateTime),
    FinishNoEarlier(NaiveDateTime),
    FinishNoLater(NaiveDateTime),
}

impl Constraint {
    fn is_soon(&self) -> bool {
        *self == Self::AsSoonAsPossible
    }
}

/// How a task waits for its predecessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub kind: LinkKind,
    /// What must pass between the two; below zero, by how much they may overlap.
    pub lag: Length,
}

/// A condition under which a task counts as done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    pub text: String,
    /// Its place in the list.
    pub position: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<Evidence>,
}

/// Who ticked a criterion, when, and what shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub by: MemberId,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// That somebody other than its owner has seen a task done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    pub by: MemberId,
    pub at: DateTime<Utc>,
    pub note: String,
}
