//! `POST /api/v1/commands`: applied, unchanged and refused are all 200 with a typed outcome each.

use crate::{
    clock,
    error::{AppError, Result},
    session::Asker,
    state::AppState,
};
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use domain::command::{Command, Outcome, Request};
use metrics::{counter, histogram};
use store::Asked;

/// How many commands one request may carry.
const AT_MOST: usize = 500;
/// How many parts one command may have.
const PARTS: usize = 5_000;

pub async fn commands(
    State(state): State<AppState>,
    Asker(reader): Asker,
    body: Result<Json<Vec<Request>>, JsonRejection>,
) -> Result<Json<Vec<Outcome>>> {
    let Json(requests) = body.map_err(|rejection| match rejection {
        JsonRejection::BytesRejection(_) => AppError::TooLarge,
        other => {
            tracing::debug!(%other, "commands not understood");
            AppError::BadRequest("commands_not_understood")
        }
    })?;
    let parts = |request: &Request| match &request.command {
        Command::Batch { parts } => parts.len(),
        _ => 1,
    };
    if requests.len() > AT_MOST || requests.iter().any(|request| parts(request) > PARTS) {
        return Err(AppError::TooLarge);
    }
    let now = clock::now();
    let asked: Vec<Asked> =
        requests.into_iter().map(|request| Asked { by: Some(reader.member), request, now }).collect();
    counter!("fairlead_commands_total").increment(asked.len() as u64);
    let outcomes = state.store.execute_all(reader.workspace, asked).await?;
    let took = (clock::now() - now).num_microseconds().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a request")]
    histogram!("fairlead_commands_seconds").record(took as f64 / 1e6);
    Ok(Json(outcomes))
}
