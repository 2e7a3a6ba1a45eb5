//! The board: a pipeline's stages as columns, windowed from the start, live, with drag by pointer.

mod account_filter;
mod card;
mod card_menu;
mod column;
mod drag;
mod filters;
mod lift;
mod page;
mod phone;
mod quick_add;
mod state;

pub use account_filter::AccountFilter;
pub use card_menu::CardMenu;
pub use page::BoardPage;
pub use state::Board;
