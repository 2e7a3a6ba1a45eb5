//! Requests, counted by route and status, with the time until their answer began.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use metrics::{counter, histogram};
use std::time::Instant;

pub async fn measure(request: Request, next: Next) -> Response {
    let route = route(&request);
    let begun = Instant::now();
    let response = next.run(request).await;
    let labels = [("route", route), ("status", response.status().as_str().to_owned())];
    counter!("fairlead_requests_total", &labels).increment(1);
    histogram!("fairlead_request_seconds", &labels).record(begun.elapsed().as_secs_f64());
    response
}

/// The route's pattern. What matches none is a file of the browser half or a page: an address as it was asked would be a
/// series of its own.
fn route(request: &Request) -> String {
    match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None if request.uri().path().contains('.') => "file".to_owned(),
        None => "page".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn, routing::get};
    use metrics_exporter_prometheus::PrometheusBuilder;
    use tower::ServiceExt;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let nested = Router::new().route("/deal/{id}", get(|| async {}));
        let app = Router::new().nest("/api", nested).fallback(|| async {}).layer(from_fn(measure));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        metrics::with_local_recorder(&recorder, || {
            for path in ["/api/deal/1", "/api/deal/2", "/board", "/pkg/a.js"] {
                let request = Request::get(path).body(Body::empty()).expect("a request");
                runtime.block_on(app.clone().oneshot(request)).expect("an answer");
            }
        });
        let shown = handle.render();
        for (route, count) in [("/api/deal/{id}", 2), ("page", 1), ("file", 1)] {
            let line = format!("fairlead_requests_total{{route=\"{route}\",status=\"200\"}} {count}");
            assert!(shown.contains(&line), "{line} in\n{shown}");
        }
    }
}
