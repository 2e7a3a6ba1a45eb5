//! Small parts that every page uses.

pub mod activity;
pub mod avatar;
pub mod choice;
pub mod command;
pub mod copy;
pub mod dialog;
pub mod draft;
pub mod figure;
pub mod finder;
pub mod focus;
pub mod form;
pub mod gate;
pub mod icon;
pub mod limit;
pub mod priority;
pub mod refusal;
pub mod time;
pub mod title;
pub mod toast;

pub use avatar::Avatar;
pub use icon::{HealthMark, Icon, IconName, Mark};
pub use title::Title;

/// Whether the key belongs to an input method that is still choosing characters.
pub fn is_composing(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}
