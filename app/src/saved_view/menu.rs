//! The button in a toolbar, and what hangs from it.

use super::Naming;
use crate::{
    chunk,
    texts::use_texts,
    ui::{
        Icon, IconName,
        focus::{close_outside, focus_again},
    },
};
use leptos::{html, prelude::*};

#[component]
pub fn ViewsMenu() -> impl IntoView {
    let texts = use_texts();
    let open = RwSignal::new(false);
    let naming = RwSignal::new(None::<Naming>);
    let anchor = NodeRef::<html::Span>::new();
    let button = NodeRef::<html::Button>::new();
    close_outside(anchor, open);
    focus_again(button, move || naming.with(Option::is_some) || open.get());
    view! {
        <span class="anchor views" node_ref=anchor>
            <button type="button" class="btn plain" node_ref=button aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                {texts.saved_view().title()}<Icon name=IconName::Down class="i-s" />
            </button>
            {move || open.get().then(|| view! {
                <div class="pop sheet" role="dialog" aria-label=texts.saved_view().title()>
                    {chunk::soon(chunk::load_views(), move || chunk::at_once(chunk::views(open, naming)))}
                </div>
            })}
            {move || naming.get().map(|what| {
                chunk::soon(chunk::load_view_form(), move || chunk::at_once(chunk::view_form(what, naming)))
            })}
        </span>
    }
}
