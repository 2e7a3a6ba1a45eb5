//! Files: rows to records and back, and their contents, which are kept in pieces so that none is ever whole in memory.

use crate::{
    access::Reader,
    deal,
    error::{Error, Result},
    pool::Store,
    records::rows,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    file::{Content, File},
    id::{DealId, FileId, WorkspaceId},
    refusal::Refusal,
};
use sqlx::PgConnection;
use std::io;
use uuid::Uuid;

/// How long a content that no record tells of is kept after the last thing that happened to it.
const KEPT: Duration = Duration::days(30);

struct FileRow {
    id: Uuid,
    deal_id: Uuid,
    name: String,
    bytes: i64,
    media_type: String,
    sha256: String,
    by_id: Uuid,
    created_at: DateTime<Utc>,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        Self {
            id: row.id.into(),
            deal: row.deal_id.into(),
            name: row.name,
            bytes: row.bytes.unsigned_abs(),
            media_type: row.media_type,
            sha256: row.sha256,
            by: row.by_id.into(),
            created_at: row.created_at,
        }
    }
}

macro_rules! files {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            FileRow,
            "SELECT id, deal_id, name, bytes, media_type, sha256, by_id, created_at FROM file " + $rest,
            $($argument),*
        )
    };
}

pub(crate) async fn by_ids(connection: &mut PgConnection, workspace: Uuid, ids: &[Uuid]) -> Result<Vec<File>> {
    let rows = files!("WHERE workspace_id = $1 AND id = ANY($2)", workspace, ids);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn of_deals(connection: &mut PgConnection, workspace: Uuid, deals: &[Uuid]) -> Result<Vec<File>> {
    let rows = files!("WHERE workspace_id = $1 AND deal_id = ANY($2)", workspace, deals);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

pub(crate) async fn write(connection: &mut PgConnection, workspace: Uuid, files: &[&File]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO file (workspace_id, id, deal_id, name, bytes, media_type, sha256, by_id, created_at)
         SELECT $1, id, deal, name, bytes, coalesce(media_type, ''), sha256, by, created_at
         FROM jsonb_to_recordset($2)
           AS r (id uuid, deal uuid, name text, bytes bigint, media_type text, sha256 text, by uuid,
             created_at timestamptz)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name",
        workspace,
        rows(files)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is known of the contents that were sent for these files.
pub(crate) async fn contents(
    connection: &mut PgConnection,
    workspace: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(FileId, Content)>> {
    let rows = sqlx::query!(
        "SELECT file_id, bytes, sha256 FROM file_content WHERE workspace_id = $1 AND file_id = ANY($2)",
        workspace,
        ids
    );
    let rows = rows.fetch_all(connection).await?.into_iter();
    Ok(rows.map(|row| (row.file_id.into(), Content { bytes: row.bytes.unsigned_abs(), sha256: row.sha256 })).collect())
}

impl Store {
    /// Whether the member may put files to a deal.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the deal is not there or the member may not see it.
    pub async fn may_attach(&self, reader: &Reader, deal: DealId) -> Result<bool> {
        let mut connection = self.pool.acquire().await?;
        let deal = deal::by_ids(&mut connection, reader.workspace.0, &[deal.0]).await?.pop().ok_or(Error::NotFound)?;
        match reader.actor.require_edit(&deal) {
            Ok(()) => Ok(true),
            Err(Refusal::NotFound { .. }) => Err(Error::NotFound),
            Err(_) => Ok(false),
        }
    }

    /// Keeps a content under a file's id, piece by piece; `false` where one is kept under it already.
    ///
    /// # Errors
    /// The database is away, or the content could not be read; nothing is kept then.
    pub async fn keep_content(
        &self,
        workspace: WorkspaceId,
        file: FileId,
        content: &Content,
        now: DateTime<Utc>,
        mut piece: impl FnMut() -> io::Result<Option<Vec<u8>>> + Send,
    ) -> Result<bool> {
        let mut transaction = self.jobs.begin().await?;
        let head = sqlx::query!(
            "INSERT INTO file_content (workspace_id, file_id, bytes, sha256, kept_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, file_id) DO NOTHING",
            workspace.0,
            file.0,
            i64::try_from(content.bytes).unwrap_or(i64::MAX),
            content.sha256,
            now
        );
        if head.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Ok(false);
        }
        let mut number = 0;
        // One statement for each piece: together they would stand whole in memory.
        while let Some(bytes) = piece().map_err(|error| Error::Stored(error.to_string()))? {
            sqlx::query!(
                "INSERT INTO file_chunk (workspace_id, file_id, number, bytes) VALUES ($1, $2, $3, $4)",
                workspace.0,
                file.0,
                number,
                bytes
            )
            .execute(&mut *transaction)
            .await?;
            number += 1;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The record of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not there, or the member may not see its deal.
    pub async fn file(&self, reader: &Reader, id: FileId) -> Result<File> {
        let mut connection = self.pool.acquire().await?;
        let workspace = reader.workspace.0;
        let file = by_ids(&mut connection, workspace, &[id.0]).await?.pop().ok_or(Error::NotFound)?;
        let deal = deal::by_ids(&mut connection, workspace, &[file.deal.0]).await?.pop().ok_or(Error::NotFound)?;
        if reader.actor.sight.sees(&deal) { Ok(file) } else { Err(Error::NotFound) }
    }

    /// A piece of a file's content; `None` after the last. Whoever reads slowly holds no connection meanwhile.
    pub async fn file_piece(&self, workspace: WorkspaceId, id: FileId, number: i32) -> Result<Option<Vec<u8>>> {
        let piece = sqlx::query_scalar!(
            "SELECT bytes FROM file_chunk WHERE workspace_id = $1 AND file_id = $2 AND number = $3",
            workspace.0,
            id.0,
            number
        );
        Ok(piece.fetch_optional(&self.pool).await?)
    }

    /// Deletes contents that no record tells of and to which nothing has happened for 30 days; how many.
    pub async fn sweep_contents(&self, now: DateTime<Utc>) -> Result<u64> {
        let swept = sqlx::query!(
            "DELETE FROM file_content AS content WHERE kept_at < $1
               AND NOT EXISTS (SELECT FROM file
                               WHERE file.workspace_id = content.workspace_id AND file.id = content.file_id)
               AND NOT EXISTS (SELECT FROM change WHERE change.workspace_id = content.workspace_id
                                 AND change.record_id = content.file_id AND change.at >= $1)",
            now - KEPT
        );
        Ok(swept.execute(&self.jobs).await?.rows_affected())
    }
}
