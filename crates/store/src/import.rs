//! Runs of imports: what the person watches while the rows go in as ordinary commands.

use crate::{
    access::Reader,
    account, contact, deal,
    error::{Error, Result},
    pool::Store,
    records::word,
};
use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use domain::{
    access::Right,
    id::{CommandId, ImportId, WorkspaceId},
    page::{ImportRun, Progress, RunState},
    record::Kind,
    view::View,
};
use serde_json::Value;
use sqlx::{PgConnection, postgres::PgQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

mod undo;

struct RunRow {
    id: Uuid,
    member_id: Uuid,
    file_name: String,
    started_at: DateTime<Utc>,
    state: String,
    progress: Value,
}

impl TryFrom<RunRow> for ImportRun {
    type Error = Error;

    fn try_from(row: RunRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            by: row.member_id.into(),
            file_name: row.file_name,
            started_at: row.started_at,
            state: word(row.state)?,
            progress: serde_json::from_value(row.progress)?,
        })
    }
}

/// Reads runs. One that nobody carries out any more is told as failed.
macro_rules! runs {
    ($which:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            RunRow,
            r#"SELECT id, member_id, file_name, started_at, progress,
                 CASE WHEN state IN ('running', 'undoing') AND import_is_silent(beat_at) THEN 'failed' ELSE state END
                   AS "state!"
               FROM import_run WHERE workspace_id = $1 "# + $which,
            $($argument),+
        )
    };
}

/// The latest runs, newest first; they are for those who may import.
pub(crate) async fn runs(connection: &mut PgConnection, reader: &Reader) -> Result<Vec<ImportRun>> {
    if !reader.actor.role.holds(Right::Import) {
        return Ok(Vec::new());
    }
    let rows = runs!("ORDER BY started_at DESC LIMIT 50", reader.workspace.0);
    rows.fetch_all(connection).await?.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn run(connection: &mut PgConnection, reader: &Reader, id: ImportId) -> Result<ImportRun> {
    if !reader.actor.role.holds(Right::Import) {
        return Err(Error::NotFound);
    }
    runs!("AND id = $2", reader.workspace.0, id.0).fetch_one(connection).await?.try_into()
}

/// Which records the keys of a file's rows belong to. Names and addresses stand as the file has them: whether one is the
/// same as a record's, letter case aside, is for the database alone to say.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    pub by_external_id: HashMap<String, Uuid>,
    /// Accounts; where several share a name, the oldest.
    pub by_name: HashMap<String, Uuid>,
    /// Contacts; where several share an address, the oldest.
    pub by_email: HashMap<String, Uuid>,
    /// The records themselves.
    pub records: View,
}

impl Store {
    pub async fn import_run(&self, reader: &Reader, id: ImportId) -> Result<ImportRun> {
        let mut connection = self.jobs.acquire().await?;
        run(&mut connection, reader, id).await
    }

    /// Begins a run. `runner` is who carries it out: only they change it from here on, until they fall silent.
    pub async fn start_import(&self, workspace: WorkspaceId, started: &ImportRun, runner: Uuid) -> Result<()> {
        sqlx::query!(
            "INSERT INTO import_run (workspace_id, id, member_id, file_name, started_at, state, progress, runner, beat_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())",
            workspace.0,
            started.id.0,
            started.by.0,
            started.file_name,
            started.started_at,
            state_word(started.state)?,
            serde_json::to_value(started.progress)?,
            runner
        )
        .execute(&self.jobs)
        .await?;
        Ok(())
    }

    /// Takes a run over to undo it; false where it is not over, or nothing is left to be taken back.
    pub async fn take_import(&self, workspace: WorkspaceId, id: ImportId, runner: Uuid) -> Result<bool> {
        let taken = sqlx::query!(
            "UPDATE import_run SET state = 'undoing', why = NULL, cancelled = false, runner = $3, beat_at = now()
             WHERE workspace_id = $1 AND id = $2
               AND (state <> 'undone' OR (progress ->> 'done')::bigint < (progress ->> 'rows')::bigint)
               AND (state NOT IN ('running', 'undoing') OR import_is_silent(beat_at))",
            workspace.0,
            id.0,
            runner
        );
        Ok(taken.execute(&self.jobs).await?.rows_affected() > 0)
    }

    /// Shows that a run goes on, and tells whether it is to stop. A runner that does not for 15 seconds passes for stopped.
    pub async fn beat_import(&self, workspace: WorkspaceId, id: ImportId, runner: Uuid) -> Result<bool> {
        let beat = sqlx::query_scalar!(
            "UPDATE import_run SET beat_at = now() WHERE workspace_id = $1 AND id = $2 AND runner = $3
             RETURNING cancelled",
            workspace.0,
            id.0,
            runner
        );
        Ok(beat.fetch_one(&self.jobs).await?)
    }

