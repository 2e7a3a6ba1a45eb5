//! Keys that work on every page, as long as nobody types.

use crate::{client::Client, palette::Opener, texts::Texts, ui::IconName};
use domain::access::Right;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

/// Where `G` and a letter lead.
pub struct Place {
    pub keys: &'static str,
    pub path: &'static str,
    pub icon: IconName,
    pub name: fn(Texts) -> &'static str,
}

pub const PLACES: [Place; 8] = [
    Place { keys: "G B", path: "/board", icon: IconName::Board, name: |texts| texts.nav().board() },
    Place { keys: "G D", path: "/deals", icon: IconName::Deals, name: |texts| texts.nav().deals() },
    Place { keys: "G A", path: "/accounts", icon: IconName::Building, name: |texts| texts.nav().accounts() },
    Place { keys: "G C", path: "/contacts", icon: IconName::User, name: |texts| texts.nav().contacts() },
    Place { keys: "G P", path: "/plan", icon: IconName::Plan, name: |texts| texts.nav().plan() },
    Place { keys: "G F", path: "/funnel", icon: IconName::Funnel, name: |texts| texts.nav().funnel() },
    Place { keys: "G I", path: "/import", icon: IconName::Upload, name: |texts| texts.nav().import_data() },
    Place { keys: "G S", path: "/settings", icon: IconName::Settings, name: |texts| texts.nav().settings() },
];

/// The key that filters the page. What carries it as its shortcut is what it goes to: the field, or where the screen has no
/// room for that, the button behind which the field is.
pub const FILTER: &str = "/";

/// Listens to the keys: Ctrl-K opens the palette, `/` goes to the page's filter, `C` begins a deal, Ctrl-Z undoes, Ctrl-Shift-Z does again, `G` and a
/// letter goes, `?` lists all keys.
pub fn listen(opener: Opener) {
    let client = expect_context::<Client>();
    let navigate = use_navigate();
    let may_create = client.holds(Right::Work);
    let going = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let command = event.ctrl_key() || event.meta_key();
            let key = event.key();
            if command && key.eq_ignore_ascii_case("k") {
                // What a dialog asks is answered first.
                if matches!(document().query_selector("dialog[open]"), Ok(None)) {
                    opener.palette.set(true);
                }
                event.prevent_default();
                return;
            }
            if types(&event) {
                return;
            }
            let redoes = key.eq_ignore_ascii_case("y") || key.eq_ignore_ascii_case("z") && event.shift_key();
            if command && (redoes || key.eq_ignore_ascii_case("z")) {
                event.prevent_default();
                if redoes {
                    client.redo_last();
                } else {
                    client.undo_last();
                }
                return;
            }
            if command || event.alt_key() {
                return;
            }
            if going.get_value() {
                going.set_value(false);
                let place = PLACES.iter().find(|place| place.keys[2..].eq_ignore_ascii_case(&key));
                if let Some(place) = place {
                    navigate(place.path, NavigateOptions::default());
                }
                return;
            }
            let opens = match key.as_str() {
                "g" => return going.set_value(true),
                FILTER if filter() => return event.prevent_default(),
                // Where nothing is listed, everything is searched.
                FILTER => opener.palette,
                "?" => opener.help,
                "c" if may_create => match opener.creates.get_untracked() {
                    Some(creates) => {
                        event.prevent_default();
                        return creates.run(());
                    }
                    None => opener.creating,
                },
                _ => return,
            };
            event.prevent_default();
            opens.set(true);
        });
        on_cleanup(move || handle.remove());
    });
}

/// Goes to the page's filter, if it has one.
fn filter() -> bool {
    if let Some(field) = seen("input") {
        let _ = field.focus();
        return true;
    }
    let Some(button) = seen("button") else { return false };
    button.click();
    request_animation_frame(|| {
        if let Some(field) = seen("input") {
            let _ = field.focus();
        }
    });
    true
}

/// What of this kind carries the filter's key and is on the screen.
fn seen(kind: &str) -> Option<web_sys::HtmlElement> {
    let found = document().query_selector(&format!("{kind}[aria-keyshortcuts=\"{FILTER}\"]")).ok()??;
    found.dyn_into::<web_sys::HtmlElement>().ok().filter(|element| element.offset_parent().is_some())
}

/// Whether the event comes from where somebody types, or from within a dialog.
pub fn types(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.closest("input, textarea, select, dialog, [contenteditable]"), Ok(Some(_)))
    })
}
