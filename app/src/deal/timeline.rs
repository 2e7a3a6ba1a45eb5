//! The middle of a deal's page: what is planned, the line to log by, and what happened.

use super::{
    files::{Files, Sent},
    history::RecordHistory,
    log::About,
    planned::Planned,
    quick::{AskNext, NextLine, Quick},
    stream::{Entry, Stream, Tab, changes},
    uploads::Uploads,
};
use crate::{client::Client, texts::use_texts};
use domain::{access::Right, activity::Activity, change::Target, file::File, id::DealId, record::Kind};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

/// What an address ends with that leads to a deal's files.
pub const FILES: &str = "#files";

/// How many entries stand at first, and how many more each time.
const AT_ONCE: usize = 50;

#[component]
pub fn Timeline(deal: DealId, uploads: Uploads, editable: Memo<bool>) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let activities = About::Deal(deal).activities(client);
    let files = Memo::new(move |_| {
        let mut files: Vec<File> =
            client.with(|view| view.files.values().filter(|file| file.deal == deal).cloned().collect());
        files.sort_by_key(|file| std::cmp::Reverse((file.created_at, file.id)));
        files
    });
    let may_work = client.holds(Right::Work);
    let AskNext(asking) = expect_context();
    view! {
        <div class="panel">
            <header>
                <h2>{texts.activity().next_title()}</h2>
            </header>
            {move || {
                let none = activities.with(|(planned, _)| planned.is_empty()) && !asking.get();
                none.then(|| view! { <p class="meta">{texts.activity().next_none()}</p> })
            }}
            <For each=move || activities.with(|(planned, _)| planned.iter().map(|activity| activity.id).collect::<Vec<_>>())
                key=|id| *id children=move |id| view! { <Planned id=id may_work=may_work /> } />
            {move || (may_work && asking.get()).then(|| view! { <NextLine deal=deal open=asking /> })}
        </div>
        <Happened deal=deal activities=activities files=files uploads=uploads editable=editable may_work=may_work />
    }
}

#[component]
fn Happened(
    deal: DealId,
    activities: Memo<(Vec<Activity>, Vec<Activity>)>,
    files: Memo<Vec<File>>,
    uploads: Uploads,
    editable: Memo<bool>,
    may_work: bool,
) -> impl IntoView {
    let texts = use_texts();
    let history = expect_context::<RecordHistory>();
    let changed = Memo::new(move |_| changes(history, Target::new(Kind::Deal, deal)));
    let tab = RwSignal::new(Tab::All);
    let strip = NodeRef::<html::Div>::new();
    let hash = use_location().hash;
    Effect::new(move |_| {
        if hash.get() == FILES {
            tab.set(Tab::Files);
            if let Some(strip) = strip.get() {
                strip.scroll_into_view();
            }
        }
    });
    let shown = RwSignal::new(AT_ONCE);
    let counts = move |one: Tab| {
        let (done, files, changed) =
            (activities.with(|(_, done)| done.len()), files.with(Vec::len), changed.with(Vec::len));
        let more = if history.has_more() && matches!(one, Tab::All | Tab::Changes) { "+" } else { "" };
        let count = match one {
            Tab::All => done + files + changed,
            Tab::Activities => done,
            Tab::Files => files,
            Tab::Changes => changed,
        };
        format!("{count}{more}")
    };
    let entries = Memo::new(move |_| {
        let tab = tab.get();
        let mut entries: Vec<Entry> = Vec::new();
        if matches!(tab, Tab::All | Tab::Activities) {
            entries.extend(activities.with(|(_, done)| done.iter().cloned().map(Entry::Done).collect::<Vec<_>>()));
        }
        if tab == Tab::All {
            entries.extend(files.get().into_iter().map(Entry::Filed));
        }
        if matches!(tab, Tab::All | Tab::Changes) {
            entries.extend(changed.get().into_iter().map(Entry::Changed));
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
        entries
    });
    let first =
        Signal::derive(move || entries.with(|entries| entries.iter().take(shown.get()).cloned().collect::<Vec<_>>()));
    let more = Signal::derive(move || {
        entries.with(Vec::len) > shown.get() || history.has_more() && tab.get() != Tab::Activities
    });
    let show_more = Callback::new(move |()| {
        shown.update(|shown| *shown += AT_ONCE);
        if entries.with_untracked(Vec::len) < shown.get_untracked() {
            spawn_local(history.tell_earlier());
        }
    });
    let name = move |one: Tab| match one {
        Tab::All => texts.stream().all(),
        Tab::Activities => texts.stream().activities(),
        Tab::Files => texts.files().title(),
        Tab::Changes => texts.stream().changes(),
    };
    let tabs = [Tab::All, Tab::Activities, Tab::Files, Tab::Changes];
    view! {
        <div class="tabs" role="group" aria-label=texts.stream().tabs() node_ref=strip>
            {tabs.into_iter().map(|one| view! {
                <button type="button" aria-current=move || (tab.get() == one).then_some("page")
                    on:click=move |_| { tab.set(one); shown.set(AT_ONCE); }>
                    {name(one)} " " <span class="n">{move || counts(one)}</span>
                </button>
            }).collect_view()}
        </div>
        {may_work.then(|| view! { <Quick deal=deal /> })}
        <Sent uploads=uploads />
        {move || if tab.get() == Tab::Files {
            view! { <Files files=files uploads=uploads editable=editable /> }.into_any()
        } else {
            view! { <Stream about=About::Deal(deal) entries=first more=more show_more=show_more /> }.into_any()
        }}
    }
}