    /// Asks a run to stop, whichever server carries it out; false where it is over.
    pub async fn cancel_import(&self, workspace: WorkspaceId, id: ImportId) -> Result<bool> {
        let cancelled = sqlx::query!(
            "UPDATE import_run SET cancelled = true
             WHERE workspace_id = $1 AND id = $2 AND state IN ('running', 'undoing')",
            workspace.0,
            id.0
        );
        Ok(cancelled.execute(&self.jobs).await?.rows_affected() > 0)
    }

    /// Writes down the commands of a transaction of a run, before they are asked.
    pub async fn note_chunk(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
        runner: Uuid,
        number: i32,
        commands: &[CommandId],
    ) -> Result<()> {
        let noted = sqlx::query!(
            "INSERT INTO import_chunk (workspace_id, run_id, number, commands)
             SELECT $1, $2, $4, $5 FROM import_run WHERE workspace_id = $1 AND id = $2 AND runner = $3
             ON CONFLICT (workspace_id, run_id, number) DO UPDATE SET commands = EXCLUDED.commands",
            workspace.0,
            id.0,
            runner,
            number,
            &uuids(commands)
        );
        held(noted.execute(&self.jobs).await?)
    }

    /// Notes how far a run has come.
    pub async fn note_import(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
        runner: Uuid,
        state: RunState,
        progress: &Progress,
    ) -> Result<()> {
        let noted = sqlx::query!(
            "UPDATE import_run SET state = $4, progress = $5, beat_at = now()
             WHERE workspace_id = $1 AND id = $2 AND runner = $3",
            workspace.0,
            id.0,
            runner,
            state_word(state)?,
            serde_json::to_value(progress)?
        );
        held(noted.execute(&self.jobs).await?)
    }

    /// Tells a run that stopped as failed, with a word that says why; its counts stay.
    pub async fn fail_import(&self, workspace: WorkspaceId, id: ImportId, runner: Uuid, why: &str) -> Result<()> {
        let failed = sqlx::query!(
            "UPDATE import_run SET state = 'failed', why = $4 WHERE workspace_id = $1 AND id = $2 AND runner = $3",
            workspace.0,
            id.0,
            runner,
            why
        );
        held(failed.execute(&self.jobs).await?)
    }

    /// The word that says why a failed run failed.
    pub async fn import_failure(&self, workspace: WorkspaceId, id: ImportId) -> Result<Option<String>> {
        let why = sqlx::query_scalar!(
            "SELECT CASE state WHEN 'failed' THEN why ELSE 'stopped' END FROM import_run
             WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0
        );
        Ok(why.fetch_one(&self.jobs).await?)
    }

    /// Writes down that runs failed which nobody carries out any more; what they brought in stays and can be undone.
    pub async fn close_unfinished_imports(&self) -> Result<()> {
        sqlx::query!(
            "UPDATE import_run SET state = 'failed', why = 'stopped'
             WHERE state IN ('running', 'undoing') AND import_is_silent(beat_at)"
        )
        .execute(&self.jobs)
        .await?;
        Ok(())
    }

    /// Keeps the refused rows of a transaction of a run, as the next lines of its file.
    pub async fn keep_refused(
        &self,
        workspace: WorkspaceId,
        id: ImportId,
        runner: Uuid,
        number: i32,
        lines: &str,
    ) -> Result<()> {
        let kept = sqlx::query!(
            "INSERT INTO import_chunk (workspace_id, run_id, number, commands, refused)
             SELECT $1, $2, $4, '{}', $5 FROM import_run WHERE workspace_id = $1 AND id = $2 AND runner = $3
             ON CONFLICT (workspace_id, run_id, number) DO UPDATE SET refused = EXCLUDED.refused",
            workspace.0,
            id.0,
            runner,
            number,
            lines
        );
        held(kept.execute(&self.jobs).await?)
    }

    /// The file of refused rows as far as the run has come, if there are any.
    pub async fn refused_rows(&self, reader: &Reader, id: ImportId) -> Result<Option<String>> {
        let refused = sqlx::query_scalar!(
            "SELECT string_agg(refused, '' ORDER BY number) FROM import_chunk WHERE workspace_id = $1 AND run_id = $2",
            reader.workspace.0,
            id.0
        );
        refused.fetch_one(&self.pool).await.map_err(Into::into)
    }

