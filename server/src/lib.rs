//! Fairlead's server: pages, commands, live updates, embedded PostgreSQL, command line.

#![recursion_limit = "256"]

mod api;
pub mod cli;
pub mod clock;
pub mod config;
mod database;
pub mod demo;
pub mod doctor;
mod enter;
mod error;
mod files;
mod health;
pub mod http;
mod import;
mod pages;
mod password;
mod patience;
mod plans;
pub mod postgres;
mod presence;
mod security;
mod serve;
mod session;
mod state;
pub mod telemetry;
mod throttle;
pub mod visitor;

pub use state::AppState;

use cli::{Cli, Command, Failure};
use config::{Config, Database};
use database::OpenDatabase;

/// Carries out what the command line asks.
///
/// # Errors
/// What went wrong, for the person who typed it.
pub async fn run(cli: Cli) -> Result<(), Failure> {
    telemetry::start_logging(cli.log_format)?;
    match cli.command {
        Command::Serve(args) => serve::serve(args.into()).await,
        Command::Migrate(args) => {
            let database = OpenDatabase::open(&Database::from(args)).await?;
            println!("The database has this version's schema.");
            database.close().await;
            Ok(())
        }
        Command::Seed(args) => {
            let at = args.at.unwrap_or_else(|| demo::today(clock::now()));
            let database = OpenDatabase::open(&Database::from(args.database)).await?;
            let seeded = demo::seed(&database.store, at).await;
            database.close().await;
            let seeded = seeded
                .map_err(|error| Failure::new(error.to_string(), "Nothing was changed by halves: seed again."))?;
            println!(
                "{}",
                match seeded {
                    demo::DemoSeeded::AlreadyThere { .. } => "The demo workspace is there already.",
                    demo::DemoSeeded::Seeded { .. } => "The demo workspace is ready.",
                }
            );
            Ok(())
        }
        Command::Doctor(args) => {
            let config = Config::from(args);
            let report = doctor::examine(&config, database::examine).await;
            println!("{report}");
            if report.is_healthy() {
                Ok(())
            } else {
                Err(Failure::new("something is missing", "The lines above say what to do."))
            }
        }
    }
}
