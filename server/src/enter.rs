//! Entering: signing in, founding a workspace, joining by a link, the demo, signing out. Plain forms, so that entering
//! works before (and without) the browser half.

use crate::{
    clock,
    error::{AppError, Result},
    pages, password,
    session,
    state::AppState,
    throttle,
};
use app::seed::{Entry, EntryForm, Problem};
use axum::{
    Form, RequestExt, Router,
    extract::{ConnectInfo, Path, Query, Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    access::{Role, Scope},
    command::{Command, Outcome as CommandOutcome, Place, Request as CommandRequest},
    id::{CommandId, MemberId, PipelineId, StageId, WorkspaceId},
    member::Member,
    money::Currency,
    pipeline::{Outcome, Pipeline, Stage},
    record::Record,
    workspace::Workspace,
};
use serde::Deserialize;
use std::net::SocketAddr;
use store::{Asked, Founding};

/// In bytes, as RFC 5321 bounds it.
const LONGEST_EMAIL: usize = 254;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/enter", get(show))
        .route("/enter/sign-in", post(sign_in))
        .route("/enter/found", post(found))
        .route("/enter/demo", post(demo))
        .route("/sign-out", post(sign_out))
        .route("/join/{workspace}/{token}", get(show_join).post(join))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ShowQuery {
    next: String,
    form: String,
}

async fn show(State(state): State<AppState>, Query(query): Query<ShowQuery>, request: Request) -> Response {
    let form = if query.form == "found" { EntryForm::Found } else { EntryForm::SignIn };
    let entry = Entry { next: local(&query.next), ..empty_entry(&state, form) };
    pages::entry(&state, request, entry).await
}

fn empty_entry(state: &AppState, form: EntryForm) -> Entry {
    Entry { form, demo: state.demo, ..Entry::default() }
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
}

/// The form's fields and the rest of the request, for showing the form again; and where it comes from.
async fn fields(request: Request) -> Result<(EntryFields, Request, String)> {
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "address unknown".to_owned(), |address| throttle::source(address.0.ip()));
    let (parts, body) = request.into_parts();
    let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let form: Form<EntryFields> = Request::from_parts(parts, body)
        .extract()
        .await
        .map_err(|_| AppError::BadRequest("form_not_understood"))?;
    Ok((form.0, again, address))
}

/// Where to go after entering.
fn entered(cookie: axum::http::HeaderValue, next: &str) -> Response {
    let next = local(next);
    let target = if next.is_empty() { "/" } else { &next };
    ([(header::SET_COOKIE, cookie)], Redirect::to(target)).into_response()
}

async fn sign_in(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (form, request, address) = fields(request).await?;
    let again = |problem| Entry {
        email: form.email.clone(),
        next: local(&form.next),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::SignIn)
    };
    let now = clock::now();
    if form.password.len() > password::LONGEST || form.email.len() > LONGEST_EMAIL || form.email.contains('\0') {
        return Ok(pages::entry(&state, request, again(Problem::WrongPassword)).await);
    }
    let account = account_name(&form.email);
    if !state.throttle.admits(&[&account, &address], now) {
        return Ok(pages::entry(&state, request, again(Problem::TooMany)).await);
    }
    let known = state.store.sign_in(&form.email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::verify(&state, form.password.clone(), hash).await;
    let Some(known) = known.filter(|_| right) else {
        return Ok(pages::entry(&state, request, again(Problem::WrongPassword)).await);
    };
    state.throttle.succeeded(&account, &address);
    let Some(&(workspace, member)) = known.memberships.first() else {
        return Ok(pages::entry(&state, request, again(Problem::NoWorkspace)).await);
    };
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, &form.next))
}

/// The name under which tries to sign in to an account are counted.
fn account_name(email: &str) -> String {
    format!("account {}", email.trim().to_lowercase())
}

