//! The records that the member opened last in this browser.

use crate::client::{Client, in_browser};
use domain::{access::Actor, change::Target, page::Found, search::Hit};
use leptos::prelude::window;

/// How many are kept.
const KEPT: usize = 8;

/// Notes that a record's page was opened.
pub fn note(client: Client, target: Target) {
    let Some(storage) = storage() else { return };
    let Some(found) = held(client, target) else { return };
    let mut list = kept(client, &storage);
    list.retain(|other| (other.kind, other.id) != (found.kind, found.id));
    list.insert(0, found);
    list.truncate(KEPT);
    if let Ok(json) = serde_json::to_string(&list) {
        let _ = storage.set_item(&place(client), &json);
    }
}

/// The latest first, by the names that they have now, as far as these are known here.
pub fn all(client: Client) -> Vec<Found> {
    let list = storage().map(|storage| kept(client, &storage)).unwrap_or_default();
    let renew = |found: Found| held(client, Target::new(found.kind, found.id)).unwrap_or(found);
    list.into_iter().map(renew).collect()
}

fn held(client: Client, target: Target) -> Option<Found> {
    let hit = client.peek(|view| Hit::of(view, &Actor::of(view, client.me)?.sight, target, ""));
    hit.map(|hit| hit.found)
}

fn kept(client: Client, storage: &web_sys::Storage) -> Vec<Found> {
    let json = storage.get_item(&place(client)).ok().flatten();
    json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

fn place(client: Client) -> String {
    format!("fairlead recent {}", client.me)
}

fn storage() -> Option<web_sys::Storage> {
    if !in_browser() {
        return None;
    }
    window().local_storage().ok().flatten()
}
