//! The table of deals: a sheet over everything the member may see, edited in place. Rows are read when they come near,
//! and only those in sight are in the document.

mod back;
mod block;
mod columns;
mod editor;
mod fetch;
mod head;
mod keys;
mod lines;
mod menu;
mod mouse;
mod page;
mod problems;
mod rows;
mod state;
mod toolbar;

pub use columns::column_name;
pub use page::DealsPage;

use domain::grid::Query;
use leptos::prelude::*;

/// What the parts of the page work with.
#[derive(Clone, Copy)]
struct Tools {
    grid: state::Grid,
    fetch: fetch::Fetch,
    /// Shows another list, and puts it into the address.
    change: Callback<Query>,
    /// Goes to an address.
    open: Callback<String>,
    /// Why a block of cells was not changed.
    problems: RwSignal<Option<block::Problems>>,
    /// How far down the selection is about to be continued.
    fill: RwSignal<Option<usize>>,
}
