//! PostgreSQL: migrations, queries, and the one transaction that carries out commands.
//!
//! SQL stands only here. [`Store::execute`] is the only way to change a workspace's data; sessions and persons, which
//! are no workspace data, are changed in [`access`].

pub mod access;
mod account;
mod activity;
mod board;
mod change;
mod contact;
mod deal;
mod error;
mod execute;
mod feed;
mod file;
mod founding;
mod funnel;
mod grid;
mod import;
mod listing;
mod merge;
mod page;
mod plan;
mod pool;
mod presence;
mod records;
mod saved_view;
mod search;
mod sequencer;
mod settings;
mod stay;
mod zone;

pub use access::{Membership, Reader, SignIn};
pub use change::Changes;
pub use error::Error;
pub use execute::Asked;
pub use feed::{Event, Live};
pub use founding::Founding;
pub use grid::LARGEST_WINDOW;
pub use import::Matches;
pub use pool::{MigrateError, Store, foreign_table};
pub use presence::Whose;
pub use zone::is_zone;