    /// Finds the records that a file's rows of a kind mean, by external id or a contact's e-mail address, and the
    /// accounts that they name.
    pub async fn import_matches(
        &self,
        reader: &Reader,
        kind: Kind,
        external_ids: &[String],
        account_names: &[String],
        emails: &[String],
    ) -> Result<Matches> {
        let workspace = reader.workspace.0;
        let mut connection = self.jobs.acquire().await?;
        let mut matches = Matches::default();
        macro_rules! by_external {
            ($table:literal) => {
                sqlx::query!(
                    r#"SELECT external_id AS "external_id!", id FROM "#
                        + $table
                        + " WHERE workspace_id = $1 AND external_id = ANY($2)",
                    workspace,
                    external_ids
                )
                .fetch_all(&mut *connection)
                .await?
                .into_iter()
                .map(|row| (row.external_id, row.id))
                .collect()
            };
        }
        matches.by_external_id = match kind {
            Kind::Account => by_external!("account"),
            Kind::Contact => by_external!("contact"),
            Kind::Deal => by_external!("deal"),
            _ => HashMap::new(),
        };
        if !account_names.is_empty() {
            let rows = sqlx::query!(
                r#"SELECT DISTINCT ON (wanted) wanted AS "wanted!", account.id
                   FROM unnest($2::text[]) AS wanted
                     JOIN account ON workspace_id = $1 AND lower(left(name, 100)) = lower(left(wanted, 100))
                       AND lower(name) = lower(wanted)
                   ORDER BY wanted, created_at, account.id"#,
                workspace,
                account_names
            );
            matches.by_name =
                rows.fetch_all(&mut *connection).await?.into_iter().map(|row| (row.wanted, row.id)).collect();
        }
        if !emails.is_empty() {
            let rows = sqlx::query!(
                r#"SELECT DISTINCT ON (wanted) wanted AS "wanted!", contact.id
                   FROM unnest($2::text[]) AS wanted JOIN contact ON workspace_id = $1 AND lower(email) = lower(wanted)
                   ORDER BY wanted, created_at, contact.id"#,
                workspace,
                emails
            );
            matches.by_email =
                rows.fetch_all(&mut *connection).await?.into_iter().map(|row| (row.wanted, row.id)).collect();
        }
        let found: Vec<Uuid> = matches.by_external_id.values().chain(matches.by_email.values()).copied().collect();
        let records = &mut matches.records;
        match kind {
            Kind::Deal => {
                let deals = deal::by_ids(&mut connection, workspace, &found).await?;
                let seen = deals.into_iter().filter(|deal| reader.actor.sight.sees(deal));
                records.deals.extend(seen.map(|deal| (deal.id, deal)));
            }
            Kind::Contact => {
                let contacts = contact::by_ids(&mut connection, workspace, &found).await?;
                records.contacts.extend(contacts.into_iter().map(|contact| (contact.id, contact)));
            }
            _ => {}
        }
        let accounts: Vec<Uuid> = if kind == Kind::Account { found } else { Vec::new() };
        let accounts: Vec<Uuid> = accounts
            .into_iter()
            .chain(matches.by_name.values().copied())
            .chain(records.deals.values().filter_map(|deal| deal.account.map(Into::into)))
            .chain(records.contacts.values().filter_map(|contact| contact.account.map(Into::into)))
            .collect();
        let accounts = account::by_ids(&mut connection, workspace, &accounts).await?;
        records.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
        Ok(matches)
    }

    /// Turns what a workspace's clock shows into instants. An unknown zone is taken as UTC; a time that the clock shows
    /// twice is the first, one that it leaves out is as much later as the clock was put forward.
    pub fn wall_clock(zone: &str) -> impl Fn(NaiveDateTime) -> DateTime<Utc> + Clone + Send + Sync + 'static {
        let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
        move |local| match zone.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.to_utc(),
            LocalResult::None => {
                let before = zone.from_local_datetime(&(local - chrono::Duration::hours(3))).earliest();
                before.map_or_else(|| local.and_utc(), |before| before.to_utc() + chrono::Duration::hours(3))
            }
        }
    }
}

fn uuids(commands: &[CommandId]) -> Vec<Uuid> {
    commands.iter().map(|command| command.0).collect()
}

/// A run that changed nothing is no longer the runner's.
fn held(done: PgQueryResult) -> Result<()> {
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::NotFound) }
}

fn state_word(state: RunState) -> Result<String> {
    match serde_json::to_value(state)? {
        Value::String(word) => Ok(word),
        other => Err(Error::Stored(other.to_string())),
    }
}
