//! `fairlead serve`: everything is started in order, and stopped in reverse.

mod connections;
pub mod site;

use crate::{
    cli::{self, Failure},
    clock,
    config::Config,
    database::OpenDatabase,
    demo, files, http, pages, security,
    state::AppState,
    telemetry,
};
use axum::{Router, middleware};
use connections::Limits;
use leptos::config::LeptosOptions;
use std::net::SocketAddr;
use tokio::sync::oneshot;

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
            println!("{}", greeting(address, state.demo));
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
    match store.catch_up_stays().await.map_err(failed)? {
        0 => {}
        deals => tracing::info!(deals, "the stages of older deals are kept"),
    }
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
    let search = store.clone();
    tokio::spawn(async move { search.catch_up_search().await });
    tokio::spawn(files::sweep(store.clone()));
    Ok(AppState { proxies: config.proxies.clone(), ..AppState::new(store, leptos, demo_allowed) })
}

async fn run(listener: tokio::net::TcpListener, state: AppState) -> Result<(), Failure> {
    let (stop, stopped) = oneshot::channel::<()>();
    let mut server = tokio::spawn(connections::serve(listener, router(state), Limits::of_this_process(), async move {
        let _ = stopped.await;
    }));
    tokio::select! {
        asked = cli::asked_to_stop() => asked?,
        ended = &mut server => {
            let why = ended.map_or_else(|error| error.to_string(), |()| "it ended by itself".to_owned());
            return Err(Failure::new(format!("the server stopped: {why}"), "Start it again."));
        }
    }
    println!("Stopping. Asked once more, it ends at once.");
    tokio::spawn(cli::end_when_asked_again());
    let _ = stop.send(());
    let _ = server.await;
    Ok(())
}

/// Where it can be reached. Over plain http, browsers keep a session only with this machine's own address.
fn greeting(address: SocketAddr, demo: bool) -> String {
    let port = address.port();
    let https = "Browsers of other machines can sign in only over https: put a proxy with TLS before it.";
    if address.ip().is_unspecified() {
        format!("Fairlead is at http://127.0.0.1:{port}, and on port {port} of every address of this machine.\n{https}")
    } else if !address.ip().is_loopback() {
        format!("Fairlead listens on {address}.\n{https}")
    } else if demo {
        format!(
            "Fairlead is at http://{address}\nIts first page offers a demo workspace in one click. Ctrl-C stops it."
        )
    } else {
        format!("Fairlead is at http://{address}")
    }
}

/// The routes, with what is told of them: to people as pages, to Prometheus as counts.
fn router(state: AppState) -> Router {
    let failures = middleware::from_fn_with_state(state.leptos.clone(), pages::failures);
    http::router(state)
        .layer(failures)
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn(telemetry::requests::measure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_told_at_which_nobody_can_sign_in() {
        for (address, told, https) in [
            ("127.0.0.1:3210", "Fairlead is at http://127.0.0.1:3210\n", false),
            ("[::1]:3210", "Fairlead is at http://[::1]:3210\n", false),
            ("0.0.0.0:3210", "Fairlead is at http://127.0.0.1:3210, and on port 3210", true),
            ("192.0.2.1:3210", "Fairlead listens on 192.0.2.1:3210.\n", true),
        ] {
            let said = greeting(address.parse().expect("an address"), true);
            assert!(said.starts_with(told) && said.contains("https") == https, "{said}");
        }
    }
}
