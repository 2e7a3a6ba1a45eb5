//! Plans as MS Project's files: `POST /api/v1/plans/import?deal=…` takes one in, `GET /api/v1/plans/{id}/project.xml` gives one
//! out. What a file becomes is made by a command like any other; with `try=1` it is only told.

use crate::{
    clock,
    error::{AppError, Result},
    files::disposition,
    session::Asker,
    state::AppState,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    access::Actor,
    command::{Command, Outcome, Place, Request},
    decide::carry_out,
    id::{CommandId, DealId, PlanId},
    msproject,
    page::{Address, Snapshot},
    plan::{
        Hours,
        exchange::{self, Answer, MOST_BYTES, NoPlan, Reading},
        query,
    },
    refusal::Refusal,
    view::View,
};
use serde::Deserialize;
use serde_json::json;
use store::Asked;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/import", post(import).layer(DefaultBodyLimit::max(MOST_BYTES)))
        .route("/{id}/project.xml", get(project))
}

#[derive(Deserialize)]
struct How {
    /// The deal whose plan it becomes.
    deal: Option<DealId>,
    /// What the plan is called where the file does not say.
    #[serde(default)]
    name: String,
    /// `1`: tell what would happen, and do nothing.
    #[serde(default, rename = "try")]
    tries: u8,
    /// The command's id, so that sending twice is one effect.
    id: Option<CommandId>,
}

async fn import(
    State(state): State<AppState>,
    Asker(reader): Asker,
    Query(how): Query<How>,
    body: Bytes,
) -> Result<Response> {
    let id = how.id.unwrap_or_else(|| CommandId(clock::new_id()));
    let now = clock::now();
    let member = reader.member;
    // The settings and the zone, and the deal, where the member sees it.
    let Snapshot { mut view, zone, .. } =
        state.store.page(&reader, &how.deal.map_or_else(no_plan, Address::Deal), now).await?;
    let actor = reader.actor.clone();
    // A large file takes its time to be read.
    let read = tokio::task::spawn_blocking(move || {
        let reading = Reading { view: &view, zone: &zone, name: &how.name, seed: id.0, by: member, now };
        let mut imported = reading.file(&body)?;
        imported.plan.deal = how.deal;
        let create = |record| Command::Create { record, place: Place::default(), dated: false };
        let command = Command::Batch { parts: imported.clone().records().map(create).collect() };
        let request = Request { id, command };
        let refusal = (how.tries == 1).then(|| would_refuse(&mut view, &actor, &request, now)).flatten();
        Ok::<_, NoPlan>((imported, request, refusal))
    });
    let (imported, request, mut refusal) = match read.await.map_err(|_| AppError::Busy)? {
        Ok(read) => read,
        Err(reason) => {
            let answer = json!({ "error": "no_plan", "reason": reason });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(answer)).into_response());
        }
    };
    if how.tries != 1 {
        let asked = Asked { by: Some(member), request, now };
        if let Outcome::Refused { refusal: refused } = state.store.execute(reader.workspace, asked).await? {
            refusal = Some(refused);
        }
    }
    let names = refusal.as_ref().map(|refusal| imported.names(refusal)).unwrap_or_default();
    let answer = Answer { command: id, plan: imported.plan.id, report: imported.report, refusal, names };
    Ok(Json(answer).into_response())
}

/// The page of plans without any: no plan has this id.
fn no_plan() -> Address {
    Address::Plan(query::Query { plan: Some(PlanId(uuid::Uuid::nil())), ..query::Query::default() })
}

fn would_refuse(
    view: &mut View,
    actor: &Actor,
    request: &Request,
    now: chrono::DateTime<chrono::Utc>,
) -> Option<Refusal> {
    carry_out(view, actor, request, now).err()
}

async fn project(State(state): State<AppState>, Asker(reader): Asker, Path(id): Path<PlanId>) -> Result<Response> {
    let now = clock::now();
    let address = Address::Plan(query::Query { plan: Some(id), ..query::Query::default() });
    let Snapshot { view, zone, .. } = state.store.page(&reader, &address, now).await?;
    let plan = view.plans.get(&id).cloned().ok_or(AppError::NotFound)?;
    let name = format!("{}.xml", plan.name);
    let write = move || {
        let hours = Hours::of(&view, &zone, zone.day(now));
        exchange::project(&view, &plan, &hours, now).map(|project| msproject::write(&project))
    };
    let written = tokio::task::spawn_blocking(write).await.map_err(|_| AppError::Busy)?;
    // The rules let no plan be that cannot be reckoned, except by dates that are centuries apart.
    let xml = written.map_err(|_| AppError::BadRequest("cannot_be_reckoned"))?;
    let mut response = xml.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&name, false)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
