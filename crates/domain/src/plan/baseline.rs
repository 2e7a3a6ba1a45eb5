//! Baselines: a plan as it was agreed, kept for comparison.

use crate::id::{BaselineId, MemberId, PlanId, TaskId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A plan's dates on the day on which it was agreed. They do not change any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub id: BaselineId,
    pub plan: PlanId,
    pub name: String,
    pub by: MemberId,
    pub created_at: DateTime<Utc>,
    pub tasks: BTreeMap<TaskId, Agreed>,
}

/// From when to when a task was meant to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    pub start: DateTime<Utc>,
    pub finish: DateTime<Utc>,
}
