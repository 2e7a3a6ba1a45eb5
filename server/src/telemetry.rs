//! Logs to standard error, metrics for Prometheus on an address of their own.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;

use clap::ValueEnum;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::cli::Failure;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,sqlx=warn";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line an event, for people
    #[default]
    Pretty,
    /// A JSON object an event, for machines
    Json,
}

/// Call once, before anything is logged.
pub fn start_logging(format: LogFormat) -> Result<(), Failure> {
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let filter = if wanted.is_empty() { DEFAULT_FILTER } else { wanted.as_str() };
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failure::new(format!("RUST_LOG is not understood: {error}"), format!("Write it like {DEFAULT_FILTER}."))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Pretty => builder.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Failure::new(format!("the log cannot be started: {error}"), "Start it again."))
}

/// Serves metrics until the runtime ends. A port that is taken costs the metrics, not the server: it is logged, and Fairlead
/// goes on without them.
pub async fn start_metrics(address: SocketAddr) {
    match try_metrics(address).await {
        Ok(()) => tracing::info!(%address, "metrics are served"),
        Err(Failure { what, advice }) => tracing::warn!(what, advice, "there are no metrics"),
    }
}

async fn try_metrics(address: SocketAddr) -> Result<(), Failure> {
    // The exporter reports only text; trying the port first gives the same advice as for the server's own.
    TcpListener::bind(address).await.map_err(|error| Failure::listening(address, "--metrics-addr", &error))?;
    PrometheusBuilder::new()
        .with_http_listener(address)
        .install()
        .map_err(|error| Failure::new(error.to_string(), "Choose another address with --metrics-addr, or off."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_metrics_port_is_told_and_survived() {
        let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = taken.local_addr().expect("an address");
        let failure = try_metrics(address).await.expect_err("the port is taken");
        assert!(failure.what.contains("in use") && failure.advice.contains("--metrics-addr"), "{failure}");
        start_metrics(address).await;
    }
}
