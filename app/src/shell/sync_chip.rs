//! How it stands with the server: synced, waiting, away, or something that could not be saved. A press opens the list.

use crate::{
    chunk,
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName, focus::close_outside},
};
use leptos::{html, prelude::*};

#[component]
pub fn SyncChip() -> impl IntoView {
    let texts = use_texts().sync();
    let client = expect_context::<Client>();
    let sync = client.sync;
    let away = move || sync.with(|sync| sync.away || sync.live_lost);
    let unsaved = move || client.conflicts.with(Vec::len) + client.refused.with(Vec::len);
    let words = move || {
        let sync = sync.get();
        match (unsaved(), sync.waiting, away()) {
            (0, 0, false) => texts.synced().to_owned(),
            (0, 0, true) => texts.offline().to_owned(),
            (0, waiting, true) => texts.offline_waiting(waiting),
            (0, waiting, false) => texts.waiting(waiting),
            (unsaved, _, _) => texts.not_saved(unsaved),
        }
    };
    let open = RwSignal::new(false);
    let anchor = NodeRef::<html::Span>::new();
    close_outside(anchor, open);
    view! {
        <span class="anchor" node_ref=anchor>
            <button type="button" class="sync" class:wait=move || away() || sync.with(|sync| sync.waiting > 0)
                class:conflict=move || { unsaved() > 0 } title=texts.title() aria-haspopup="true"
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                {move || {
                    let name = if away() { IconName::CloudOff } else { IconName::Cloud };
                    view! { <Icon name=name class="i-s" /> }
                }}
                <span role="status">{words}</span>
            </button>
            {move || open.get().then(|| chunk::soon(chunk::load_sync_list(), || chunk::at_once(chunk::sync_list())))}
        </span>
    }
}
