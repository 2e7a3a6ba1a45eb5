//! The funnel: its figures, the deals behind each of them, and its steps as a CSV file.

use crate::{
    clock,
    error::{AppError, Result},
    pages,
    session::Asker,
    state::AppState,
};
use app::{Texts, funnel::step_table};
use axum::{
    Json,
    extract::{Query, RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    funnel::{
        figure::Figure,
        query,
        report::{Behind, Report, StageTime},
    },
    id::{PipelineId, StageId},
    import::export::{BYTE_ORDER_MARK, write_row},
};
use serde::Deserialize;

fn asked(raw: Option<String>) -> query::Query {
    query::Query::parse(&raw.unwrap_or_default())
}

pub async fn funnel(
    State(state): State<AppState>,
    Asker(reader): Asker,
    RawQuery(raw): RawQuery,
) -> Result<Json<Report>> {
    Ok(Json(state.store.funnel(&reader, &asked(raw), clock::now()).await?.0))
}

#[derive(Deserialize)]
pub struct Which {
    figure: String,
    /// Of what the funnel is compared with.
    #[serde(default)]
    compared: bool,
}

pub async fn deals(
    State(state): State<AppState>,
    Asker(reader): Asker,
    RawQuery(raw): RawQuery,
    Query(Which { figure, compared }): Query<Which>,
) -> Result<Json<Behind>> {
    let figure: Figure = figure.parse().map_err(|_| AppError::BadRequest("figure_not_understood"))?;
    let query = asked(raw);
    let query = if compared { query.compared().ok_or(AppError::NotFound)? } else { query };
    Ok(Json(state.store.funnel_deals(&reader, &query, &figure, clock::now()).await?))
}

#[derive(Deserialize)]
pub struct OfPipeline {
    pipeline: PipelineId,
}

/// What the past proposes as the stages' time limits.
pub async fn limits(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(OfPipeline { pipeline }): Query<OfPipeline>,
) -> Result<Json<Vec<(StageId, StageTime)>>> {
    Ok(Json(state.store.proposed_limits(&reader, pipeline, clock::now()).await?))
}

pub async fn csv(
    State(state): State<AppState>,
    Asker(reader): Asker,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let (report, view) = state.store.funnel(&reader, &asked(raw), clock::now()).await?;
    let mut out = BYTE_ORDER_MARK.to_owned();
    for row in step_table(Texts(pages::language(&headers)), &view, &report) {
        write_row(&mut out, row.iter().map(String::as_str));
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"funnel.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, out).into_response())
}
