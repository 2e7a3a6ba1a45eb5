//! Dialogs: the browser's own modal, so that focus stays inside and Escape closes.

use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use leptos::{html, prelude::*};

#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    /// Called when the dialog is closed without doing anything.
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let label = title.clone();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog class="scrim" node_ref=node aria-label=label on:close=move |_| on_close.run(())>
            <div class="dialog">
                <header>
                    <div class="grow"><h2>{title}</h2></div>
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
