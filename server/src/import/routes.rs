//! The addresses below `/api/v1/imports`. Every one of them needs the right to import.
//!
//! | address | what it does |
//! | --- | --- |
//! | `POST /?name=…` | takes in a file (the body as it is) and answers what is found in it |
//! | `POST /{upload}/inspect` | looks again, as corrected |
//! | `POST /{upload}/check` | the dry run of a plan |
//! | `GET /{upload}/checking` | how far that has come |
//! | `GET /{upload}/refused.csv` | the rows that the last check refused |
//! | `POST /{upload}/apply` | starts importing |
//! | `DELETE /{upload}` | forgets the file |
//! | `GET /runs/{run}` | how a run stands; with `?changed=true` also how much an undo would leave |
//! | `POST /runs/{run}/cancel` | stops it, or its undo; what is in stays |
//! | `POST /runs/{run}/undo` | takes it back |
//! | `GET /runs/{run}/refused.csv` | the rows that it refused |

use super::{
    check,
    error::{ImportError, Result},
    failure::Failure,
    inspect,
    job::Job,
    refused,
    runs::Imports,
    undo::Commands,
    upload::Upload,
};
use crate::{clock, pages, session::Asker, state::AppState};
use app::{
    Texts,
    import::{
        inspection::{Inspection, Reading},
        plan::{Apply, Plan},
        report::{Check, Checking, RunStatus, can_be_undone, is_going_on},
        trouble::Trouble,
    },
};
use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    access::{Right, Sight},
    id::ImportId,
    import::Limits,
    page::{ImportRun, RunState},
};
use serde::Deserialize;
use std::sync::{Arc, atomic::Ordering};
use store::Reader;
use uuid::Uuid;

/// A plan names each column and what a person said of owners and stages.
const PLAN_BYTES: usize = 1024 * 1024;
/// A file's name is shown, not used.
const NAME_CHARS: usize = 200;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", post(upload))
        .route("/{upload}", axum::routing::delete(forget))
        .route("/{upload}/inspect", post(inspect_again))
        .route("/{upload}/check", post(check_plan))
        .route("/{upload}/checking", get(checking))
        .route("/{upload}/refused.csv", get(refused_by_check))
        .route("/{upload}/apply", post(apply))
        .route("/runs/{run}", get(run))
        .route("/runs/{run}/cancel", post(cancel))
        .route("/runs/{run}/undo", post(undo))
        .route("/runs/{run}/refused.csv", get(refused_by_run))
        .layer(DefaultBodyLimit::max(PLAN_BYTES))
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

async fn upload(
    State(state): State<AppState>,
    asker: Asker,
    Query(named): Query<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Inspection>> {
    let reader = importer(asker)?;
    let max = Limits::default().bytes;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > max) {
        return Err(Trouble::FileTooLarge { max }.into());
    }
    let name: String = named.name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    let upload = state.imports.uploads.receive(reader.workspace, reader.member, name, body).await?;
    let inspected = look(&state.imports, &reader, upload.clone(), Reading::default()).await;
    if inspected.is_err() {
        state.imports.uploads.forget(upload.id);
    }
    inspected
}

async fn inspect_again(
    State(state): State<AppState>,
    asker: Asker,
    Path(id): Path<Uuid>,
    body: Result<Json<Reading>, JsonRejection>,
) -> Result<Json<Inspection>> {
    let reader = importer(asker)?;
    let Json(reading) = body.map_err(not_understood)?;
    let upload = find(&state, &reader, id)?;
    look(&state.imports, &reader, upload, reading).await
}

async fn check_plan(
    State(state): State<AppState>,
    asker: Asker,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Result<Json<Plan>, JsonRejection>,
) -> Result<Json<Check>> {
    let reader = importer(asker)?;
    let Json(plan) = body.map_err(not_understood)?;
    let upload = find(&state, &reader, id)?;
    let texts = Texts(pages::language(&headers));
    Ok(Json(check::check(&state.store, &reader, upload, plan, texts).await?))
}

async fn checking(State(state): State<AppState>, asker: Asker, Path(id): Path<Uuid>) -> Result<Json<Checking>> {
    let upload = find(&state, &importer(asker)?, id)?;
    Ok(Json(Checking { done: upload.done.load(Ordering::Relaxed), rows: upload.rows.load(Ordering::Relaxed) }))
}

async fn refused_by_check(State(state): State<AppState>, asker: Asker, Path(id): Path<Uuid>) -> Result<Response> {
    let upload = find(&state, &importer(asker)?, id)?;
    let file = upload.refused().ok_or(Trouble::NotFound)?;
    let text = tokio::task::spawn_blocking(move || refused::read(&file)).await;
    Ok(csv(text.map_err(|_| Trouble::NotFound)??))
}

async fn apply(
    State(state): State<AppState>,
    asker: Asker,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Result<Json<Apply>, JsonRejection>,
) -> Result<(StatusCode, Json<RunStatus>)> {
    let reader = importer(asker)?;
    let Json(Apply { run, plan }) = body.map_err(not_understood)?;
    if let Ok(started) = state.store.import_run(&reader, run).await {
        return Ok((StatusCode::OK, Json(stands(&reader, started))));
    }
    let upload = find(&state, &reader, id)?;
    let slot = state.imports.take_slot(reader.workspace, run)?;
    let texts = Texts(pages::language(&headers));
    let now = clock::now();
    let name = upload.name.clone();
    let job = Job::prepare(&state.store, &reader, upload, plan, run.0, slot.cancelled.clone(), now).await?;
    let started = state.imports.start(slot, &reader, run, name, job, texts, now).await?;
    Ok((StatusCode::ACCEPTED, Json(stands(&reader, started))))
}

