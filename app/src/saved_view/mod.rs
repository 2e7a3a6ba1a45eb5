//! Saved views: a menu of addresses with names, one's own and those that others share.

mod form;
mod list;
mod menu;

pub use form::ViewForm;
pub use list::{Views, read_views};
pub use menu::ViewsMenu;

use crate::client::Client;
use domain::{
    id::SavedViewId,
    page::{Address, Page},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What the form is open for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Naming {
    New,
    Other(SavedViewId),
}

/// The address of the page that stands: a board by its pipeline's id also where the address names none, as another one
/// may come first later.
fn present_address(client: Client) -> Memo<Option<String>> {
    let location = use_location();
    Memo::new(move |_| {
        let path = location.pathname.get();
        let query = location.search.get();
        let query = query.trim_start_matches('?');
        let address = if query.is_empty() { path } else { format!("{path}?{query}") };
        match Address::parse(&address)? {
            Address::Board { pipeline: None, filter, look } => {
                let pipeline = client.page.with(|page| match page {
                    Page::Board(board) => Some(board.pipeline),
                    _ => None,
                });
                Some(Address::Board { pipeline, filter, look }.path())
            }
            _ => Some(address),
        }
    })
}
