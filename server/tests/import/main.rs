//! Imports over HTTP, into a real database: real files with the counts and sums that others computed from them, the same
//! file twice, undo, cancel, limits, kills, and who may do any of it.

mod access;
mod checks;
mod files;
mod funnel;
mod gates;
mod guesses;
mod keys;
mod limits;
mod logs;
mod maven;
mod olist;
mod outages;
mod refused;
mod runs;
mod support;
