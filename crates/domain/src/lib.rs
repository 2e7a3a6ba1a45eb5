//! Fairlead's rules, pure: no IO, no clock, no randomness of their own. Now, the time zone and every new id are
//! arguments, so the server, the browser and the tests reach the same result from the same input.
//!
//! One way to change data: [`command::Command`] is what a person asks, [`decide::decide`] authorises it and checks the
//! rules, [`change::Change`] is what happened, [`view::View::apply`] carries it into a view.

pub mod access;
pub mod account;
pub mod activity;
pub mod board;
pub mod calendar;
pub mod change;
pub mod command;
pub mod contact;
pub mod deal;
pub mod decide;
pub mod field;
pub mod file;
pub mod funnel;
pub mod gate;
pub mod grid;
pub mod health;
pub mod ics;
pub mod id;
pub mod import;
pub mod member;
pub mod merge;
pub mod money;
pub mod msproject;
pub mod order;
pub mod page;
pub mod pipeline;
pub mod plan;
pub mod presence;
pub mod process;
pub mod quick;
pub mod record;
pub mod refusal;
pub mod saved_view;
pub mod schedule;
pub mod search;
pub mod stay;
pub mod table;
pub mod text;
pub mod trail;
pub mod view;
pub mod waterfall;
pub mod when;
pub mod workspace;

/// A workspace's version: it grows by exactly one with every command that changed something, without gaps, in the
/// order of commits. "Changes since N" can therefore never skip one.
pub type Version = i64;
