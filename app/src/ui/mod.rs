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
pub mod short;
pub mod time;
pub mod title;
pub mod toast;

pub use avatar::Avatar;
pub use icon::{HealthMark, Icon, IconName, Mark};
pub use title::Title;

/// Whether this is a phone's screen, as style/phone.css sees it. In the browser only.
pub fn is_narrow() -> bool {
    let query = leptos::prelude::window().match_media("(max-width: 640px)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// Whether the key belongs to an input method that is still choosing characters.
pub fn is_composing(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}
