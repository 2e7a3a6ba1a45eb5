//! `postmaster.pid`: what a PostgreSQL server writes about itself into its cluster.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep, timeout};

use super::place::socket_in;

/// A socket of this machine answers at once or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const SILENT_AT_MOST: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Starting,
    Ready,
    Stopping,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: Pid,
    pub socket_dir: PathBuf,
    pub status: Status,
}

impl PidFile {
    /// `None` when there is no server, or one that has only begun to write.
    pub fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path_in(cluster)).ok()?)
    }

    /// The lines are: pid, cluster, start time, port, socket folder, address, shared memory, status.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = Pid::from_raw(lines.next()?.trim().parse().ok()?);
        let socket_dir = PathBuf::from(lines.nth(3)?);
        let status = match lines.nth(2).map(str::trim) {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self { pid, socket_dir, status })
    }

    /// The file of this process, if it is a server and lives. The number alone would not tell: after a restart of the
    /// machine another process may have it, and in a container a dead orphan keeps it. So the server must also answer
    /// on its socket, which it opens a moment after it writes the file, and closes a moment before it ends.
    pub async fn of_living(cluster: &Path, pid: Pid) -> Option<Self> {
        let deadline = Instant::now() + SILENT_AT_MOST;
        loop {
            let found = Self::read(cluster).filter(|found| found.pid == pid && found.is_process())?;
            if found.answers().await {
                return Some(found);
            }
            if Instant::now() > deadline {
                return None;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    fn is_process(&self) -> bool {
        kill(self.pid, None) != Err(Errno::ESRCH)
    }

    pub async fn answers(&self) -> bool {
        let connect = UnixStream::connect(socket_in(&self.socket_dir));
        matches!(timeout(ANSWER_WITHIN, connect).await, Ok(Ok(_)))
    }

    /// Whether there is a file that tells of no server: empty after a full disk or a loss of power, or not PostgreSQL's. One
    /// that a server has only begun to write is whole a moment later.
    pub async fn is_broken(cluster: &Path) -> bool {
        let deadline = Instant::now() + SILENT_AT_MOST;
        while path_in(cluster).exists() && Self::read(cluster).is_none() {
            if Instant::now() > deadline {
                return true;
            }
            sleep(LOOK_EVERY).await;
        }
        false
    }

    /// Puts our own number in place of a dead server's. PostgreSQL believes the file of a living process with its own
    /// user, whatever that process is, unless it is its parent. Removing the file instead would also remove the number
    /// of the shared memory by which PostgreSQL knows that workers of the dead server still run.
    pub fn disown(cluster: &Path) -> io::Result<()> {
        let path = path_in(cluster);
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        fs::write(&path, format!("{}\n{rest}", std::process::id()))
    }
}

fn path_in(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "4711\n/data/postgres\n1700000000\n5432\n/data/run\n\n  1234  5678\n";

    fn check(status: &str, expected: Status) {
        let found = PidFile::parse(&format!("{WRITTEN}{status}")).expect("a whole file");
        assert_eq!(found, PidFile { pid: Pid::from_raw(4711), socket_dir: "/data/run".into(), status: expected });
    }

    #[test]
    fn reads_each_status() {
        check("ready   \n", Status::Ready);
        check("starting\n", Status::Starting);
        check("stopping\n", Status::Stopping);
        check("", Status::Starting);
    }

    #[test]
    fn a_file_half_written_is_no_server() {
        assert_eq!(PidFile::parse(""), None);
        assert_eq!(PidFile::parse("4711\n/data/postgres\n"), None);
    }

    #[tokio::test]
    async fn a_file_that_stays_empty_is_broken() {
        let cluster = tempfile::tempdir().expect("a folder");
        assert!(!PidFile::is_broken(cluster.path()).await, "there is none");
        fs::write(path_in(cluster.path()), WRITTEN).expect("written");
        assert!(!PidFile::is_broken(cluster.path()).await, "it is whole");
        fs::write(path_in(cluster.path()), "").expect("written");
        assert!(PidFile::is_broken(cluster.path()).await);
    }

    #[test]
    fn disowning_keeps_the_shared_memory_number() {
        let cluster = tempfile::tempdir().expect("a folder");
        fs::write(path_in(cluster.path()), WRITTEN).expect("written");
        PidFile::disown(cluster.path()).expect("written");
        let text = fs::read_to_string(path_in(cluster.path())).expect("read");
        assert_eq!(text, WRITTEN.replace("4711", &std::process::id().to_string()));
    }
}
