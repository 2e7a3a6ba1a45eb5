//! Where the files are: the cluster, its log, its socket.
//!
//! All of it lies in the data folder, but for two cases. When root starts Fairlead in a folder that the account running
//! PostgreSQL may not enter (a clone under /root), the cluster goes below [`SHARED_HOME`] and the file `cluster-location`
//! in the data folder says so. And when the folder's path is too long for a unix socket's address, the socket goes
//! below /tmp.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::account::{Account, runs_as_root};
use super::binaries::{self, Binaries};
use super::error::StartError;

/// Where clusters of root go whose data folder PostgreSQL cannot reach.
pub const SHARED_HOME: &str = "/var/lib/fairlead";
const POINTER: &str = "cluster-location";
/// `sun_path` holds 104 bytes on macOS and 108 on Linux, with its closing zero.
const SOCKET_PATH_MAX: usize = 103;
/// Part of the socket's name; nothing listens on the network.
pub(super) const PORT: u16 = 5432;

/// Where one data folder's cluster is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub data_dir: PathBuf,
    /// The data folder, or its folder below [`SHARED_HOME`].
    pub home: PathBuf,
}

impl Place {
    /// Reads where an existing cluster is; `None` when there is none yet.
    pub fn existing(data_dir: &Path) -> Result<Option<Self>, StartError> {
        let pointer = data_dir.join(POINTER);
        let elsewhere = read(&pointer).map_err(|()| StartError::closed(data_dir))?;
        let home = elsewhere.as_ref().map_or(data_dir, |home| Path::new(home.trim_end()));
        let place = Self { data_dir: data_dir.to_path_buf(), home: home.to_path_buf() };
        // An empty database in place of a lost one would look like lost data.
        match (place.version()?, elsewhere) {
            (None, Some(_)) => Err(StartError::ClusterMissing { pointer, cluster: place.cluster() }),
            (None, None) if is_filled(&place.cluster()) => Err(StartError::NotACluster { cluster: place.cluster() }),
            (version, _) => Ok(version.map(|_| place)),
        }
    }

    /// Chooses where a new cluster goes.
    pub async fn choose(
        data_dir: &Path,
        shared_home: &Path,
        account: &Account,
        binaries: &Binaries,
    ) -> Result<Self, StartError> {
        let place = |home: PathBuf| Self { data_dir: data_dir.to_path_buf(), home };
        if !runs_as_root() || account.can_enter(data_dir, binaries).await {
            return Ok(place(data_dir.to_path_buf()));
        }
        let home = shared_home.join(short_hash(data_dir));
        make_folder(shared_home)?;
        make_folder(&home)?;
        account.must_enter(&home, binaries).await?;
        Ok(place(home))
    }

    /// Notes for the next start where the cluster is, once it is there.
    pub fn remember(&self) -> Result<(), StartError> {
        if self.home == self.data_dir {
            return Ok(());
        }
        let pointer = self.data_dir.join(POINTER);
        fs::write(&pointer, format!("{}\n", self.home.display())).map_err(|e| StartError::io(&pointer, e))
    }

    pub fn cluster(&self) -> PathBuf {
        self.home.join("postgres")
    }

    /// Where a cluster is made before it is moved to its name in one step, so that a half-made one is never started.
    pub fn unfinished_cluster(&self) -> PathBuf {
        self.home.join("postgres.new")
    }

    pub fn log(&self) -> PathBuf {
        self.data_dir.join("postgres.log")
    }

    /// The major version that made the cluster; `None` when there is none.
    pub fn major(&self) -> Option<u32> {
        binaries::leading_number(&self.version().ok()??)
    }

    fn version(&self) -> Result<Option<String>, StartError> {
        let cluster = self.cluster();
        read(&cluster.join("PG_VERSION")).map_err(|()| StartError::closed(&cluster))
    }

