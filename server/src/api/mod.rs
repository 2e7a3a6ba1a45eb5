//! `/api/v1`: plain routes with stable addresses, for our own pages and for others.

mod commands;
mod live;
mod read;

use crate::state::AppState;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

/// A batch of commands is at most this large; larger ones are taken apart by who sends them.
const COMMANDS_BYTES: usize = 4 * 1024 * 1024;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/commands", post(commands::commands).layer(DefaultBodyLimit::max(COMMANDS_BYTES)))
        .route("/changes", get(read::changes))
        .route("/live", get(live::live))
        .route("/page", get(read::page))
        .route("/board/{pipeline}", get(read::board))
        .route("/history/{kind}/{id}", get(read::history))
        .route("/search", get(read::search))
        .nest("/imports", crate::import::routes())
}
