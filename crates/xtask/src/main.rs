//! `cargo run -p xtask -- <command>`: what cargo alone cannot do for this workspace.
//!
//! - `build [--dev]` makes the browser half: WASM, its JavaScript, the style sheet and the static files, into the site folder.
//! - `dev [arguments of the server]` builds, starts the server, and does both again whenever a source file is saved.
//! - `prepare [--check]` makes, or compares, what sqlx needs to check queries without a database.

mod build;
mod cargo;
mod config;
mod dev;
mod failure;
mod files;
mod prepare;

use std::process::ExitCode;

use build::Mode;
use config::Config;
use failure::{Failure, Result};

const USAGE: &str = "usage: cargo run -p xtask -- build [--dev] | dev [SERVER ARGUMENTS] | prepare [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["build"] => build::run(&Config::load()?, Mode::Release),
        ["build", "--dev"] => build::run(&Config::load()?, Mode::Dev),
        ["dev", of_server @ ..] => dev::run(&Config::load()?, of_server),
        ["prepare"] => prepare::write(&Config::load()?),
        ["prepare", "--check"] => prepare::check(&Config::load()?),
        _ => Err(Failure::new(USAGE)),
    }
}
