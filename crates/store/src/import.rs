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

/// Which records the keys of a file's rows belong to. Names and addresses stand in lower case.
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

    /// Takes a run over to undo it; false where it is not over.
    pub async fn take_import(&self, workspace: WorkspaceId, id: ImportId, runner: Uuid) -> Result<bool> {
        let taken = sqlx::query!(
            "UPDATE import_run SET state = 'undoing', why = NULL, runner = $3, beat_at = now()
             WHERE workspace_id = $1 AND id = $2 AND state <> 'undone'
               AND (state NOT IN ('running', 'undoing') OR import_is_silent(beat_at))",
            workspace.0,
            id.0,
            runner
        );
        Ok(taken.execute(&self.jobs).await?.rows_affected() > 0)
    }

    /// Shows that a run goes on. A runner that does not for 15 seconds passes for stopped.
    pub async fn beat_import(&self, workspace: WorkspaceId, id: ImportId, runner: Uuid) -> Result<()> {
        let beat = sqlx::query!(
            "UPDATE import_run SET beat_at = now() WHERE workspace_id = $1 AND id = $2 AND runner = $3",
            workspace.0,
            id.0,
            runner
        );
        held(beat.execute(&self.jobs).await?)
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
        let commands: Vec<Uuid> = commands.iter().map(|command| command.0).collect();
        let noted = sqlx::query!(
            "INSERT INTO import_chunk (workspace_id, run_id, number, commands)
             SELECT $1, $2, $4, $5 FROM import_run WHERE workspace_id = $1 AND id = $2 AND runner = $3
             ON CONFLICT (workspace_id, run_id, number) DO UPDATE SET commands = EXCLUDED.commands",
            workspace.0,
            id.0,
            runner,
            number,
            &commands
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

    /// Keeps the file of refused rows.
    pub async fn keep_refused(&self, workspace: WorkspaceId, id: ImportId, refused: &str) -> Result<()> {
        sqlx::query!(
            "UPDATE import_run SET refused = $3 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0,
            refused
        )
        .execute(&self.jobs)
        .await?;
        Ok(())
    }

    /// The file of refused rows, if there are any.
    pub async fn refused_rows(&self, reader: &Reader, id: ImportId) -> Result<Option<String>> {
        let refused = sqlx::query_scalar!(
            "SELECT refused FROM import_run WHERE workspace_id = $1 AND id = $2",
            reader.workspace.0,
            id.0
        );
        refused.fetch_one(&self.pool).await.map_err(Into::into)
    }

    /// The commands of a run that changed something, in order.
    pub async fn import_commands(&self, workspace: WorkspaceId, id: ImportId) -> Result<Vec<CommandId>> {
        let commands = sqlx::query_scalar!(
            r#"SELECT command AS "command!"
               FROM import_chunk CROSS JOIN unnest(commands) WITH ORDINALITY AS noted (command, place)
               WHERE workspace_id = $1 AND run_id = $2
                 AND EXISTS (SELECT FROM change WHERE workspace_id = $1 AND command_id = command)
               ORDER BY number, place"#,
            workspace.0,
            id.0
        );
        Ok(commands.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
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
        let lower = |texts: &[String]| texts.iter().map(|text| text.to_lowercase()).collect::<Vec<_>>();
        if !account_names.is_empty() {
            let rows = sqlx::query!(
                r#"SELECT DISTINCT ON (lower(name)) lower(name) AS "name!", id FROM account
                   WHERE workspace_id = $1
                     AND lower(left(name, 100)) = ANY(SELECT left(n, 100) FROM unnest($2::text[]) n)
                     AND lower(name) = ANY($2)
                   ORDER BY lower(name), created_at, id"#,
                workspace,
                &lower(account_names)
            );
            matches.by_name =
                rows.fetch_all(&mut *connection).await?.into_iter().map(|row| (row.name, row.id)).collect();
        }
        if !emails.is_empty() {
            let rows = sqlx::query!(
                r#"SELECT DISTINCT ON (lower(email)) lower(email) AS "email!", id FROM contact
                   WHERE workspace_id = $1 AND lower(email) = ANY($2)
                   ORDER BY lower(email), created_at, id"#,
                workspace,
                &lower(emails)
            );
            matches.by_email =
                rows.fetch_all(&mut *connection).await?.into_iter().map(|row| (row.email, row.id)).collect();
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

    /// How many of a run's records were changed by other commands after it.
    pub async fn changed_since_import(&self, workspace: WorkspaceId, id: ImportId) -> Result<u64> {
        let count = sqlx::query_scalar!(
            r#"WITH mine AS (
                 SELECT record_id, max(version) AS version
                 FROM import_chunk CROSS JOIN unnest(commands) AS command
                   JOIN change ON change.workspace_id = $1 AND change.command_id = command
                 WHERE import_chunk.workspace_id = $1 AND run_id = $2
                 GROUP BY record_id
               )
               SELECT count(*) AS "count!" FROM mine
               WHERE EXISTS (SELECT FROM change WHERE workspace_id = $1 AND record_id = mine.record_id
                               AND change.version > mine.version)"#,
            workspace.0,
            id.0
        );
        Ok(count.fetch_one(&self.jobs).await?.unsigned_abs())
    }

    /// Those of the commands that made a deal with which people have worked since: undoing them would take the
    /// deal's activities away.
    pub async fn worked_on(&self, workspace: WorkspaceId, commands: &[CommandId]) -> Result<Vec<CommandId>> {
        let commands: Vec<Uuid> = commands.iter().map(|command| command.0).collect();
        let worked_on = sqlx::query_scalar!(
            "SELECT DISTINCT command_id FROM change JOIN activity ON activity.workspace_id = $1
               AND activity.deal_id = change.record_id
             WHERE change.workspace_id = $1 AND change.command_id = ANY($2) AND change.kind = 'deal'
               AND change.verb = 'created'",
            workspace.0,
            &commands
        );
        Ok(worked_on.fetch_all(&self.jobs).await?.into_iter().map(Into::into).collect())
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
