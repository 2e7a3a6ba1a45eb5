//! Joining a workspace by a link: as a new person, or, with the password of an existing one, as that person.

use super::{EntryFields, empty_entry, entered, fields, person};
use crate::{
    clock,
    error::{AppError, Result},
    pages, session,
    state::AppState,
};
use app::seed::{Entry, EntryForm, Problem};
use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    response::Response,
};
use domain::{
    access::Scope,
    command::{Command, Outcome, Place, Request as CommandRequest},
    id::{CommandId, MemberId, WorkspaceId},
    member::{Invitation, Member},
    record::Record,
};
use store::Asked;
use uuid::Uuid;

type JoinPath = Result<Path<(WorkspaceId, String)>, PathRejection>;

pub async fn show(State(state): State<AppState>, path: JoinPath, request: Request) -> Result<Response> {
    let Path((workspace, token)) = path.map_err(|_| AppError::NotFound)?;
    let invitation = state.store.invitation(workspace, &token_hash(&token), clock::now()).await?;
    let entry = match invitation {
        Some((_, name)) => Entry { workspace: name, ..empty_entry(&state, EntryForm::Join) },
        None => expired(&state),
    };
    Ok(pages::entry(&state, request, entry).await)
}

fn expired(state: &AppState) -> Entry {
    Entry { problem: Some(Problem::LinkExpired), ..empty_entry(state, EntryForm::SignIn) }
}

/// Only the hash of a link's token is kept, as hexadecimal digits.
fn token_hash(token: &str) -> String {
    session::hash(token.as_bytes()).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

pub async fn join(State(state): State<AppState>, path: JoinPath, request: Request) -> Result<Response> {
    let Path((workspace, token)) = path.map_err(|_| AppError::NotFound)?;
    let (form, request, address) = fields(&state, request).await?;
    let invitation = state.store.invitation(workspace, &token_hash(&token), clock::now()).await?;
    let Some((invitation, workspace_name)) = invitation else {
        return Ok(pages::entry(&state, request, expired(&state)).await);
    };
    let again = |problem| Entry {
        name: form.name.clone(),
        email: form.email.clone(),
        workspace: workspace_name.clone(),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::Join)
    };
    if let Some(problem) = person::problem_with(&form) {
        return Ok(pages::entry(&state, request, again(problem)).await);
    }
    let person = match person::known_or_new(&state, &form, &address).await? {
        Ok(person) => person,
        Err(problem) => return Ok(pages::entry(&state, request, again(problem)).await),
    };
    let member = match state.store.member_of(workspace, person).await? {
        Some((member, true)) => member,
        Some((_, false)) => return Ok(pages::entry(&state, request, again(Problem::Suspended)).await),
        None => new_member(&state, workspace, person, &form, invitation).await?,
    };
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, ""))
}

/// Makes the person a member. Ids follow from the person, so that the same form sent twice makes one member.
async fn new_member(
    state: &AppState,
    workspace: WorkspaceId,
    person: Uuid,
    form: &EntryFields,
    invitation: Invitation,
) -> Result<MemberId> {
    let member = MemberId(Uuid::new_v5(&workspace.0, person.as_bytes()));
    let record = Record::Member(Member {
        id: member,
        name: form.name.clone(),
        email: form.email.trim().to_owned(),
        role: invitation.role,
        scope: Scope::Workspace,
        teams: invitation.teams,
        active: true,
        days_off: std::collections::BTreeMap::new(),
        days_on: std::collections::BTreeMap::new(),
    });
    let command = Command::Create { record, place: Place::default(), dated: false };
    let request = CommandRequest { id: CommandId(Uuid::new_v5(&member.0, b"joining")), command };
    let outcome = state.store.execute(workspace, Asked { by: None, request, now: clock::now() }).await?;
    if !matches!(outcome, Outcome::Applied(_)) {
        return Err(AppError::BadRequest("member_refused"));
    }
    state.store.link_person(workspace, member, person).await?;
    Ok(member)
}
