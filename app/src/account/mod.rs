//! Accounts, the customer organisations: the list, and one account with its people and deals.

pub mod contact_dialog;
pub mod contacts;
pub mod deals;
mod head;
mod line;
pub mod links;
mod list;
pub mod listing;
pub mod merge;
mod merge_with;
mod name;
mod new;
mod page;

pub use list::AccountsPage;
pub use merge_with::MergeWith;
pub use name::Name;
pub use page::{AccountPage, read_arrivals};
