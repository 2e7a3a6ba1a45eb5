//! `fairlead doctor`: looks at what Fairlead needs on this machine, and says what to do about what is missing.
//!
//! It makes nothing that was not there. A database that does not exist yet stays so, one that another Fairlead serves is
//! asked there, and one that rests is started for the question and stopped again.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;

use crate::cli::{Failure, shown};
use crate::config::{Config, Database};
use crate::postgres::{self, Embedded, Options, StartError, binaries};
use crate::serve::site;

/// Below this a day's work may fill the disk.
const ROOMY_BYTES: u64 = 1024 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Fairlead runs, but not as well as it could.
    Warning,
    Bad,
}

#[derive(Clone, Debug)]
pub struct Check {
    pub subject: &'static str,
    pub verdict: Verdict,
    pub found: String,
    pub advice: Option<String>,
}

impl Check {
    fn good(subject: &'static str, found: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Good, found: found.into(), advice: None }
    }

    fn trouble(subject: &'static str, verdict: Verdict, failure: Failure) -> Self {
        Self { subject, verdict, found: failure.what, advice: Some(failure.advice) }
    }
}

/// The checks, printed as a table.
#[derive(Clone, Debug)]
pub struct Report(pub Vec<Check>);

impl Report {
    pub fn is_healthy(&self) -> bool {
        self.0.iter().all(|check| check.verdict != Verdict::Bad)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|check| check.subject.len()).max().unwrap_or(0);
        for check in &self.0 {
            let verdict = match check.verdict {
                Verdict::Good => "ok",
                Verdict::Warning => "warn",
                Verdict::Bad => "FAIL",
            };
            writeln!(f, "{verdict:<4}  {:<width$}  {}", check.subject, check.found)?;
            if let Some(advice) = &check.advice {
                writeln!(f, "      {:<width$}  -> {advice}", "")?;
            }
        }
        Ok(())
    }
}

/// Runs every check. `ask` looks into a database that is reached (its version, its schema) and says in a few words what it
/// found; it is not called when no database is there to ask.
pub async fn examine(config: &Config, ask: impl AsyncFnOnce(&str) -> Result<String, Failure>) -> Report {
    let mut checks = Vec::new();
    let mut serving = false;
    match &config.database {
        Database::Embedded(options) => {
            let running = postgres::running_url(&options.data_dir).await;
            serving = running.is_some();
            checks.push(programs(options));
            checks.push(folder(&options.data_dir));
            checks.push(disk(&options.data_dir));
            let sound = checks.iter().all(|check| check.verdict != Verdict::Bad);
            checks.push(embedded_database(options, running, sound, ask).await);
        }
        Database::External(url) => {
            let answer = match url.checked() {
                Ok(checked) => ask(checked).await.map(|found| format!("{url}: {found}")),
                Err(failure) => Err(failure),
            };
            checks.push(database(answer));
        }
    }
    checks.push(port("port", config.address, "--addr", serving, Verdict::Bad).await);
    if let Some(address) = config.metrics {
        checks.push(metrics_port(config, address, serving).await);
    }
    checks.push(browser_files(config));
    Report(checks)
}

fn programs(options: &Options) -> Check {
    const SUBJECT: &str = "PostgreSQL programs";
    let all = binaries::find_all(options.binaries.as_deref());
    if all.is_empty() {
        let error = StartError::NoBinaries { searched: options.binaries.clone() };
        return Check::trouble(SUBJECT, Verdict::Bad, error.into());
    }
    let all: Vec<String> = all.iter().map(|found| format!("{} in {}", found.version, found.folder.display())).collect();
    Check::good(SUBJECT, all.join("; "))
}

