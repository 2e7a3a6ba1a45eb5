//! Going over to another workspace of the same person.

use super::entered;
use crate::{
    error::{AppError, Result},
    session::{self, Asker},
    state::AppState,
};
use app::seed::OtherWorkspace;
use axum::{
    Form, Json,
    extract::{State, rejection::FormRejection},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use domain::id::WorkspaceId;
use serde::Deserialize;

/// `GET /api/v1/workspaces`: where else the person may go.
pub async fn workspaces(State(state): State<AppState>, Asker(reader): Asker) -> Result<Json<Vec<OtherWorkspace>>> {
    let all = state.store.workspaces(&reader).await?.into_iter();
    let others = all.filter(|other| other.workspace != reader.workspace);
    Ok(Json(others.map(|other| OtherWorkspace { id: other.workspace, name: other.name }).collect()))
}

#[derive(Deserialize)]
pub struct Target {
    workspace: WorkspaceId,
}

pub async fn switch(
    State(state): State<AppState>,
    asker: Option<Asker>,
    headers: HeaderMap,
    form: Result<Form<Target>, FormRejection>,
) -> Result<Response> {
    let Some(Asker(reader)) = asker else { return Ok(Redirect::to("/enter").into_response()) };
    let Form(target) = form.map_err(|_| AppError::BadRequest("form_not_understood"))?;
    let memberships = state.store.workspaces(&reader).await?;
    let other = memberships.iter().find(|other| other.workspace == target.workspace).ok_or(AppError::NotFound)?;
    let cookie = session::open(&state, &headers, other.workspace, other.member).await?;
    Ok(entered(cookie, ""))
}
