//! Pages: what the address asks is read in one snapshot, rendered, and handed to the browser with the page.

use crate::{
    clock,
    error::AppError,
    security,
    session::{self, Asker},
    state::AppState,
};
use app::{
    Language, Seed, Theme,
    seed::{Entry, Place},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::page::Address;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// Any page of the workspace; whoever is not signed in goes to the entry first and comes back.
pub async fn page(State(state): State<AppState>, asker: Option<Asker>, request: Request) -> Response {
    let address = request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned();
    let Some(Asker(reader)) = asker else {
        let next: String = form_encode(&address);
        let entry = if address == "/" { "/enter".to_owned() } else { format!("/enter?next={next}") };
        return Redirect::to(&entry).into_response();
    };
    let place = match Address::parse(&address) {
        None => Ok(Place::NotFound),
        Some(address) => match state.store.page(&reader, &address, clock::now()).await {
            Ok(snapshot) => Ok(Place::Work(Box::new(snapshot))),
            Err(store::Error::NotFound) => Ok(Place::NotFound),
            Err(error) => Err(error),
        },
    };
    match place {
        Ok(place) => render(&state, request, place).await,
        Err(error) => {
            let status = AppError::from(error).into_response().status();
            render_with(&state, request, Place::Failed, status).await
        }
    }
}

/// The entry's page, for the forms that come back with an error as well.
pub async fn entry(state: &AppState, request: Request, entry: Entry) -> Response {
    render(state, request, Place::Entry(Box::new(entry))).await
}

async fn render(state: &AppState, request: Request, place: Place) -> Response {
    let status = match &place {
        Place::NotFound => StatusCode::NOT_FOUND,
        Place::Entry(entry) if entry.problem.is_some() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    render_with(state, request, place, status).await
}

async fn render_with(state: &AppState, request: Request, place: Place, status: StatusCode) -> Response {
    let seed = Seed { language: language(request.headers()), theme: theme(request.headers()), place };
    let options = state.leptos.clone();
    let context_seed = seed.clone();
    let context = move || {
        let response = expect_context::<ResponseOptions>();
        response.set_status(status);
        let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&security::page_policy(&nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        provide_context(context_seed.clone());
    };
    // Forms answer with a page as well; to the renderer every page is a GET.
    let (mut parts, _) = request.into_parts();
    parts.method = axum::http::Method::GET;
    let render = leptos_axum::render_app_async_with_context(context, move || app::shell(options.clone(), &seed));
    render(Request::from_parts(parts, Body::empty())).await
}

/// The language chosen by hand, else the browser's.
pub fn language(headers: &HeaderMap) -> Language {
    session::cookie(headers, "language").and_then(Language::from_tag).unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Browsers send the languages in order of preference.
        accepted.split(',').find_map(|tag| Language::from_tag(tag.split(';').next()?.trim())).unwrap_or_default()
    })
}

fn theme(headers: &HeaderMap) -> Option<Theme> {
    session::cookie(headers, "theme").and_then(Theme::from_word)
}

fn form_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
