//! Keys of the deal's page: `L` logs, `E` edits the name, `M` goes to the stages, `A` gives the deal to another.

use super::quick::LINE;
use crate::shell::types;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

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
                "m" => (".steps button", false),
                "a" => ("[data-field=owner] button.val", true),
                _ => return,
            };
            let element = document().query_selector(place).ok().flatten();
            if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
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
