//! What the process costs: the paths that deals really take ([`variants`]), going back and doing again ([`rework`]), the
//! longest steps, and what leaving one out or running some side by side would save ([`cost`]).
//!
//! Only deals that were won or lost are counted where a whole way matters; the others are not at its end.

#![allow(clippy::cast_precision_loss, reason = "counts and lengths of time are below 2^53")]

pub mod cost;
pub mod rework;
pub mod variants;
