//! What somebody has begun to write. It stays with the tab when the page goes before it was saved.

use crate::client::in_browser;
use leptos::prelude::*;

/// A text that begins with what was left under this name, and is left there again.
pub fn draft(name: String) -> RwSignal<String> {
    let text = RwSignal::new(String::new());
    let name = StoredValue::new(format!("fairlead draft {name}"));
    Effect::new(move |before: Option<()>| {
        let Some(storage) = storage() else { return };
        let name = name.get_value();
        let now = text.get();
        if before.is_none() && now.is_empty() {
            if let Ok(Some(left)) = storage.get_item(&name) {
                text.set(left);
            }
        } else if now.is_empty() {
            let _ = storage.remove_item(&name);
        } else {
            let _ = storage.set_item(&name, &now);
        }
    });
    text
}

fn storage() -> Option<web_sys::Storage> {
    if !in_browser() {
        return None;
    }
    window().session_storage().ok().flatten()
}
