//! Where the focus goes when what had it is gone, and closing what hangs from a button.

use leptos::{html, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Gives the focus back to the button when its input is gone and nothing else has taken it: whoever goes by keyboard
/// stays where they were.
pub fn focus_again(button: NodeRef<html::Button>, editing: impl Fn() -> bool + 'static) {
    Effect::new(move |before: Option<bool>| {
        let now = editing();
        if before == Some(true) && !now {
            // Not before the browser has given the focus to what was clicked, where that ended the editing.
            set_timeout(
                move || {
                    // What is no longer shown keeps the focus until the next frame.
                    let is_lost = document().active_element().is_none_or(|element| {
                        element.tag_name() == "BODY" || element.get_bounding_client_rect().width() == 0.0
                    });
                    if is_lost && let Some(button) = button.try_get_untracked().flatten() {
                        let _ = button.focus();
                    }
                },
                Duration::ZERO,
            );
        }
        now
    });
}

/// Closes what hangs from `anchor` by a press outside of it and by Escape, which gives the focus back to its button.
pub fn close_outside(anchor: NodeRef<html::Span>, open: RwSignal<bool>) {
    let is_inside = move |event: &web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        anchor.get_untracked().is_some_and(|anchor| anchor.contains(target.as_ref()))
    };
    Effect::new(move |_| {
        let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
            if open.get_untracked() && !is_inside(&event) {
                open.set(false);
            }
        });
        let key = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" && open.get_untracked() {
                open.set(false);
                let button = anchor.get_untracked().and_then(|anchor| anchor.query_selector("button").ok().flatten());
                if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _ = button.focus();
                }
            }
        });
        on_cleanup(move || {
            pressed.remove();
            key.remove();
        });
    });
}
