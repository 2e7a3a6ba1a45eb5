//! Merging the record of a page with another one, which is looked up by its name.

use super::merge::{Done, MergeDialog};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{dialog::Dialog, finder::Finder, is_composing},
};
use domain::{access::Right, change::Target, page::Address, record::Kind};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::sync::Arc;
use uuid::Uuid;

#[component]
pub fn MergeWith(target: Target) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let Target { kind, id } = target;
    let finding = RwSignal::new(false);
    let merging = RwSignal::new(None::<Vec<Uuid>>);
    let navigate = use_navigate();
    let path = move |id: Uuid| {
        let page = if kind == Kind::Contact { Address::Contact(id.into()) } else { Address::Account(id.into()) };
        page.path()
    };
    let done: Done = Arc::new(move |kept: Uuid| {
        // As long as nobody has gone elsewhere meanwhile.
        let is_here = window().location().pathname().is_ok_and(|here| here == path(id));
        if kept != id && is_here {
            navigate(&path(kept), NavigateOptions::default());
        }
    });
    let may_merge = client.holds(Right::Work) && client.holds(Right::DeleteRecords);
    may_merge.then(|| view! {
        <button type="button" class="btn plain" aria-haspopup="dialog" on:click=move |_| finding.set(true)>{texts.merge().open()}</button>
        {move || finding.get().then(|| view! { <Find target=target open=finding merging=merging /> })}
        {move || merging.get().map(|ids| view! { <MergeDialog kind=kind ids=ids open=merging done=done.clone() /> })}
    })
}

#[component]
fn Find(target: Target, open: RwSignal<bool>, merging: RwSignal<Option<Vec<Uuid>>>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.merge();
    let finder = Finder::new(expect_context(), String::new(), Some(target.kind));
    let label = if target.kind == Kind::Contact { t.find_contact() } else { t.find_account() };
    let others = move || {
        let found = finder.found.get().unwrap_or_default();
        let found = found.into_iter().map(|hit| hit.found);
        found.filter(|found| found.id != target.id).collect::<Vec<_>>()
    };
    let take = move |other: Uuid| {
        open.set(false);
        merging.set(Some(vec![target.id, other]));
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let found = untrack(others);
        if is_composing(&event) || finder.step(&event, found.len()) {
            return;
        }
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some(found) = found.get(finder.chosen.get_untracked()).filter(|_| finder.is_fresh.get_untracked()) {
                take(found.id);
            }
        }
    };
    let option = |place: usize| format!("merge-with-{place}");
    let is_open = move || !others().is_empty();
    view! {
        <Dialog title=t.with() on_close=Callback::new(move |()| { open.try_set(false); })>
            <div class="body form-stack">
                <input class="input" type="search" role="combobox" aria-label=label placeholder=label autocomplete="off"
                    aria-autocomplete="list" aria-expanded=move || is_open().to_string() aria-controls="merge-with"
                    aria-activedescendant=move || is_open().then(|| option(finder.chosen.get()))
                    prop:value=move || finder.text.get() on:input=move |event| finder.ask(event_target_value(&event)) on:keydown=on_key />
                {move || finder.failed.get().then(|| view! { <p class="form-err" role="alert">{texts.search().unreached()}</p> })}
                {move || (finder.found.with(Option::is_some) && finder.is_fresh.get() && !is_open()).then(|| view! {
                    <p class="second" role="status">{texts.search().empty(finder.text.get_untracked())}</p>
                })}
                {move || is_open().then(|| view! {
                    <div class="menu found" id="merge-with" role="listbox" aria-label=label>
                        {others().into_iter().enumerate().map(|(place, found)| view! {
                            <button type="button" role="option" tabindex="-1" id=option(place)
                                aria-selected=move || (finder.chosen.get() == place).to_string() on:click=move |_| take(found.id)>
                                <span class="ell grow">{found.name}</span>
                                <span class="meta ell">{found.of}</span>
                            </button>
                        }).collect_view()}
                    </div>
                })}
            </div>
        </Dialog>
    }
}