/// What is wrong with the name, address or password that somebody chose.
fn problem_with(form: &EntryFields) -> Option<Problem> {
    let email = form.email.trim();
    let email_is_plausible = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && email.len() <= LONGEST_EMAIL && !email.contains(char::is_whitespace)
    });
    if form.name.trim().is_empty() || form.name.chars().count() > domain::text::NAME || form.name.contains('\0') {
        Some(Problem::Name)
    } else if !email_is_plausible || email.contains('\0') {
        Some(Problem::Email)
    } else if form.password.chars().count() < password::SHORTEST || form.password.len() > password::LONGEST {
        Some(Problem::Password)
    } else {
        None
    }
}

async fn found(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (form, request, address) = fields(request).await?;
    let again = |problem| Entry {
        name: form.name.clone(),
        email: form.email.clone(),
        workspace: form.workspace.clone(),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::Found)
    };
    let name = form.workspace.trim();
    let problem = if name.is_empty() || name.chars().count() > domain::text::NAME || name.contains('\0') {
        Some(Problem::Workspace)
    } else {
        problem_with(&form)
    };
    if let Some(problem) = problem {
        return Ok(pages::entry(&state, request, again(problem)).await);
    }
    let now = clock::now();
    let source = format!("found {address}");
    if !state.throttle.admits(&[&source], now) {
        return Ok(pages::entry(&state, request, again(Problem::TooMany)).await);
    }
    let hash = password::hash(&state, form.password.clone()).await;
    let Some(person) = state.store.create_person(clock::new_id(), &form.email, &hash, now).await? else {
        return Ok(pages::entry(&state, request, again(Problem::EmailTaken)).await);
    };
    let language = pages::language(request.headers());
    let (founding, admin) = new_workspace(&form, language == app::Language::Chinese);
    let workspace = founding.workspace.id;
    state.store.found(founding, now).await?;
    state.store.link_person(workspace, admin, person).await?;
    let cookie = session::open(&state, request.headers(), workspace, admin).await?;
    Ok(entered(cookie, &form.next))
}

/// A workspace with its founder and one pipeline to begin with, in the founder's language.
fn new_workspace(form: &EntryFields, chinese: bool) -> (Founding, MemberId) {
    let workspace = WorkspaceId(clock::new_id());
    let admin = MemberId(clock::new_id());
    let pipeline = PipelineId(clock::new_id());
    let zone = if store::is_zone(&form.zone) { form.zone.clone() } else { "Asia/Shanghai".to_owned() };
    let member = Member {
        id: admin,
        name: form.name.clone(),
        email: form.email.trim().to_owned(),
        role: Role::Admin,
        scope: Scope::Workspace,
        teams: Vec::new(),
        active: true,
    };
    let stages = [
        ("初步接触", "First contact", 10, Some(10), Outcome::Open),
        ("需求确认", "Needs agreed", 25, Some(15), Outcome::Open),
        ("方案演示", "Demonstration", 40, Some(12), Outcome::Open),
        ("报价", "Quotation", 60, Some(10), Outcome::Open),
        ("合同审批", "Contract", 80, Some(8), Outcome::Open),
        ("成交", "Won", 100, None, Outcome::Won),
        ("丢单", "Lost", 0, None, Outcome::Lost),
    ];
    let name = |zh: &str, en: &str| if chinese { zh.to_owned() } else { en.to_owned() };
    let mut records = vec![
        Record::Member(member),
        Record::Pipeline(Pipeline { id: pipeline, name: name("销售流程", "Sales"), position: 0 }),
    ];
    for (position, (zh, en, probability, time_limit, outcome)) in (0..).zip(stages) {
        records.push(Record::Stage(Stage {
            id: StageId(clock::new_id()),
            pipeline,
            name: name(zh, en),
            position,
            outcome,
            probability,
            time_limit,
            wip_limit: None,
            guidance: String::new(),
        }));
    }
    let currency = if chinese { Currency::CNY } else { Currency::USD };
    let workspace = Workspace { id: workspace, name: form.workspace.trim().to_owned(), currency, zone };
    (Founding { workspace, is_demo: false, records }, admin)
}

