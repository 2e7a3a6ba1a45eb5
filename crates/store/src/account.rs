//! Accounts: rows to records and back.

use crate::{
    error::{Error, Result},
    records::rows,
};
use chrono::{DateTime, Utc};
use domain::account::Account;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) struct AccountRow {
    pub id: Uuid,
    pub name: String,
    pub industry: String,
    pub website: String,
    pub phone: String,
    pub address: String,
    pub notes: String,
    pub external_id: Option<String>,
    pub custom: Value,
    pub created_at: DateTime<Utc>,
}

/// `accounts!("account WHERE …", arguments…)`: a checked query for whole accounts.
macro_rules! accounts {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            crate::account::AccountRow,
            "SELECT id, name, industry, website, phone, address, notes, external_id, custom, created_at
             FROM " + $rest,
            $($argument),*
        )
    };
}
pub(crate) use accounts;

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            industry: row.industry,
            website: row.website,
            phone: row.phone,
            address: row.address,
            notes: row.notes,
            external_id: row.external_id,
            created_at: row.created_at,
            custom: serde_json::from_value(row.custom)?,
        })
    }
}

/// By the primary key, each by itself: a plan that PostgreSQL made while the table was empty must still serve when it is
/// large.
pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Account>> {
    let rows = accounts!(
        "unnest($2::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
           SELECT * FROM account WHERE workspace_id = $1 AND account.id = wanted_id LIMIT 1
         ) AS account",
        workspace,
        ids
    );
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, accounts: &[&Account]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO account (workspace_id, id, name, industry, website, phone, address, notes, external_id, custom,
           created_at)
         SELECT $1, id, name, coalesce(industry, ''), coalesce(website, ''), coalesce(phone, ''),
           coalesce(address, ''), coalesce(notes, ''), external_id, coalesce(custom, '{}'), created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, name text, industry text, website text, phone text, address text, notes text,
             external_id text, custom jsonb, created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name, industry = EXCLUDED.industry,
           website = EXCLUDED.website, phone = EXCLUDED.phone, address = EXCLUDED.address, notes = EXCLUDED.notes,
           external_id = EXCLUDED.external_id, custom = EXCLUDED.custom, created_at = EXCLUDED.created_at",
        workspace,
        rows(accounts)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
