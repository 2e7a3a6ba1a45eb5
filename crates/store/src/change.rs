//! The record of what happened: appending to it, and reading it by version, by record and by command.

use crate::{access::Reader, error::Result, execute::Committed, pool::Store, records::word};
use chrono::{DateTime, Utc};
use domain::{
    Version,
    access::Actor,
    change::{Change, Recorded, Target},
    id::{MemberId, WorkspaceId},
    page::History,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many commands one page of "changes since" holds.
const PAGE: i64 = 500;
/// Farther behind than this, fetching the records anew is less than replaying what happened to them.
const TOO_FAR: i64 = 5_000;

/// How many changes of a record are told at once.
const HISTORY: i64 = 60;

/// What happened since a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// The workspace's version when this was read.
    pub version: Version,
    /// In order, without gaps; a command of which the member may see nothing stands there without changes. `None`
    /// where the reader is too far behind and should load anew.
    pub recorded: Option<Vec<Recorded>>,
}

struct ChangeRow {
    version: i64,
    command_id: Uuid,
    at: DateTime<Utc>,
    by_id: Option<Uuid>,
    kind: String,
    record_id: Uuid,
    verb: String,
    fields: Value,
    audience: Option<Vec<Uuid>>,
}

macro_rules! changes {
    ($rest:literal, $($argument:expr),* $(,)?) => {
        sqlx::query_as!(
            ChangeRow,
            "SELECT version, command_id, at, by_id, kind, record_id, verb, fields, audience FROM change " + $rest,
            $($argument),*
        )
    };
}

/// A change with those whom it concerns (none: everybody).
pub(crate) type Addressed = (Change, Option<Vec<MemberId>>);

/// Rows in order of version, gathered by command.
fn gather(rows: Vec<ChangeRow>) -> Result<Vec<(Recorded, Vec<Addressed>)>> {
    let mut gathered: Vec<(Recorded, Vec<Addressed>)> = Vec::new();
    for row in rows {
        if gathered.last().is_none_or(|(last, _)| last.version != row.version) {
            let recorded = Recorded {
                version: row.version,
                command: row.command_id.into(),
                by: row.by_id.map(Into::into),
                at: row.at,
                changes: Vec::new(),
            };
            gathered.push((recorded, Vec::new()));
        }
        let change = Change {
            target: Target { kind: word(row.kind)?, id: row.record_id },
            verb: word(row.verb)?,
            fields: serde_json::from_value(row.fields)?,
        };
        let audience = row.audience.map(|audience| audience.into_iter().map(Into::into).collect());
        if let Some((_, changes)) = gathered.last_mut() {
            changes.push((change, audience));
        }
    }
    Ok(gathered)
}

/// The part of a command's changes that somebody may see.
pub(crate) fn visible(recorded: &Recorded, changes: &[Addressed], actor: &Actor) -> Recorded {
    let may = |(change, audience): &&Addressed| actor.hears(change.target.kind, audience.as_deref());
    Recorded { changes: changes.iter().filter(may).map(|(change, _)| change.clone()).collect(), ..recorded.clone() }
}

/// Appends what the commands changed, and moves the workspace's version on. The last statement before the commit.
pub(crate) async fn append(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    committed: &[Committed],
    version: Version,
    settings_changed: bool,
) -> Result<()> {
    let rows: Vec<Value> = committed
        .iter()
        .flat_map(|Committed { recorded, changes }| {
            changes.iter().enumerate().map(move |(ordinal, (change, audience))| {
                json!({
                    "version": recorded.version,
                    "ordinal": ordinal,
                    "command_id": recorded.command,
                    "at": recorded.at,
                    "by_id": recorded.by,
                    "kind": change.target.kind,
                    "record_id": change.target.id,
                    "verb": change.verb,
                    "fields": change.fields,
                    "audience": audience,
                })
            })
        })
        .collect();
    sqlx::query!(
        "WITH appended AS (
           INSERT INTO change (workspace_id, version, ordinal, command_id, at, by_id, kind, record_id, verb, fields,
             audience)
           SELECT $1, version, ordinal, command_id, at, by_id, kind, record_id, verb, fields, audience
           FROM jsonb_to_recordset($2)
             AS r (version bigint, ordinal integer, command_id uuid, at timestamptz, by_id uuid, kind text,
               record_id uuid, verb text, fields jsonb, audience uuid[])
         )
         UPDATE workspace SET version = $3, settings_version = CASE WHEN $4 THEN $3 ELSE settings_version END
         WHERE workspace_id = $1",
        workspace.0,
        Value::Array(rows),
        version,
        settings_changed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What earlier commands did.
pub(crate) async fn of_commands(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    commands: &[Uuid],
) -> Result<Vec<Recorded>> {
    let rows =
        changes!("WHERE workspace_id = $1 AND command_id = ANY($2) ORDER BY version, ordinal", workspace.0, commands);
    let gathered = gather(rows.fetch_all(connection).await?)?;
    Ok(gathered
        .into_iter()
        .map(|(recorded, changes)| Recorded {
            changes: changes.into_iter().map(|(change, _)| change).collect(),
            ..recorded
        })
        .collect())
}

/// Commands after `since`, at most a page of them, with their audiences.
pub(crate) async fn after(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    since: Version,
) -> Result<Vec<(Recorded, Vec<Addressed>)>> {
    let rows = changes!(
        "WHERE workspace_id = $1 AND version > $2 AND version <= $2 + $3 ORDER BY version, ordinal",
        workspace.0,
        since,
        PAGE
    );
    gather(rows.fetch_all(connection).await?)
}

impl Store {
    /// What happened since a version, as far as the member may see it.
    pub async fn changes_since(&self, reader: &Reader, since: Version) -> Result<Changes> {
        let mut connection = self.pool.acquire().await?;
        let workspace = reader.workspace;
        let version = sqlx::query_scalar!("SELECT version FROM workspace WHERE workspace_id = $1", workspace.0)
            .fetch_one(&mut *connection)
            .await?;
        if !(0..=version).contains(&since) || version - since > TOO_FAR {
            return Ok(Changes { version, recorded: None });
        }
        let mut recorded = Vec::new();
        let mut reached = since;
        // What was committed after the version was read waits for the next call: the answer is of one moment.
        while reached < version {
            for (command, changes) in after(&mut connection, workspace, reached).await? {
                if command.version > version {
                    break;
                }
                recorded.push(visible(&command, &changes, &reader.actor));
            }
            reached = (reached + PAGE).min(version);
        }
        Ok(Changes { version, recorded: Some(recorded) })
    }

    /// What happened to a record before a version, newest first. The caller has made sure that the member may see the
    /// record.
    pub(crate) async fn history(
        &self,
        connection: &mut PgConnection,
        reader: &Reader,
        record: Uuid,
        before: Version,
    ) -> Result<History> {
        let rows = changes!(
            "WHERE workspace_id = $1 AND record_id = $2 AND version < $3 ORDER BY version DESC, ordinal LIMIT $4",
            reader.workspace.0,
            record,
            before,
            HISTORY
        );
        let rows = rows.fetch_all(connection).await?;
        let more = rows.len() >= usize::try_from(HISTORY).unwrap_or(usize::MAX);
        let mut gathered = gather(rows)?;
        // The last command may be cut: it comes whole with those before it.
        if more && gathered.len() > 1 {
            gathered.pop();
        }
        let recorded = gathered.iter().map(|(recorded, changes)| visible(recorded, changes, &reader.actor));
        Ok(History { recorded: recorded.collect(), more })
    }
}
