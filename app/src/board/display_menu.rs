//! The button in the toolbar from which the board's layout hangs.

use super::{go::Go, state::Board};
use crate::{
    chunk,
    texts::use_texts,
    ui::{Icon, IconName, focus::close_outside},
};
use leptos::{html, prelude::*};

#[component]
pub fn DisplayMenu(board: Board) -> impl IntoView {
    let t = use_texts().look();
    let go = expect_context::<Go>();
    let open = RwSignal::new(false);
    let anchor = NodeRef::<html::Span>::new();
    close_outside(anchor, open);
    view! {
        <span class="anchor push" node_ref=anchor>
            <button type="button" class="btn plain" aria-haspopup="dialog" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>
                {t.title()}<Icon name=IconName::Down class="i-s" />
            </button>
            {move || open.get().then(|| view! {
                <div class="pop sheet end" role="dialog" aria-label=t.title()>
                    {chunk::soon(chunk::load_display(), move || chunk::at_once(chunk::display(board, go, open)))}
                </div>
            })}
        </span>
    }
}
