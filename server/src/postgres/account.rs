//! The system's user that PostgreSQL runs as: the one who started Fairlead, unless that is root, whom PostgreSQL refuses.

use std::env;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::Stdio;

use nix::unistd::{Gid, Uid, User, geteuid};
use tokio::process::Command;

use super::binaries::Binaries;
use super::error::StartError;

/// Tried in this order when Fairlead runs as root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];
/// What PostgreSQL's programs see of our environment: not our secrets, and no PGDATA or PGPORT that would mislead them.
const PASSED_ON: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LOCALE_ARCHIVE"];

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub name: String,
    uid: Uid,
    gid: Gid,
}

impl Account {
    /// For a new cluster.
    pub fn for_new() -> Result<Self, StartError> {
        let runner = geteuid();
        if !runner.is_root() {
            return user(runner).map(Self::from).ok_or(StartError::NamelessUser { uid: runner.as_raw() });
        }
        UNPRIVILEGED
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(Self::from)
            .ok_or(StartError::NoUnprivilegedUser)
    }

    /// For an existing cluster: its owner, so that a `postgres` user installed later, or a start as root once, does not
    /// lock anyone out. A cluster that root copied belongs to nobody who could run it; it is given to a new account.
    pub fn owning(cluster: &Path) -> Result<Self, StartError> {
        let owner =
            cluster.metadata().map(|found| Uid::from_raw(found.uid())).map_err(|e| StartError::io(cluster, e))?;
        let runner = geteuid();
        if runner.is_root() && owner.is_root() {
            let account = Self::for_new()?;
            account.own_all(cluster).map_err(|e| StartError::io(cluster, e))?;
            return Ok(account);
        }
        if !runner.is_root() && runner != owner {
            return Err(StartError::closed(cluster));
        }
        user(owner).map(Self::from).ok_or(StartError::NamelessUser { uid: owner.as_raw() })
    }

    pub fn owns(&self, uid: u32) -> bool {
        self.uid.as_raw() == uid
    }

    /// Gives a path to this account. Only root can, and only root needs to.
    pub fn own(&self, path: &Path) -> io::Result<()> {
        if self.is_runner() {
            return Ok(());
        }
        chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
    }

    fn own_all(&self, path: &Path) -> io::Result<()> {
        std::os::unix::fs::lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))?;
        if path.symlink_metadata()?.is_dir() {
            for entry in path.read_dir()? {
                self.own_all(&entry?.path())?;
            }
        }
        Ok(())
    }

    /// A command that runs as this account, away from our environment, our folder and our terminal's Ctrl-C.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(PASSED_ON.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        // Its messages are read here (see `error::says_disk_full`), so they must not be translated.
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null()).process_group(0);
        if !self.is_runner() {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }

    /// Whether this account reaches a folder, found out by trying, since access lists and mounts can forbid it as well as
    /// the permissions that are easily read.
    pub async fn can_enter(&self, folder: &Path, binaries: &Binaries) -> bool {
        let mut probe = self.command(&binaries.program("postgres"));
        probe.arg("--version").current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().await.is_ok_and(|status| status.success())
    }

    /// Fails with the outermost folder on the way to `folder` that keeps this account out.
    pub async fn must_enter(&self, folder: &Path, binaries: &Binaries) -> Result<(), StartError> {
        if self.is_runner() || self.can_enter(folder, binaries).await {
            return Ok(());
        }
        let mut way: Vec<&Path> = folder.ancestors().collect();
        way.reverse();
        for step in way {
            if !self.can_enter(step, binaries).await {
                if step.parent().is_none() {
                    break;
                }
                return Err(StartError::NotTraversable { folder: step.to_path_buf(), account: self.name.clone() });
            }
        }
        Err(StartError::NotExecutable { program: binaries.program("postgres"), account: self.name.clone() })
    }

    fn is_runner(&self) -> bool {
        self.uid == geteuid()
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self { name: user.name, uid: user.uid, gid: user.gid }
    }
}

pub(super) fn runs_as_root() -> bool {
    geteuid().is_root()
}

/// The name of the user who started Fairlead, for people.
pub(super) fn runner_name() -> String {
    name_of(geteuid())
}

/// The name of a folder's owner, for people.
pub fn owner_of(path: &Path) -> io::Result<String> {
    Ok(name_of(Uid::from_raw(path.metadata()?.uid())))
}

fn user(uid: Uid) -> Option<User> {
    User::from_uid(uid).ok().flatten()
}

fn name_of(uid: Uid) -> String {
    user(uid).map_or_else(|| uid.to_string(), |user| user.name)
}
