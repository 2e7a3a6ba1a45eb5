//! The command line: what it offers, and how a command ends.
//!
//! A flag wins over its environment variable, and that over the default. Exit codes: 0 done, 1 failed, 2 not understood.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{Datelike, NaiveDate};
use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;

use crate::config::{Config, Database, DatabaseUrl};
use crate::demo;
use crate::postgres::{Options, StartError};
use crate::telemetry::LogFormat;
use crate::visitor::Proxies;

/// Fairlead, the sales tool: boards, plans and forecasts for a team.
///
/// To try it, run `fairlead serve` and open the address it prints. It keeps its data in the folder .fairlead, in a
/// PostgreSQL of its own that starts and stops with it. To use your own PostgreSQL, set `DATABASE_URL`.
#[derive(Debug, Parser)]
#[command(
    name = "fairlead",
    version,
    after_help = "A flag wins over its environment variable, and that over the default.\n\
                  Exit codes: 0 done, 1 failed (the message says what to do), 2 command line not understood."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// How the log is written to standard error. What is logged: `RUST_LOG`, by default info,sqlx=warn
    #[arg(long, global = true, value_enum, default_value_t, env = "FAIRLEAD_LOG_FORMAT")]
    pub log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server; Ctrl-C stops it
    Serve(ServeArgs),
    /// Bring the database to this version's schema, then end (serve does so too)
    Migrate(DatabaseArgs),
    /// Fill the database with example data, then end
    Seed(SeedArgs),
    /// Check what Fairlead needs on this machine, and say what to do about what is missing
    Doctor(ServeArgs),
}

#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Where browsers reach Fairlead; 0.0.0.0:3210 is reachable from other machines, and has no demo
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3210", env = "FAIRLEAD_ADDR")]
    pub addr: SocketAddr,
    /// Where Prometheus reads metrics, or "off"
    #[arg(
        long,
        value_name = "ADDRESS:PORT|off",
        default_value = "127.0.0.1:3211",
        env = "FAIRLEAD_METRICS_ADDR",
        value_parser = metrics_address
    )]
    pub metrics_addr: MetricsAddress,
    /// The folder of the built browser half
    #[arg(long, value_name = "FOLDER", default_value = "target/site", env = "FAIRLEAD_SITE")]
    pub site: PathBuf,
    /// Proxies before Fairlead, whose X-Forwarded-For tells who asks: addresses or networks, with commas between them
    /// [default: none]
    #[arg(
        long,
        value_name = "NETWORKS",
        default_value = "",
        hide_default_value = true,
        env = "FAIRLEAD_TRUSTED_PROXY"
    )]
    pub trusted_proxy: Proxies,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// A PostgreSQL 15 or newer to use in place of the embedded one; empty means none
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<NamedDatabase>,
    /// The folder of the embedded database; not used with a database URL
    #[arg(long, value_name = "FOLDER", default_value = ".fairlead", env = "FAIRLEAD_HOME")]
    pub data_dir: PathBuf,
    /// The folder of PostgreSQL's programs for the embedded database [default: searched for]
    #[arg(long, value_name = "FOLDER", env = "FAIRLEAD_POSTGRES_BIN")]
    pub postgres_bin: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct SeedArgs {
    /// The demo workspace: 8 members in 2 teams, 3 pipelines, 300 deals with a year of history
    #[arg(long, required = true)]
    pub demo: bool,
    /// The day the demo's story has reached; the same day gives the same data [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = demo_day)]
    pub at: Option<NaiveDate>,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// An address, or none when metrics are off. (An `Option` would mean to clap that the flag may be missing.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsAddress(pub Option<SocketAddr>);

fn metrics_address(text: &str) -> Result<MetricsAddress, String> {
    if text == "off" {
        return Ok(MetricsAddress(None));
    }
    text.parse().map(|address| MetricsAddress(Some(address))).map_err(|_| "expected 127.0.0.1:3211 or off".into())
}

fn demo_day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse::<NaiveDate>().ok().filter(|day| demo::YEARS.contains(&day.year()));
    day.ok_or_else(|| {
        format!("expected a day such as 2026-11-25, from {} to {}", demo::YEARS.start(), demo::YEARS.end())
    })
}

/// A database, or none: `DATABASE_URL=` in a shell or a compose file means that it is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDatabase(Option<DatabaseUrl>);

impl From<&str> for NamedDatabase {
    fn from(text: &str) -> Self {
        Self((!text.is_empty()).then(|| DatabaseUrl::new(text)))
    }
}

