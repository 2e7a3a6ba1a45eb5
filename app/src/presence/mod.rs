//! Who else is here: told to the server by each page, heard from it over the stream of changes, and shown where it helps
//! two people not to get in each other's way. Nothing of it waits, is kept or is undone.

mod people;
mod shown;
mod tell;

pub use people::Presence;
pub use shown::{EditingHere, HeldBy, HeldOver, PresentHere};
pub use tell::begin;