fn folder(data_dir: &Path) -> Check {
    const SUBJECT: &str = "data folder";
    let place = shown(data_dir);
    if !data_dir.exists() {
        let parent = nearest_existing(data_dir);
        return match writable(&parent) {
            Ok(()) => Check::good(SUBJECT, format!("{place}, which the first start makes")),
            Err(error) => Check::trouble(SUBJECT, Verdict::Bad, StartError::io(&parent, error).into()),
        };
    }
    let owner = postgres::owner_of(data_dir).unwrap_or_else(|_| "unknown".into());
    match writable(data_dir) {
        Ok(()) => Check::good(SUBJECT, format!("{place}, of {owner}")),
        Err(error) => Check::trouble(SUBJECT, Verdict::Bad, StartError::io(data_dir, error).into()),
    }
}

/// Tried, since permissions do not tell of a file system that is mounted read-only.
fn writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".fairlead-doctor-{}", std::process::id()));
    File::create(&probe)?;
    fs::remove_file(probe)
}

fn disk(data_dir: &Path) -> Check {
    const SUBJECT: &str = "disk space";
    let cluster = postgres::existing_cluster(data_dir).ok().flatten();
    let folder = nearest_existing(cluster.as_deref().unwrap_or(data_dir));
    let Some(free) = postgres::free_bytes(&folder) else {
        return Check::good(SUBJECT, "unknown");
    };
    let found = format!("{} MB free at {}", free / (1024 * 1024), shown(&folder));
    if free < ROOMY_BYTES {
        return Check::trouble(
            SUBJECT,
            Verdict::Warning,
            Failure::new(found, "Free some space: a database that cannot write its log stops."),
        );
    }
    Check::good(SUBJECT, found)
}

async fn embedded_database(
    options: &Options,
    running: Option<String>,
    sound: bool,
    ask: impl AsyncFnOnce(&str) -> Result<String, Failure>,
) -> Check {
    const SUBJECT: &str = "database";
    if let Some(url) = running {
        return database(ask(&url).await.map(|found| format!("served by a running Fairlead: {found}")));
    }
    match postgres::existing_cluster(&options.data_dir) {
        Ok(None) => return Check::good(SUBJECT, "none yet; the first start makes it"),
        Err(error) => return Check::trouble(SUBJECT, Verdict::Bad, error.into()),
        Ok(Some(_)) if !sound => {
            let failure = Failure::new("not looked at", "Mend the above first.");
            return Check::trouble(SUBJECT, Verdict::Bad, failure);
        }
        Ok(Some(_)) => {}
    }
    let embedded = match Embedded::start(options).await {
        Ok(embedded) => embedded,
        Err(error) => return Check::trouble(SUBJECT, Verdict::Bad, error.into()),
    };
    let answer = ask(embedded.url()).await;
    embedded.stop().await;
    database(answer)
}

fn database(answer: Result<String, Failure>) -> Check {
    match answer {
        Ok(found) => Check::good("database", found),
        Err(failure) => Check::trouble("database", Verdict::Bad, failure),
    }
}

async fn port(subject: &'static str, address: SocketAddr, flag: &str, serving: bool, taken: Verdict) -> Check {
    match TcpListener::bind(address).await {
        Ok(_) => Check::good(subject, format!("{address} is free")),
        Err(error) if serving && error.kind() == ErrorKind::AddrInUse => {
            Check::good(subject, format!("{address} is in use, and Fairlead is running"))
        }
        Err(error) => Check::trouble(subject, taken, Failure::listening(address, flag, &error)),
    }
}

async fn metrics_port(config: &Config, address: SocketAddr, serving: bool) -> Check {
    const SUBJECT: &str = "metrics port";
    if config.metrics_clash() {
        return Check::trouble(SUBJECT, Verdict::Warning, Failure::one_port(address));
    }
    port(SUBJECT, address, "--metrics-addr", serving, Verdict::Warning).await
}

fn browser_files(config: &Config) -> Check {
    const SUBJECT: &str = "browser files";
    match site::options(config) {
        Ok(_) => Check::good(SUBJECT, shown(&config.site)),
        Err(failure) => Check::trouble(SUBJECT, Verdict::Bad, failure),
    }
}

fn nearest_existing(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    whole.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/")).to_path_buf()
}