impl From<ServeArgs> for Config {
    fn from(args: ServeArgs) -> Self {
        Self {
            address: args.addr,
            metrics: args.metrics_addr.0,
            site: args.site,
            database: args.database.into(),
            proxies: args.trusted_proxy,
        }
    }
}

impl From<DatabaseArgs> for Database {
    fn from(args: DatabaseArgs) -> Self {
        if let Some(NamedDatabase(Some(url))) = args.database_url {
            return Self::External(url);
        }
        Self::Embedded(Options { binaries: args.postgres_bin, ..Options::new(args.data_dir) })
    }
}

/// Why a command failed, for the person who typed it: one line what, one line what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub what: String,
    pub advice: String,
}

impl Failure {
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }

    /// A port that cannot be listened on.
    pub fn listening(address: SocketAddr, flag: &str, error: &io::Error) -> Self {
        let (what, advice) = match error.kind() {
            io::ErrorKind::AddrInUse => (
                format!("{address} is in use by another program, perhaps another Fairlead"),
                format!("Stop that program, or choose another port with {flag}."),
            ),
            io::ErrorKind::PermissionDenied => {
                (format!("this user may not listen on {address}"), format!("Choose a port above 1023 with {flag}."))
            }
            io::ErrorKind::AddrNotAvailable => (
                format!("this machine does not have the address {}", address.ip()),
                format!("Choose one of its own with {flag}; 0.0.0.0 stands for all."),
            ),
            _ => (format!("cannot listen on {address}: {error}"), format!("Choose another address with {flag}.")),
        };
        Self { what, advice }
    }

    /// Metrics on the port that browsers are sent to.
    pub fn one_port(address: SocketAddr) -> Self {
        Self::new(
            format!("--metrics-addr {address} is the port of --addr"),
            "Choose another port for the metrics with --metrics-addr, or off.",
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fairlead: {}\n{}", self.what, self.advice)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::new(error.to_string(), error.advice())
    }
}

/// Takes the server's port.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::listening(address, "--addr", &error))
}

/// Ends the program: the message to standard error, and the code.
pub fn finish(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for what means "stop" on this system: Ctrl-C, a service manager, a closed terminal.
pub async fn asked_to_stop() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen =
        |kind| signal(kind).map_err(|e| Failure::new(format!("cannot wait for signals: {e}"), "Start it again."));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

/// Ends the program when it is told to stop once more, whatever it still waits for. A database of its own goes on until the
/// next start takes it over.
pub async fn end_when_asked_again() {
    if asked_to_stop().await.is_ok() {
        eprintln!("Ended at once.");
        std::process::exit(1);
    }
}

/// For messages: a path as the person would find it.
pub(crate) fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    fn serve(arguments: &str) -> Config {
        let words = ["fairlead", "serve"].into_iter().chain(arguments.split_whitespace());
        match Cli::try_parse_from(words).expect("a command line").command {
            Command::Serve(args) => args.into(),
            other => panic!("not serve: {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_reach_the_configuration() {
        let config = serve(
            "--addr 0.0.0.0:80 --metrics-addr off --database-url postgres://db/sales --trusted-proxy 10.0.0.0/8,::1",
        );
        assert_eq!(Ok(config.proxies), "10.0.0.0/8, ::1".parse());
        assert_eq!(config.address.to_string(), "0.0.0.0:80");
        assert_eq!(config.metrics, None);
        assert!(matches!(config.database, Database::External(url) if url == DatabaseUrl::new("postgres://db/sales")));
    }

    #[test]
    fn an_empty_database_url_is_none() {
        let args =
            DatabaseArgs { database_url: Some(NamedDatabase::from("")), data_dir: "data".into(), postgres_bin: None };
        assert!(matches!(args.into(), Database::Embedded(options) if options.data_dir == Path::new("data")));
    }

    #[test]
    fn a_mistake_is_a_usage_error() {
        for arguments in [
            "fairlead",
            "fairlead serve --addr 3210",
            "fairlead serve --trusted-proxy proxy",
            "fairlead seed",
            "fairlead seed --demo --at yesterday",
            "fairlead seed --demo --at 1979-12-31",
            "fairlead seed --demo --at 9999-01-01",
        ] {
            let error = Cli::try_parse_from(arguments.split_whitespace()).expect_err(arguments);
            assert_eq!(error.exit_code(), 2, "{arguments}");
            assert_ne!(error.kind(), ErrorKind::DisplayHelp, "{arguments}");
        }
    }
}
