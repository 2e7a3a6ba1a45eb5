//! Reading the table of deals: windows of its rows in any order, what they add up to, and all of them for an export.
//!
//! What is shown is worked out here and not in the browser: a window costs its rows, however long the table is.

use crate::{
    access::Reader,
    account::accounts,
    board::{add, sight_arguments},
    deal,
    error::Result,
    pool::Store,
};
use chrono::{DateTime, Utc};
use domain::{
    account::Account,
    board::{Sum, Totals},
    deal::Priority,
    grid::{Column, Group, GroupHead, GroupKey, Heads, Query, Window},
    id::{DealId, MemberId},
    page::{Page, Snapshot},
    view::{Versioned, View},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many rows the first paint shows: two tall screens' worth.
const FIRST: u32 = 60;
/// How many rows one window has at most.
pub const LARGEST_WINDOW: u32 = 500;

/// `listed!(select, rest, arguments, more…)`: a checked query over the deals that a table lists. It agrees with
/// [`domain::board::Filter::admits`].
macro_rules! listed {
    ($query:ident, $select:literal, $rest:literal, $arguments:expr $(, $more:expr)* $(,)?) => {
        sqlx::$query!(
            "SELECT " + $select + "
             FROM deal LEFT JOIN account ON account.workspace_id = $1 AND account.id = deal.account_id
             WHERE deal.workspace_id = $1
               AND ($2::uuid[] IS NULL OR owner_id = ANY($2) OR $3 = ANY(collaborators))
               AND ($4::uuid IS NULL OR pipeline_id = $4)
               AND ($5::uuid[] IS NULL OR owner_id = ANY($5))
               AND ($6::uuid IS NULL OR account_id = $6)
               AND ($7::text IS NULL OR $7 = ANY(tags))
               AND ($8::text IS NULL OR strpos(lower(title), lower($8)) > 0 OR strpos(lower(account.name), lower($8)) > 0
                    OR strpos(lower(deal.external_id), lower($8)) > 0
                    OR EXISTS (SELECT FROM unnest(tags) AS tag WHERE strpos(lower(tag), lower($8)) > 0))
               AND ($10::text IS NULL OR priority = $10) " + $rest,
            $arguments.workspace,
            $arguments.sight.as_deref(),
            $arguments.me,
            $arguments.pipeline,
            $arguments.owners.as_deref(),
            $arguments.account,
            $arguments.tag,
            $arguments.text,
            $arguments.group,
            $arguments.priority,
            $($more),*
        )
    };
}

struct Arguments<'a> {
    workspace: Uuid,
    sight: Option<Vec<Uuid>>,
    me: Uuid,
    pipeline: Option<Uuid>,
    owners: Option<Vec<Uuid>>,
    account: Option<Uuid>,
    tag: Option<&'a str>,
    text: Option<&'a str>,
    group: &'a str,
    priority: Option<&'static str>,
}

impl<'a> Arguments<'a> {
    /// `None` where no deal can be listed: PostgreSQL's text holds no U+0000, so nothing contains it.
    fn new(reader: &Reader, query: &'a Query, view: &View) -> Option<Self> {
        let (sight, me) = sight_arguments(reader);
        let filter = &query.filter;
        let text = Some(filter.text.as_str()).filter(|text| !text.is_empty());
        if [text, filter.tag.as_deref()].into_iter().flatten().any(|text| text.contains('\0')) {
            return None;
        }
        let is_asked = |member: &MemberId| filter.owners.is_empty() || filter.owners.contains(member);
        let owners = match filter.team {
            None if filter.owners.is_empty() => None,
            None => Some(filter.owners.iter().map(|owner| owner.0).collect()),
            Some(team) => {
                let members = view.members.values().filter(|member| member.teams.contains(&team));
                Some(members.filter(|member| is_asked(&member.id)).map(|member| member.id.0).collect())
            }
        };
        Some(Self {
            workspace: reader.workspace.0,
            sight,
            me,
            pipeline: query.pipeline.map(|pipeline| pipeline.0),
            owners,
            account: filter.account.map(|account| account.0),
            tag: filter.tag.as_deref(),
            text,
            group: query.group.map_or("", Group::word),
            priority: filter.priority.map(Priority::word),
        })
    }
}

