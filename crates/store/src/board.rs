//! Reading a board: what its first paint shows, or every card.

use crate::{
    access::Reader,
    account, activity,
    deal::{DealRow, deals},
    error::Result,
};
use domain::{
    access::Sight,
    board::{Filter, Sum, Totals},
    deal::Deal,
    id::{PipelineId, StageId},
    page::{BoardPage, Column},
    table::Table,
    view::View,
};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many cards of a column the first paint shows: a tall screen's worth.
const FIRST: i64 = 12;

/// The owners whose deals a member sees (none: everybody's), and the member.
pub(crate) fn sight_arguments(reader: &Reader) -> (Option<Vec<Uuid>>, Uuid) {
    let owners = match &reader.actor.sight {
        Sight::Everything => None,
        Sight::Owners { owners, .. } => Some(owners.iter().map(|owner| owner.0).collect()),
    };
    (owners, reader.member.0)
}

/// The cards of the first paint with the totals of every column, into the view. A filter that the database does not
/// know is applied to all cards, and then only the painted ones are kept.
pub(crate) async fn first_paint(
    connection: &mut PgConnection,
    reader: &Reader,
    pipeline: PipelineId,
    filter: &Filter,
    view: &mut View,
) -> Result<BoardPage> {
    if !filter.is_empty() {
        let mut page = complete(connection, reader, pipeline, view).await?;
        page.columns = filtered(view, pipeline, filter);
        page.complete = false;
        return Ok(page);
    }
    let stages: Vec<StageId> = view.stages_of(pipeline).iter().map(|stage| stage.id).collect();
    let ids: Vec<Uuid> = stages.iter().map(|stage| stage.0).collect();
    let (owners, me) = sight_arguments(reader);
    let rows: Vec<DealRow> = deals!(
        "unnest($2::uuid[]) AS wanted (stage_id) CROSS JOIN LATERAL (
           SELECT * FROM deal
           WHERE deal.workspace_id = $1 AND deal.stage_id = wanted.stage_id
             AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
           ORDER BY key, id LIMIT $5
         ) AS deal",
        reader.workspace.0,
        &ids,
        owners.as_deref(),
        me,
        FIRST
    )
    .fetch_all(&mut *connection)
    .await?;
    add(connection, reader, records(rows)?, view).await?;

    let sums = sqlx::query!(
        r#"SELECT stage_id, amount_currency, count(*) AS "deals!", coalesce(sum(amount_minor), 0)::text AS "amount!"
           FROM deal
           WHERE workspace_id = $1 AND pipeline_id = $2
             AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))
           GROUP BY stage_id, amount_currency"#,
        reader.workspace.0,
        pipeline.0,
        owners.as_deref(),
        me
    );
    let mut totals: BTreeMap<StageId, Totals> = BTreeMap::new();
    for row in sums.fetch_all(&mut *connection).await? {
        let stage = StageId(row.stage_id);
        let total = totals.entry(stage).or_default();
        total.deals += u32::try_from(row.deals).unwrap_or(u32::MAX);
        if let Some(currency) = row.amount_currency.and_then(|code| code.parse().ok()) {
            let amount: i128 = row.amount.parse().unwrap_or(0);
            let probability = view.stages.get(&stage).map_or(0, |stage| stage.probability);
            total.sums.insert(currency, Sum { amount, weighted: amount * i128::from(probability) });
        }
    }
    let columns = stages.into_iter().map(|stage| Column { stage, totals: totals.remove(&stage).unwrap_or_default() });
    Ok(BoardPage { pipeline, columns: columns.collect(), complete: false })
}

/// The columns under a filter; the view keeps only the cards that the first paint shows.
fn filtered(view: &mut View, pipeline: PipelineId, filter: &Filter) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut painted = Table::default();
    for stage in view.stages_of(pipeline) {
        let mut cards: Vec<&Deal> =
            view.deals.values().filter(|deal| deal.stage == stage.id && filter.admits(deal, view)).collect();
        cards.sort_by(|a, b| (&a.key, a.id).cmp(&(&b.key, b.id)));
        let mut totals = Totals::default();
        for deal in &cards {
            totals.add(deal, stage.probability);
        }
        columns.push(Column { stage: stage.id, totals });
        let first = cards.into_iter().take(usize::try_from(FIRST).unwrap_or(usize::MAX));
        painted.extend(first.map(|deal| (deal.id, deal.clone())));
    }
    view.deals = painted;
    let deals = &view.deals;
    view.activities.retain(|activity| activity.deal.is_some_and(|deal| deals.contains_key(&deal)));
    let accounts: BTreeSet<_> = deals.values().filter_map(|deal| deal.account).chain(filter.account).collect();
    view.accounts.retain(|account| accounts.contains(&account.id));
    columns
}

/// Every card of the pipeline that the member may see, into the view.
pub(crate) async fn complete(
    connection: &mut PgConnection,
    reader: &Reader,
    pipeline: PipelineId,
    view: &mut View,
) -> Result<BoardPage> {
    let (owners, me) = sight_arguments(reader);
    let rows: Vec<DealRow> = deals!(
        "deal WHERE deal.workspace_id = $1 AND deal.pipeline_id = $2
           AND ($3::uuid[] IS NULL OR owner_id = ANY($3) OR $4 = ANY(collaborators))",
        reader.workspace.0,
        pipeline.0,
        owners.as_deref(),
        me
    )
    .fetch_all(&mut *connection)
    .await?;
    add(connection, reader, records(rows)?, view).await?;
    Ok(BoardPage { pipeline, columns: filtered_totals(view, pipeline), complete: true })
}

fn filtered_totals(view: &View, pipeline: PipelineId) -> Vec<Column> {
    let mut totals: BTreeMap<StageId, Totals> = BTreeMap::new();
    for deal in view.deals.values() {
        let probability = view.stages.get(&deal.stage).map_or(0, |stage| stage.probability);
        totals.entry(deal.stage).or_default().add(deal, probability);
    }
    let stages = view.stages_of(pipeline).into_iter();
    stages.map(|stage| Column { stage: stage.id, totals: totals.remove(&stage.id).unwrap_or_default() }).collect()
}

fn records(rows: Vec<DealRow>) -> Result<Vec<Deal>> {
    rows.into_iter().map(Deal::try_from).collect()
}

/// Adds deals with what their cards show of others: the account's name and what is planned next.
pub(crate) async fn add(
    connection: &mut PgConnection,
    reader: &Reader,
    deals: Vec<Deal>,
    view: &mut View,
) -> Result<()> {
    let mut accounts: Vec<Uuid> = deals.iter().filter_map(|deal| deal.account).map(|account| account.0).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let ids: Vec<Uuid> = deals.iter().map(|deal| deal.id.0).collect();
    view.deals.extend(deals.into_iter().map(|deal| (deal.id, deal)));
    let accounts = account::by_ids(connection, reader.workspace.0, &accounts).await?;
    view.accounts.extend(accounts.into_iter().map(|account| (account.id, account)));
    let planned = activity::planned_of_deals(connection, reader.workspace.0, &ids).await?;
    view.activities.extend(planned.into_iter().map(|activity| (activity.id, activity)));
    Ok(())
}
