//! Accounts, the customer organisations: the list, and one account with its people and deals.

mod contact_dialog;
mod contacts;
mod deals;
mod head;
mod line;
pub mod links;
mod list;
mod new;
mod page;

pub use list::AccountsPage;
pub use page::AccountPage;
