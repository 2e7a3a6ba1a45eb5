//! The embedded PostgreSQL: a private server that lives in the data folder, starts and stops with Fairlead, and outlives
//! a kill of either.
//!
//! [`Embedded::start`] locks the data folder, finds the programs ([`binaries`]), makes the cluster the first time
//! (`cluster`), launches the server (`postmaster`), and leaves it to a task that starts it again when it dies. Nobody but
//! the kernel's word for root and the server's own account gets in, over a unix socket (`cluster`, `place`).

mod account;
pub mod binaries;
mod cluster;
mod error;
mod lock;
mod log;
mod pid_file;
mod place;
mod postmaster;

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

pub use account::owner_of;
pub use cluster::free_bytes;
pub use error::StartError;
pub use place::SHARED_HOME;

use account::Account;
use lock::Lock;
use pid_file::{PidFile, Status};
use place::{PORT, Place};
use postmaster::{Launcher, Postmaster};

/// Recovery of a large log after a kill takes minutes, not seconds.
const START_WITHIN: Duration = Duration::from_mins(2);
/// Before a server that died is started again: doubled from the first time to the last.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_LAST: Duration = Duration::from_secs(30);
/// A server that lived this long died of something new.
const HEALTHY_AFTER: Duration = Duration::from_mins(1);

/// Where and with what to run.
#[derive(Clone, Debug)]
pub struct Options {
    pub data_dir: PathBuf,
    /// The folder of PostgreSQL's programs, when it is not to be searched for.
    pub binaries: Option<PathBuf>,
    /// See [`SHARED_HOME`].
    pub shared_home: PathBuf,
    pub start_within: Duration,
}

impl Options {
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), binaries: None, shared_home: SHARED_HOME.into(), start_within: START_WITHIN }
    }
}

/// What the server is doing, for `/readyz` and for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ready { pid: i32 },
    Restarting,
    Stopped,
}

/// A running server. Dropped without [`Embedded::stop`], it is told to stop, but nobody waits for it.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    state: watch::Receiver<State>,
    stop: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

impl Embedded {
    pub async fn start(options: &Options) -> Result<Self, StartError> {
        let data_dir = place::make_data_dir(&options.data_dir)?;
        let mut locks = vec![Lock::take(&data_dir)?];
        let launcher = prepare(options, &data_dir).await?;
        if launcher.place.home != data_dir {
            // A copied data folder points to the same cluster.
            locks.push(Lock::take(&launcher.place.home)?);
        }
        let postmaster = launcher.launch().await?;
        tracing::info!(
            pid = postmaster.pid(),
            version = launcher.binaries.version,
            cluster = %launcher.place.cluster().display(),
            "PostgreSQL is ready"
        );

        let url = url(&launcher.place.socket_dir());
        let (tell, state) = watch::channel(State::Ready { pid: postmaster.pid() });
        let (stop, stopping) = oneshot::channel();
        let keeper = tokio::spawn(async move {
            keep(&launcher, postmaster, &tell, stopping).await;
            launcher.place.remove_socket_dir();
            drop(locks);
            tell.send_replace(State::Stopped);
        });
        Ok(Self { url, state, stop, keeper })
    }

    /// For sqlx and for psql alike. It stays the same when the server is started again.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Shuts the server down in order and gives the data folder free. Close the pool first: open sessions are ended.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        if let Err(error) = self.keeper.await {
            tracing::error!(%error, "the task that keeps PostgreSQL failed");
        }
    }
}

/// The address of the server that another Fairlead runs on this data folder now, if one does.
pub async fn running_url(data_dir: &Path) -> Option<String> {
    let data_dir = data_dir.canonicalize().ok()?;
    if !Lock::is_held(&data_dir) {
        return None;
    }
    let place = Place::existing(&data_dir).ok()??;
    let found = PidFile::read(&place.cluster())?;
    (found.status == Status::Ready && found.answers().await).then(|| url(&found.socket_dir))
}

/// The cluster of a data folder, if it has one yet.
pub fn existing_cluster(data_dir: &Path) -> Result<Option<PathBuf>, StartError> {
    Ok(Place::existing(data_dir)?.map(|place| place.cluster()))
}

/// Finds or makes the cluster, and all that it takes to serve it.
async fn prepare(options: &Options, data_dir: &Path) -> Result<Launcher, StartError> {
    let named = options.binaries.as_deref();
    let start_within = options.start_within;
    if let Some(place) = Place::existing(data_dir)? {
        let cluster = place.cluster();
        let binaries = binaries::find(named, place.major().map(|major| (cluster.as_path(), major)))?;
        let account = Account::owning(&cluster)?;
        account.must_enter(&cluster, &binaries).await?;
        if let Err(error) = place.remove_unfinished() {
            tracing::warn!(%error, "what an earlier start left could not be removed");
        }
        return Ok(Launcher { place, account, binaries, start_within });
    }
    let binaries = binaries::find(named, None)?;
    let account = Account::for_new()?;
    account.must_enter(Path::new("/"), &binaries).await?;
    let place = Place::choose(data_dir, &options.shared_home, &account, &binaries).await?;
    if place.major().is_none() {
        tracing::info!(cluster = %place.cluster().display(), account = account.name, "making the database");
        cluster::make(&place, &account, &binaries).await?;
    }
    Ok(Launcher { place, account, binaries, start_within })
}

/// Starts the server again whenever it dies, until told to stop.
async fn keep(
    launcher: &Launcher,
    mut postmaster: Postmaster,
    tell: &watch::Sender<State>,
    mut stopping: oneshot::Receiver<()>,
) {
    let mut pause = RETRY_FIRST;
    loop {
        let since = Instant::now();
        tokio::select! {
            // Also when the sender is dropped.
            _ = &mut stopping => return postmaster.stop().await,
            how = postmaster.exited() => {
                tell.send_replace(State::Restarting);
                tracing::error!(pid = postmaster.pid(), how, "PostgreSQL died; starting it again");
            }
        }
        if since.elapsed() > HEALTHY_AFTER {
            pause = RETRY_FIRST;
        }
        postmaster = tokio::select! {
            _ = &mut stopping => return,
            started = relaunch(launcher, &mut pause) => started,
        };
        tracing::info!(pid = postmaster.pid(), "PostgreSQL is ready again");
        tell.send_replace(State::Ready { pid: postmaster.pid() });
    }
}

/// Tries until it succeeds: what hinders it (a full disk) may pass.
async fn relaunch(launcher: &Launcher, pause: &mut Duration) -> Postmaster {
    loop {
        sleep(*pause).await;
        *pause = (*pause * 2).min(RETRY_LAST);
        match launcher.launch().await {
            Ok(postmaster) => return postmaster,
            Err(error) => {
                tracing::error!(%error, advice = error.advice(), "PostgreSQL could not be started again");
            }
        }
    }
}

/// The port is said outright, since both sqlx and psql would otherwise take it from PGPORT.
fn url(socket_dir: &Path) -> String {
    let role = cluster::ROLE;
    format!("postgres://{role}@localhost:{PORT}/{role}?host={}", socket_dir.display())
}
