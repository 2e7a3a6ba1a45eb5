//! Rail, top bar, and the page that the address names.

use super::{LanguageChoice, ThemeChoice, keys, sync_chip::SyncChip};
use crate::{
    board::BoardPage,
    chunk,
    client::{Client, HttpError, Wait, get},
    palette::{Opener, SearchButton, pipeline_here},
    seed::OtherWorkspace,
    texts::use_texts,
    ui::{Avatar, Icon, IconName, Mark, focus::close_outside, toast::ToastArea},
};
use domain::{
    access::Right,
    id::{AccountId, ContactId, DealId, PipelineId},
    page::{Address, Page, Section, Snapshot},
};
use futures_util::future::join;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_location};
use std::time::Duration;

/// Which page stands: a page is built anew only when this changes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    Board(PipelineId),
    Deals,
    Deal(DealId),
    Accounts,
    Account(AccountId),
    Contacts,
    Contact(ContactId),
    Funnel,
    Plan,
    Settings(Section),
    Import,
}

fn shown(page: &Page) -> Shown {
    match page {
        Page::Board(board) => Shown::Board(board.pipeline),
        Page::Deals(_) => Shown::Deals,
        Page::Deal { deal, .. } => Shown::Deal(*deal),
        Page::Accounts { .. } => Shown::Accounts,
        Page::Account { account, .. } => Shown::Account(*account),
        Page::Contacts { .. } => Shown::Contacts,
        Page::Contact { contact, .. } => Shown::Contact(*contact),
        Page::Funnel(_) => Shown::Funnel,
        Page::Plan { .. } => Shown::Plan,
        Page::Settings(section) => Shown::Settings(*section),
        Page::Imports { .. } | Page::Import(_) => Shown::Import,
    }
}

/// When the page has come to rest and more can be loaded.
const LOAD_AHEAD: Duration = Duration::from_secs(2);

#[component]
pub fn Frame() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let missing = RwSignal::new(None::<bool>);
    let loading = RwSignal::new(false);
    load_pages(client, missing, loading);
    let now = Memo::new(move |_| client.page.with(shown));
    let opener = Opener::new();
    let Opener { palette, help, creating, .. } = opener;
    provide_context(opener);
    keys::listen(opener);
    let pipeline = pipeline_here();
    Effect::new(move |_| set_timeout(|| spawn_local(chunk::load_ahead()), LOAD_AHEAD));

    view! {
        <div class="app">
            <a class="skip" href="#main">{texts.nav().skip()}</a>
            <Rail now=now help=help />
            {move || loading.get().then(|| view! { <div class="loading" role="progressbar" aria-label=texts.common().loading()></div> })}
            {move || match (missing.get(), now.get()) {
                (Some(failed), _) => view! { <Missing failed=failed /> }.into_any(),
                (None, Shown::Board(pipeline)) => view! { <BoardPage pipeline=pipeline /> }.into_any(),
                (None, Shown::Deals) => chunk::at_once(chunk::deals()),
                (None, Shown::Deal(deal)) => chunk::at_once(chunk::deal(deal)),
                (None, Shown::Accounts) => chunk::at_once(chunk::accounts()),
                (None, Shown::Account(account)) => chunk::at_once(chunk::account(account)),
                (None, Shown::Contacts) => chunk::at_once(chunk::contacts()),
                (None, Shown::Contact(contact)) => chunk::at_once(chunk::contact(contact)),
                (None, Shown::Plan) => chunk::at_once(chunk::plan()),
                (None, Shown::Funnel) => chunk::at_once(chunk::funnel()),
                (None, Shown::Settings(section)) => chunk::at_once(chunk::settings(section)),
                (None, Shown::Import) => chunk::at_once(chunk::import()),
            }}
            <TabBar now=now />
            <ToastArea toasts=client.toasts />
            {move || creating.get().then(pipeline).flatten().map(|pipeline| {
                chunk::soon(chunk::load_new_deal(), move || chunk::at_once(chunk::new_deal(pipeline, creating)))
            })}
            {move || palette.get().then(|| chunk::soon(chunk::load_palette(), move || chunk::at_once(chunk::palette(opener))))}
            {move || client.gated.get().map(|gated| {
                chunk::soon(chunk::load_gate(), move || chunk::at_once(chunk::gate(gated.clone())))
            })}
            {move || help.get().then(|| chunk::soon(chunk::load_keys(), move || chunk::at_once(chunk::keys(help))))}
        </div>
    }
}

