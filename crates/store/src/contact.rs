//! Contacts: rows to records and back.

use crate::{
    error::{Error, Result},
    records::rows,
};
use chrono::{DateTime, Utc};
use domain::contact::Contact;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) struct ContactRow {
    pub id: Uuid,
    pub account_id: Option<Uuid>,
    pub name: String,
    pub title: String,
    pub email: String,
    pub phone: String,
    pub notes: String,
    pub external_id: Option<String>,
    pub custom: Value,
    pub created_at: DateTime<Utc>,
}

/// `contacts!("contact WHERE …", arguments…)`: a checked query for whole contacts.
macro_rules! contacts {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            crate::contact::ContactRow,
            "SELECT id, account_id, name, title, email, phone, notes, external_id, custom, created_at
             FROM " + $rest,
            $($argument),*
        )
    };
}
pub(crate) use contacts;

impl TryFrom<ContactRow> for Contact {
    type Error = Error;

    fn try_from(row: ContactRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            account: row.account_id.map(Into::into),
            name: row.name,
            title: row.title,
            email: row.email,
            phone: row.phone,
            notes: row.notes,
            external_id: row.external_id,
            created_at: row.created_at,
            custom: serde_json::from_value(row.custom)?,
        })
    }
}

/// By the primary key, each by itself: a plan that PostgreSQL made while the table was empty must still serve when it is
/// large.
pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<Contact>> {
    let rows = contacts!(
        "unnest($2::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
           SELECT * FROM contact WHERE workspace_id = $1 AND contact.id = wanted_id LIMIT 1
         ) AS contact",
        workspace,
        ids
    );
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn of_accounts(
    connection: &mut PgConnection,
    workspace: Uuid,
    accounts: &[Uuid],
) -> Result<Vec<Contact>> {
    let rows = contacts!("contact WHERE workspace_id = $1 AND account_id = ANY($2) LIMIT 500", workspace, accounts);
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, contacts: &[&Contact]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO contact (workspace_id, id, account_id, name, title, email, phone, notes, external_id, custom,
           created_at)
         SELECT $1, id, account, name, coalesce(title, ''), coalesce(email, ''), coalesce(phone, ''),
           coalesce(notes, ''), external_id, coalesce(custom, '{}'), created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, account uuid, name text, title text, email text, phone text, notes text, external_id text,
             custom jsonb, created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET account_id = EXCLUDED.account_id, name = EXCLUDED.name,
           title = EXCLUDED.title, email = EXCLUDED.email, phone = EXCLUDED.phone, notes = EXCLUDED.notes,
           external_id = EXCLUDED.external_id, custom = EXCLUDED.custom, created_at = EXCLUDED.created_at",
        workspace,
        rows(contacts)?
    )
    .execute(connection)
    .await?;
    Ok(())
}
