//! Reading what the funnel is computed from.
//!
//! A pipeline may have a hundred thousand deals with half a million stays, so each of the two comes as one value: the rows
//! after one another in PostgreSQL's binary form, in the order in which they lie. Taking rows apart one by one, or sorting
//! them in the database, takes several times as long.

use crate::{
    access::Reader,
    board::sight_arguments,
    deal,
    error::{Error, Result},
    page::pipeline_or_first,
    pool::Store,
    zone::zone_of,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    calendar::Zone,
    change::{Delta, Deltas},
    deal::Deal,
    field::FieldValue,
    funnel::{
        figure::Figure,
        material::{Approved, Known, Material, Removed, Row, Worth},
        query::Query,
        report::{Behind, Dot, Line, Report, StageTime, behind, bridge_instants, ended, limits, report, standing},
    },
    gate::{Mark, Met},
    id::{ConditionId, DealId, FieldId, PipelineId, StageId},
    money::Money,
    page::Page,
    record::{Fields, Kind, Record},
    stay::{DealIndex, FORGOTTEN, Micros, StageIndex},
    view::View,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgConnection;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};
use uuid::Uuid;

/// How many of the deals behind a figure are listed.
const LISTED: usize = 500;

pub(crate) async fn page(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Page> {
    Ok(Page::Funnel(serde_json::to_string(&reported(connection, reader, query, view, now).await?)?))
}

async fn reported(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Report> {
    let query = query.clone().known(view);
    let material = read(connection, reader, &query, view, now).await?;
    // The rest takes a processor for a while, which others wait for too.
    let view = view.clone();
    let computed = tokio::task::spawn_blocking(move || report(&material, &query, &view)).await;
    computed.map_err(|_| Error::Stopping)
}

impl Store {
    /// The funnel's figures, and the settings that name what they are about.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such pipeline.
    pub async fn funnel(&self, reader: &Reader, query: &Query, now: DateTime<Utc>) -> Result<(Report, View)> {
        let read = self.looked(reader, async |connection, view| reported(connection, reader, query, view, now).await);
        let (report, view, _) = read.await?;
        Ok((report, view))
    }

    /// Every deal of the query that ended, in the order of their ends.
    ///
    /// # Errors
    /// As [`Store::funnel`].
    pub async fn funnel_ended(&self, reader: &Reader, query: &Query, now: DateTime<Utc>) -> Result<(Vec<Dot>, Zone)> {
        let read = self.looked(reader, async |connection, view| {
            let query = query.clone().known(view);
            let material = read(connection, reader, &query, view, now).await?;
            let all = ended(&material, &query, view);
            Ok((all, material.zone))
        });
        Ok(read.await?.0)
    }

    /// What the past stays in each open stage of a pipeline propose as its time limit.
    ///
    /// # Errors
    /// As [`Store::funnel`].
    pub async fn proposed_limits(
        &self,
        reader: &Reader,
        pipeline: PipelineId,
        now: DateTime<Utc>,
    ) -> Result<Vec<(StageId, StageTime)>> {
        let query = Query { pipeline: Some(pipeline), ..Query::default() };
        let read = self.looked(reader, async |connection, view| {
            let material = read(connection, reader, &query, view, now).await?;
            let view = view.clone();
            let computed = tokio::task::spawn_blocking(move || limits(&material, &view)).await;
            computed.map_err(|_| Error::Stopping)
        });
        Ok(read.await?.0)
    }

    /// The deals behind one of the funnel's figures, the largest first; behind a figure of lateness those that are latest.
    ///
    /// # Errors
    /// As [`Store::funnel`].
    pub async fn funnel_deals(
        &self,
        reader: &Reader,
        query: &Query,
        figure: &Figure,
        now: DateTime<Utc>,
    ) -> Result<Behind> {
        let read = self.looked(reader, async |connection, view| {
            let query = query.clone().known(view);
            let material = read(connection, reader, &query, view, now).await?;
            let mut deals = behind(&material, &query, figure, view);
            let count = deals.len();
            let known = material.deals.iter().chain(material.removed.iter().map(|removed| &removed.deal));
            let worth: HashMap<DealId, i64> =
                known.map(|deal| (deal.id, deal.amount.map_or(0, |amount| amount.minor))).collect();
            let stays = match figure {
                Figure::Age(..) | Figure::Late(_) | Figure::AllLate => standing(&material),
                _ => BTreeMap::new(),
            };
            let over = |deal: &DealId| stays.get(deal).and_then(|(_, over)| *over);
            deals.sort_by_key(|deal| (Reverse(over(deal)), Reverse(worth[deal]), *deal));
            deals.truncate(LISTED);
            let mut deals = lines(connection, reader, &deals, &material.removed).await?;
            for line in &mut deals {
                line.stay = stays.get(&line.deal).map(|(days, _)| *days);
                line.over = over(&line.deal);
            }
            Ok(Behind { count, deals })
        });
        Ok(read.await?.0)
    }
}

async fn lines(
    connection: &mut PgConnection,
    reader: &Reader,
    deals: &[DealId],
    removed: &[Removed],
) -> Result<Vec<Line>> {
    let ids: Vec<Uuid> = deals.iter().map(|deal| deal.0).collect();
    let mut found: HashMap<DealId, Deal> =
        deal::by_ids(connection, reader.workspace.0, &ids).await?.into_iter().map(|deal| (deal.id, deal)).collect();
    let accounts: Vec<Uuid> = found.values().filter_map(|deal| deal.account).map(|account| account.0).collect();
    let accounts = crate::account::by_ids(connection, reader.workspace.0, &accounts).await?;
    let names: HashMap<_, _> = accounts.into_iter().map(|account| (account.id, account.name)).collect();
    let gone = |id: &DealId| {
        let Removed { deal, title, stage, .. } = removed.iter().find(|removed| removed.deal.id == *id)?;
        let (title, account) = (title.clone(), String::new());
        let (owner, amount) = (deal.owner, deal.amount);
        Some(Line { deal: *id, title, account, stage: *stage, owner, amount, stay: None, over: None, gone: true })
    };
    let line = |id: &DealId| {
        let Some(deal) = found.remove(id) else { return gone(id) };
        let account = deal.account.and_then(|account| names.get(&account)).cloned().unwrap_or_default();
        let (stage, owner, amount) = (deal.stage, deal.owner, deal.amount);
        Some(Line { deal: *id, title: deal.title, account, stage, owner, amount, stay: None, over: None, gone: false })
    };
    Ok(deals.iter().filter_map(line).collect())
}

async fn read(
    connection: &mut PgConnection,
    reader: &Reader,
    query: &Query,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Material> {
    let pipeline = pipeline_or_first(view, query.pipeline)?;
    let zone = zone_of(view, now);
    let mut material = Material::new(pipeline, view, zone, now);
    let stages: Vec<Uuid> = material.stages.iter().map(|stage| stage.0).collect();
    let footings = read_stays(connection, reader).await?;
    let here: HashSet<Uuid> = stages.iter().copied().collect();
    let ever: HashSet<Uuid> = footings.iter().filter(|it| here.contains(&it.stage)).map(|it| it.deal).collect();
    let mut numbers = read_deals(connection, reader, query.field, &ever, &mut material).await?;
    let [since, _] = bridge_instants(&material, query);
    read_removed(connection, reader, query.field, since, &ever, &mut numbers, &mut material).await?;
    material.take_stays(&rows(&footings, &numbers, &material.stages, view));
    material.worth = read_worth(connection, reader, since, &numbers).await?;
    material.approved = read_approved(connection, reader, &material, &numbers).await?;
    Ok(material)
}

/// Those of some deals that are there and in sight, each with its number. All of the workspace are read: picking them
/// out in the database takes a plan that depends on its statistics, which are out of date just after an import.
async fn read_deals(
    connection: &mut PgConnection,
    reader: &Reader,
    field: Option<FieldId>,
    wanted: &HashSet<Uuid>,
    material: &mut Material,
) -> Result<HashMap<Uuid, DealIndex>> {
    let (owners, me) = sight_arguments(reader);
    let packed = sqlx::query_scalar!(
        "SELECT string_agg(uuid_send(id) || timestamptz_send(created_at) || int8send(coalesce(amount_minor, 0))
           || convert_to(coalesce(amount_currency, '---'), 'UTF8') || uuid_send(owner_id)
           || date_send(coalesce(close_on, '-infinity'::date))
           || int4send(octet_length(source)) || convert_to(source, 'UTF8')
           || int4send(octet_length(loss_reason)) || convert_to(loss_reason, 'UTF8')
           || int4send(octet_length(value)) || convert_to(value, 'UTF8'), '')
         FROM deal CROSS JOIN LATERAL coalesce(custom->$4->>'choice', custom->$4->>'text', '') AS value
         WHERE workspace_id = $1 AND ($2::uuid[] IS NULL OR owner_id = ANY($2) OR $3 = ANY(collaborators))",
        reader.workspace.0,
        owners.as_deref(),
        me,
        field.map(|field| field.to_string())
    )
    .fetch_one(connection)
    .await?
    .unwrap_or_default();
    let mut packed = Packed(&packed);
    let mut numbers = HashMap::new();
    let (mut sources, mut reasons, mut values) = (HashMap::new(), HashMap::new(), HashMap::new());
    while let Some(id) = packed.uuid() {
        let row = (|| {
            let (created, minor) = (packed.instant()?, i64::from_be_bytes(packed.take()?));
            let currency: [u8; 3] = packed.take()?;
            let owner = packed.uuid()?.into();
            let close_on = packed.day()?;
            let (source, reason) = (number_of(packed.text()?, &mut sources)?, number_of(packed.text()?, &mut reasons)?);
            let value = number_of(packed.text()?, &mut values)?;
            let currency = std::str::from_utf8(&currency).ok()?.parse().ok();
            let amount = currency.map(|currency| Money { minor, currency });
            Some(Known { id: DealId(id), created, amount, owner, source, value, reason, close_on })
        })();
        let known = row.ok_or_else(|| Error::Stored("a deal".to_owned()))?;
        if !wanted.contains(&id) {
            continue;
        }
        numbers.insert(id, DealIndex::try_from(material.deals.len()).unwrap_or(DealIndex::MAX));
        material.deals.push(known);
    }
    (material.sources, material.reasons, material.values) = (in_order(sources), in_order(reasons), in_order(values));
    Ok(numbers)
}

/// The number of a text among those met so far.
fn number_of<'a>(text: &'a str, met: &mut HashMap<&'a str, u32>) -> Option<u32> {
    let next = u32::try_from(met.len()).ok()?;
    Some(*met.entry(text).or_insert(next))
}

fn in_order(met: HashMap<&str, u32>) -> Vec<String> {
    let mut texts: Vec<_> = met.into_iter().collect();
    texts.sort_unstable_by_key(|(_, number)| *number);
    texts.into_iter().map(|(text, _)| text.to_owned()).collect()
}

/// When deals got the approvals that the pipeline's gates ask for.
async fn read_approved(
    connection: &mut PgConnection,
    reader: &Reader,
    material: &Material,
    numbers: &HashMap<Uuid, DealIndex>,
) -> Result<Vec<Approved>> {
    let asked: Vec<String> = material.approvals.iter().map(|(condition, _)| condition.to_string()).collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        sqlx::query!("SELECT id, met FROM deal WHERE workspace_id = $1 AND met ?| $2", reader.workspace.0, &asked);
    let mut approved = Vec::new();
    for row in rows.fetch_all(connection).await? {
        // Others are out of the reader's sight.
        let Some(deal) = numbers.get(&row.id) else { continue };
        let met: Met = serde_json::from_value(row.met)?;
        let of_approvals = |(condition, mark): (ConditionId, Mark)| {
            let is_approval = material.approvals.iter().any(|(asked, _)| *asked == condition);
            is_approval.then(|| Approved { deal: *deal, condition, at: mark.at.timestamp_micros() })
        };
        approved.extend(met.into_iter().filter_map(of_approvals));
    }
    Ok(approved)
}

/// A row of the stays as they are kept.
struct Footing {
    deal: Uuid,
    ordinal: u32,
    stage: Uuid,
    at: Micros,
}

/// All of the workspace, also of deals that are out of the reader's sight or deleted.
async fn read_stays(connection: &mut PgConnection, reader: &Reader) -> Result<Vec<Footing>> {
    let packed = sqlx::query_scalar!(
        "SELECT string_agg(uuid_send(deal_id) || int4send(ordinal) || uuid_send(stage_id) || timestamptz_send(entered_at), '')
         FROM stay WHERE workspace_id = $1",
        reader.workspace.0
    )
    .fetch_one(connection)
    .await?
    .unwrap_or_default();
    let mut packed = Packed(&packed);
    let mut all = Vec::with_capacity(packed.0.len() / 44);
    while let Some(deal) = packed.uuid() {
        let row = (|| Some((packed.number()?, packed.uuid()?, packed.instant()?)))();
        let (ordinal, stage, at) = row.ok_or_else(|| Error::Stored("a stay".to_owned()))?;
        all.push(Footing { deal, ordinal: u32::try_from(ordinal).unwrap_or(0), stage, at });
    }
    Ok(all)
}

/// The stays of numbered deals, also where one went to another pipeline, or stood in a stage that is no more.
fn rows(all: &[Footing], numbers: &HashMap<Uuid, DealIndex>, order: &[StageId], view: &View) -> Vec<Row> {
    let places: HashMap<Uuid, StageIndex> = order.iter().map(|stage| stage.0).zip(0..).collect();
    let stage = |id: Uuid| match places.get(&id) {
        None if !view.stages.contains_key(&StageId(id)) => Some(FORGOTTEN),
        place => place.copied(),
    };
    let row = |footing: &Footing| {
        let deal = *numbers.get(&footing.deal)?;
        Some(Row { deal, ordinal: footing.ordinal, stage: stage(footing.stage), at: footing.at })
    };
    all.iter().filter_map(row).collect()
}

/// Those of some deals that were deleted since an instant and in sight then, numbered on from the others. One whose
/// deletion was undone is there.
async fn read_removed(
    connection: &mut PgConnection,
    reader: &Reader,
    field: Option<FieldId>,
    since: Micros,
    wanted: &HashSet<Uuid>,
    numbers: &mut HashMap<Uuid, DealIndex>,
    material: &mut Material,
) -> Result<()> {
    let since = DateTime::from_timestamp_micros(since).unwrap_or_default();
    let rows = sqlx::query!(
        "SELECT record_id, at, fields, audience FROM change
         WHERE workspace_id = $1 AND at >= $2 AND kind = 'deal' AND verb = 'deleted'
         ORDER BY version DESC, ordinal DESC",
        reader.workspace.0,
        since
    );
    let rows = rows.fetch_all(&mut *connection).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.record_id).collect();
    let back =
        sqlx::query_scalar!("SELECT id FROM deal WHERE workspace_id = $1 AND id = ANY($2)", reader.workspace.0, &ids);
    let back: HashSet<Uuid> =
        if ids.is_empty() { HashSet::new() } else { back.fetch_all(connection).await?.into_iter().collect() };
    for row in rows {
        let audience: Option<Vec<_>> = row.audience.map(|audience| audience.into_iter().map(Into::into).collect());
        let is_seen = reader.actor.hears(Kind::Deal, audience.as_deref());
        // Of one that was deleted again, the last deletion counts.
        let is_removed = wanted.contains(&row.record_id) && !back.contains(&row.record_id);
        if !is_seen || !is_removed || numbers.contains_key(&row.record_id) {
            continue;
        }
        let fields: Deltas = serde_json::from_value(row.fields)?;
        let mut fields: Fields = fields.into_iter().map(|(name, delta)| (name, delta.before)).collect();
        fields.insert("id".to_owned(), row.record_id.to_string().into());
        let Record::Deal(deal) = Record::from_fields(Kind::Deal, fields)? else { continue };
        let value = match field.and_then(|field| deal.custom.get(&field)) {
            Some(FieldValue::Text(value) | FieldValue::Choice(value)) => value.clone(),
            _ => String::new(),
        };
        let number = material.deals.len() + material.removed.len();
        numbers.insert(row.record_id, DealIndex::try_from(number).unwrap_or(DealIndex::MAX));
        let known = Known {
            id: deal.id,
            created: deal.created_at.timestamp_micros(),
            amount: deal.amount,
            owner: deal.owner,
            source: place_of(deal.source, &mut material.sources),
            value: place_of(value, &mut material.values),
            reason: place_of(deal.loss_reason, &mut material.reasons),
            close_on: deal.close_on,
        };
        let (title, stage, at) = (deal.title, deal.stage, row.at.timestamp_micros());
        material.removed.push(Removed { deal: known, title, stage, at });
    }
    Ok(())
}

