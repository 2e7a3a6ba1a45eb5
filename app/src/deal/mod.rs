//! A deal's page, and making a new deal.

mod account_picker;
mod amount;
pub mod conflict;
mod contacts;
pub mod edit;
pub mod fields;
mod head;
mod history;
pub mod input;
mod log;
mod members_input;
mod new;
mod page;
mod planned;
pub mod shape;
mod timeline;

pub use account_picker::{AccountPicker, Picked, Picker};
pub use amount::{SIGNS, parse_amount};
pub use history::{HistoryTable, RecordHistory};
pub use log::About;
pub use new::NewDeal;
pub use page::DealPage;
pub use timeline::Timeline;
