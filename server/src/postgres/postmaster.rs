//! One running PostgreSQL server: started, taken over, watched and stopped.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::account::Account;
use super::binaries::Binaries;
use super::cluster;
use super::error::{StartError, says_disk_full};
use super::log::{Log, tail};
use super::pid_file::{PidFile, Status};
use super::place::{Place, socket_files_in};

/// How often a state outside our process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How often a server that is not our child is looked at while all is well.
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// After a kill, replaying the log takes a while; say so rather than seem stuck.
const SLOW_AFTER: Duration = Duration::from_secs(5);
/// A fast shutdown writes what is in memory; beyond this the next start's recovery is the shorter way.
const STOP_WITHIN: Duration = Duration::from_mins(1);

/// What it takes to start the server of one cluster.
#[derive(Clone, Debug)]
pub(super) struct Launcher {
    pub place: Place,
    pub account: Account,
    pub binaries: Binaries,
    pub start_within: Duration,
}

impl Launcher {
    /// Takes over the server that a killed Fairlead left behind, or starts one.
    pub async fn launch(&self) -> Result<Postmaster, StartError> {
        let deadline = Instant::now() + self.start_within;
        if let Some(left_behind) = self.take_over(deadline).await? {
            return Ok(left_behind);
        }
        cluster::write_settings(&self.place.cluster(), &self.account)?;
        self.place.make_socket_dir(&self.account)?;
        // PostgreSQL would believe these of any living process that has their number by now.
        for stale in socket_files_in(&self.place.socket_dir()) {
            let _ = fs::remove_file(stale);
        }
        loop {
            match self.spawn(deadline).await {
                // The workers of a server that was killed notice it a moment later.
                Err(StartError::Died { tail, .. })
                    if tail.contains("pre-existing shared memory block") && Instant::now() < deadline =>
                {
                    sleep(LOOK_EVERY * 10).await;
                }
                done => return done,
            }
        }
    }

    async fn take_over(&self, deadline: Instant) -> Result<Option<Postmaster>, StartError> {
        let cluster = self.place.cluster();
        let disown = || PidFile::disown(&cluster).map(|()| None).map_err(|e| StartError::io(&cluster, e));
        if PidFile::is_broken(&cluster).await {
            tracing::warn!(cluster = %cluster.display(), "postmaster.pid tells of no server; going on without it");
            return disown();
        }
        let Some(left) = PidFile::read(&cluster) else {
            return Ok(None);
        };
        let Some(found) = PidFile::of_living(&cluster, left.pid).await else {
            return disown();
        };
        let (log, _) = Log::open(self.place.log())?;
        let mut server = Postmaster { process: Process::Adopted(cluster), pid: found.pid, running: true };
        if found.status == Status::Stopping || found.socket_dir != self.place.socket_dir() {
            server.stop().await;
            return Ok(None);
        }
        match self.wait_until_ready(&mut server, &log, deadline).await {
            Ok(()) => {
                tracing::warn!(pid = server.pid(), "took over the PostgreSQL that a killed Fairlead left running");
                Ok(Some(server))
            }
            Err(StartError::Died { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn spawn(&self, deadline: Instant) -> Result<Postmaster, StartError> {
        let (log, file) = Log::open(self.place.log())?;
        let failed = |e| StartError::io(log.path(), e);
        let mut command = cluster::serve_command(&self.place, &self.account, &self.binaries);
        command.stdout(Stdio::from(file.try_clone().map_err(failed)?)).stderr(Stdio::from(file));
        let child = command.spawn().map_err(|e| StartError::Program {
            program: self.binaries.program("postgres").display().to_string(),
            output: e.to_string(),
        })?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        let Some(pid) = pid else {
            return Err(self.died(&log));
        };
        let mut server = Postmaster { process: Process::Child(child), pid, running: true };
        self.wait_until_ready(&mut server, &log, deadline).await?;
        Ok(server)
    }

    async fn wait_until_ready(&self, server: &mut Postmaster, log: &Log, deadline: Instant) -> Result<(), StartError> {
        let cluster = self.place.cluster();
        let slow = Instant::now() + SLOW_AFTER;
        let mut told = false;
        loop {
            if PidFile::read(&cluster).is_some_and(|found| found.pid == server.pid && found.status == Status::Ready) {
                return Ok(());
            }
            if timeout(LOOK_EVERY, server.exited()).await.is_ok() {
                return Err(self.died(log));
            }
            if Instant::now() > deadline {
                server.stop().await;
                return Err(StartError::NotReady {
                    waited: self.start_within,
                    tail: tail(&log.text()),
                    log: log.path().to_path_buf(),
                });
            }
            if !told && Instant::now() > slow {
                told = true;
                tracing::info!(log = %log.path().display(), "PostgreSQL is still starting, perhaps recovering from a kill");
            }
        }
    }

    fn died(&self, log: &Log) -> StartError {
        let text = log.text();
        if says_disk_full(&text) {
            return StartError::DiskFull { path: self.place.home.clone() };
        }
        StartError::Died { tail: tail(&text), log: log.path().to_path_buf() }
    }
}

#[derive(Debug)]
enum Process {
    Child(Child),
    /// Not our child, so there is no exit to wait for: the file in its cluster and its socket are looked at.
    Adopted(PathBuf),
}

#[derive(Debug)]
pub(super) struct Postmaster {
    process: Process,
    pid: Pid,
    running: bool,
}

impl Postmaster {
    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// Returns when the server has ended, and says how. May be dropped and called again.
    pub async fn exited(&mut self) -> String {
        let how = match &mut self.process {
            Process::Child(child) => match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            Process::Adopted(cluster) => {
                let mut pause = LOOK_EVERY;
                while PidFile::of_living(cluster, self.pid).await.is_some() {
                    sleep(pause).await;
                    pause = (pause * 2).min(WATCH_EVERY);
                }
                "it is gone".into()
            }
        };
        self.running = false;
        how
    }

    /// Ends the sessions, writes what is in memory, and waits for the end.
    pub async fn stop(&mut self) {
        for (signal, within) in [(Signal::SIGINT, STOP_WITHIN), (Signal::SIGQUIT, STOP_WITHIN / 6)] {
            if !self.running {
                return;
            }
            if let Err(error) = self.signal(signal) {
                tracing::error!(pid = self.pid(), %error, "PostgreSQL could not be told to stop");
                return;
            }
            if timeout(within, self.exited()).await.is_ok() {
                return;
            }
            tracing::warn!(pid = self.pid(), ?signal, "PostgreSQL did not stop in time");
        }
    }

    fn signal(&self, signal: Signal) -> Result<(), Errno> {
        match kill(self.pid, signal) {
            Err(Errno::ESRCH) => Ok(()),
            result => result,
        }
    }
}

/// When a start is given up or the program panics, the server is still told to stop, though nobody waits for it.
impl Drop for Postmaster {
    fn drop(&mut self) {
        if self.running {
            let _ = self.signal(Signal::SIGINT);
        }
    }
}
