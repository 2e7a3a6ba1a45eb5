//! Making the database's files, once, and the settings they are served with.
//!
//! Who may connect is decided by the kernel (`peer`): over the unix socket, root and the account that runs PostgreSQL, and
//! nobody else. There is no password to keep, and a folder's permissions alone would not tell one process of a shared
//! account such as `nobody` from another's mistake.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Output, Stdio};

use nix::sys::statvfs::statvfs;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::account::Account;
use super::binaries::Binaries;
use super::error::{StartError, says_disk_full};
use super::log::tail;
use super::place::{PORT, Place};

/// The application's role and database. The role owns the database and may make others (tests do), but is no superuser:
/// row-level security binds it, and a hole in a query does not open the machine.
pub(super) const ROLE: &str = "fairlead";
const MAKE_DATABASE: &str = "CREATE ROLE fairlead LOGIN CREATEDB;\nCREATE DATABASE fairlead OWNER fairlead;\n";
const SUPERUSER: &str = "postgres";

/// A new cluster takes 40 MB, and the first minutes' log as much again.
const NEEDED_BYTES: u64 = 128 * 1024 * 1024;

const SETTINGS_FILE: &str = "fairlead.conf";
const SETTINGS: &str = "\
# Written by Fairlead at every start. To change one of these for good: ALTER SYSTEM, or postgresql.conf below the
# line that includes this file.
max_connections = 100
shared_buffers = 128MB
random_page_cost = 1.1
# Short queries: compiling them costs more than it saves.
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
";
const HBA_FILE: &str = "fairlead_hba.conf";
const HBA: &str = "local all all peer map=fairlead\n";
const IDENT_FILE: &str = "fairlead_ident.conf";

/// Makes the cluster with its database. A start that is killed on the way leaves nothing that looks finished, and one
/// that fails leaves nothing.
pub(super) async fn make(place: &Place, account: &Account, binaries: &Binaries) -> Result<(), StartError> {
    if free_bytes(&place.home).is_some_and(|free| free < NEEDED_BYTES) {
        return Err(StartError::DiskFull { path: place.home.clone() });
    }
    place.remove_unfinished()?;
    if let Err(error) = make_unfinished(place, account, binaries).await {
        // Why it failed tells more than that it could not be cleared away.
        let _ = place.remove_unfinished();
        return Err(error);
    }
    File::open(&place.home).and_then(|home| home.sync_all()).map_err(|e| StartError::io(&place.home, e))?;
    place.remember()
}

/// Makes it under another name, and moves it to its own in one step.
async fn make_unfinished(place: &Place, account: &Account, binaries: &Binaries) -> Result<(), StartError> {
    let folder = place.unfinished_cluster();
    let failed = |e| StartError::io(&folder, e);
    DirBuilder::new().mode(0o700).create(&folder).map_err(failed)?;
    account.own(&folder).map_err(failed)?;

    // By code point, which orders the same on every machine. macOS lacks C.UTF-8; its C does not change the case of 'É'.
    if let Err(error) = initdb(&folder, "C.UTF-8", account, binaries).await {
        let unknown_locale = matches!(&error, StartError::Program { output, .. } if output.contains("locale"));
        if !unknown_locale {
            return Err(error);
        }
        initdb(&folder, "C", account, binaries).await?;
    }
    OpenOptions::new()
        .append(true)
        .open(folder.join("postgresql.conf"))
        .and_then(|mut file| writeln!(file, "\ninclude_if_exists = '{SETTINGS_FILE}'"))
        .map_err(failed)?;
    make_database(&folder, account, binaries).await?;

    fs::rename(&folder, place.cluster()).map_err(|e| StartError::io(&place.cluster(), e))
}

async fn initdb(folder: &Path, locale: &str, account: &Account, binaries: &Binaries) -> Result<(), StartError> {
    let mut command = account.command(&binaries.program("initdb"));
    command
        .arg("--pgdata")
        .arg(folder)
        .args(["--username", SUPERUSER, "--encoding", "UTF8", "--locale", locale])
        .args(["--auth-local", "peer", "--auth-host", "reject", "--data-checksums", "--no-instructions"]);
    finish("initdb", command, "", folder).await
}

/// PostgreSQL's single-user mode needs no client programs, which are a package of their own on some systems.
async fn make_database(folder: &Path, account: &Account, binaries: &Binaries) -> Result<(), StartError> {
    let mut command = account.command(&binaries.program("postgres"));
    command.arg("--single").arg("-D").arg(folder).args(["-c", "exit_on_error=on", SUPERUSER]);
    finish("postgres --single", command, MAKE_DATABASE, folder).await
}

/// Runs a program to its end with `input` on its standard input.
async fn finish(name: &str, mut command: Command, input: &str, folder: &Path) -> Result<(), StartError> {
    let failed = |output: String| {
        if says_disk_full(&output) {
            return StartError::DiskFull { path: folder.to_path_buf() };
        }
        StartError::Program { program: name.into(), output: tail(&output) }
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = async {
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that fails at once does not read; its exit status tells more than the broken pipe.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        child.wait_with_output().await
    };
    let output: Output = output.await.map_err(|e: io::Error| failed(e.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(failed(String::from_utf8_lossy(&text).into_owned()))
}

/// Writes the files of settings anew, so that a newer Fairlead's settings hold for an older cluster too.
pub(super) fn write_settings(cluster: &Path, account: &Account) -> Result<(), StartError> {
    let ident: String = ["root", account.name.as_str()]
        .iter()
        .flat_map(|user| [ROLE, SUPERUSER].map(|role| format!("fairlead \"{user}\" {role}\n")))
        .collect();
    for (name, text) in [(SETTINGS_FILE, SETTINGS), (HBA_FILE, HBA), (IDENT_FILE, &ident)] {
        let path = cluster.join(name);
        let failed = |e| StartError::io(&path, e);
        fs::write(&path, text).map_err(failed)?;
        account.own(&path).map_err(failed)?;
    }
    Ok(())
}

/// The server's command line: what must hold whatever the files of settings say.
pub(super) fn serve_command(place: &Place, account: &Account, binaries: &Binaries) -> Command {
    let cluster = place.cluster();
    let mut command = account.command(&binaries.program("postgres"));
    command.arg("-D").arg(&cluster);
    for (name, value) in [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        // An acknowledged write is on the disk.
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        // The log goes where we can quote it, in words we know.
        ("logging_collector", "off"),
        ("log_destination", "stderr"),
        ("lc_messages", "C"),
    ] {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    command.arg("-c").arg(format!("port={PORT}"));
    for (name, path) in [
        ("unix_socket_directories", place.socket_dir()),
        ("hba_file", cluster.join(HBA_FILE)),
        ("ident_file", cluster.join(IDENT_FILE)),
    ] {
        let mut setting = std::ffi::OsString::from(format!("{name}="));
        setting.push(path);
        command.arg("-c").arg(setting);
    }
    command
}

/// Free bytes on the disk of a folder, as an unprivileged user may use them.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = statvfs(folder).ok()?;
    // The types differ between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
    Some((disk.blocks_available() as u64).saturating_mul(u64::from(disk.fragment_size())))
}
