//! Finding: which records, in which order, and what is told of them.

use super::words::{beginning, query};
use crate::{
    access::Reader,
    board::sight_arguments,
    error::Result,
    pool::Store,
    records::{self, word},
};
use domain::{
    change::Target,
    command::Needs,
    pipeline::Outcome,
    record::Kind,
    search::{Hit, KINDS},
};
use sqlx::PgConnection;
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// How many records of each kind are found at most.
const FOUND: i64 = 12;
/// So many that match are put in order; more than that match only a character or two.
const COMPARED: i64 = 1_000;

impl Store {
    /// Deals, accounts, contacts, activities and files in which all words of the text stand; the nearest first within each kind:
    /// the name itself, its beginning, then by weight, open deals before closed, the latest before older ones.
    pub async fn search(&self, reader: &Reader, text: &str) -> Result<Vec<Hit>> {
        let text = text.trim();
        // PostgreSQL's text holds no U+0000, so nothing can contain it.
        if text.is_empty() || text.contains('\0') {
            return Ok(Vec::new());
        }
        let mut transaction = self.pool.begin().await?;
        // Before its statistics are there, or with a plan from when the tables were empty, PostgreSQL would read them whole.
        sqlx::query!("SELECT set_config('enable_seqscan', 'off', true)").fetch_one(&mut *transaction).await?;
        let connection = &mut *transaction;
        let mut found = by_words(connection, reader, text).await?;
        if !self.searchable.load(Ordering::Acquire) {
            for target in by_names(connection, reader, text).await? {
                if !found.contains(&target) {
                    found.push(target);
                }
            }
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let mut view = (*reader.settings).clone();
        let needs = Needs { records: found.iter().copied().collect(), ..Needs::default() };
        records::load(connection, reader.workspace, needs, &mut view).await?;
        super::load_accounts(connection, reader.workspace, &mut view).await?;
        let mut hits: Vec<Hit> =
            found.iter().filter_map(|target| Hit::of(&view, &reader.actor.sight, *target, text)).collect();
        count_deals(connection, reader, &mut hits).await?;
        transaction.commit().await?;
        hits.sort_by_key(|hit| KINDS.iter().position(|kind| *kind == hit.found.kind));
        Ok(hits)
    }
}

async fn by_words(connection: &mut PgConnection, reader: &Reader, text: &str) -> Result<Vec<Target>> {
    let (owners, me) = sight_arguments(reader);
    let name = beginning(text);
    let rows = sqlx::query!(
        r#"(SELECT 'deal' AS "kind!", hit.id AS "id!" FROM (
              SELECT search.id, search.name, ts_rank(own || around, $2::text::tsquery) AS rank, stage_id, deal.created_at
              FROM search JOIN deal ON deal.workspace_id = $1 AND deal.id = search.id
              WHERE search.workspace_id = $1 AND search.kind = 'deal'
                AND (own || around @@ $2::text::tsquery OR search.name >= $3 AND search.name < $8)
                AND ($4::uuid[] IS NULL OR owner_id = ANY($4) OR $5 = ANY(collaborators))
              LIMIT $6
            ) AS hit JOIN stage ON stage.workspace_id = $1 AND stage.id = stage_id
            ORDER BY hit.name = $3 DESC, starts_with(hit.name, $3) DESC, floor(rank * 4) DESC, outcome = 'open' DESC,
              created_at DESC, hit.id LIMIT $7)
           UNION ALL
           (SELECT kind, id FROM (
              SELECT kind, id, name, ts_rank(own || around, $2::text::tsquery) AS rank FROM search
              WHERE workspace_id = $1 AND kind = 'account' AND (own || around @@ $2::text::tsquery OR name >= $3 AND name < $8) LIMIT $6
            ) AS hit
            ORDER BY name = $3 DESC, starts_with(name, $3) DESC, floor(rank * 4) DESC, length(name), id LIMIT $7)
           UNION ALL
           (SELECT kind, id FROM (
              SELECT kind, id, name, ts_rank(own || around, $2::text::tsquery) AS rank FROM search
              WHERE workspace_id = $1 AND kind = 'contact' AND (own || around @@ $2::text::tsquery OR name >= $3 AND name < $8) LIMIT $6
            ) AS hit
            ORDER BY name = $3 DESC, starts_with(name, $3) DESC, floor(rank * 4) DESC, length(name), id LIMIT $7)
           UNION ALL
           (SELECT 'activity', hit.id FROM (
              SELECT search.id, ts_rank(own || around, $2::text::tsquery) AS rank,
                coalesce(activity.done_at, activity.created_at) AS at
              FROM search JOIN activity ON activity.workspace_id = $1 AND activity.id = search.id
              LEFT JOIN deal ON deal.workspace_id = $1 AND deal.id = activity.deal_id
              WHERE search.workspace_id = $1 AND search.kind = 'activity'
                AND (own || around @@ $2::text::tsquery OR search.name >= $3 AND search.name < $8)
                AND ($4::uuid[] IS NULL OR activity.deal_id IS NULL OR deal.owner_id = ANY($4)
                     OR $5 = ANY(deal.collaborators))
              LIMIT $6
            ) AS hit
            ORDER BY floor(rank * 4) DESC, at DESC, hit.id LIMIT $7)
           UNION ALL
           (SELECT 'file', hit.id FROM (
              SELECT search.id, search.name, ts_rank(own || around, $2::text::tsquery) AS rank, file.created_at AS at
              FROM search JOIN file ON file.workspace_id = $1 AND file.id = search.id
              JOIN deal ON deal.workspace_id = $1 AND deal.id = file.deal_id
              WHERE search.workspace_id = $1 AND search.kind = 'file'
                AND (own || around @@ $2::text::tsquery OR search.name >= $3 AND search.name < $8)
                AND ($4::uuid[] IS NULL OR owner_id = ANY($4) OR $5 = ANY(collaborators))
              LIMIT $6
            ) AS hit
            ORDER BY hit.name = $3 DESC, starts_with(hit.name, $3) DESC, floor(rank * 4) DESC, at DESC, hit.id LIMIT $7)"#,
        reader.workspace.0,
        query(text),
        name,
        owners.as_deref(),
        me,
        COMPARED,
        FOUND,
        format!("{name}{}", char::MAX)
    );
    rows.fetch_all(connection).await?.into_iter().map(|row| target(row.kind, row.id)).collect()
}

