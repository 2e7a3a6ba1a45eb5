//! Keys of the deal's page: `L` logs, `E` edits the name, `M` goes to the stages, `A` gives the deal to another.

use super::quick::LINE;
use crate::shell::types;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The first stage that the deal may be moved to.
pub const STEPS: &str = ".steps button";

fn find(place: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(place).ok().flatten()?.dyn_into().ok()
}

/// Gives the focus to a place of the page.
pub fn focus(place: &str) {
    if let Some(element) = find(place) {
        let _ = element.focus();
    }
}

/// Goes to the line that logs.
pub fn focus_line() {
    focus(&format!("#{LINE}"));
}

/// Listens for as long as the page stands.
pub fn listen() {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || types(&event) {
                return;
            }
            let line = format!("#{LINE}");
            let (place, opens) = match event.key().as_str() {
                "l" => (line.as_str(), false),
                "e" => (".dhead .dt > button", true),
                "m" => (STEPS, false),
                "a" => ("[data-field=owner] button.val", true),
                _ => return,
            };
            if let Some(element) = find(place) {
                event.prevent_default();
                if opens {
                    element.click();
                } else {
                    let _ = element.focus();
                }
            }
        });
        on_cleanup(move || handle.remove());
    });
}
