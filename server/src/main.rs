//! The `fairlead` program: reads the command line and hands over.

use clap::Parser;
use server::cli::{self, Cli};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    cli::finish(server::run(Cli::parse()).await)
}
