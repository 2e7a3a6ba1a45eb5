//! What can keep the embedded PostgreSQL from starting, in words a newcomer can act on.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::account::{owner_of, runner_name};
use super::binaries::MINIMUM_MAJOR;

/// `Display` says in one line what is wrong, [`StartError::advice`] in one line what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("no PostgreSQL {MINIMUM_MAJOR} or newer was found{}", in_folder(.searched.as_deref()))]
    NoBinaries { searched: Option<PathBuf> },
    #[error(
        "the database in {} was made by PostgreSQL {needed}, but only {} is installed", .cluster.display(), list(.found)
    )]
    OtherMajor { cluster: PathBuf, needed: u32, found: Vec<u32> },
    #[error("Fairlead already runs on {}{}", .folder.display(), process(.pid.as_ref()))]
    AlreadyRunning { folder: PathBuf, pid: Option<i32> },
    #[error("cannot write to {}: {source}", .path.display())]
    NotWritable { path: PathBuf, source: io::Error },
    #[error("{} is a file, where a folder should be", .path.display())]
    NotAFolder { path: PathBuf },
    #[error("no space is left on the disk of {}", .path.display())]
    DiskFull { path: PathBuf },
    #[error("{} belongs to {owner}, but Fairlead runs as {runner}", .path.display())]
    WrongOwner { path: PathBuf, owner: String, runner: String },
    #[error("the user \"{account}\", which runs PostgreSQL, may not enter {}", .folder.display())]
    NotTraversable { folder: PathBuf, account: String },
    #[error("the user \"{account}\", which runs PostgreSQL, may not run {}", .program.display())]
    NotExecutable { program: PathBuf, account: String },
    #[error("PostgreSQL refuses to run as root, and neither \"postgres\" nor \"nobody\" exists here")]
    NoUnprivilegedUser,
    #[error("the user id {uid} has no name on this machine, and PostgreSQL needs one")]
    NamelessUser { uid: u32 },
    #[error("{} says the database is in {}, where it is not", .pointer.display(), .cluster.display())]
    ClusterMissing { pointer: PathBuf, cluster: PathBuf },
    #[error("{} holds something else than a database of PostgreSQL", .cluster.display())]
    NotACluster { cluster: PathBuf },
    #[error("{program} failed: {output}")]
    Program { program: String, output: String },
    #[error("PostgreSQL stopped while starting: {tail}")]
    Died { tail: String, log: PathBuf },
    #[error("PostgreSQL was not ready within {} seconds: {tail}", .waited.as_secs())]
    NotReady { waited: Duration, tail: String, log: PathBuf },
}

impl StartError {
    /// One line: what the person can do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::NoBinaries { .. } => {
                "Install PostgreSQL (Debian, Ubuntu: apt install postgresql; Fedora: dnf install \
                 postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql), name its folder with \
                 --postgres-bin, or set DATABASE_URL."
                    .into()
            }
            Self::OtherMajor { needed, .. } => format!(
                "Install PostgreSQL {needed} beside it (Debian, Ubuntu: apt install postgresql-{needed}), or move the \
                 data with pg_upgrade."
            ),
            Self::AlreadyRunning { .. } => {
                "Stop it first, or choose another folder with --data-dir or FAIRLEAD_HOME.".into()
            }
            Self::NotWritable { .. } => {
                "Make the folder writable, or choose another with --data-dir or FAIRLEAD_HOME.".into()
            }
            Self::NotAFolder { .. } => {
                "Move it out of the way, or choose another folder with --data-dir or FAIRLEAD_HOME.".into()
            }
            Self::DiskFull { .. } => {
                "Free some space, or choose a folder on another disk with --data-dir or FAIRLEAD_HOME.".into()
            }
            Self::WrongOwner { owner, .. } => {
                format!(
                    "Start Fairlead as {owner} or as root, or choose another folder with --data-dir or FAIRLEAD_HOME."
                )
            }
            Self::NotTraversable { folder, .. } => format!(
                "Allow it with `chmod o+x {}`, or move the data to a folder that others may enter.",
                folder.display()
            ),
            Self::NotExecutable { .. } => {
                "Install PostgreSQL for the whole machine, or run Fairlead as an ordinary user.".into()
            }
            Self::NoUnprivilegedUser => {
                "Create one with `useradd --system postgres`, or run Fairlead as an ordinary user.".into()
            }
            Self::NamelessUser { uid } => {
                format!("Add {uid} to /etc/passwd, run as a named user, or set DATABASE_URL.")
            }
            Self::ClusterMissing { pointer, .. } => {
                format!("Bring that folder back, or delete {} to begin with an empty database.", pointer.display())
            }
            Self::NotACluster { .. } => {
                "Move that folder away, or choose another data folder with --data-dir or FAIRLEAD_HOME.".into()
            }
            Self::Program { .. } => {
                "The message above is PostgreSQL's own; `fairlead doctor` checks the usual causes.".into()
            }
            Self::Died { log, .. } | Self::NotReady { log, .. } => {
                format!("The whole log is {}; `fairlead doctor` checks the usual causes.", log.display())
            }
        }
    }

    /// What an IO error on one of our own files means to the person.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let file = path.ancestors().find(|ancestor| ancestor.is_file());
        match (source.kind(), file) {
            (io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _) => Self::DiskFull { path: path.into() },
            (io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists, Some(file)) => {
                Self::NotAFolder { path: file.into() }
            }
            _ => Self::NotWritable { path: path.into(), source },
        }
    }

    /// What of an existing database this user may not look into.
    pub(super) fn closed(path: &Path) -> Self {
        Self::WrongOwner {
            path: path.to_path_buf(),
            owner: owner_of(path).unwrap_or_else(|_| "another user".into()),
            runner: runner_name(),
        }
    }
}

/// PostgreSQL's programs report a full disk only in their text.
pub(super) fn says_disk_full(output: &str) -> bool {
    output.contains("No space left on device") || output.contains("Disk quota exceeded")
}

fn in_folder(searched: Option<&Path>) -> String {
    searched.map_or_else(|| " on this machine".into(), |folder| format!(" in {}", folder.display()))
}

fn process(pid: Option<&i32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

fn list(majors: &[u32]) -> String {
    let majors: Vec<String> = majors.iter().map(u32::to_string).collect();
    majors.join(", ")
}