async fn forget(State(state): State<AppState>, asker: Asker, Path(id): Path<Uuid>) -> Result<StatusCode> {
    let upload = find(&state, &importer(asker)?, id)?;
    state.imports.uploads.forget(upload.id);
    Ok(StatusCode::NO_CONTENT)
}

/// What is told of a run only where it is asked for.
#[derive(Deserialize)]
struct Asking {
    /// How many of its records an undo would leave.
    #[serde(default)]
    changed: bool,
}

async fn run(
    State(state): State<AppState>,
    asker: Asker,
    Path(id): Path<ImportId>,
    Query(asking): Query<Asking>,
    headers: HeaderMap,
) -> Result<Json<RunStatus>> {
    let reader = importer(asker)?;
    let run = state.store.import_run(&reader, id).await?;
    let mut status = stands(&reader, run);
    if status.run.state == RunState::Failed {
        let word = state.store.import_failure(reader.workspace, id).await?;
        let why = word.and_then(|word| Failure::of_word(&word));
        status.why = why.map(|why| why.sentence(pages::language(&headers)).to_owned());
    }
    if asking.changed && status.may_undo {
        let left = Commands::of(&state.store, reader.workspace, id).await?.left;
        status.changed_since = Some(state.store.changed_since(reader.workspace, &left).await?);
        status.held = Some(state.store.held_by_others(reader.workspace, &left).await?);
    }
    Ok(Json(status))
}

async fn cancel(State(state): State<AppState>, asker: Asker, Path(id): Path<ImportId>) -> Result<Json<RunStatus>> {
    let reader = importer(asker)?;
    let run = state.store.import_run(&reader, id).await?;
    if !is_going_on(&run) {
        return Err(Trouble::NotNow.into());
    }
    state.imports.cancel(reader.workspace, id).await?;
    Ok(Json(stands(&reader, run)))
}

async fn undo(
    State(state): State<AppState>,
    asker: Asker,
    Path(id): Path<ImportId>,
) -> Result<(StatusCode, Json<RunStatus>)> {
    let reader = importer(asker)?;
    let slot = state.imports.take_slot(reader.workspace, id)?;
    let run = state.store.import_run(&reader, id).await?;
    if !has_insight(&reader, &run) {
        return Err(Trouble::OthersRun.into());
    }
    if !can_be_undone(&run) {
        return Err(Trouble::NotNow.into());
    }
    let started = state.imports.start_undo(slot, &reader, run).await?;
    Ok((StatusCode::ACCEPTED, Json(stands(&reader, started))))
}

async fn refused_by_run(State(state): State<AppState>, asker: Asker, Path(id): Path<ImportId>) -> Result<Response> {
    let reader = importer(asker)?;
    if !has_insight(&reader, &state.store.import_run(&reader, id).await?) {
        return Err(Trouble::OthersRun.into());
    }
    let refused = state.store.refused_rows(&reader, id).await?;
    Ok(csv(refused.ok_or(Trouble::NotFound)?))
}

/// Looks through a file, a few at a time.
async fn look(imports: &Imports, reader: &Reader, upload: Arc<Upload>, reading: Reading) -> Result<Json<Inspection>> {
    let turn = imports.looking.acquire().await.map_err(|_| store::Error::Stopping)?;
    let settings = reader.settings.clone();
    let look = move || inspect::inspect(&upload, &reading, &settings);
    let inspected = tokio::task::spawn_blocking(look).await;
    drop(turn);
    Ok(Json(inspected.map_err(|_| std::io::Error::from(std::io::ErrorKind::Other))??))
}

fn stands(reader: &Reader, run: ImportRun) -> RunStatus {
    let has_insight = has_insight(reader, &run);
    let is_over = matches!(run.state, RunState::Done | RunState::Cancelled | RunState::Failed);
    RunStatus {
        has_refused: has_insight && is_over && run.progress.refused > 0,
        may_undo: has_insight && can_be_undone(&run),
        ..RunStatus::of(run)
    }
}

/// Whether the member may see what is in a run's rows, and answer for all of its records.
fn has_insight(reader: &Reader, run: &ImportRun) -> bool {
    run.by == reader.member || reader.actor.sight == Sight::Everything
}

fn importer(Asker(reader): Asker) -> Result<Reader> {
    reader.actor.require(Right::Import).map_err(|_| Trouble::Forbidden)?;
    Ok(reader)
}

fn find(state: &AppState, reader: &Reader, id: Uuid) -> Result<Arc<Upload>> {
    state.imports.uploads.get(reader.workspace, reader.member, id)
}

fn not_understood(rejection: JsonRejection) -> ImportError {
    tracing::debug!(%rejection, "an import's request is not understood");
    match rejection {
        JsonRejection::BytesRejection(_) => crate::error::AppError::TooLarge.into(),
        _ => crate::error::AppError::BadRequest("plan_not_understood").into(),
    }
}

fn csv(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"refused.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
