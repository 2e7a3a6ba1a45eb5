//! What the lists of accounts and of contacts share: the part of the list that the address asks for, choosing lines,
//! groups that look like one, and merging.

use super::merge::{Done, MergeDialog};
use crate::{
    client::{Client, HttpError, get},
    shell::FILTER,
    texts::use_texts,
    ui::{Icon, IconName, dialog::Dialog, is_composing},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Right,
    change::{Recorded, Verb},
    page::{Address, Found, Listing, Sort},
    record::Kind,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_location, use_navigate},
};
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;
use wasm_bindgen::JsCast;

/// How long typing must rest before the list is read, in milliseconds.
const REST: u32 = 150;
/// How near to its end a list is continued, in pixels.
const NEAR: i32 = 400;

#[derive(Clone, Copy)]
pub struct Listed {
    pub kind: Kind,
    pub listing: Memo<Listing>,
    /// The list could not be read anew.
    pub failed: RwSignal<bool>,
    /// Records of which the lines are chosen.
    pub selected: RwSignal<BTreeSet<Uuid>>,
    /// Those that the dialog is open for.
    pub merging: RwSignal<Option<Vec<Uuid>>>,
    pub may_merge: bool,
    reading: RwSignal<bool>,
    go: Callback<Listing>,
}

fn address(kind: Kind, listing: Listing) -> Address {
    if kind == Kind::Contact { Address::Contacts(listing) } else { Address::Accounts(listing) }
}

/// What the address asks of this list; nothing where it is another page's.
fn asked(kind: Kind, path: &str, query: &str) -> Option<Listing> {
    match (kind, Address::parse(&format!("{path}?{}", query.trim_start_matches('?')))) {
        (Kind::Account, Some(Address::Accounts(listing))) | (Kind::Contact, Some(Address::Contacts(listing))) => {
            Some(listing)
        }
        _ => None,
    }
}

/// Whether a record of this kind comes back, as by undoing a merge: it is older than what brings it.
fn is_restored(kind: Kind, recorded: &Recorded) -> bool {
    recorded.changes.iter().any(|change| {
        let created = change.after("created_at").and_then(|at| at.as_str()?.parse::<DateTime<Utc>>().ok());
        change.target.kind == kind && change.verb == Verb::Created && created.is_some_and(|at| at < recorded.at)
    })
}

impl Listed {
    /// Follows the address. When its query changes while the page stands, the list is read again: the frame reads pages
    /// only when the path changes.
    pub fn new(client: Client, kind: Kind) -> Self {
        let location = use_location();
        let (failed, reading) = (RwSignal::new(false), RwSignal::new(false));
        let listing = Memo::new(move |before: Option<&Listing>| {
            // On the way to another page the query is gone too; that is no question to the server.
            let here = asked(kind, &location.pathname.get(), &location.search.get());
            here.or_else(|| before.cloned()).unwrap_or_default()
        });
        let asked = StoredValue::new(0_u32);
        Effect::new(move |before: Option<Listing>| {
            let listing = listing.get();
            if before.is_none() || before.as_ref() == Some(&listing) {
                return listing;
            }
            asked.update_value(|asked| *asked += 1);
            let number = asked.get_value();
            let wanted = address(kind, listing.clone());
            reading.set(true);
            spawn_local(async move {
                TimeoutFuture::new(REST).await;
                if asked.try_get_value() != Some(number) {
                    return;
                }
                let answer = client.read_if(&wanted, || asked.try_get_value() == Some(number)).await;
                if asked.try_get_value() != Some(number) {
                    return;
                }
                reading.set(false);
                match answer {
                    Ok(()) => failed.set(false),
                    Err(HttpError::SignedOut) => {
                        let _ = window().location().reload();
                    }
                    Err(_) => failed.set(true),
                }
            });
            listing
        });
        client.listen(move |_, confirmed| {
            if confirmed.is_some_and(|confirmed| is_restored(kind, confirmed)) {
                let wanted = address(kind, listing.get_untracked());
                spawn_local(async move {
                    // Without an answer the list stays as it is.
                    let _ = client.read_if(&wanted, || failed.try_get_untracked().is_some()).await;
                });
            }
        });
        let navigate = use_navigate();
        let go = Callback::new(move |listing: Listing| {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&address(kind, listing).path(), options);
        });
        Self {
            kind,
            listing,
            failed,
            selected: RwSignal::new(BTreeSet::new()),
            merging: RwSignal::new(None),
            may_merge: client.holds(Right::Work) && client.holds(Right::DeleteRecords),
            reading,
            go,
        }
    }

    pub fn search(&self, text: String) {
        self.go.run(Listing { text, more: 0, ..self.listing.get_untracked() });
    }

    pub fn sort(&self, sort: Sort) {
        self.go.run(Listing { sort, more: 0, ..self.listing.get_untracked() });
    }

    fn more(&self) {
        let listing = self.listing.get_untracked();
        if !self.reading.get_untracked() && listing.more < Listing::MOST {
            self.go.run(Listing { more: listing.more + 1, ..listing });
        }
    }

    /// Continues the list when its end comes near.
    pub fn scrolled(&self, event: &web_sys::Event, has_more: bool) {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let near = |it: web_sys::Element| it.scroll_height() - it.scroll_top() - it.client_height() < NEAR;
        if has_more && element.is_some_and(near) {
            self.more();
        }
    }

    fn toggle(&self, id: Uuid) {
        self.selected.update(|selected| {
            if !selected.remove(&id) {
                selected.insert(id);
            }
        });
    }

    /// `X` on a line chooses it.
    pub fn on_key(&self, event: &web_sys::KeyboardEvent, id: Uuid) {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || is_composing(event));
        if self.may_merge && plain && event.key().eq_ignore_ascii_case("x") {
            event.prevent_default();
            self.toggle(id);
        }
    }
}

