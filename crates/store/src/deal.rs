//! Deals: rows to records and back.

use crate::{
    error::{Error, Result},
    records::{rows, word},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{deal::Deal, money::Money, order::OrderKey};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) struct DealRow {
    pub id: Uuid,
    pub title: String,
    pub pipeline_id: Uuid,
    pub stage_id: Uuid,
    pub key: String,
    pub account_id: Option<Uuid>,
    pub amount_minor: Option<i64>,
    pub amount_currency: Option<String>,
    pub owner_id: Uuid,
    pub collaborators: Vec<Uuid>,
    pub contacts: Vec<Uuid>,
    pub priority: String,
    pub close_on: Option<NaiveDate>,
    pub source: String,
    pub tags: Vec<String>,
    pub notes: String,
    pub external_id: Option<String>,
    pub custom: Value,
    pub loss_reason: String,
    pub exception: String,
    pub met: Value,
    pub created_at: DateTime<Utc>,
    pub entered_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// `deals!("WHERE …", arguments…)`: a checked query for whole deals; the table is `deal`.
macro_rules! deals {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            crate::deal::DealRow,
            "SELECT deal.id, deal.title, deal.pipeline_id, deal.stage_id, deal.key, deal.account_id,
               deal.amount_minor, deal.amount_currency, deal.owner_id, deal.collaborators, deal.contacts,
               deal.priority, deal.close_on, deal.source, deal.tags, deal.notes, deal.external_id, deal.custom,
               deal.loss_reason, deal.exception, deal.met, deal.created_at, deal.entered_at, deal.closed_at
             FROM " + $rest,
            $($argument),*
        )
    };
}
pub(crate) use deals;

impl TryFrom<DealRow> for Deal {
    type Error = Error;

    fn try_from(row: DealRow) -> Result<Self> {
        let amount = match (row.amount_minor, row.amount_currency) {
            (Some(minor), Some(code)) => {
                Some(Money { minor, currency: code.parse().map_err(|_| Error::Stored(code))? })
            }
            _ => None,
        };
        Ok(Self {
            id: row.id.into(),
            title: row.title,
            pipeline: row.pipeline_id.into(),
            stage: row.stage_id.into(),
            key: OrderKey::from_stored(row.key),
            account: row.account_id.map(Into::into),
            amount,
            owner: row.owner_id.into(),
            collaborators: row.collaborators.into_iter().map(Into::into).collect(),
            contacts: row.contacts.into_iter().map(Into::into).collect(),
            priority: word(row.priority)?,
            close_on: row.close_on,
            source: row.source,
            tags: row.tags,
            notes: row.notes,
            external_id: row.external_id,
            custom: serde_json::from_value(row.custom)?,
            loss_reason: row.loss_reason,
            exception: row.exception,
            met: serde_json::from_value(row.met)?,
            created_at: row.created_at,
            entered_at: row.entered_at,
            closed_at: row.closed_at,
        })
    }
}

/// By the primary key, each by itself: a plan that PostgreSQL made while the table was empty must still serve when it is
/// large.
pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Deal>> {
    let rows = deals!(
        "unnest($2::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
           SELECT * FROM deal WHERE workspace_id = $1 AND deal.id = wanted_id LIMIT 1
         ) AS deal",
        workspace,
        ids
    );
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn of_stages(connection: &mut PgConnection, workspace: Uuid, stages: &[Uuid]) -> Result<Vec<Deal>> {
    let rows = deals!("deal WHERE deal.workspace_id = $1 AND deal.stage_id = ANY($2)", workspace, stages);
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, deals: &[&Deal]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO deal (workspace_id, id, title, pipeline_id, stage_id, key, account_id, amount_minor,
           amount_currency, owner_id, collaborators, contacts, priority, close_on, source, tags, notes, external_id,
           custom, loss_reason, exception, met, created_at, entered_at, closed_at)
         SELECT $1, id, title, pipeline, stage, key, account, (amount->>'minor')::bigint, amount->>'currency', owner,
           coalesce(collaborators, '{}'), coalesce(contacts, '{}'), coalesce(priority, 'normal'), close_on, coalesce(source, ''),
           coalesce(tags, '{}'), coalesce(notes, ''), external_id, coalesce(custom, '{}'),
           coalesce(loss_reason, ''), coalesce(exception, ''), coalesce(met, '{}'), created_at, entered_at,
           closed_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, title text, pipeline uuid, stage uuid, key text, account uuid, amount jsonb, owner uuid,
             collaborators uuid[], contacts uuid[], priority text, close_on date, source text, tags text[], notes text,
             external_id text, custom jsonb, loss_reason text, exception text, met jsonb, created_at timestamptz, entered_at timestamptz, closed_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET title = EXCLUDED.title, pipeline_id = EXCLUDED.pipeline_id,
           stage_id = EXCLUDED.stage_id, key = EXCLUDED.key, account_id = EXCLUDED.account_id,
           amount_minor = EXCLUDED.amount_minor, amount_currency = EXCLUDED.amount_currency,
           owner_id = EXCLUDED.owner_id, collaborators = EXCLUDED.collaborators, contacts = EXCLUDED.contacts,
           priority = EXCLUDED.priority, close_on = EXCLUDED.close_on, source = EXCLUDED.source, tags = EXCLUDED.tags, notes = EXCLUDED.notes,
           external_id = EXCLUDED.external_id, custom = EXCLUDED.custom,
           loss_reason = EXCLUDED.loss_reason, exception = EXCLUDED.exception, met = EXCLUDED.met, created_at = EXCLUDED.created_at,
           entered_at = EXCLUDED.entered_at, closed_at = EXCLUDED.closed_at",
        workspace,
        rows(deals)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
