//! Finding PostgreSQL's programs on this machine.

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::StartError;

/// The oldest PostgreSQL whose SQL Fairlead speaks.
pub const MINIMUM_MAJOR: u32 = 15;

/// Folders that hold one folder a version.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/libexec/postgresql", ""),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
];
const FIXED: [&str; 2] = ["/usr/local/pgsql/bin", "/usr/pgsql/bin"];

/// One installed PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    pub folder: PathBuf,
    pub major: u32,
    /// As it names itself, for people: "15.18 (Debian 15.18-0+deb12u1)".
    pub version: String,
}

impl Binaries {
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Looks into a folder; `None` when no whole server is there (client packages have a `pg_config` too).
    fn in_folder(folder: &Path) -> Option<Self> {
        // Distributions link from /usr/bin; the server finds its own files from where it really stands.
        let postgres = folder.join("postgres").canonicalize().ok()?;
        let folder = postgres.parent()?.to_path_buf();
        if !folder.join("initdb").exists() {
            return None;
        }
        let said = output_of(&postgres, "--version")?;
        let version = said.trim().strip_prefix("postgres (PostgreSQL) ")?.to_owned();
        Some(Self { folder, major: leading_number(&version)?, version })
    }
}

/// Every usable server, the preferred first. A folder named by the person is the only one looked into.
pub fn find_all(named: Option<&Path>) -> Vec<Binaries> {
    let folders = named.map_or_else(candidates, |folder| vec![folder.to_path_buf()]);
    let mut seen = HashSet::new();
    folders
        .iter()
        .filter_map(|folder| Binaries::in_folder(folder))
        .filter(|found| found.major >= MINIMUM_MAJOR && seen.insert(found.folder.clone()))
        .collect()
}

/// The server for a new cluster, or for one made by the given major version: data files do not fit another.
pub(super) fn find(named: Option<&Path>, cluster: Option<(&Path, u32)>) -> Result<Binaries, StartError> {
    let all = find_all(named);
    if all.is_empty() {
        return Err(StartError::NoBinaries { searched: named.map(Path::to_path_buf) });
    }
    let Some((cluster, needed)) = cluster else {
        return Ok(all[0].clone());
    };
    let mut found: Vec<u32> = all.iter().map(|binaries| binaries.major).collect();
    found.dedup();
    all.into_iter().find(|binaries| binaries.major == needed).ok_or_else(|| StartError::OtherMajor {
        cluster: cluster.to_path_buf(),
        needed,
        found,
    })
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    folders.extend(output_of(Path::new("pg_config"), "--bindir").map(|said| PathBuf::from(said.trim())));
    folders.extend(env::var_os("PATH").iter().flat_map(|path| env::split_paths(path).collect::<Vec<_>>()));
    for (parent, below) in VERSIONED {
        folders.extend(versions_in(Path::new(parent)).into_iter().map(|folder| folder.join(below)));
    }
    folders.extend(FIXED.map(PathBuf::from));
    folders
}

/// `15`, `postgresql@17`, `postgresql15`: the newest first.
fn versions_in(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, OsString)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let number = name.to_str()?.trim_start_matches("postgresql").trim_start_matches('@');
            Some((leading_number(number)?, name))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, name)| parent.join(name)).collect()
}

fn output_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// "15.18", "18beta1" and "15" begin with their major version.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text, |end| &text[..end]);
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(leading_number("15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(leading_number("18beta1"), Some(18));
        assert_eq!(leading_number("17\n"), Some(17));
        assert_eq!(leading_number("devel"), None);
    }

    #[test]
    fn newest_version_comes_first() {
        let parent = tempfile::tempdir().expect("a folder");
        for name in ["9.6", "15", "postgresql@17", "postgresql16", "openssl@3", "readme"] {
            fs::create_dir(parent.path().join(name)).expect("a folder");
        }
        let names: Vec<_> = versions_in(parent.path())
            .iter()
            .map(|folder| folder.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["postgresql@17", "postgresql16", "15", "9.6"]);
    }

    #[test]
    fn a_folder_without_a_server_is_refused_by_name() {
        let empty = tempfile::tempdir().expect("a folder");
        let error = find(Some(empty.path()), None).expect_err("nothing is there");
        assert!(matches!(error, StartError::NoBinaries { .. }));
        assert!(error.advice().contains("apt install postgresql"));
    }
}
