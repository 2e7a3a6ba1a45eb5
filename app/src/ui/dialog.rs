//! Dialogs: the browser's own modal, so that focus stays inside and Escape closes.

use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    /// Called when the dialog is closed without doing anything.
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
            focus_first(&dialog);
        }
    });
    // Closed by its own means before it is taken away, it gives the focus back to where it came from.
    on_cleanup(move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    });
    // The browser tells that it is closed when it may be gone already.
    let closed = move |_| {
        on_close.try_run(());
    };
    view! {
        <dialog class="scrim" node_ref=node aria-label=move || title.get() on:close=closed>
            <div class="dialog">
                <header>
                    <div class="grow"><h2>{move || title.get()}</h2></div>
                    <button
                        type="button"
                        class="btn plain icon"
                        aria-label=texts.common().close()
                        on:click=move |_| on_close.run(())
                    >
                        <Icon name=IconName::X />
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}

/// One begins at the first field; where a dialog only asks, at the answer that does nothing.
fn focus_first(dialog: &web_sys::HtmlDialogElement) {
    let fields = ".body :is(input, select, textarea):enabled";
    let first = [fields, "footer button"].into_iter().find_map(|place| dialog.query_selector(place).ok().flatten());
    if let Some(element) = first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