/// The two lists of the section.
#[component]
pub fn Parts(kind: Kind) -> impl IntoView {
    let texts = use_texts();
    let part = move |of: Kind, name: &'static str| {
        let path = address(of, Listing::default()).path();
        view! { <A href=path attr:aria-current=(of == kind).then_some("page")>{name}</A> }
    };
    view! {
        <nav class="seg" aria-label=texts.listing().parts()>
            {part(Kind::Account, texts.account().title())}
            {part(Kind::Contact, texts.contact().title())}
        </nav>
    }
}

/// Searching, sorting where there is no head to press, and what is done with the chosen lines.
#[component]
pub fn Toolbar(listed: Listed, hint: &'static str, sorts: Vec<(Sort, &'static str)>) -> impl IntoView {
    let texts = use_texts();
    let text = Memo::new(move |_| listed.listing.with(|listing| listing.text.clone()));
    let first = text.get_untracked();
    let by_place = sorts.clone();
    let sort = move |event: web_sys::Event| {
        let place: usize = event_target_value(&event).parse().unwrap_or_default();
        if let Some((sort, _)) = by_place.get(place) {
            listed.sort(*sort);
        }
    };
    view! {
        <div class="toolbar" role="search" aria-label=hint>
            <input class="input sm list-filter" type="search" value=first prop:value=move || text.get() autocomplete="off"
                placeholder=hint aria-label=hint aria-keyshortcuts=FILTER on:input=move |event| listed.search(event_target_value(&event)) />
            {move || text.with(|text| !text.is_empty()).then(|| view! {
                <button type="button" class="btn plain" on:click=move |_| listed.search(String::new())>{texts.filter().clear()}</button>
            })}
            <span class="select sm">
                <select aria-label=texts.listing().sort() on:change=sort>
                    {sorts.into_iter().enumerate().map(|(place, (sort, name))| view! {
                        <option value=place.to_string() selected=listed.listing.with_untracked(|listing| listing.sort == sort)
                            prop:selected=move || listed.listing.with(|listing| listing.sort == sort)>{name}</option>
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
            {move || {
                let count = listed.selected.with(BTreeSet::len);
                (count > 0).then(|| view! {
                    <span class="second">{texts.merge().selected(count)}</span>
                    <button type="button" class="btn" disabled={count < 2} aria-haspopup="dialog"
                        on:click=move |_| listed.merging.set(Some(listed.selected.get_untracked().into_iter().collect()))>
                        {texts.merge().open()}
                    </button>
                    <button type="button" class="btn plain" on:click=move |_| listed.selected.set(BTreeSet::new())>{texts.common().clear()}</button>
                })
            }}
            <Duplicates listed=listed />
        </div>
    }
}

/// Groups that look like one. They are asked for when the page stands; without an answer nothing is said.
#[component]
fn Duplicates(listed: Listed) -> impl IntoView {
    let texts = use_texts();
    let t = texts.merge();
    let groups = RwSignal::new(Vec::<Vec<Found>>::new());
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        // Again after merging.
        let is_open = listed.merging.with(Option::is_some);
        if listed.may_merge && !is_open {
            spawn_local(async move {
                if let Ok(found) = get(&format!("/api/v1/duplicates/{}", listed.kind.name())).await {
                    groups.try_set(found);
                }
            });
        }
    });
    let line = move |group: Vec<Found>| {
        let ids: Vec<Uuid> = group.iter().map(|found| found.id).collect();
        let names = group.into_iter().map(|found| {
            let path = match listed.kind {
                Kind::Contact => Address::Contact(found.id.into()).path(),
                _ => Address::Account(found.id.into()).path(),
            };
            view! { <p class="ell"><A href=path attr:class="link">{found.name}</A> " " <span class="meta">{found.of}</span></p> }
        });
        view! {
            <li>
                <div class="grow">{names.collect_view()}</div>
                <button type="button" class="btn" aria-haspopup="dialog" on:click=move |_| {
                    open.set(false);
                    listed.merging.set(Some(ids.clone()));
                }>{t.open()}</button>
            </li>
        }
    };
    let words = move || t.groups(groups.with(Vec::len));
    view! {
        {move || groups.with(|groups| !groups.is_empty()).then(|| view! {
            <button type="button" class="link meta push" aria-haspopup="dialog" on:click=move |_| open.set(true)>{words}</button>
        })}
        {move || open.get().then(|| view! {
            <Dialog title=untrack(words) on_close=Callback::new(move |()| { open.try_set(false); })>
                <div class="body alike"><ul>{groups.get_untracked().into_iter().map(line).collect_view()}</ul></div>
            </Dialog>
        })}
    }
}

/// The box that chooses a line.
#[component]
pub fn Pick(listed: Listed, id: Uuid, name: String) -> impl IntoView {
    let label = use_texts().merge().select_one(name);
    view! {
        <td class="pick">
            <input type="checkbox" class="check" aria-label=label prop:checked=move || listed.selected.with(|selected| selected.contains(&id))
                on:change=move |_| listed.toggle(id) />
        </td>
    }
}

/// The head of a column that sorts.
#[component]
pub fn SortHead(
    listed: Listed,
    sort: Sort,
    label: &'static str,
    #[prop(optional)] number: bool,
    #[prop(default = "1")] span: &'static str,
) -> impl IntoView {
    let here = move || listed.listing.with(|listing| listing.sort == sort);
    let direction = if sort == Sort::Open { "descending" } else { "ascending" };
    view! {
        <th scope="col" class:num=number colspan=span aria-sort=move || here().then_some(direction)>
            <button type="button" on:click=move |_| listed.sort(sort)>
                {label}
                {move || here().then(|| view! { <Icon name=IconName::Down /> })}
            </button>
        </th>
    }
}

/// What stands below a list that goes on.
#[component]
pub fn More(listed: Listed, #[prop(into)] has_more: Signal<bool>, hint: &'static str) -> impl IntoView {
    let texts = use_texts();
    view! {
        {move || has_more.get().then(|| if listed.listing.with(|listing| listing.more < Listing::MOST) {
            view! {
                <p class="table-foot">
                    <button type="button" class="btn" disabled=move || listed.reading.get() on:click=move |_| listed.more()>
                        {texts.listing().more()}
                    </button>
                </p>
            }.into_any()
        } else {
            view! { <p class="table-foot second">{hint}</p> }.into_any()
        })}
    }
}

/// The dialog, where it is open; afterwards the list is read anew.
#[component]
pub fn Merging(listed: Listed) -> impl IntoView {
    let client = expect_context::<Client>();
    let done: Done = Arc::new(move |_: Uuid| {
        listed.selected.try_set(BTreeSet::new());
        let Some(listing) = listed.listing.try_get_untracked() else { return };
        let wanted = address(listed.kind, listing);
        spawn_local(async move {
            if client.read_if(&wanted, || listed.failed.try_get_untracked().is_some()).await.is_err() {
                listed.failed.try_set(true);
            }
        });
    });
    move || {
        listed.merging.get().map(|ids| {
            view! { <MergeDialog kind=listed.kind ids=ids open=listed.merging done=done.clone() /> }
        })
    }
}
