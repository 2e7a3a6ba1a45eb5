//! `fairlead serve`: everything is started in order, and stopped in reverse.

pub mod site;

use crate::{
    cli::{self, Failure},
    clock,
    config::Config,
    database::OpenDatabase,
    demo, http, pages, security,
    state::AppState,
    telemetry,
};
use axum::{Router, middleware};
use leptos::config::LeptosOptions;
use std::{net::SocketAddr, time::Duration};
use tokio::sync::oneshot;

/// How long requests may take to end when the server is told to stop. Live streams do not end by themselves.
const GRACE: Duration = Duration::from_secs(2);

/// Serves until told to stop.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let listener = cli::listen(config.address).await?;
    let leptos = site::options(&config)?;
    let database = OpenDatabase::open(&config.database).await?;
    let started = start(&config, &database, leptos).await;
    let result = match started {
        Ok(state) => {
            telemetry::start_metrics(&config).await;
            let address = listener.local_addr().unwrap_or(config.address);
            println!("Fairlead is at http://{address}");
            if state.demo {
                println!("Its first page offers a demo workspace in one click. Ctrl-C stops it.");
            }
            run(listener, state).await
        }
        Err(failure) => Err(failure),
    };
    database.close().await;
    result
}

async fn start(config: &Config, database: &OpenDatabase, leptos: LeptosOptions) -> Result<AppState, Failure> {
    let store = database.store.clone();
    let failed = |error: store::Error| Failure::new(error.to_string(), "Look at the database's log, then start again.");
    store.close_unfinished_imports().await.map_err(failed)?;
    let demo_allowed = config.demo_allowed();
    if demo_allowed {
        let today = demo::today(clock::now());
        // The server is of use without its demo.
        if let Err(error) = demo::seed(&store, today).await {
            tracing::warn!(%error, "the demo workspace could not be made");
        }
    }
    let feed = store.clone();
    tokio::spawn(async move { feed.run_feed().await });
    Ok(AppState::new(store, leptos, demo_allowed))
}

async fn run(listener: tokio::net::TcpListener, state: AppState) -> Result<(), Failure> {
    let (stop, stopped) = oneshot::channel::<()>();
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = stopped.await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        asked = cli::asked_to_stop() => asked?,
        ended = &mut server => {
            let why = match ended {
                Ok(Ok(())) => "it ended by itself".to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            };
            return Err(Failure::new(format!("the server stopped: {why}"), "Start it again."));
        }
    }
    println!("Stopping.");
    let _ = stop.send(());
    if tokio::time::timeout(GRACE, &mut server).await.is_err() {
        server.abort();
    }
    Ok(())
}

/// The routes, with what is told of them: to people as pages, to Prometheus as counts.
fn router(state: AppState) -> Router {
    let failures = middleware::from_fn_with_state(state.leptos.clone(), pages::failures);
    http::router(state)
        .layer(failures)
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn(telemetry::requests::measure))
}
