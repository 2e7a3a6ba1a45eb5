//! The palette: one field from which everything is found and done, on every page.

mod commands;
mod dialog;
mod entries;
mod opener;
mod recent;

pub use dialog::Palette;
pub use opener::{Opener, SearchButton, pipeline_here};
pub use recent::note;
