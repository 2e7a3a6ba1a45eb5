//! Build, serve, and do both again when a source file is saved.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::build::{self, Mode};
use crate::cargo;
use crate::config::Config;
use crate::failure::{Context, Result};
use crate::files;

/// What code is made of, without xtask itself: who changes that starts `dev` again.
const CODE: [&str; 9] =
    ["Cargo.toml", "Cargo.lock", "Leptos.toml", ".sqlx", "app", "crates/domain", "crates/store", "frontend", "server"];

/// Asking a few hundred files for their times takes some milliseconds, on every system and every file system alike.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// How long a server may take to hang up before it is ended without asking.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn run(config: &Config, of_server: &[&str]) -> Result<()> {
    let looks = [config.leptos.style_file.parent().unwrap_or(Path::new("")), &config.leptos.assets_dir];
    let mut server: Option<Child> = None;
    let mut seen: Option<(String, String)> = None;
    // Whether the running server is older than its code.
    let mut outdated = true;
    loop {
        let now = (state(config, CODE)?, state(config, looks)?);
        if seen.as_ref() != Some(&now) {
            outdated |= seen.as_ref().is_some_and(|(code, _)| *code != now.0);
            seen = Some(now);
            match rebuild(config, outdated) {
                Ok(()) if outdated => {
                    server = Some(restart(config, of_server, server)?);
                    outdated = false;
                }
                // The names of style and assets are read anew at each page.
                Ok(()) => eprintln!("xtask: reload the page"),
                // The last server that could be built goes on; the next save tries again.
                Err(failure) => eprintln!("xtask: {failure}"),
            }
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn state<P: AsRef<Path>>(config: &Config, places: impl IntoIterator<Item = P>) -> Result<String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for place in places {
        let place = config.root.join(place);
        if place.is_file() { paths.push(place) } else { paths.extend(files::beneath(&place)?) }
    }
    // An editor may take a file away and put it back; the next look sees it whole.
    paths.retain(|file| file.is_file());
    Ok(files::state(paths.iter().map(PathBuf::as_path)).unwrap_or_default())
}

fn rebuild(config: &Config, server: bool) -> Result<()> {
    build::run(config, Mode::Dev)?;
    if server {
        cargo::run(cargo::command(&config.root).args(["build", "--package", &config.leptos.bin_package]))?;
    }
    Ok(())
}

fn restart(config: &Config, of_server: &[&str], running: Option<Child>) -> Result<Child> {
    if let Some(running) = running {
        stop(running)?;
    }
    let program = config.target.join("debug").join(&config.server);
    let mut command = Command::new(&program);
    command.current_dir(&config.root).arg("serve").args(of_server);
    command.spawn().context(program.display())
}

/// Asks the server to end, so that it can end its own database.
fn stop(mut server: Child) -> Result<()> {
    let asked = Instant::now();
    let _ = Command::new("kill").arg(server.id().to_string()).status();
    while asked.elapsed() < PATIENCE {
        if server.try_wait().context("the server")?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    server.kill().context("the server")?;
    server.wait().context("the server")?;
    Ok(())
}
