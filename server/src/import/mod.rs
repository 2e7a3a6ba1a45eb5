//! Imports: a file is sent and looked through, a plan is made for it and checked, and what passes goes in as ordinary
//! commands. See [`routes`] for the addresses.
//!
//! The way of a row: [`job`] reads it, [`engine`] makes commands of it and decides them on a view of its own, [`check`]
//! counts, [`run`] sends them. The file stays here for an hour; everything that a person decides about it comes with each
//! request, as the plan.

mod cells;
mod check;
mod engine;
mod error;
mod failure;
mod guess;
mod inspect;
mod job;
mod layout;
mod patience;
mod refused;
mod routes;
mod rows;
mod run;
mod runs;
mod setup;
mod survey;
mod undo;
mod upload;
mod values;

pub use routes::routes;
pub use runs::Imports;
pub use upload::nameless_file;
