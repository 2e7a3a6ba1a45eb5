//! Logs to standard error, metrics for Prometheus on an address of their own.

pub mod requests;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;

use clap::ValueEnum;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::cli::Failure;
use crate::config::Config;

/// What is logged when `RUST_LOG` says nothing.
const DEFAULT_FILTER: &str = "info,sqlx=warn";
/// Upper bounds of what took how many seconds: a page should take a few hundredths.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

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
pub async fn start_metrics(config: &Config) {
    let Some(address) = config.metrics else { return };
    let started = if config.metrics_clash() { Err(Failure::one_port(address)) } else { try_metrics(address).await };
    match started {
        Ok(()) => tracing::info!(%address, "metrics are served"),
        Err(Failure { what, advice }) => tracing::warn!(what, advice, "there are no metrics"),
    }
}

async fn try_metrics(address: SocketAddr) -> Result<(), Failure> {
    // The exporter reports only text; trying the port first gives the same advice as for the server's own.
    TcpListener::bind(address).await.map_err(|error| Failure::listening(address, "--metrics-addr", &error))?;
    PrometheusBuilder::new()
        .with_http_listener(address)
        .set_buckets(&SECONDS)
        .and_then(PrometheusBuilder::install)
        .map_err(|error| Failure::new(error.to_string(), "Choose another address with --metrics-addr, or off."))?;
    describe_counter!("fairlead_requests_total", "Requests, by route and status");
    describe_histogram!("fairlead_request_seconds", Unit::Seconds, "Time until an answer began, by route and status");
    describe_counter!("fairlead_commands_total", "Commands that were asked");
    describe_histogram!("fairlead_commands_seconds", Unit::Seconds, "Time that a request with commands took to commit");
    describe_gauge!("fairlead_live_streams", "Browsers that listen to changes");
    Ok(())
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
        start_metrics(&Config {
            address: "127.0.0.1:0".parse().expect("an address"),
            metrics: Some(address),
            site: "site".into(),
            database: crate::config::Database::Embedded(crate::postgres::Options::new("data")),
            proxies: crate::visitor::Proxies::default(),
        })
        .await;
    }
}
