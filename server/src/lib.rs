//! Fairlead's server.

pub mod cli;
pub mod config;
pub mod doctor;
pub mod postgres;
pub mod telemetry;
