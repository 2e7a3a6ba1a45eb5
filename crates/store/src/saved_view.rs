//! Saved views: rows to records and back. They are no settings: most are one member's alone.

use crate::{access::Reader, error::Result, pool::Store, records::rows};
use domain::{
    id::MemberId,
    saved_view::SavedView,
    view::{Versioned, View},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many a menu holds at most; one's own come first.
const MENU: i64 = 1_000;

struct Row {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    shared: bool,
    path: String,
}

impl From<Row> for SavedView {
    fn from(row: Row) -> Self {
        let Row { id, owner_id, name, shared, path } = row;
        Self { id: id.into(), name, owner: owner_id.into(), shared, path }
    }
}

/// These, and all of these members'.
pub(crate) async fn by_ids_or_owners(
    connection: &mut PgConnection,
    workspace: Uuid,
    ids: &[Uuid],
    owners: &BTreeSet<MemberId>,
) -> Result<Vec<SavedView>> {
    let owners: Vec<Uuid> = owners.iter().map(|owner| owner.0).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, owner_id, name, shared, path FROM saved_view
         WHERE workspace_id = $1 AND (id = ANY($2) OR owner_id = ANY($3))",
        workspace,
        ids,
        &owners
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, views: &[&SavedView]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO saved_view (workspace_id, id, owner_id, name, shared, path)
         SELECT $1, id, owner, name, coalesce(shared, false), path
         FROM jsonb_to_recordset($2) AS r (id uuid, owner uuid, name text, shared boolean, path text)
         ON CONFLICT (workspace_id, id) DO UPDATE SET owner_id = EXCLUDED.owner_id, name = EXCLUDED.name,
           shared = EXCLUDED.shared, path = EXCLUDED.path",
        workspace,
        rows(views)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The member's own views and those that others share.
    pub async fn saved_views(&self, reader: &Reader) -> Result<Versioned> {
        // One snapshot for both: the version belongs to exactly these records.
        let mut transaction = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let version = sqlx::query_scalar!("SELECT version FROM workspace WHERE workspace_id = $1", reader.workspace.0)
            .fetch_one(&mut *transaction)
            .await?;
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, owner_id, name, shared, path FROM saved_view
             WHERE workspace_id = $1 AND (owner_id = $2 OR shared) ORDER BY owner_id = $2 DESC, name LIMIT $3",
            reader.workspace.0,
            reader.member.0,
            MENU
        );
        let views = rows.fetch_all(&mut *transaction).await?.into_iter().map(SavedView::from);
        let view = View { saved_views: views.map(|view| (view.id, view)).collect(), ..View::default() };
        transaction.commit().await?;
        Ok(Versioned { version, view })
    }
}
