//! `POST /api/v1/presence`: where one page of a member is, and what they do in it. Nothing of it is stored.

use crate::{
    clock,
    error::{AppError, Result},
    session::Asker,
    state::AppState,
};
use axum::{Json, body::Bytes, extract::State};
use domain::presence::{Report, Spot};

/// A page that is being left can send only plain text, so the body's type is not asked for.
pub async fn presence(State(state): State<AppState>, Asker(reader): Asker, body: Bytes) -> Result<Json<()>> {
    let report: Report = serde_json::from_slice(&body).map_err(|_| AppError::BadRequest("presence_not_understood"))?;
    if !report.spot.as_ref().is_none_or(Spot::is_sound) {
        return Err(AppError::BadRequest("presence_not_understood"));
    }
    let (now, workspace) = (clock::now(), reader.workspace);
    let page = (reader.member, report.page);
    let Some(spot) = report.spot else {
        state.presence.leave(workspace, page);
        return Ok(Json(()));
    };
    if !state.presence.admits(workspace, reader.member, now) {
        return Err(AppError::TooMany);
    }
    let deals = spot.deals();
    let whose = match state.presence.whose(workspace, page, &deals, now) {
        Some(known) => known,
        None => (state.store.whose(&reader, deals).await?, now),
    };
    state.presence.hear(workspace, page, spot, whose, now);
    Ok(Json(()))
}
