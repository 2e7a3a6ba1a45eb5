//! For whoever watches the server: alive at all, and ready to serve.

use crate::state::AppState;
use axum::{extract::State, http::StatusCode};
use std::time::Duration;

pub async fn alive() -> &'static str {
    "alive"
}

/// Ready means that the database answers.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(Duration::from_secs(2), state.store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
