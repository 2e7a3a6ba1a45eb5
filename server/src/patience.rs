//! No request is worked on for ever: a database that hangs, or a body that drips in, gets an end on this side.

use crate::error::AppError;
use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// How long an answer may take to begin. What was asked is perhaps done nevertheless; commands have receipts for that.
const WITHIN: Duration = Duration::from_secs(10);

pub async fn bounded(request: Request, next: Next) -> Response {
    if takes_its_time(&request) {
        return next.run(request).await;
    }
    within(WITHIN, request, next).await
}

/// Taking in a file, and working through it: uploads have limits of their own.
fn takes_its_time(request: &Request) -> bool {
    let (method, path) = (request.method(), request.uri().path());
    method == Method::POST && path.starts_with("/api/v1/imports")
        || method == Method::PUT && path.starts_with("/api/v1/files/")
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        tracing::warn!(%method, path, "request given up: it took too long");
        AppError::Busy.into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::StatusCode, middleware::from_fn, routing::post};
    use futures_util::stream;
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_does_not_end_is_given_up() {
        let app = Router::new()
            .route("/hangs", post(std::future::pending::<()>))
            .route("/reads", post(|_: String| async {}))
            .layer(from_fn(|request, next| within(Duration::from_millis(20), request, next)));
        let check = async |path: &str, body: Body, expected: StatusCode| {
            let request = Request::post(path).body(body).expect("a request");
            let answer = app.clone().oneshot(request).await.expect("an answer");
            assert_eq!(answer.status(), expected, "{path}");
        };
        let drips = || Body::from_stream(stream::pending::<Result<&str, std::io::Error>>());
        check("/hangs", Body::empty(), StatusCode::SERVICE_UNAVAILABLE).await;
        check("/reads", drips(), StatusCode::SERVICE_UNAVAILABLE).await;
        check("/reads", Body::from("all"), StatusCode::OK).await;
    }
}
