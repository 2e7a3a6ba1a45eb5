//! Cargo, called from within cargo.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::failure::{Context, Failure, Result};

/// What `cargo run` tells the program that it starts. Handed on to another cargo, these would look like changes of the
/// environment, and build scripts that watch them would run again at every turn.
const TOLD_BY_CARGO_RUN: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

pub fn command(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| TOLD_BY_CARGO_RUN.iter().any(|told| name.starts_with(told))) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end, its output going where ours goes; anything but success is a failure.
pub fn run(command: &mut Command) -> Result<()> {
    let line = || {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    };
    let line = line();
    let status = command.status().context(format_args!("could not start `{line}`"))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{line}` ended with {status}"))) }
}
