//! Who somebody is: by e-mail and password, or somebody new.

use super::{EntryFields, LONGEST_EMAIL, empty_entry, entered, fields, local};
use crate::{clock, error::Result, pages, password, session, state::AppState};
use app::seed::{Entry, EntryForm, Problem};
use axum::{
    extract::{Request, State},
    response::Response,
};
use store::SignIn;
use uuid::Uuid;

pub async fn sign_in(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (form, request, address) = fields(&state, request).await?;
    let again = |problem| Entry {
        email: form.email.clone(),
        next: local(&form.next),
        problem: Some(problem),
        ..empty_entry(&state, EntryForm::SignIn)
    };
    let known = match known(&state, &form, &address).await? {
        Ok(known) => known,
        Err(problem) => return Ok(pages::entry(&state, request, again(problem)).await),
    };
    let Some(&(workspace, member)) = known.memberships.first() else {
        return Ok(pages::entry(&state, request, again(Problem::NoWorkspace)).await);
    };
    let cookie = session::open(&state, request.headers(), workspace, member).await?;
    Ok(entered(cookie, &form.next))
}

/// The person with the form's e-mail, if the password is theirs. Every try counts, by whichever form it is made.
async fn known(state: &AppState, form: &EntryFields, address: &str) -> Result<Result<SignIn, Problem>> {
    if form.password.len() > password::LONGEST || form.email.len() > LONGEST_EMAIL || form.email.contains('\0') {
        return Ok(Err(Problem::WrongPassword));
    }
    let account = format!("account {}", form.email.trim().to_lowercase());
    let Some(pause) = state.throttle.admits(&account, address, clock::now()) else {
        return Ok(Err(Problem::TooMany));
    };
    tokio::time::sleep(pause).await;
    let known = state.store.sign_in(&form.email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::verify(state, form.password.clone(), hash).await;
    let Some(known) = known.filter(|_| right) else {
        return Ok(Err(Problem::WrongPassword));
    };
    state.throttle.succeeded(&account, address);
    Ok(Ok(known))
}

/// The person who fills in a form for new people: with the password of an existing one that person, else somebody new.
pub async fn known_or_new(state: &AppState, form: &EntryFields, address: &str) -> Result<Result<Uuid, Problem>> {
    if state.store.sign_in(&form.email).await?.is_none() {
        let hash = password::hash(state, form.password.clone()).await;
        let created = state.store.create_person(clock::new_id(), &form.email, &hash, clock::now()).await?;
        if let Some(person) = created {
            return Ok(Ok(person));
        }
        // The same form, sent twice, was faster.
    }
    Ok(match known(state, form, address).await? {
        Ok(known) => Ok(known.person),
        Err(Problem::WrongPassword) => Err(Problem::EmailTaken),
        Err(problem) => Err(problem),
    })
}

/// What is wrong with the name, address or password that somebody chose.
pub fn problem_with(form: &EntryFields) -> Option<Problem> {
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
