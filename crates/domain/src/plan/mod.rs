//! Plans: what is to be done for a deal, in which order and by whom. A plan's tasks form a tree and wait for each other; when
//! they lie is not written down but reckoned by [`crate::schedule`] from what is ([`reckon`]): so moving one moves whatever
//! depends on it.

mod baseline;
mod calendars;
pub mod chain;
pub mod draft;
pub mod exchange;
mod hours;
pub mod length;
pub mod level;
pub mod lines;
pub mod load;
mod outline;
pub mod query;
pub mod reckon;
pub mod risk;
mod rules;
#[cfg(test)]
mod sample;
pub mod scale;
mod task;
pub mod template;
pub mod whole;

pub use baseline::{Agreed, Baseline};
pub use calendars::{DAY, Hours};
pub use hours::working_hours;
pub use outline::Outline;
pub use reckon::Reckoned;
pub use task::{Confirmation, Constraint, Criterion, Evidence, Length, Link, Task};

use crate::id::{DealId, PlanId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How many tasks a plan has at most.
pub const MOST_TASKS: usize = 10_000;
/// How many tasks one task waits for at most.
pub const MOST_LINKS: usize = 1_000;
/// How many baselines a plan keeps at most.
pub const MOST_BASELINES: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub id: PlanId,
    pub name: String,
    /// Whose schedule it is; without one it is the workspace's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealId>,
    /// Nothing that has not begun is planned earlier. A template's own dates count from here.
    pub start_on: NaiveDate,
    /// The day by which everything is promised to be finished: what lies between the last task and this day is reserve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// It is no plan of its own, but what plans are made from: its tasks name roles.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub template: bool,
    /// The template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PlanId>,
    /// Time kept in reserve at the end of the chain, in working minutes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer: u32,
    pub created_at: DateTime<Utc>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
