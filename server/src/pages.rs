//! Pages: what the address asks is read in one snapshot, rendered, and handed to the browser with the page.

use crate::{
    clock,
    error::{AppError, Failed},
    security,
    session::{self, Asker},
    state::AppState,
    visitor,
};
use app::{
    Language, Seed, Theme,
    seed::{Entry, Place},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::page::Address;
use leptos::{config::LeptosOptions, prelude::*};
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
            failed(&state.leptos, request, status).await
        }
    }
}

/// Tells people of an error by a page, whichever handler or extractor met it. Programs, below `/api`, read it as JSON.
pub async fn failures(State(leptos): State<LeptosOptions>, request: Request, next: Next) -> Response {
    let mut again = Request::new(Body::empty());
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    let response = next.run(request).await;
    let is_page = !again.uri().path().starts_with("/api/");
    if is_page && response.extensions().get::<Failed>().is_some() {
        failed(&leptos, again, response.status()).await
    } else {
        response
    }
}

/// How often a page that could not be read is asked for again, in seconds.
const RETRY: HeaderValue = HeaderValue::from_static("10");

/// A page that says so. Where only the database is away it comes by itself as soon as that is back; a form is not sent
/// again unasked.
async fn failed(leptos: &LeptosOptions, request: Request, status: StatusCode) -> Response {
    let place = if status == StatusCode::NOT_FOUND { Place::NotFound } else { Place::Failed };
    let is_away = status == StatusCode::SERVICE_UNAVAILABLE;
    let may_repeat = request.method() == Method::GET;
    let mut response = render_with(leptos, request, place, status).await;
    if is_away {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY);
    }
    if is_away && may_repeat {
        response.headers_mut().insert(header::REFRESH, RETRY);
    }
    response
}

/// The entry's page, for the forms that come back with an error as well.
pub async fn entry(state: &AppState, request: Request, entry: Entry) -> Response {
    let entry = Entry { is_insecure: visitor::is_insecure(request.headers()), ..entry };
    render(state, request, Place::Entry(Box::new(entry))).await
}

async fn render(state: &AppState, request: Request, place: Place) -> Response {
    let status = match &place {
        Place::NotFound => StatusCode::NOT_FOUND,
        Place::Entry(entry) if entry.problem.is_some() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    render_with(&state.leptos, request, place, status).await
}

async fn render_with(leptos: &LeptosOptions, request: Request, place: Place, status: StatusCode) -> Response {
    let seed = Seed { language: language(request.headers()), theme: theme(request.headers()), place };
    let options = leptos.clone();
    let context_seed = seed.clone();
    let context = move || {
        let response = expect_context::<ResponseOptions>();
        response.set_status(status);
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&security::page_policy(&nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        provide_context(context_seed.clone());
    };
    // Forms answer with a page as well; to the renderer every page is a GET.
    let (mut parts, _) = request.into_parts();
    parts.method = Method::GET;
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::to_bytes, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt;

    #[tokio::test]
    async fn people_are_told_of_an_error_in_their_language_and_programs_in_json() {
        let _ = any_spawner::Executor::init_tokio();
        let away = || async { AppError::Store(store::Error::Stopping) };
        let leptos = LeptosOptions::builder().output_name("fairlead").build();
        let app = Router::new()
            .route("/board", get(away).post(away))
            .route("/api/v1/page", get(away))
            .route("/gone", get(|| async { AppError::NotFound }))
            .layer(from_fn_with_state(leptos, failures));
        let check = async |method: Method, path: &str, status: u16, refresh: bool, words: &str| {
            let request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "zh-CN");
            let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers().contains_key(header::REFRESH), refresh, "{path}");
            let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(words), "{path}: {body}");
        };
        check(Method::GET, "/board", 503, true, "没能加载").await;
        check(Method::POST, "/board", 503, false, "没能加载").await;
        check(Method::GET, "/gone", 404, false, "没有找到").await;
        check(Method::GET, "/api/v1/page", 503, false, "\"error\":\"failed\"").await;
    }
}
