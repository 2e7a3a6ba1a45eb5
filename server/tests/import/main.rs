//! Imports over HTTP, into a real database: real files with the counts and sums that others computed from them, the same
//! file twice, undo, cancel, limits, and who may do any of it.

mod access;
mod files;
mod limits;
mod maven;
mod olist;
mod refused;
mod runs;
mod support;
