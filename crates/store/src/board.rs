//! Reading a board: what its first paint shows, or every card.

use crate::{
    access::Reader,
    account, activity,
    deal::{DealRow, deals},
    error::Result,
    zone::zone_of,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Sight,
    activity::next_planned,
    board::{Arranger, Filter, Lane, Look, Rank, Seat, Slot, Sum, Totals, place},
    calendar::Zone,
    deal::Deal,
    id::{PipelineId, StageId},
    page::{BoardPage, Cell},
    table::Table,
    view::View,
};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many cards of a column the first paint shows: a tall screen's worth.
const FIRST: u8 = 12;

/// The owners whose deals a member sees (none: everybody's), and the member.
pub(crate) fn sight_arguments(reader: &Reader) -> (Option<Vec<Uuid>>, Uuid) {
    let owners = match &reader.actor.sight {
        Sight::Everything => None,
        Sight::Owners { owners, .. } => Some(owners.iter().map(|owner| owner.0).collect()),
    };
    (owners, reader.member.0)
}

/// The cards of the first paint with the totals of every lane and column, into the view. A filter or an arrangement that
/// the database does not know is applied to all cards, and then only the painted ones are kept.
pub(crate) async fn first_paint(
    connection: &mut PgConnection,
    reader: &Reader,
    pipeline: PipelineId,
    (filter, look): (&Filter, &Look),
    view: &mut View,
    now: DateTime<Utc>,
) -> Result<BoardPage> {
    if !filter.is_empty() || !look.is_plain() {
        load(connection, reader, pipeline, view).await?;
        let zone = zone_of(view, now);
        let cells = arranged(view, pipeline, (filter, look), &zone, zone.day(now));
        return Ok(BoardPage { pipeline, cells, complete: false });
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
        i64::from(FIRST)
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
    let cell = |(stage, totals)| Cell { lane: Lane::Whole, slot: Slot::Stage(stage), totals };
    Ok(BoardPage { pipeline, cells: totals.into_iter().map(cell).collect(), complete: false })
}

/// The lanes and columns under a filter, in an arrangement; the view keeps only the cards that the first paint shows: the
/// first of each column, lane by lane as far as a tall screen reaches.
fn arranged(
    view: &mut View,
    pipeline: PipelineId,
    (filter, look): (&Filter, &Look),
    zone: &Zone,
    today: NaiveDate,
) -> Vec<Cell> {
    type Slots<'a> = BTreeMap<Slot, (Totals, Vec<(Rank, &'a Deal)>)>;
    let next = next_planned(view.activities.values());
    let arranger = Arranger { view, pipeline, filter, look, zone, today };
    let mut lanes: BTreeMap<(bool, String, Lane), Slots> = BTreeMap::new();
    for deal in view.deals.values() {
        let next = next.get(&deal.id).and_then(|next| view.activities.get(next));
        let Some(Seat { slot, lane, rank }) = arranger.seat(deal, next) else { continue };
        let (totals, cards) = lanes.entry(lane.order(view)).or_default().entry(slot).or_default();
        totals.add(deal, view.stages.get(&deal.stage).map_or(0, |stage| stage.probability));
        cards.push((rank, deal));
    }
    let mut painted = Table::default();
    let mut cells = Vec::new();
    let mut room = usize::from(FIRST);
    for ((.., lane), slots) in lanes {
        let highest = slots.values().map(|(_, cards)| cards.len()).max().unwrap_or(0).min(room);
        for (slot, (totals, mut cards)) in slots {
            cards.sort_unstable_by(|(a, one), (b, other)| place(a, one).cmp(&place(b, other)));
            painted.extend(cards.into_iter().take(room).map(|(_, deal)| (deal.id, deal.clone())));
            cells.push(Cell { lane, slot, totals });
        }
        room -= highest;
    }
    view.deals = painted;
    let deals = &view.deals;
    view.activities.retain(|activity| activity.deal.is_some_and(|deal| deals.contains_key(&deal)));
    let in_lanes = cells.iter().filter_map(|cell| if let Lane::Account(account) = cell.lane { account } else { None });
    let of_deals = deals.values().filter_map(|deal| deal.account);
    let accounts: BTreeSet<_> = of_deals.chain(in_lanes).chain(filter.account).collect();
    view.accounts.retain(|account| accounts.contains(&account.id));
    cells
}

/// Every card of the pipeline that the member may see, into the view: the board's working set.
pub(crate) async fn complete(
    connection: &mut PgConnection,
    reader: &Reader,
    pipeline: PipelineId,
    view: &mut View,
) -> Result<BoardPage> {
    load(connection, reader, pipeline, view).await?;
    // Who holds every card adds them up alone.
    Ok(BoardPage { pipeline, cells: Vec::new(), complete: true })
}

async fn load(connection: &mut PgConnection, reader: &Reader, pipeline: PipelineId, view: &mut View) -> Result<()> {
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
    add(connection, reader, records(rows)?, view).await
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
