//! Keeping the words of records: written together with the records, and caught up at the start for those that an older
//! version wrote.

use super::words::{Weight, Words, beginning};
use crate::{
    error::Result,
    pool::Store,
    records::{self, rows, word},
};
use domain::{
    change::{Change, Target, Verb},
    command::Needs,
    id::{AccountId, WorkspaceId},
    record::{Kind, Record},
    search::KINDS,
    view::View,
};
use serde::Serialize;
use sqlx::PgConnection;
use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};
use uuid::Uuid;

/// So many records are caught up with at a time; meanwhile the workspace's writers wait.
const BATCH: usize = 200;
/// So many are looked up at a time.
const MISSING: i64 = 20_000;
/// Between two tries while the database is away.
const PAUSE: Duration = Duration::from_secs(5);

/// The fields by which a kind of record is found.
fn fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Deal => &["title", "tags", "notes", "external_id", "account"],
        Kind::Account => &["name", "website", "phone", "notes", "external_id"],
        Kind::Contact => &["name", "title", "email", "phone", "account"],
        Kind::Activity => &["subject", "note"],
        Kind::File => &["name"],
        _ => &[],
    }
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    kind: &'static str,
    name: String,
    account: Option<AccountId>,
    own: String,
    /// The account's words; `None` where they stay as they are.
    around: Option<String>,
}

impl Row {
    fn of(record: &Record, view: &View) -> Option<Self> {
        let external = |id: &Option<String>| id.clone().unwrap_or_default();
        let (name, account, words) = match record {
            Record::Deal(deal) => {
                let words = Words::default().name(&deal.title, Weight::A).text(&deal.notes, Weight::C);
                let words = words.name(&deal.tags.join(" "), Weight::B);
                (&deal.title, deal.account, words.name(&external(&deal.external_id), Weight::B))
            }
            Record::Account(account) => {
                let words = Words::default().name(&account.name, Weight::A).text(&account.notes, Weight::C);
                let words = words.name(&account.website, Weight::B).phone(&account.phone);
                (&account.name, None, words.name(&external(&account.external_id), Weight::B))
            }
            Record::Contact(contact) => {
                let words = Words::default().name(&contact.name, Weight::A).text(&contact.title, Weight::B);
                (&contact.name, contact.account, words.name(&contact.email, Weight::B).phone(&contact.phone))
            }
            Record::Activity(activity) => {
                let words = Words::default().text(&activity.subject, Weight::A).text(&activity.note, Weight::C);
                (&activity.subject, None, words)
            }
            Record::File(file) => (&file.name, None, Words::default().name(&file.name, Weight::A)),
            _ => return None,
        };
        let around = match account {
            None => Some(String::new()),
            Some(account) => view.accounts.get(&account).map(|account| around(&account.name)),
        };
        let name = beginning(name);
        Some(Self { id: record.uuid(), kind: record.kind().name(), name, account, own: words.vector(), around })
    }
}

/// What an account's name gives to its deals and contacts.
fn around(name: &str) -> String {
    Words::default().name(name, Weight::B).vector()
}

