//! The entry of the browser half.

#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        if let Some(page) = app::page_from_document().await {
            leptos::mount::hydrate_body(page);
            // For style and tests: from here on the page answers.
            if let Some(root) = leptos::prelude::document().document_element() {
                let _ = root.set_attribute("data-awake", "");
            }
        }
    });
}