    /// Takes away what a start that did not come to its end left. In a folder that we have locked nobody else works on it.
    pub fn remove_unfinished(&self) -> Result<(), StartError> {
        let folder = self.unfinished_cluster();
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(StartError::closed(&folder)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StartError::io(&folder, error)),
            _ => Ok(()),
        }
    }

    /// The folder of the unix socket. PostgreSQL splits the setting at commas and quotes, so a path must be plain as well.
    pub fn socket_dir(&self) -> PathBuf {
        let beside = self.home.join("run");
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
        let address = socket_in(&beside);
        let bytes = address.as_os_str().as_encoded_bytes();
        if bytes.len() <= SOCKET_PATH_MAX && bytes.iter().copied().all(plain) {
            return beside;
        }
        // Not $TMPDIR or $XDG_RUNTIME_DIR: an orphan left by another login must be found again.
        Path::new("/tmp").join(format!("fairlead-{}", short_hash(&self.home)))
    }

    /// Makes the socket's folder, which only the account enters. Below /tmp anyone could have made it before us.
    pub fn make_socket_dir(&self, account: &Account) -> Result<(), StartError> {
        let folder = self.socket_dir();
        let made = DirBuilder::new().mode(0o700).create(&folder);
        match made {
            Ok(()) => account.own(&folder).map_err(|e| StartError::io(&folder, e))?,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(StartError::io(&folder, e)),
        }
        let found = folder.symlink_metadata().map_err(|e| StartError::io(&folder, e))?;
        if !found.is_dir() || !account.owns(found.uid()) {
            return Err(StartError::WrongOwner {
                owner: super::account::owner_of(&folder).unwrap_or_else(|_| "someone else".into()),
                path: folder,
                runner: account.name.clone(),
            });
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).map_err(|e| StartError::io(&folder, e))
    }

    /// Leaves nothing behind in /tmp after an orderly end.
    pub fn remove_socket_dir(&self) {
        let _ = fs::remove_dir(self.socket_dir());
    }
}

/// A small file's text, `None` where there is none, and an error where this user may not know.
fn read(path: &Path) -> Result<Option<String>, ()> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(()),
        Err(_) => Ok(None),
    }
}

/// Whether a folder is there that is not empty. A new database can take the place of an empty one.
fn is_filled(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|mut entries| entries.next().is_some())
}

/// Makes the data folder and finds its one true name, by which locks and sockets are keyed.
pub(super) fn make_data_dir(data_dir: &Path) -> Result<PathBuf, StartError> {
    make_folder(data_dir)?;
    data_dir.canonicalize().map_err(|e| StartError::io(data_dir, e))
}

/// A folder made by root lets the account that runs PostgreSQL through to the cluster, but not look around.
fn make_folder(folder: &Path) -> Result<(), StartError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mode = if runs_as_root() { 0o711 } else { 0o700 };
    DirBuilder::new().recursive(true).mode(mode).create(folder).map_err(|e| StartError::io(folder, e))?;
    fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(|e| StartError::io(folder, e))
}

pub(super) fn socket_in(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// The socket and the file by which PostgreSQL claims it.
pub(super) fn socket_files_in(folder: &Path) -> [PathBuf; 2] {
    [socket_in(folder), folder.join(format!(".s.PGSQL.{PORT}.lock"))]
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let first = digest.iter().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    format!("{first:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket_dir(home: &str) -> PathBuf {
        Place { data_dir: home.into(), home: home.into() }.socket_dir()
    }

    #[test]
    fn the_socket_lies_beside_the_cluster_when_its_address_fits() {
        let exact = format!("/{}", "x".repeat(SOCKET_PATH_MAX - "//run/.s.PGSQL.5432".len()));
        assert_eq!(socket_dir(&exact), Path::new(&exact).join("run"));
        assert!(socket_dir(&format!("{exact}x")).starts_with("/tmp"));
    }

    #[test]
    fn a_path_that_postgres_would_split_is_not_used_for_the_socket() {
        assert!(socket_dir("/data/a,b").starts_with("/tmp"));
        assert!(socket_dir("/data/数据").starts_with("/tmp"));
        assert_ne!(socket_dir("/data/a,b"), socket_dir("/data/b,a"));
    }

    #[test]
    fn a_folder_of_something_else_is_refused() {
        let data_dir = tempfile::tempdir().expect("a folder");
        let cluster = data_dir.path().join("postgres");
        fs::create_dir(&cluster).expect("made");
        assert!(Place::existing(data_dir.path()).expect("empty").is_none());
        fs::write(cluster.join("notes.txt"), "").expect("written");
        let error = Place::existing(data_dir.path()).expect_err("foreign");
        assert!(matches!(error, StartError::NotACluster { .. }), "{error}");
    }

    #[test]
    fn a_pointer_to_a_lost_cluster_is_refused() {
        let data_dir = tempfile::tempdir().expect("a folder");
        fs::write(data_dir.path().join(POINTER), "/nonexistent\n").expect("written");
        let error = Place::existing(data_dir.path()).expect_err("lost");
        assert!(matches!(error, StartError::ClusterMissing { .. }));
    }
}