/// The place of a text in a list, to which it is added where it is not in it.
fn place_of(text: String, all: &mut Vec<String>) -> u32 {
    let at = all.iter().position(|other| *other == text).unwrap_or_else(|| {
        all.push(text);
        all.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What deals were worth, and when they were expected, before edits since an instant.
async fn read_worth(
    connection: &mut PgConnection,
    reader: &Reader,
    since: Micros,
    numbers: &HashMap<Uuid, DealIndex>,
) -> Result<Vec<Worth>> {
    let since = DateTime::from_timestamp_micros(since).unwrap_or_default();
    let rows = sqlx::query!(
        r#"SELECT record_id, at, fields->'amount' AS amount, fields->'close_on' AS close_on FROM change
           WHERE workspace_id = $1 AND at >= $2 AND kind = 'deal' AND verb = 'edited'
             AND fields ?| ARRAY['amount', 'close_on']
           ORDER BY version, ordinal"#,
        reader.workspace.0,
        since
    );
    let mut worth = Vec::new();
    for row in rows.fetch_all(connection).await? {
        let Some(deal) = numbers.get(&row.record_id) else { continue };
        let (amount, close_on) = (before(row.amount)?, before(row.close_on)?);
        worth.push(Worth { deal: *deal, until: row.at.timestamp_micros(), amount, close_on });
    }
    Ok(worth)
}

/// A field before its edit; none where it was not edited.
#[expect(clippy::option_option, reason = "not edited, and edited from nothing")]
fn before<T: DeserializeOwned>(delta: Option<Value>) -> Result<Option<Option<T>>> {
    let Some(delta) = delta else { return Ok(None) };
    let Delta { before, .. } = serde_json::from_value(delta)?;
    Ok(Some(serde_json::from_value(before)?))
}

/// Values one after another, as PostgreSQL sends them.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    /// Microseconds from 1970 to 2000, where PostgreSQL's instants begin.
    const EPOCH: i64 = 946_684_800_000_000;

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn uuid(&mut self) -> Option<Uuid> {
        self.take().map(Uuid::from_bytes)
    }

    fn number(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    /// After its length in bytes.
    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    fn instant(&mut self) -> Option<Micros> {
        self.take().map(|bytes| i64::from_be_bytes(bytes).saturating_add(Self::EPOCH))
    }

    /// None inside where there is no day.
    #[expect(clippy::option_option, reason = "no bytes, and no day")]
    fn day(&mut self) -> Option<Option<NaiveDate>> {
        let days = self.number()?;
        let first = NaiveDate::from_ymd_opt(2000, 1, 1)?;
        let days_off = Days::new(u64::from(days.unsigned_abs()));
        Some(match days {
            i32::MIN | i32::MAX => None,
            0.. => first.checked_add_days(days_off),
            _ => first.checked_sub_days(days_off),
        })
    }
}
