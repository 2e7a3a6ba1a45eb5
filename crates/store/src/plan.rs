//! Plans, their tasks and baselines: rows to records and back, and the page that shows them.

use crate::{access::Reader, account, board::sight_arguments, deal, error::Result, listing::contains, records::rows};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::{CriterionId, TaskId},
    order::OrderKey,
    page::Page,
    plan::{
        Agreed, Baseline, Confirmation, Constraint, Criterion, Length, Link, Plan, Task,
        query::{MOST_TASKS, Query},
    },
    view::View,
};
use sqlx::{PgConnection, types::Json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

struct PlanRow {
    id: Uuid,
    name: String,
    deal_id: Option<Uuid>,
    start_on: NaiveDate,
    due_on: Option<NaiveDate>,
    template: bool,
    from_id: Option<Uuid>,
    buffer: i32,
    created_at: DateTime<Utc>,
}

impl From<PlanRow> for Plan {
    fn from(row: PlanRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            deal: row.deal_id.map(Into::into),
            start_on: row.start_on,
            due_on: row.due_on,
            template: row.template,
            from: row.from_id.map(Into::into),
            buffer: row.buffer.unsigned_abs(),
            created_at: row.created_at,
        }
    }
}

struct TaskRow {
    id: Uuid,
    plan_id: Uuid,
    parent_id: Option<Uuid>,
    key: String,
    title: String,
    owner_id: Option<Uuid>,
    role: String,
    minutes: i32,
    elapsed: bool,
    bound: Option<Json<Constraint>>,
    deadline: Option<NaiveDate>,
    percent: i16,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    finished_by: Option<Uuid>,
    links: Json<BTreeMap<TaskId, Link>>,
    criteria: Json<BTreeMap<CriterionId, Criterion>>,
    confirm: bool,
    confirmed: Option<Json<Confirmation>>,
    notes: String,
    created_at: DateTime<Utc>,
}

impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id.into(),
            plan: row.plan_id.into(),
            parent: row.parent_id.map(Into::into),
            key: OrderKey::from_stored(row.key),
            title: row.title,
            owner: row.owner_id.map(Into::into),
            role: row.role,
            duration: Length { minutes: row.minutes, elapsed: row.elapsed },
            constraint: row.bound.map(|Json(constraint)| constraint).unwrap_or_default(),
            deadline: row.deadline,
            percent: u8::try_from(row.percent).unwrap_or(100),
            started_at: row.started_at,
            finished_at: row.finished_at,
            finished_by: row.finished_by.map(Into::into),
            links: row.links.0,
            criteria: row.criteria.0,
            confirm: row.confirm,
            confirmed: row.confirmed.map(|Json(confirmed)| confirmed),
            notes: row.notes,
            created_at: row.created_at,
        }
    }
}

struct BaselineRow {
    id: Uuid,
    plan_id: Uuid,
    name: String,
    by_id: Uuid,
    tasks: Json<BTreeMap<TaskId, Agreed>>,
    created_at: DateTime<Utc>,
}

impl From<BaselineRow> for Baseline {
    fn from(row: BaselineRow) -> Self {
        Self {
            id: row.id.into(),
            plan: row.plan_id.into(),
            name: row.name,
            by: row.by_id.into(),
            created_at: row.created_at,
            tasks: row.tasks.0,
        }
    }
}

macro_rules! plans {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            PlanRow,
            "SELECT plan.id, plan.name, plan.deal_id, plan.start_on, plan.due_on, plan.template, plan.from_id, plan.buffer,
               plan.created_at
             FROM plan " + $rest,
            $($argument),*
        )
    };
}

macro_rules! tasks {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            TaskRow,
            r#"SELECT id, plan_id, parent_id, key, title, owner_id, role, minutes, elapsed,
               bound AS "bound: Json<Constraint>", deadline, percent, started_at, finished_at, finished_by,
               links AS "links: Json<BTreeMap<TaskId, Link>>",
               criteria AS "criteria: Json<BTreeMap<CriterionId, Criterion>>", confirm,
               confirmed AS "confirmed: Json<Confirmation>", notes, created_at
             FROM task "# + $rest,
            $($argument),*
        )
    };
}

macro_rules! baselines {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            BaselineRow,
            r#"SELECT id, plan_id, name, by_id, tasks AS "tasks: Json<BTreeMap<TaskId, Agreed>>", created_at
             FROM baseline "# + $rest,
            $($argument),*
        )
    };
}

pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Plan>> {
    let rows = plans!("WHERE workspace_id = $1 AND id = ANY($2)", workspace, ids);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

/// What plans are made from, without their tasks.
pub(crate) async fn templates(connection: &mut PgConnection, workspace: Uuid) -> Result<Vec<Plan>> {
    let rows = plans!("WHERE workspace_id = $1 AND template", workspace);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn of_deals(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid]) -> Result<Vec<Plan>> {
    let rows = plans!("WHERE workspace_id = $1 AND deal_id = ANY($2)", workspace, deals);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn tasks_by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Task>> {
    let rows = tasks!("WHERE workspace_id = $1 AND id = ANY($2)", workspace, ids);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn tasks_of(connection: &mut PgConnection, workspace: Uuid, plans: &[Uuid]) -> Result<Vec<Task>> {
    let rows = tasks!("WHERE workspace_id = $1 AND plan_id = ANY($2)", workspace, plans);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn baselines_by_ids(
    connection: &mut PgConnection,
    workspace: Uuid,
    ids: &[Uuid],
) -> Result<Vec<Baseline>> {
    let rows = baselines!("WHERE workspace_id = $1 AND id = ANY($2)", workspace, ids);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn baselines_of(
    connection: &mut PgConnection,
    workspace: Uuid,
    plans: &[Uuid],
) -> Result<Vec<Baseline>> {
    let rows = baselines!("WHERE workspace_id = $1 AND plan_id = ANY($2)", workspace, plans);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

/// Takes the plans into the view with all that is in them.
pub(crate) async fn take_in(
    connection: &mut PgConnection,
    workspace: Uuid,
    plans: Vec<Plan>,
    view: &mut View,
) -> Result<()> {
    let ids: Vec<Uuid> = plans.iter().map(|plan| plan.id.0).collect();
    view.plans.extend(plans.into_iter().map(|plan| (plan.id, plan)));
    if ids.is_empty() {
        return Ok(());
    }
    let tasks = tasks_of(connection, workspace, &ids).await?;
    view.tasks.extend(tasks.into_iter().map(|task| (task.id, task)));
    let baselines = baselines_of(connection, workspace, &ids).await?;
    view.baselines.extend(baselines.into_iter().map(|baseline| (baseline.id, baseline)));
    Ok(())
}

/// The page of plans: those that the query names and the member may see, whole, as many as fit.
pub(crate) async fn page(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    view: &mut View,
) -> Result<Page> {
    let workspace = reader.workspace.0;
    let (sight, me) = sight_arguments(reader);
    let team = query.team.map(|team| view.members.values().filter(move |member| member.teams.contains(&team)));
    let team: Option<Vec<Uuid>> = team.map(|members| members.map(|member| member.id.0).collect());
    let owners: Option<Vec<Uuid>> =
        (!query.owners.is_empty()).then(|| query.owners.iter().map(|owner| owner.0).collect());
    let text = query.text.trim();
    let pattern = (!text.is_empty() && !text.contains('\0')).then(|| contains(text));
    let found = sqlx::query!(
        r#"SELECT plan.id, (SELECT count(*) FROM task WHERE task.workspace_id = $1 AND task.plan_id = plan.id) AS "tasks!"
           FROM plan LEFT JOIN deal ON deal.workspace_id = $1 AND deal.id = plan.deal_id
           WHERE plan.workspace_id = $1
             AND (plan.deal_id IS NULL OR $2::uuid[] IS NULL OR deal.owner_id = ANY($2) OR $3 = ANY(deal.collaborators))
             AND ($4::uuid IS NULL OR plan.id = $4)
             AND ($5::uuid IS NULL OR plan.deal_id = $5)
             AND ($4::uuid IS NOT NULL OR plan.template = $6)
             AND ($7::uuid IS NULL OR deal.pipeline_id = $7)
             AND ($8::uuid[] IS NULL OR deal.owner_id = ANY($8) OR EXISTS (
                   SELECT FROM task WHERE task.workspace_id = $1 AND task.plan_id = plan.id AND task.owner_id = ANY($8)))
             AND ($9::uuid[] IS NULL OR deal.owner_id = ANY($9) OR EXISTS (
                   SELECT FROM task WHERE task.workspace_id = $1 AND task.plan_id = plan.id AND task.owner_id = ANY($9)))
             AND ($10::text IS NULL OR plan.name ILIKE $10 OR deal.title ILIKE $10 OR EXISTS (
                   SELECT FROM task WHERE task.workspace_id = $1 AND task.plan_id = plan.id AND task.title ILIKE $10))
           ORDER BY plan.start_on, plan.name, plan.id"#,
        workspace,
        sight.as_deref(),
        me,
        query.plan.map(Uuid::from),
        query.deal.map(Uuid::from),
        query.templates,
        query.pipeline.map(Uuid::from),
        owners.as_deref(),
        team.as_deref(),
        pattern
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut left = i64::try_from(MOST_TASKS).unwrap_or(i64::MAX);
    let count = found.len();
    // As many as fit, in their order: the first that does not fit is the end.
    let ids: Vec<Uuid> = found
        .into_iter()
        .take_while(|row| {
            left -= row.tasks + 1;
            left >= 0
        })
        .map(|row| row.id)
        .collect();
    let plans = by_ids(connection, workspace, &ids).await?;
    let deals: Vec<Uuid> = plans.iter().filter_map(|plan| plan.deal).map(Into::into).collect();
    take_in(connection, workspace, plans, view).await?;
    take_in_deals(connection, workspace, &deals, view).await?;
    Ok(Page::Plan { more: ids.len() < count, plans: ids.into_iter().map(Into::into).collect() })
}

async fn take_in_deals(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid], view: &mut View) -> Result<()> {
    let mut accounts = BTreeSet::new();
    for deal in deal::by_ids(connection, workspace, deals).await? {
        accounts.extend(deal.account.map(Uuid::from));
        view.deals.insert(deal.id, deal);
    }
    let accounts: Vec<Uuid> = accounts.into_iter().collect();
    let accounts = account::by_ids(connection, workspace, &accounts).await?;
    view.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
    Ok(())
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, plans: &[&Plan]) -> Result<()> {
    sqlx::query!(
        r#"INSERT INTO plan (workspace_id, id, name, deal_id, start_on, due_on, template, from_id, buffer, created_at)
         SELECT $1, id, name, deal, start_on, due_on, coalesce(template, false), "from", coalesce(buffer, 0), created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, name text, deal uuid, start_on date, due_on date, template boolean, "from" uuid,
             buffer integer, created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name, deal_id = EXCLUDED.deal_id,
           start_on = EXCLUDED.start_on, due_on = EXCLUDED.due_on, template = EXCLUDED.template,
           from_id = EXCLUDED.from_id, buffer = EXCLUDED.buffer, created_at = EXCLUDED.created_at"#,
        workspace,
        rows(plans)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_tasks(connection: &mut PgConnection, workspace: Uuid, tasks: &[&Task]) -> Result<()> {
    sqlx::query!(
        r#"INSERT INTO task (workspace_id, id, plan_id, parent_id, key, title, owner_id, role, minutes, elapsed, bound,
           deadline, percent, started_at, finished_at, finished_by, links, criteria, confirm, confirmed, notes, created_at)
         SELECT $1, id, plan, parent, key, title, owner, coalesce(role, ''), (duration->>'minutes')::integer,
           coalesce((duration->>'elapsed')::boolean, false), "constraint", deadline, coalesce(percent, 0), started_at,
           finished_at, finished_by, coalesce(links, '{}'), coalesce(criteria, '{}'), coalesce(confirm, false),
           confirmed, coalesce(notes, ''), created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, plan uuid, parent uuid, key text, title text, owner uuid, role text, duration jsonb,
             "constraint" jsonb, deadline date, percent smallint, started_at timestamptz, finished_at timestamptz,
             finished_by uuid, links jsonb, criteria jsonb, confirm boolean, confirmed jsonb, notes text,
             created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET plan_id = EXCLUDED.plan_id, parent_id = EXCLUDED.parent_id,
           key = EXCLUDED.key, title = EXCLUDED.title, owner_id = EXCLUDED.owner_id, role = EXCLUDED.role,
           minutes = EXCLUDED.minutes, elapsed = EXCLUDED.elapsed, bound = EXCLUDED.bound,
           deadline = EXCLUDED.deadline, percent = EXCLUDED.percent, started_at = EXCLUDED.started_at,
           finished_at = EXCLUDED.finished_at, finished_by = EXCLUDED.finished_by, links = EXCLUDED.links,
           criteria = EXCLUDED.criteria, confirm = EXCLUDED.confirm, confirmed = EXCLUDED.confirmed,
           notes = EXCLUDED.notes, created_at = EXCLUDED.created_at"#,
        workspace,
        rows(tasks)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_baselines(
    connection: &mut PgConnection,
    workspace: Uuid,
    baselines: &[&Baseline],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO baseline (workspace_id, id, plan_id, name, by_id, tasks, created_at)
         SELECT $1, id, plan, name, by, tasks, created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, plan uuid, name text, by uuid, tasks jsonb, created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name",
        workspace,
        rows(baselines)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
