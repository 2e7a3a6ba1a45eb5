//! The board: a pipeline's stages as columns, windowed from the start, live, with drag by pointer.

mod card;
mod column;
mod drag;
mod filters;
mod page;
mod phone;
mod quick_add;
mod state;

pub use page::BoardPage;
