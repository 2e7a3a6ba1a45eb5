//! `/api/v1`: plain routes with stable addresses, for our own pages and for others.

mod commands;
mod deals;
mod funnel;
mod live;
mod presence;
mod read;

use crate::{enter, error::AppError, state::AppState};
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

/// A batch of commands is at most this large; larger ones are taken apart by who sends them.
const COMMANDS_BYTES: usize = 4 * 1024 * 1024;
/// Where a page is fits into a few lines.
const PRESENCE_BYTES: usize = 2 * 1024;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/commands", post(commands::commands).layer(DefaultBodyLimit::max(COMMANDS_BYTES)))
        .route("/changes", get(read::changes))
        .route("/live", get(live::live))
        .route("/presence", post(presence::presence).layer(DefaultBodyLimit::max(PRESENCE_BYTES)))
        .route("/page", get(read::page))
        .route("/board/{pipeline}", get(read::board))
        .route("/deals", get(deals::window))
        .route("/deals.csv", get(deals::csv))
        .route("/funnel", get(funnel::funnel))
        .route("/funnel.csv", get(funnel::csv))
        .route("/funnel/deals", get(funnel::deals))
        .route("/funnel/limits", get(funnel::limits))
        .route("/accounts/named", post(deals::accounts))
        .route("/history/{kind}/{id}", get(read::history))
        .route("/search", get(read::search))
        .route("/views", get(read::views))
        .route("/duplicates/{kind}", get(read::duplicates))
        .route("/mergeable/{kind}", get(read::mergeable))
        .route("/workspaces", get(enter::workspaces))
        .nest("/imports", crate::import::routes())
        .nest("/files", crate::files::routes())
        .nest("/plans", crate::plans::routes())
        .fallback(async || AppError::NotFound)
        .layer(map_response(in_json))
}

/// Programs read every error as JSON, also those of axum's extractors and of its router.
async fn in_json(response: Response) -> Response {
    let status = response.status();
    let is_json = response.headers().get(header::CONTENT_TYPE) == Some(&HeaderValue::from_static("application/json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let reason = status.canonical_reason().unwrap_or("failed").to_lowercase().replace(' ', "_");
    let mut again = (status, Json(json!({ "error": reason }))).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        again.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    again
}
