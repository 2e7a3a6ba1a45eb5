//! Keys that work on every page, as long as nobody types.

use crate::{client::Client, texts::use_texts, ui::dialog::Dialog};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

/// Listens to the keys: `/` and Ctrl-K search, Ctrl-Z undoes, Ctrl-Shift-Z does again, `G` and a letter goes, `?` lists them.
pub fn listen(search: NodeRef<html::Input>, help: RwSignal<bool>) {
    let client = expect_context::<Client>();
    let navigate = use_navigate();
    let going = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let command = event.ctrl_key() || event.meta_key();
            let key = event.key();
            if command && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                focus(search);
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
                let target = match key.as_str() {
                    "b" => "/board",
                    "d" => "/deals",
                    "a" => "/accounts",
                    "s" => "/settings",
                    "i" => "/import",
                    _ => return,
                };
                navigate(target, NavigateOptions::default());
                return;
            }
            match key.as_str() {
                "g" => going.set_value(true),
                "/" => {
                    event.prevent_default();
                    focus(search);
                }
                "?" => help.set(true),
                _ => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn focus(search: NodeRef<html::Input>) {
    if let Some(input) = search.get_untracked() {
        let _ = input.focus();
        input.select();
    }
}

/// Whether the event comes from where somebody types, or from within a dialog.
pub fn types(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.closest("input, textarea, select, dialog, [contenteditable]"), Ok(Some(_)))
    })
}

#[component]
pub fn Keys(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let keys = texts.keys();
    let rows = [
        ("Ctrl K  /", keys.search()),
        ("C", keys.create()),
        (texts.drag().space(), keys.lift()),
        ("M  A", keys.card_menu()),
        ("L", texts.stream().key_log()),
        ("E", texts.stream().key_edit()),
        ("J  K", texts.stream().key_near()),
        ("X", keys.select()),
        ("Ctrl Z", keys.undo()),
        ("Ctrl Shift Z", keys.redo()),
        ("G B", keys.go_board()),
        ("G D", texts.nav().deals()),
        ("G A", texts.nav().accounts()),
        ("F2", texts.grid().key_edit()),
        ("Ctrl D", texts.grid().key_fill()),
        ("Ctrl Enter", texts.grid().key_open()),
        ("G I", texts.nav().import_data()),
        ("G S", texts.nav().settings()),
        ("Esc", keys.escape()),
        ("?", keys.help()),
    ];
    view! {
        <Dialog title=keys.title() on_close=Callback::new(move |()| open.set(false))>
            <div class="body">
                <table class="table plainhead">
                    <tbody>
                        {rows.iter().map(|(key, what)| view! {
                            <tr><td><kbd>{*key}</kbd></td><td>{*what}</td></tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </Dialog>
    }
}
