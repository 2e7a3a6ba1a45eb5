//! What stage history tells: conversion, time, flow and where deals are lost.
//!
//! Everything here is computed from [`stay::Stay`](crate::stay::Stay)s and a few facts a deal. A [`Selection`] says which
//! deals, from which start and as of when; the computations stream over it:
//!
//! - [`steps`]: how many deals come from step to step, under two rules;
//! - [`survival`]: what happens by when, where many deals are still open (Kaplan–Meier, Aalen–Johansen);
//! - [`dwell`]: time in stage, how old open deals are against it, and the time limit that follows from it;
//! - [`closing`]: every deal that ended, win rates and values by any key, cycle times, loss reasons by stage;
//! - [`flow`]: how many deals stood in which stage at the end of each day, and how many came and ended;
//! - [`bottleneck`]: which step's mending would win most;
//! - [`velocity`]: what the open pipeline brings a day;
//! - [`report`]: all of it together for the page, which is asked for by a [`query`], from one [`material`]; each
//!   [`figure`] of it opens its deals.
//!
//! Open deals are censored throughout: what is not known yet counts neither as won nor as lost. Every estimate carries a
//! 95 % interval ([`interval`]).

// Counts of deals and microseconds of centuries stay below 2^53, so that they are exact as floating numbers.
#![allow(clippy::cast_precision_loss, reason = "counts and lengths of time are below 2^53")]

pub mod bottleneck;
pub mod closing;
pub mod dwell;
pub mod figure;
pub mod flow;
pub mod interval;
pub mod losses;
pub mod material;
pub mod path;
pub mod period;
pub mod playback;
pub mod query;
pub mod report;
pub mod sample;
pub mod selection;
pub mod step_worth;
pub mod steps;
pub mod survival;
pub mod velocity;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod real_data;

pub use interval::{Difference, Estimate, Rate};
pub use period::{Period, Unit};
pub use selection::{Cohort, Course, DealFacts, Fate, Selection};
