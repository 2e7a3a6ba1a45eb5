//! Activities: rows to records and back.

use crate::{
    error::{Error, Result},
    records::{rows, word},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::activity::Activity;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) struct ActivityRow {
    pub id: Uuid,
    pub deal_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub activity_type: String,
    pub subject: String,
    pub note: String,
    pub owner_id: Uuid,
    pub due_on: Option<NaiveDate>,
    pub due_time: Option<NaiveTime>,
    pub done_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// `activities!("WHERE …", arguments…)`: a checked query for whole activities.
macro_rules! activities {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            crate::activity::ActivityRow,
            r#"SELECT activity.id, activity.deal_id, activity.account_id, activity.type AS activity_type,
               activity.subject, activity.note, activity.owner_id, activity.due_on, activity.due_time,
               activity.done_at, activity.created_at
             FROM "# + $rest,
            $($argument),*
        )
    };
}
pub(crate) use activities;

impl TryFrom<ActivityRow> for Activity {
    type Error = Error;

    fn try_from(row: ActivityRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            deal: row.deal_id.map(Into::into),
            account: row.account_id.map(Into::into),
            activity_type: word(row.activity_type)?,
            subject: row.subject,
            note: row.note,
            owner: row.owner_id.into(),
            due_on: row.due_on,
            due_time: row.due_time,
            done_at: row.done_at,
            created_at: row.created_at,
        })
    }
}

/// By the primary key, each by itself: a plan that PostgreSQL made while the table was empty must still serve when it is
/// large.
pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Activity>> {
    let rows = activities!(
        "unnest($2::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
           SELECT * FROM activity WHERE workspace_id = $1 AND activity.id = wanted_id LIMIT 1
         ) AS activity",
        workspace,
        ids
    );
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn of_deals(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid]) -> Result<Vec<Activity>> {
    let rows = activities!("activity WHERE workspace_id = $1 AND deal_id = ANY($2)", workspace, deals);
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

/// What is planned for these deals.
pub(crate) async fn planned_of_deals(
    connection: &mut PgConnection,
    workspace: Uuid,
    deals: &[Uuid],
) -> Result<Vec<Activity>> {
    let rows =
        activities!("activity WHERE workspace_id = $1 AND deal_id = ANY($2) AND done_at IS NULL", workspace, deals);
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, activities: &[&Activity]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO activity (workspace_id, id, deal_id, account_id, type, subject, note, owner_id, due_on, due_time,
           done_at, created_at)
         SELECT $1, id, deal, account, type, subject, coalesce(note, ''), owner, due_on, due_time, done_at, created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, deal uuid, account uuid, type text, subject text, note text, owner uuid, due_on date,
             due_time time, done_at timestamptz, created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET deal_id = EXCLUDED.deal_id, account_id = EXCLUDED.account_id,
           type = EXCLUDED.type, subject = EXCLUDED.subject, note = EXCLUDED.note, owner_id = EXCLUDED.owner_id,
           due_on = EXCLUDED.due_on, due_time = EXCLUDED.due_time, done_at = EXCLUDED.done_at,
           created_at = EXCLUDED.created_at",
        workspace,
        rows(activities)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