/// Brings the words to the state that the view has after the changes. What changes no text writes nothing.
pub(crate) async fn write(
    connection: &mut PgConnection,
    workspace: Uuid,
    changes: &[Change],
    view: &View,
) -> Result<()> {
    let (mut touched, mut gone, mut renamed) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for change in changes.iter().filter(|change| KINDS.contains(&change.target.kind)) {
        let target = change.target;
        if !view.holds(target.kind, target.id) {
            gone.push(target.id);
        } else if fields(target.kind).iter().any(|field| change.fields.contains_key(*field)) {
            touched.insert(target);
            let is_renamed = change.verb == Verb::Edited && change.fields.contains_key("name");
            renamed.extend((target.kind == Kind::Account && is_renamed).then_some(target.id));
        }
    }
    put(connection, workspace, &touched, view).await?;
    if !renamed.is_empty() {
        let accounts: Vec<Uuid> = renamed.into_iter().collect();
        let names: Vec<String> = accounts
            .iter()
            .map(|id| view.accounts.get(&AccountId(*id)).map(|account| around(&account.name)).unwrap_or_default())
            .collect();
        sqlx::query!(
            "UPDATE search SET around = renamed.words::tsvector
             FROM unnest($2::uuid[], $3::text[]) AS renamed (id, words)
             WHERE search.workspace_id = $1 AND search.account_id = renamed.id",
            workspace,
            &accounts,
            &names
        )
        .execute(&mut *connection)
        .await?;
    }
    if !gone.is_empty() {
        sqlx::query!("DELETE FROM search WHERE workspace_id = $1 AND id = ANY($2)", workspace, &gone)
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn put(connection: &mut PgConnection, workspace: Uuid, targets: &BTreeSet<Target>, view: &View) -> Result<()> {
    let records = targets.iter().filter_map(|target| view.get(target.kind, target.id));
    let found: Vec<Row> = records.filter_map(|record| Row::of(&record, view)).collect();
    if found.is_empty() {
        return Ok(());
    }
    // Whose account is not at hand is only brought up to date: it has its words, or is caught up with.
    sqlx::query!(
        "INSERT INTO search (workspace_id, id, kind, name, account_id, own, around)
         SELECT $1, id, kind, name, account, own::tsvector, coalesce(around, '')::tsvector
         FROM jsonb_to_recordset($2) AS r (id uuid, kind text, name text, account uuid, own text, around text)
         WHERE around IS NOT NULL OR EXISTS (SELECT FROM search WHERE workspace_id = $1 AND search.id = r.id)
         ON CONFLICT (workspace_id, id) DO UPDATE SET name = EXCLUDED.name, account_id = EXCLUDED.account_id,
           own = EXCLUDED.own, around = CASE WHEN EXCLUDED.around = '' AND EXCLUDED.account_id IS NOT NULL
                                       THEN search.around ELSE EXCLUDED.around END",
        workspace,
        rows(&found.iter().collect::<Vec<_>>())?
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Catches up with records that have no words yet, a few at a time, until there is none. Until then these are found by
    /// their names. What it has done stays when it is stopped.
    pub async fn catch_up_search(&self) {
        loop {
            match self.try_catch_up().await {
                Ok(()) => break,
                Err(error) => {
                    tracing::warn!(%error, "the words of older records are not there yet");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        self.searchable.store(true, Ordering::Release);
    }

    async fn try_catch_up(&self) -> Result<()> {
        let mut done = 0;
        let workspaces = sqlx::query_scalar!("SELECT workspace_id FROM workspace").fetch_all(&self.jobs).await?;
        for workspace in workspaces {
            loop {
                let missing = missing(&mut *self.jobs.acquire().await?, workspace).await?;
                if missing.is_empty() {
                    break;
                }
                for some in missing.chunks(BATCH) {
                    self.catch_up_some(WorkspaceId(workspace), some).await?;
                    done += some.len();
                }
            }
        }
        if done > 0 {
            tracing::info!(records = done, "older records can be searched by all their words");
            sqlx::query("ANALYZE search").execute(&self.jobs).await?;
        }
        Ok(())
    }

    async fn catch_up_some(&self, workspace: WorkspaceId, some: &[Target]) -> Result<()> {
        let targets: BTreeSet<Target> = some.iter().copied().collect();
        let mut transaction = self.jobs.begin().await?;
        // As the writers do: nobody changes a record between reading it and keeping its words.
        sqlx::query!("SELECT version FROM workspace WHERE workspace_id = $1 FOR UPDATE", workspace.0)
            .fetch_one(&mut *transaction)
            .await?;
        let mut view = View::default();
        let needs = Needs { records: targets.clone(), ..Needs::default() };
        records::load(&mut transaction, workspace, needs, &mut view).await?;
        super::load_accounts(&mut transaction, workspace, &mut view).await?;
        put(&mut transaction, workspace.0, &targets, &view).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn missing(connection: &mut PgConnection, workspace: Uuid) -> Result<Vec<Target>> {
    let rows = sqlx::query!(
        r#"SELECT kind AS "kind!", id AS "id!" FROM (
             SELECT 'deal' AS kind, id FROM deal WHERE workspace_id = $1
             UNION ALL SELECT 'account', id FROM account WHERE workspace_id = $1
             UNION ALL SELECT 'contact', id FROM contact WHERE workspace_id = $1
             UNION ALL SELECT 'activity', id FROM activity WHERE workspace_id = $1
             UNION ALL SELECT 'file', id FROM file WHERE workspace_id = $1
           ) AS record
           WHERE NOT EXISTS (SELECT FROM search WHERE search.workspace_id = $1 AND search.id = record.id) LIMIT $2"#,
        workspace,
        MISSING
    );
    rows.fetch_all(connection).await?.into_iter().map(|row| Ok(Target::new(word::<Kind>(row.kind)?, row.id))).collect()
}
