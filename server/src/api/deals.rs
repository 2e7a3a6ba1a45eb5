//! The table of deals: windows of its rows, all of them as a CSV file, and accounts by the names in pasted cells.

use crate::{
    clock,
    error::{AppError, Result},
    pages,
    session::Asker,
    state::AppState,
};
use app::{Texts, grid::column_name};
use axum::{
    Json,
    body::Body,
    extract::{Query, RawQuery, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    activity::next_planned,
    deal::Deal,
    field::{FieldType, FieldValue},
    grid::{self, Column, cell},
    id::DealId,
    import::export::{BYTE_ORDER_MARK, write_row},
    money::Money,
    page::Snapshot,
    view::{Versioned, View},
};
use futures_util::stream;
use serde::Deserialize;
use store::{Reader, Store};

/// How many names may be asked for at once.
const NAMES: usize = 5_000;
/// How many deals are read and written at a time.
const CHUNK: usize = 500;

#[derive(Deserialize)]
pub struct Part {
    #[serde(default)]
    from: u32,
    count: Option<u32>,
    /// Also what all rows, and each group, add up to.
    #[serde(default)]
    heads: bool,
}

fn query(raw: Option<String>) -> grid::Query {
    grid::Query::parse(&raw.unwrap_or_default())
}

pub async fn window(
    State(state): State<AppState>,
    Asker(reader): Asker,
    RawQuery(raw): RawQuery,
    Query(Part { from, count, heads }): Query<Part>,
) -> Result<Json<Snapshot>> {
    let count = count.unwrap_or(store::LARGEST_WINDOW);
    Ok(Json(state.store.deals_window(&reader, &query(raw), from, count, heads, clock::now()).await?))
}

pub async fn accounts(
    State(state): State<AppState>,
    Asker(reader): Asker,
    names: Result<Json<Vec<String>>, JsonRejection>,
) -> Result<Json<Versioned>> {
    let Json(names) = names.map_err(|_| AppError::BadRequest("names_not_understood"))?;
    if names.len() > NAMES {
        return Err(AppError::TooLarge);
    }
    Ok(Json(state.store.accounts_named(&reader, &names).await?))
}

/// Every row that the table lists, in its order and columns. The order is read at once, the deals a part after another
/// while the file goes out, so that its length costs no memory.
pub async fn csv(
    State(state): State<AppState>,
    Asker(reader): Asker,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let query = query(raw);
    let deals = state.store.deals_in_order(&reader, &query, clock::now()).await?;
    let texts = Texts(pages::language(&headers));
    let writing = Writing { store: state.store, reader, query, texts, deals, at: None };
    let body = Body::from_stream(stream::try_unfold(writing, async |mut writing| {
        let part = writing.next().await?;
        Ok::<_, store::Error>(part.map(|part| (part, writing)))
    }));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"deals.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}

struct Writing {
    store: Store,
    reader: Reader,
    query: grid::Query,
    texts: Texts,
    deals: Vec<DealId>,
    /// How many deals are written; none before the head is.
    at: Option<usize>,
}

impl Writing {
    async fn next(&mut self) -> Result<Option<String>, store::Error> {
        let from = self.at.unwrap_or(0);
        if self.at.is_some() && from >= self.deals.len() {
            return Ok(None);
        }
        let part = &self.deals[from..self.deals.len().min(from + CHUNK)];
        let Snapshot { view, zone, as_of, .. } = self.store.deals_of_table(&self.reader, part, clock::now()).await?;
        let columns = columns(&self.query, &view);
        let mut out = String::new();
        if self.at.is_none() {
            out.push_str(BYTE_ORDER_MARK);
            let heads = columns.iter().flat_map(|column| heads(self.texts, &view, *column));
            write_row(&mut out, heads.collect::<Vec<_>>().iter().map(String::as_str));
        }
        let next = next_planned(view.activities.values());
        for deal in part.iter().filter_map(|id| view.deals.get(id)) {
            let next = next.get(&deal.id).and_then(|next| view.activities.get(next));
            let cells = columns.iter().flat_map(|column| match money_of(&view, deal, *column) {
                Some(money) => money,
                None => vec![cell::text(&view, deal, *column, next, &zone, zone.day(as_of))],
            });
            write_row(&mut out, cells.collect::<Vec<_>>().iter().map(String::as_str));
        }
        self.at = Some(from + part.len().max(1));
        Ok(Some(out))
    }
}

fn columns(query: &grid::Query, view: &View) -> Vec<Column> {
    let mut columns = query.columns.clone();
    columns.retain(|column| column.is_known(view));
    if columns.is_empty() { Column::all(view) } else { columns }
}

/// A column's heads: an amount has its currency beside it, so that programs can add.
fn heads(texts: Texts, view: &View, column: Column) -> Vec<String> {
    let name = column_name(texts, view, column);
    if is_money(view, column) {
        let currency = format!("{name} · {}", texts.deal().currency());
        vec![name, currency]
    } else {
        vec![name]
    }
}

fn is_money(view: &View, column: Column) -> bool {
    match column {
        Column::Amount => true,
        Column::Custom(id) => view.fields.get(&id).is_some_and(|field| field.field_type == FieldType::Money),
        _ => false,
    }
}

/// The plain amount and its currency; none where the column holds no amounts.
fn money_of(view: &View, deal: &Deal, column: Column) -> Option<Vec<String>> {
    if !is_money(view, column) {
        return None;
    }
    let money = match column {
        Column::Custom(id) => deal.custom.get(&id).and_then(|value| match value {
            FieldValue::Money(money) => Some(*money),
            _ => None,
        }),
        _ => deal.amount,
    };
    let text = |money: Money| vec![money.plain(), money.currency.to_string()];
    Some(money.map_or_else(|| vec![String::new(); 2], text))
}
