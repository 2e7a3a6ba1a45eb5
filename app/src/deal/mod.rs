//! A deal's page, and making a new deal.

mod account_picker;
mod amount;
mod contacts;
pub mod fields;
mod head;
mod history;
mod log;
mod new;
mod page;
mod timeline;

pub use amount::parse_amount;
pub use history::HistoryTable;
pub use new::NewDeal;
pub use page::DealPage;
