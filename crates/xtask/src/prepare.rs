//! What sqlx needs to check queries without a database: one file a query, committed in `.sqlx`.
//!
//! sqlx's macros write these files while they expand, when they are given a database (`DATABASE_URL`, with all migrations
//! applied) and a folder. So the store is compiled once more, and nothing else: SQL stands nowhere else.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cargo;
use crate::config::Config;
use crate::failure::{Context, Failure, Result};

type Queries = BTreeMap<String, Vec<u8>>;

/// Replaces the committed files by those of the store as it stands.
pub fn write(config: &Config) -> Result<()> {
    let fresh = expand(config)?;
    let folder = committed(config);
    fs::create_dir_all(&folder).context(folder.display())?;
    for name in read(&folder)?.keys().filter(|name| !fresh.contains_key(*name)) {
        let gone = folder.join(name);
        fs::remove_file(&gone).context(gone.display())?;
    }
    for (name, content) in &fresh {
        let path = folder.join(name);
        fs::write(&path, content).context(path.display())?;
    }
    eprintln!("xtask: {} queries prepared in {}", fresh.len(), folder.display());
    Ok(())
}

/// Fails when the committed files are not those of the store as it stands.
pub fn check(config: &Config) -> Result<()> {
    let fresh = expand(config)?;
    let known = read(&committed(config))?;
    let missing = fresh.keys().filter(|name| !known.contains_key(*name)).count();
    let stale = known.keys().filter(|name| !fresh.contains_key(*name)).count();
    let different = fresh.iter().filter(|(name, new)| known.get(*name).is_some_and(|old| old != *new)).count();
    if missing + stale + different == 0 {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the folder .sqlx does not fit the store's queries ({missing} missing, {stale} no longer used, {different} with \
         other types): run `cargo run -p xtask -- prepare` and commit the folder"
    )))
}

fn committed(config: &Config) -> PathBuf {
    config.root.join(".sqlx")
}

/// Compiles the store against the database, into a folder of its own, and returns what the macros wrote there.
fn expand(config: &Config) -> Result<Queries> {
    if std::env::var_os("DATABASE_URL").is_none_or(|url| url.is_empty()) {
        return Err(Failure::new("prepare needs DATABASE_URL, a database with all migrations applied"));
    }
    let folder = config.workshop().join("sqlx");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    fs::create_dir_all(&folder).context(folder.display())?;
    touch(&config.root.join("crates/store/src/lib.rs"))?;

    let mut command = cargo::command(&config.root);
    command.args(["check", "--package", "store", "--all-targets"]);
    command.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &folder);
    cargo::run(&mut command)?;
    read(&folder)
}

/// Makes cargo compile the store again, and with it all that depends on it: macros run only then.
#[expect(clippy::disallowed_methods, reason = "the time of a file, for cargo; no rule of the product sees it")]
fn touch(path: &Path) -> Result<()> {
    let file = File::options().append(true).open(path).context(path.display())?;
    file.set_modified(SystemTime::now()).context(path.display())
}

fn read(folder: &Path) -> Result<Queries> {
    let mut queries = Queries::new();
    if !folder.exists() {
        return Ok(queries);
    }
    for entry in fs::read_dir(folder).context(folder.display())? {
        let entry = entry.context(folder.display())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            queries.insert(name, fs::read(entry.path()).context(entry.path().display())?);
        }
    }
    Ok(queries)
}
