//! Reading: pages, a board's working set, changes since a version, saved views, search.

use crate::{
    clock,
    error::{AppError, Result},
    session::Asker,
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use domain::{
    Version,
    change::Target,
    id::PipelineId,
    merge::{AT_ONCE, is_mergeable},
    page::{Address, Found, History, Mergeable, Snapshot},
    record::Kind,
    search::Hit,
    view::Versioned,
};
use serde::Deserialize;
use store::Changes;
use uuid::Uuid;

#[derive(Deserialize)]
pub struct Since {
    #[serde(default)]
    since: i64,
}

pub async fn changes(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(Since { since }): Query<Since>,
) -> Result<Json<Changes>> {
    Ok(Json(state.store.changes_since(&reader, since).await?))
}

#[derive(Deserialize)]
pub struct PageQuery {
    address: String,
}

pub async fn page(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(query): Query<PageQuery>,
) -> Result<Json<Snapshot>> {
    let address = Address::parse(&query.address).ok_or(AppError::NotFound)?;
    Ok(Json(state.store.page(&reader, &address, clock::now()).await?))
}

pub async fn board(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path(pipeline): Path<PipelineId>,
) -> Result<Json<Snapshot>> {
    Ok(Json(state.store.board(&reader, pipeline, clock::now()).await?))
}

#[derive(Deserialize)]
pub struct Before {
    before: Version,
}

pub async fn history(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path((kind, id)): Path<(Kind, Uuid)>,
    Query(Before { before }): Query<Before>,
) -> Result<Json<History>> {
    Ok(Json(state.store.history_before(&reader, Target::new(kind, id), before).await?))
}

pub async fn views(State(state): State<AppState>, Asker(reader): Asker) -> Result<Json<Versioned>> {
    Ok(Json(state.store.saved_views(&reader).await?))
}

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

pub async fn search(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Vec<Hit>>> {
    Ok(Json(state.store.search(&reader, &query.q).await?))
}

pub async fn duplicates(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path(kind): Path<Kind>,
) -> Result<Json<Vec<Vec<Found>>>> {
    if !is_mergeable(kind) {
        return Err(AppError::NotFound);
    }
    Ok(Json(state.store.duplicates(&reader, kind).await?))
}

#[derive(Deserialize)]
pub struct Ids {
    /// Parted by commas.
    #[serde(default)]
    ids: String,
}

pub async fn mergeable(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Path(kind): Path<Kind>,
    Query(Ids { ids }): Query<Ids>,
) -> Result<Json<Vec<Mergeable>>> {
    if !is_mergeable(kind) {
        return Err(AppError::NotFound);
    }
    let ids: Vec<Uuid> = ids.split(',').filter_map(|id| id.parse().ok()).take(AT_ONCE + 1).collect();
    Ok(Json(state.store.mergeable(&reader, kind, &ids).await?))
}
