//! Entering: signing in, founding a workspace, joining one by a link, going over to another, the demo, signing out. Plain
//! forms, so that entering works before (and without) the browser half.

mod found;
mod join;
mod person;
mod switch;

pub use switch::workspaces;

use crate::{
    clock,
    error::{AppError, Result},
    pages, session,
    state::AppState,
    throttle,
};
use app::seed::{Entry, EntryForm};
use axum::{
    Form, RequestExt, Router,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::access::Role;
use serde::Deserialize;

/// In bytes, as RFC 5321 bounds it.
const LONGEST_EMAIL: usize = 254;

pub fn routes() -> Router<AppState> {
    // Whoever reloads the page of a form that came back finds the form again.
    let show_at = |form: &'static str| get(async move || Redirect::to(form));
    Router::new()
        .route("/enter", get(show))
        .route("/enter/sign-in", show_at("/enter").post(person::sign_in))
        .route("/enter/found", show_at("/enter?form=found").post(found::found))
        .route("/enter/demo", show_at("/enter").post(demo))
        .route("/sign-out", show_at("/").post(sign_out))
        .route("/switch", show_at("/").post(switch::switch))
        .route("/join/{workspace}/{token}", get(join::show).post(join::join))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ShowQuery {
    next: String,
    form: String,
}

async fn show(
    State(state): State<AppState>,
    query: Result<Query<ShowQuery>, QueryRejection>,
    request: Request,
) -> Response {
    let Query(query) = query.unwrap_or_default();
    let form = if query.form == "found" { EntryForm::Found } else { EntryForm::SignIn };
    let entry = Entry { next: local(&query.next), ..empty_entry(&state, form) };
    pages::entry(&state, request, entry).await
}

fn empty_entry(state: &AppState, form: EntryForm) -> Entry {
    Entry { form, demo: state.demo, attempt: clock::new_id().to_string(), ..Entry::default() }
}

/// A target of this server only: an address that begins with one slash. Browsers read a backslash as a slash, and drop
/// tabs and line ends before they read.
fn local(next: &str) -> String {
    let misread = |character: char| character == '\\' || character.is_control();
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains(misread);
    if inside { next.to_owned() } else { String::new() }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct EntryFields {
    name: String,
    email: String,
    password: String,
    workspace: String,
    next: String,
    language: String,
    zone: String,
    role: String,
    attempt: String,
}

/// The form's fields and the rest of the request, for showing the form again; and where it comes from.
async fn fields(state: &AppState, request: Request) -> Result<(EntryFields, Request, String)> {
    let address = state.proxies.visitor(&request).map_or_else(|| "address unknown".to_owned(), throttle::source);
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let form: Form<EntryFields> =
        Request::from_parts(parts, body).extract().await.map_err(|_| AppError::BadRequest("form_not_understood"))?;
    Ok((form.0, again, address))
}

/// Where to go after entering.
fn entered(cookie: axum::http::HeaderValue, next: &str) -> Response {
    let next = local(next);
    let target = if next.is_empty() { "/" } else { &next };
    ([(header::SET_COOKIE, cookie)], Redirect::to(target)).into_response()
}

async fn demo(State(state): State<AppState>, request: Request) -> Result<Response> {
    if !state.demo {
        return Err(AppError::NotFound);
    }
    let (form, request, _) = fields(&state, request).await?;
    let role = if form.role == "rep" { Role::Rep } else { Role::Manager };
    let (workspace, member) = state.store.demo(role).await?.ok_or(AppError::NotFound)?;
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, &form.next))
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    let cookie = session::close(&state, &headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/enter")).into_response())
}
