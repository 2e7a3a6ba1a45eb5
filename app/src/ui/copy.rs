//! Copying text for pasting it elsewhere.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Copies the text that stands in the input; `false` where the browser does not let us. Over plain HTTP there is no
/// clipboard interface; the old command still works there.
pub async fn copy(input: web_sys::HtmlInputElement) -> bool {
    let text = input.value();
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        let written = wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(&text)).await;
        if written.is_ok() {
            return true;
        }
    }
    input.select();
    document().dyn_into::<web_sys::HtmlDocument>().is_ok_and(|document| document.exec_command("copy").unwrap_or(false))
}

/// Copies a text that stands nowhere: by way of an input that comes for this and goes again.
pub async fn copy_text(text: &str) -> bool {
    let input = document().create_element("input").ok().and_then(|input| input.dyn_into().ok());
    let (Some(input), Some(body)) = (input, document().body()) else { return false };
    let input: web_sys::HtmlInputElement = input;
    input.set_value(text);
    input.set_class_name("vh");
    let _ = body.append_child(&input);
    let copied = copy(input.clone()).await;
    input.remove();
    copied
}
