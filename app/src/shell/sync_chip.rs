//! How it stands with the server: synced, waiting, away.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use leptos::prelude::*;

#[component]
pub fn SyncChip() -> impl IntoView {
    let texts = use_texts().sync();
    let client = expect_context::<Client>();
    let sync = client.sync;
    let away = move || sync.with(|sync| sync.away || sync.live_lost);
    let words = move || {
        let sync = sync.get();
        match (sync.waiting, sync.away || sync.live_lost) {
            (0, false) => texts.synced().to_owned(),
            (0, true) => texts.offline().to_owned(),
            (waiting, true) => texts.offline_waiting(waiting),
            (waiting, false) => texts.waiting(waiting),
        }
    };
    view! {
        <span class="sync" class:wait=move || away() || sync.with(|sync| sync.waiting > 0) role="status" title=texts.title()>
            {move || {
                let name = if away() { IconName::CloudOff } else { IconName::Cloud };
                view! { <Icon name=name class="i-s" /> }
            }}
            <span>{words}</span>
        </span>
    }
}
