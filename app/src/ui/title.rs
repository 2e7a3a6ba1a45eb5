//! The document's title.

use crate::client::in_browser;
use leptos::{prelude::*, text_prop::TextProp};

/// Sets the title. leptos_meta writes it into the page's head as it is, so on the server it is escaped here, and at once:
/// when the head is written, what the page read may be gone. The browser sets it as text.
#[component]
pub fn Title(#[prop(into)] text: TextProp) -> impl IntoView {
    let text = if in_browser() { text } else { TextProp::from(escaped(&untrack(|| text.get()))) };
    view! { <leptos_meta::Title text=text /> }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
