//! The routes and the layers around them.

use crate::{api, enter, health, pages, patience, security, state::AppState};
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    services::ServeDir,
    trace::{DefaultMakeSpan, TraceLayer},
};
use tracing::Level;

/// The whole server as one router.
pub fn router(state: AppState) -> Router {
    // Rendering spawns on tokio; a second router in one process finds that settled already.
    let _ = any_spawner::Executor::init_tokio();
    let site = &*state.leptos.site_root;
    let pkg = &*state.leptos.site_pkg_dir;
    let files = |path: &str| ServeDir::new(path).precompressed_br().precompressed_gzip();
    // Names of files below pkg hold a hash of their content: they never change.
    let hashed = Router::new().fallback_service(files(&format!("{site}/{pkg}"))).layer(middleware::from_fn(forever));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Precise(4))
        // Events must leave at once, not when a block is full.
        .compress_when(DefaultPredicate::new().and(NotForContentType::new("text/event-stream")));
    Router::new()
        .nest("/api/v1", api::routes())
        .merge(enter::routes())
        .route("/livez", get(health::alive))
        .route("/readyz", get(health::ready))
        .nest_service("/icons", files(&format!("{site}/icons")))
        .route_service("/favicon.svg", tower_http::services::ServeFile::new(format!("{site}/favicon.svg")))
        .route_service("/robots.txt", tower_http::services::ServeFile::new(format!("{site}/robots.txt")))
        .route_service(
            "/manifest.webmanifest",
            tower_http::services::ServeFile::new(format!("{site}/manifest.webmanifest")),
        )
        .nest(&format!("/{pkg}"), hashed)
        .fallback(get(pages::page))
        .layer(middleware::from_fn(patience::bounded))
        .layer(compression)
        .layer(middleware::from_fn(security::same_origin))
        .layer(middleware::from_fn(security::headers))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http().make_span_with(DefaultMakeSpan::new().level(Level::DEBUG)))
        .with_state(state)
}

async fn forever(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() {
        let value = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    response
}