/// The settings that rows are sorted by, each kind in its order: members by name, pipelines and their stages by place.
fn ranked(view: &View) -> Vec<Uuid> {
    let mut members: Vec<_> = view.members.values().collect();
    members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
    let pipelines = view.pipelines();
    let stages = pipelines.iter().flat_map(|pipeline| view.stages_of(pipeline.id)).map(|stage| stage.id.0);
    let pipelines = pipelines.iter().map(|pipeline| pipeline.id.0);
    pipelines.chain(stages).chain(members.into_iter().map(|member| member.id.0)).collect()
}

impl Store {
    /// Some rows of the table, with the records that they show; of the settings, which the asker holds, none.
    ///
    /// `count` is taken as at most [`LARGEST_WINDOW`].
    pub async fn deals_window(
        &self,
        reader: &Reader,
        query: &Query,
        from: u32,
        count: u32,
        with_heads: bool,
        now: DateTime<Utc>,
    ) -> Result<Snapshot> {
        let read = self.snapshot(reader, now, async |connection, view| {
            let mut window = window(connection, reader, query, from, count.min(LARGEST_WINDOW), view).await?;
            if with_heads {
                window.heads = Some(heads(connection, reader, query, view).await?);
            }
            Ok(Page::Deals(window))
        });
        let snapshot = read.await?;
        let View { accounts, deals, activities, .. } = snapshot.view;
        Ok(Snapshot { view: View { accounts, deals, activities, ..View::default() }, ..snapshot })
    }

    /// Every deal that the table lists, in its order.
    pub async fn deals_in_order(&self, reader: &Reader, query: &Query, now: DateTime<Utc>) -> Result<Vec<DealId>> {
        let read = self.snapshot(reader, now, async |connection, view| {
            let rows = in_order(connection, reader, query, 0, None, view).await?;
            Ok(Page::Deals(Window { query: query.clone(), from: 0, rows, heads: None }))
        });
        match read.await?.page {
            Page::Deals(window) => Ok(window.rows),
            _ => Ok(Vec::new()),
        }
    }

    /// These deals, as far as the member sees them, with what their rows show and the settings.
    pub async fn deals_of_table(&self, reader: &Reader, deals: &[DealId], now: DateTime<Utc>) -> Result<Snapshot> {
        self.snapshot(reader, now, async |connection, view| {
            records(connection, reader, deals, view).await?;
            Ok(Page::Deals(Window::default()))
        })
        .await
    }

    /// The accounts of these names, whatever the letter case; of several of one name, the oldest.
    pub async fn accounts_named(&self, reader: &Reader, names: &[String]) -> Result<Versioned> {
        let mut transaction = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let version = sqlx::query_scalar!("SELECT version FROM workspace WHERE workspace_id = $1", reader.workspace.0);
        let version = version.fetch_one(&mut *transaction).await?;
        let names: Vec<String> = names.iter().filter(|name| !name.contains('\0')).cloned().collect();
        let rows = accounts!(
            "unnest($2::text[]) AS wanted (name_wanted) CROSS JOIN LATERAL (
               SELECT * FROM account
               WHERE workspace_id = $1 AND lower(left(name, 100)) = lower(left(name_wanted, 100))
                 AND lower(name) = lower(name_wanted)
               ORDER BY created_at, account.id LIMIT 1
             ) AS account",
            reader.workspace.0,
            &names
        );
        let rows = rows.fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        let mut view = View::default();
        for row in rows {
            let account = Account::try_from(row)?;
            view.accounts.insert(account.id, account);
        }
        Ok(Versioned { version, view })
    }
}

/// What the table's first paint shows.
pub(crate) async fn first_paint(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    view: &mut View,
) -> Result<Window> {
    let heads = heads(connection, reader, query, view).await?;
    Ok(Window { heads: Some(heads), ..window(connection, reader, query, 0, FIRST, view).await? })
}

