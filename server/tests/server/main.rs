//! The server as its users meet it: over HTTP, signed in through the real forms, on a real PostgreSQL.

mod abuse;
mod access;
mod bad_inputs;
mod board;
mod calendar;
mod cancelled;
mod commands;
mod crash;
mod deals;
mod entering;
mod files;
mod funnel;
mod gates;
mod hangs;
mod live;
mod merge;
mod plan_files;
mod plans;
mod presence;
mod program;
mod saved_views;
mod search;
mod support;
