//! Contacts, the people of the accounts: the list, and one person with their deals.

mod list;
mod page;

pub use list::ContactsPage;
pub use page::ContactPage;
