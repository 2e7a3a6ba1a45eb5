//! Import: what the page and the server say to each other, and the page.

pub mod inspection;
pub mod plan;
pub mod report;
pub mod sentence;
pub mod trouble;

mod page;

pub use page::ImportPage;