/// The top bar: what the page puts at its beginning, then search, sync chip, person. Each page renders it.
#[component]
pub fn TopBar(children: Children) -> impl IntoView {
    view! {
        <header class="top">
            <div class="lead">{children()}</div>
            <SearchButton />
            <SyncChip />
            <Person />
        </header>
    }
}

/// Follows the address: reads the page it names, unless what is held here suffices.
fn load_pages(client: Client, missing: RwSignal<Option<bool>>, loading: RwSignal<bool>) {
    let location = use_location();
    let asked = StoredValue::new(0_u32);
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        // A filter is the page's own business; where it stands alone, nothing is read.
        let query = location.search.get_untracked();
        let address = format!("{path}?{}", query.trim_start_matches('?'));
        if before.is_none() || before.as_ref() == Some(&path) {
            return path;
        }
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        // Setting it anew would draw the page anew, which is still to stand until the next one is here.
        if missing.with_untracked(Option::is_some) {
            missing.set(None);
        }
        let Some(target) = Address::parse(&address) else {
            missing.set(Some(false));
            return path;
        };
        loading.set(true);
        spawn_local(async move {
            // A page shows what was just done, so that has to reach the server first.
            client.settled().await;
            let query: String = form_urlencoded::byte_serialize(target.path().as_bytes()).collect();
            let path = format!("/api/v1/page?address={query}");
            let mut wait = Wait::new();
            loop {
                let (answer, code) = join(get::<Snapshot>(&path), chunk::load(&target)).await;
                if asked.try_get_value() != Some(number) {
                    return;
                }
                loading.set(false);
                match answer {
                    Ok(snapshot) if code.is_ok() => return client.arrive(snapshot),
                    Err(HttpError::SignedOut) => {
                        let _ = window().location().reload();
                        return;
                    }
                    Err(HttpError::Refused(404, _)) => return missing.set(Some(false)),
                    // What is held here is shown meanwhile.
                    Err(HttpError::Away) if code.is_ok() && client.show_held(&target) => {}
                    Ok(_) | Err(_) => return missing.set(Some(true)),
                }
                wait.pause().await;
            }
        });
        path
    });
}

#[component]
fn Missing(failed: bool) -> impl IntoView {
    let texts = use_texts().errors();
    let (title, text) =
        if failed { (texts.not_loaded(), texts.offline_needs()) } else { (texts.not_found(), texts.not_found_text()) };
    view! {
        <TopBar><h1>{title}</h1></TopBar>
        <main class="page" id="main">
            <div class="empty page-empty">
                <b>{title}</b>
                <p>{text}</p>
                <p class="acts">
                    {failed.then(|| view! {
                        <button class="btn" on:click=move |_| { let _ = window().location().reload(); }>
                            {use_texts().common().retry()}
                        </button>
                    })}
                    <A href="/board" attr:class="btn">{texts.home()}</A>
                </p>
            </div>
        </main>
    }
}

/// A place in the rail or the phone's bar.
#[derive(Clone, Copy)]
struct PlaceItem {
    href: &'static str,
    icon: IconName,
    name: &'static str,
    here: fn(Shown) -> bool,
}

fn places() -> Vec<PlaceItem> {
    let texts = use_texts().nav();
    let client = expect_context::<Client>();
    let mut places = vec![
        PlaceItem {
            href: "/board",
            icon: IconName::Board,
            name: texts.board(),
            here: |shown| matches!(shown, Shown::Board(_) | Shown::Deal(_)),
        },
        PlaceItem { href: "/deals", icon: IconName::Deals, name: texts.deals(), here: |shown| shown == Shown::Deals },
        PlaceItem {
            href: "/accounts",
            icon: IconName::Building,
            name: texts.accounts(),
            here: |shown| matches!(shown, Shown::Accounts | Shown::Account(_) | Shown::Contacts | Shown::Contact(_)),
        },
    ];
    places.push(PlaceItem {
        href: "/plan",
        icon: IconName::Plan,
        name: texts.plan(),
        here: |shown| shown == Shown::Plan,
    });
    places.push(PlaceItem {
        href: "/funnel",
        icon: IconName::Funnel,
        name: texts.funnel(),
        here: |shown| shown == Shown::Funnel,
    });
    if client.holds(Right::Import) {
        places.push(PlaceItem {
            href: "/import",
            icon: IconName::Upload,
            name: texts.import_data(),
            here: |shown| shown == Shown::Import,
        });
    }
    places
}