async fn window(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    from: u32,
    count: u32,
    view: &mut View,
) -> Result<Window> {
    let rows = in_order(connection, reader, query, from, Some(count), view).await?;
    records(connection, reader, &rows, view).await?;
    Ok(Window { query: query.clone(), from, rows, heads: None })
}

/// Puts the deals, as far as the member sees them, with what their rows show of others into the view.
async fn records(connection: &mut PgConnection, reader: &Reader, deals: &[DealId], view: &mut View) -> Result<()> {
    let ids: Vec<Uuid> = deals.iter().map(|deal| deal.0).collect();
    let mut deals = deal::by_ids(connection, reader.workspace.0, &ids).await?;
    deals.retain(|deal| reader.actor.sight.sees(deal));
    add(connection, reader, deals, view).await
}

async fn in_order(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    from: u32,
    count: Option<u32>,
    view: &View,
) -> Result<Vec<DealId>> {
    let Some(arguments) = Arguments::new(reader, query, view) else { return Ok(Vec::new()) };
    let field = match query.sort.column {
        Column::Custom(field) => field.to_string(),
        _ => String::new(),
    };
    // Each order is a word and a number; what is not set is null and comes last. Of accounts, their ids part those of
    // one name.
    let rows = listed!(
        query_scalar,
        "deal.id",
        "ORDER BY
           array_position($11::uuid[],
             CASE $9 WHEN 'stage' THEN stage_id WHEN 'owner' THEN owner_id WHEN 'pipeline' THEN pipeline_id END),
           CASE $9 WHEN 'account' THEN lower(left(account.name, 100)) END,
           CASE $9 WHEN 'account' THEN account_id END,
           CASE $9 WHEN 'month' THEN date_trunc('month', close_on::timestamp) END,
           CASE WHEN NOT $13::bool THEN CASE $12::text
             WHEN 'title' THEN lower(left(title, 100))
             WHEN 'account' THEN lower(left(account.name, 100))
             WHEN 'amount' THEN amount_currency
             WHEN 'source' THEN nullif(lower(left(source, 100)), '')
             WHEN 'loss_reason' THEN nullif(lower(left(loss_reason, 100)), '')
             WHEN 'tags' THEN nullif(lower(left(array_to_string(tags, ', '), 100)), '')
             WHEN 'custom' THEN coalesce(lower(left(deal.custom #>> ARRAY[$14::text, 'text'], 100)),
               lower(left(deal.custom #>> ARRAY[$14, 'choice'], 100)), deal.custom #>> ARRAY[$14, 'date'],
               deal.custom #>> ARRAY[$14, 'money', 'currency'])
           END END,
           CASE WHEN $13 THEN CASE $12
             WHEN 'title' THEN lower(left(title, 100))
             WHEN 'account' THEN lower(left(account.name, 100))
             WHEN 'amount' THEN amount_currency
             WHEN 'source' THEN nullif(lower(left(source, 100)), '')
             WHEN 'loss_reason' THEN nullif(lower(left(loss_reason, 100)), '')
             WHEN 'tags' THEN nullif(lower(left(array_to_string(tags, ', '), 100)), '')
             WHEN 'custom' THEN coalesce(lower(left(deal.custom #>> ARRAY[$14, 'text'], 100)),
               lower(left(deal.custom #>> ARRAY[$14, 'choice'], 100)), deal.custom #>> ARRAY[$14, 'date'],
               deal.custom #>> ARRAY[$14, 'money', 'currency'])
           END END DESC NULLS LAST,
           CASE WHEN $13 THEN -1 ELSE 1 END * CASE $12
             WHEN 'pipeline' THEN array_position($11, pipeline_id)::float8
             WHEN 'stage' THEN array_position($11, stage_id)::float8
             WHEN 'owner' THEN array_position($11, owner_id)::float8
             WHEN 'amount' THEN amount_minor::float8
             WHEN 'priority' THEN array_position(ARRAY['low', 'normal', 'high'], priority)::float8
             WHEN 'close_on' THEN (close_on - date '2000-01-01')::float8
             WHEN 'created_at' THEN extract(epoch FROM deal.created_at)::float8
             WHEN 'stay' THEN CASE WHEN closed_at IS NULL THEN -extract(epoch FROM entered_at)::float8 END
             WHEN 'next' THEN (SELECT min(coalesce(due_on, date '9999-12-31') - date '2000-01-01')::float8
                               FROM activity
                               WHERE activity.workspace_id = $1 AND deal_id = deal.id AND done_at IS NULL)
             WHEN 'custom' THEN coalesce((deal.custom #>> ARRAY[$14, 'number'])::float8,
               (deal.custom #>> ARRAY[$14, 'money', 'minor'])::float8,
               array_position($11, (deal.custom #>> ARRAY[$14, 'person'])::uuid)::float8)
           END,
           deal.id
         OFFSET $15 LIMIT $16",
        arguments,
        &ranked(view),
        query.sort.column.word(),
        query.sort.descending,
        field,
        i64::from(from),
        count.map(i64::from)
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(DealId).collect())
}

async fn heads(connection: &mut PgConnection, reader: &Reader, query: &Query, view: &View) -> Result<Heads> {
    let Some(arguments) = Arguments::new(reader, query, view) else { return Ok(Heads::default()) };
    let rows = listed!(
        query,
        r#"CASE $9 WHEN 'stage' THEN stage_id WHEN 'owner' THEN owner_id WHEN 'pipeline' THEN pipeline_id
             WHEN 'account' THEN account_id END AS group_id,
           CASE $9 WHEN 'account' THEN account.name END AS group_name,
           CASE $9 WHEN 'month' THEN date_trunc('month', close_on::timestamp)::date END AS group_month,
           stage_id, amount_currency, count(*) AS "deals!", coalesce(sum(amount_minor), 0)::text AS "amount!""#,
        "GROUP BY 1, 2, 3, 4, 5 ORDER BY lower(left(CASE $9 WHEN 'account' THEN account.name END, 100)), 1, 3",
        arguments
    );
    let mut found = Heads::default();
    for row in rows.fetch_all(connection).await? {
        let mut totals = Totals { deals: u32::try_from(row.deals).unwrap_or(u32::MAX), ..Totals::default() };
        if let Some(currency) = row.amount_currency.and_then(|code| code.parse().ok()) {
            let amount: i128 = row.amount.parse().unwrap_or(0);
            let probability = view.stages.get(&row.stage_id.into()).map_or(0, |stage| stage.probability);
            totals.sums.insert(currency, Sum { amount, weighted: amount * i128::from(probability) });
        }
        found.totals.merge(&totals);
        let key = match (query.group, row.group_id) {
            (Some(Group::Account), id) => GroupKey::Account(id.map(Into::into)),
            (Some(Group::Month), _) => GroupKey::Month(row.group_month),
            (Some(Group::Stage), Some(id)) => GroupKey::Stage(id.into()),
            (Some(Group::Owner), Some(id)) => GroupKey::Owner(id.into()),
            (Some(Group::Pipeline), Some(id)) => GroupKey::Pipeline(id.into()),
            (None, _) | (_, None) => continue,
        };
        match found.groups.last_mut().filter(|last| last.key == key) {
            Some(last) => last.totals.merge(&totals),
            None => found.groups.push(GroupHead { key, name: row.group_name.unwrap_or_default(), totals }),
        }
    }
    let ranked = ranked(view);
    let rank = |id: Uuid| ranked.iter().position(|other| *other == id);
    found.groups.sort_by_cached_key(|head| match head.key {
        GroupKey::Stage(id) => rank(id.0),
        GroupKey::Owner(id) => rank(id.0),
        GroupKey::Pipeline(id) => rank(id.0),
        GroupKey::Account(_) | GroupKey::Month(_) => None,
    });
    Ok(found)
}