async fn demo(State(state): State<AppState>, request: Request) -> Result<Response> {
    if !state.demo {
        return Err(AppError::NotFound);
    }
    let (form, request, _) = fields(request).await?;
    let role = if form.role == "rep" { Role::Rep } else { Role::Manager };
    let (workspace, member) = state.store.demo(role).await?.ok_or(AppError::NotFound)?;
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, &form.next))
}

async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    let cookie = session::close(&state, &headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/enter")).into_response())
}

type JoinPath = Path<(WorkspaceId, String)>;

async fn show_join(
    State(state): State<AppState>,
    Path((workspace, token)): JoinPath,
    request: Request,
) -> Result<Response> {
    let invitation = state.store.invitation(workspace, &token_hash(&token), clock::now()).await?;
    let entry = match invitation {
        Some((_, name)) => Entry { workspace: name, ..empty_entry(&state, EntryForm::Join) },
        None => Entry { problem: Some(Problem::LinkExpired), ..empty_entry(&state, EntryForm::SignIn) },
    };
    Ok(pages::entry(&state, request, entry).await)
}

/// Only the hash of a link's token is kept, as hexadecimal digits.
fn token_hash(token: &str) -> String {
    session::hash(token.as_bytes()).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

/// Somebody joins: as a new person, or, with the password of an existing one, as that person.
async fn join(
    State(state): State<AppState>,
    Path((workspace, token)): JoinPath,
    request: Request,
) -> Result<Response> {
    let (form, request, address) = fields(request).await?;
    let now = clock::now();
    let Some((invitation, workspace_name)) =
        state.store.invitation(workspace, &token_hash(&token), now).await?
    else {
        let entry = Entry { problem: Some(Problem::LinkExpired), ..empty_entry(&state, EntryForm::SignIn) };
        return Ok(pages::entry(&state, request, entry).await);
    };
    let again = |problem| Entry {
        name: form.name.clone(),
        email: form.email.clone(),
        workspace: workspace_name.clone(),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::Join)
    };
    if let Some(problem) = problem_with(&form) {
        return Ok(pages::entry(&state, request, again(problem)).await);
    }
    let person = if let Some(known) = state.store.sign_in(&form.email).await? {
        // It is signing in by another door.
        let account = account_name(&form.email);
        if !state.throttle.admits(&[&account, &address], now) {
            return Ok(pages::entry(&state, request, again(Problem::TooMany)).await);
        }
        if !password::verify(&state, form.password.clone(), Some(known.password_hash)).await {
            return Ok(pages::entry(&state, request, again(Problem::EmailTaken)).await);
        }
        state.throttle.succeeded(&account, &address);
        known.person
    } else {
        let hash = password::hash(&state, form.password.clone()).await;
        let created = state.store.create_person(clock::new_id(), &form.email, &hash, now).await?;
        let Some(person) = created else {
            return Ok(pages::entry(&state, request, again(Problem::EmailTaken)).await);
        };
        person
    };
    let member = if let Some(member) = state.store.member_of(workspace, person).await? { member } else {
        let member = MemberId(clock::new_id());
        let record = Record::Member(Member {
            id: member,
            name: form.name.clone(),
            email: form.email.trim().to_owned(),
            role: invitation.role,
            scope: Scope::Workspace,
            teams: invitation.teams,
            active: true,
        });
        let command = Command::Create { record, place: Place::default(), dated: false };
        let request = CommandRequest { id: CommandId(clock::new_id()), command };
        let outcome = state.store.execute(workspace, Asked { by: None, request, now }).await?;
        if !matches!(outcome, CommandOutcome::Applied(_)) {
            return Err(AppError::BadRequest("member_refused"));
        }
        state.store.link_person(workspace, member, person).await?;
        member
    };
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, ""))
}
