//! The activities of an account or a contact: what is planned, and what happened.

use super::{
    log::{About, LogForm},
    planned::Planned,
    stream::{Entry, Stream},
};
use crate::{client::Client, texts::use_texts, ui::draft::draft};
use domain::access::Right;
use leptos::prelude::*;

/// How many that happened stand at first, and how many more each time.
const AT_ONCE: usize = 50;

#[component]
pub fn Activities(about: About) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let activities = about.activities(client);
    let shown = RwSignal::new(AT_ONCE);
    let entries = Memo::new(move |_| {
        let mut entries: Vec<Entry> =
            activities.with(|(_, done)| done.iter().cloned().map(Entry::Done).collect::<Vec<_>>());
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
        entries
    });
    let first =
        Signal::derive(move || entries.with(|entries| entries.iter().take(shown.get()).cloned().collect::<Vec<_>>()));
    let more = Signal::derive(move || entries.with(Vec::len) > shown.get());
    let show_more = Callback::new(move |()| shown.update(|shown| *shown += AT_ONCE));
    let may_work = client.holds(Right::Work);
    let (none, logs) = match about {
        About::Deal(id) => (texts.activity().next_none(), Some(id.to_string())),
        About::Account(id) => (texts.listing().account_next_none(), Some(id.to_string())),
        About::Contact(_) => (texts.listing().contact_next_none(), None),
    };
    view! {
        <div class="panel">
            <header>
                <h2>{texts.activity().next_title()}</h2>
            </header>
            {move || activities.with(|(planned, _)| planned.is_empty()).then(|| view! { <p class="meta">{none}</p> })}
            <For each=move || activities.with(|(planned, _)| planned.iter().map(|activity| activity.id).collect::<Vec<_>>())
                key=|id| *id children=move |id| view! { <Planned id=id may_work=may_work /> } />
        </div>
        {logs.filter(|_| may_work).map(|id| view! { <LogForm about=about text=draft(format!("log {id}")) /> })}
        <Stream about=about entries=first more=more show_more=show_more />
    }
}
