//! Import: what the page and the server say to each other ([`inspection`], [`plan`], [`report`], [`trouble`]), and the
//! page in its four steps.

pub mod inspection;
pub mod plan;
pub mod report;
pub mod sentence;
pub mod trouble;

mod check_step;
mod columns_step;
mod counts;
mod facts;
pub(crate) mod figures;
mod file_step;
mod kept;
mod names;
mod page;
mod pick;
mod places;
mod reading;
mod requests;
mod run_view;
mod state;

pub use page::ImportPage;
