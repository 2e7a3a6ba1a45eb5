//! The board: a pipeline's stages as columns, windowed from the start, live, with drag by pointer.

mod account_filter;
mod asks;
mod card;
mod card_menu;
mod column;
mod display;
mod display_menu;
mod drag;
mod filters;
mod go;
mod head;
mod keys;
mod lanes;
mod lift;
mod moving;
mod names;
mod page;
mod peek;
mod phone;
mod planned;
mod quick_add;
mod selection;
mod selection_bar;
mod state;
mod strip;
mod zones;

pub use account_filter::AccountFilter;
pub use card_menu::CardMenu;
pub use display::Display;
pub use go::Go;
pub use lanes::Lanes;
pub use page::BoardPage;
pub use peek::Peek;
pub use selection_bar::SelectionBar;
pub use state::Board;
pub use zones::Zones;
