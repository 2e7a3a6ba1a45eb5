//! A deal's page, and making a new deal.

mod account_picker;
mod activities;
pub mod amount;
pub mod conflict;
mod contacts;
mod days;
pub mod edit;
pub mod fields;
mod files;
mod head;
mod history;
pub mod input;
mod keys;
mod log;
mod members_input;
mod neighbours;
mod new;
mod page;
mod planned;
mod quick;
pub mod shape;
mod stream;
mod timeline;
mod uploads;

pub use account_picker::{AccountPicker, Picked, Picker};
pub use activities::Activities;
pub use amount::{SIGNS, parse_amount};
pub use history::{HistoryTable, RecordHistory};
pub use keys::focus_line;
pub use log::About;
pub use new::NewDeal;
pub use page::DealPage;
pub use timeline::FILES;
