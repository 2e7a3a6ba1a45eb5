//! Small plans for tests.

use super::{DAY, Hours, Length, Link, Plan, Reckoned, Task, reckon::Flaw};
use crate::{
    calendar::Zone,
    id::{PlanId, TaskId, WorkspaceId},
    money::Currency,
    order::spread,
    schedule::LinkKind,
    view::View,
    workspace::Workspace,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Wednesday, 2026-11-25, in the afternoon.
pub fn now() -> DateTime<Utc> {
    "2026-11-25T15:00:00Z".parse().unwrap()
}

pub fn id(number: u128) -> TaskId {
    TaskId(Uuid::from_u128(number))
}

/// A task of so many days; they stand in order of their numbers, from 1 to 39.
pub fn task(number: u128, days: i32) -> Task {
    Task::new(
        id(number),
        PlanId(Uuid::from_u128(100)),
        spread(40)[usize::try_from(number).unwrap()].clone(),
        format!("task {number}"),
        Length { minutes: days * DAY, elapsed: false },
        now(),
    )
}

/// The task, waiting for another to finish.
pub fn after(mut task: Task, predecessor: u128) -> Task {
    task.links.insert(id(predecessor), Link { kind: LinkKind::FinishStart, lag: Length::ZERO });
    task
}

pub fn beneath(task: Task, parent: u128) -> Task {
    Task { parent: Some(id(parent)), ..task }
}

/// From Tuesday, 2026-12-01, on.
pub fn plan() -> Plan {
    Plan {
        id: PlanId(Uuid::from_u128(100)),
        name: "plan".to_owned(),
        deal: None,
        start_on: day("2026-12-01"),
        due_on: None,
        template: false,
        from: None,
        buffer: 0,
        created_at: now(),
    }
}

/// A workspace, made other than usual by the function.
pub fn view(other: impl FnOnce(&mut Workspace)) -> View {
    let mut view = View::default();
    let (id, currency) = (WorkspaceId(Uuid::nil()), "CNY".parse::<Currency>().unwrap());
    let mut workspace = Workspace::new(id, "w".to_owned(), currency, "UTC".to_owned());
    other(&mut workspace);
    view.workspaces.insert(id, workspace);
    view
}

pub fn hours() -> Hours {
    Hours::of(&view(|_| ()), &Zone::default(), day("2026-11-25"))
}

pub fn reckoned(plan: Plan, tasks: &[Task]) -> Result<Reckoned, Flaw> {
    Reckoned::of(Arc::new(plan), tasks.iter().cloned().map(Arc::new).collect(), &hours(), now())
}