fn settings_place() -> PlaceItem {
    PlaceItem {
        href: "/settings",
        icon: IconName::Settings,
        name: use_texts().nav().settings(),
        here: |shown| matches!(shown, Shown::Settings(_)),
    }
}

fn item(place: PlaceItem, now: Memo<Shown>) -> impl IntoView {
    let current = move || (place.here)(now.get()).then_some("page");
    view! {
        <a class="item" href=place.href aria-current=current>
            <Icon name=place.icon />
            <span>{place.name}</span>
        </a>
    }
}

#[component]
fn Rail(now: Memo<Shown>, help: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts().nav();
    let client = expect_context::<Client>();
    let name = move || client.with(|view| view.workspace().map(|workspace| workspace.name.clone()));
    view! {
        <aside class="rail" aria-label="Fairlead">
            <a class="rail-head" href="/board"><Mark /><span class="ell grow">{name}</span></a>
            <nav aria-label=texts.main()>{places().into_iter().map(|place| item(place, now)).collect_view()}</nav>
            <nav class="foot" aria-label=texts.more()>
                <button class="item" on:click=move |_| help.set(true)>
                    <Icon name=IconName::Help />
                    <span>{texts.keys()}</span>
                    <span class="n"><kbd>"?"</kbd></span>
                </button>
                {item(settings_place(), now)}
            </nav>
        </aside>
    }
}

#[component]
fn TabBar(now: Memo<Shown>) -> impl IntoView {
    let texts = use_texts().nav();
    view! {
        <nav class="tabbar" aria-label=texts.main()>
            {places().into_iter().chain([settings_place()]).map(|place| item(place, now)).collect_view()}
        </nav>
    }
}

/// The person's menu: who is signed in, their other workspaces, language, theme, signing out.
#[component]
fn Person() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let open = RwSignal::new(false);
    let anchor = NodeRef::<html::Span>::new();
    close_outside(anchor, open);
    let others = RwSignal::new(Vec::<OtherWorkspace>::new());
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            spawn_local(async move {
                // Without an answer the menu goes without them.
                if let Ok(found) = get("/api/v1/workspaces").await {
                    others.try_set(found);
                }
            });
        }
    };
    let switches = move || {
        let button = |other: OtherWorkspace| {
            view! {
                <button type="submit" class="btn plain" name="workspace" value=other.id.to_string()>
                    <span class="ell">{other.name}</span>
                </button>
            }
        };
        let others = others.get();
        (!others.is_empty()).then(|| {
            view! {
                <form method="post" action="/switch" aria-label=texts.person().workspaces()>
                    <p class="head">{texts.person().workspaces()}</p>
                    {others.into_iter().map(button).collect_view()}
                </form>
            }
        })
    };
    view! {
        <span class="anchor" node_ref=anchor>
            <button class="me-btn" aria-haspopup="true" aria-expanded=move || open.get().to_string()
                aria-label=texts.nav().person_menu() on:click=toggle>
                {move || view! { <Avatar member=client.member() me=client.me large=true /> }}
            </button>
            {move || open.get().then(|| view! {
                <div class="pop pad menu end">
                    <p class="head">{client.member().map(|member| texts.person().signed_in_as(member.name))}</p>
                    {switches}
                    <p><LanguageChoice /></p>
                    <p><ThemeChoice /></p>
                    <form method="post" action="/sign-out">
                        <button type="submit" class="btn plain"><Icon name=IconName::Logout class="i-s" />{texts.person().sign_out()}</button>
                    </form>
                </div>
            })}
        </span>
    }
}