/// Records whose words are not kept yet, by their names alone.
async fn by_names(connection: &mut PgConnection, reader: &Reader, text: &str) -> Result<Vec<Target>> {
    let (owners, me) = sight_arguments(reader);
    let rows = sqlx::query!(
        r#"(SELECT 'deal' AS "kind!", id AS "id!" FROM deal
            WHERE workspace_id = $1 AND title ILIKE $2
              AND NOT EXISTS (SELECT FROM search WHERE search.workspace_id = $1 AND search.id = deal.id)
              AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
            ORDER BY length(title), id LIMIT $5)
           UNION ALL
           (SELECT 'account', id FROM account
            WHERE workspace_id = $1 AND name ILIKE $2
              AND NOT EXISTS (SELECT FROM search WHERE search.workspace_id = $1 AND search.id = account.id)
            ORDER BY length(name), id LIMIT $5)
           UNION ALL
           (SELECT 'contact', id FROM contact
            WHERE workspace_id = $1 AND name ILIKE $2
              AND NOT EXISTS (SELECT FROM search WHERE search.workspace_id = $1 AND search.id = contact.id)
            ORDER BY length(name), id LIMIT $5)
           UNION ALL
           (SELECT 'file', file.id FROM file JOIN deal ON deal.workspace_id = $1 AND deal.id = file.deal_id
            WHERE file.workspace_id = $1 AND name ILIKE $2
              AND NOT EXISTS (SELECT FROM search WHERE search.workspace_id = $1 AND search.id = file.id)
              AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
            ORDER BY length(name), file.id LIMIT $5)"#,
        reader.workspace.0,
        format!("%{}%", literal(text)),
        owners.as_deref(),
        me,
        FOUND
    );
    rows.fetch_all(connection).await?.into_iter().map(|row| target(row.kind, row.id)).collect()
}

/// How many deals the accounts have: the view holds only those that were found.
async fn count_deals(connection: &mut PgConnection, reader: &Reader, hits: &mut [Hit]) -> Result<()> {
    let accounts: Vec<Uuid> =
        hits.iter().filter(|hit| hit.found.kind == Kind::Account).map(|hit| hit.found.id).collect();
    if accounts.is_empty() {
        return Ok(());
    }
    let (owners, me) = sight_arguments(reader);
    let rows = sqlx::query!(
        r#"SELECT account_id AS "account_id!", stage_id, count(*) AS "deals!"
           FROM deal WHERE workspace_id = $1 AND account_id = ANY($2)
             AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
           GROUP BY account_id, stage_id"#,
        reader.workspace.0,
        &accounts,
        owners.as_deref(),
        me
    );
    let rows = rows.fetch_all(connection).await?;
    for hit in hits.iter_mut().filter(|hit| hit.found.kind == Kind::Account) {
        let of = |outcome| {
            let is_in = |stage: Uuid| reader.settings.stages.get(&stage.into()).is_some_and(|it| it.outcome == outcome);
            let counted = rows.iter().filter(|row| row.account_id == hit.found.id && is_in(row.stage_id));
            counted.map(|row| u32::try_from(row.deals).unwrap_or(u32::MAX)).fold(0, u32::saturating_add)
        };
        (hit.open, hit.won) = (of(Outcome::Open), of(Outcome::Won));
    }
    Ok(())
}

fn target(kind: String, id: Uuid) -> Result<Target> {
    Ok(Target::new(word::<Kind>(kind)?, id))
}

/// A text within a pattern, taken literally.
pub(crate) fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
