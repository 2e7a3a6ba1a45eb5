//! Code that the browser loads when it is first needed. The frame and the board come at once; the other pages lie in
//! chunks with what only they need: `records` (deals, accounts, contacts), `grid` (the table of deals), `setup` (settings,
//! import), `funnel`, `plan` and `entry`; what a press or a key opens over a page lies in `aside`, and what a
//! stage asks for at the drop in `gate`. The server has everything at hand.

#![expect(clippy::unnecessary_wraps, reason = "the macro wants the type of the loaded function")]

use crate::{
    account::{AccountPage, AccountsPage},
    board::{
        AccountFilter, Bar, Board, CardMenu, CellState, Display, Go, InSight, Lanes, Peek, SelectionBar, Zones,
        barred as bar_words,
    },
    client::{Client, Gated},
    contact::{ContactPage, ContactsPage},
    deal::{DealPage, NewDeal},
    entry::EntryPage,
    funnel::FunnelPage,
    gate::GatePrompt,
    grid::DealsPage,
    import::ImportPage,
    palette::{Opener, Palette},
    plan::PlanPage,
    saved_view::{Naming, ViewForm, Views},
    seed::{Entry, Place, Seed},
    settings::SettingsPage,
    shell::{Keys, SyncList},
};
use domain::{
    id::{AccountId, ContactId, DealId, PipelineId},
    page::{Address, Section},
};
use futures_util::FutureExt;
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};
use std::future::Future;

/// A chunk could not be loaded; trying again may help.
pub type Chunk<T> = Result<T, SplitLoaderError>;

#[wasm_split(records, wasm_split_path = ::leptos::wasm_split, preload(load_deal), fallible)]
pub fn deal(deal: DealId) -> Chunk<AnyView> {
    Ok(view! { <DealPage deal=deal /> }.into_any())
}

#[wasm_split(records, wasm_split_path = ::leptos::wasm_split, preload(load_account), fallible)]
pub fn account(account: AccountId) -> Chunk<AnyView> {
    Ok(view! { <AccountPage account=account /> }.into_any())
}

#[wasm_split(records, wasm_split_path = ::leptos::wasm_split, preload(load_accounts), fallible)]
pub fn accounts() -> Chunk<AnyView> {
    Ok(view! { <AccountsPage /> }.into_any())
}

#[wasm_split(grid, wasm_split_path = ::leptos::wasm_split, preload(load_deals), fallible)]
pub fn deals() -> Chunk<AnyView> {
    Ok(view! { <DealsPage /> }.into_any())
}

#[wasm_split(records, wasm_split_path = ::leptos::wasm_split, preload(load_contacts), fallible)]
pub fn contacts() -> Chunk<AnyView> {
    Ok(view! { <ContactsPage /> }.into_any())
}

#[wasm_split(records, wasm_split_path = ::leptos::wasm_split, preload(load_contact), fallible)]
pub fn contact(contact: ContactId) -> Chunk<AnyView> {
    Ok(view! { <ContactPage contact=contact /> }.into_any())
}

#[wasm_split(funnel, wasm_split_path = ::leptos::wasm_split, preload(load_funnel), fallible)]
pub fn funnel() -> Chunk<AnyView> {
    Ok(view! { <FunnelPage /> }.into_any())
}

#[wasm_split(plan, wasm_split_path = ::leptos::wasm_split, preload(load_plan), fallible)]
pub fn plan() -> Chunk<AnyView> {
    Ok(view! { <PlanPage /> }.into_any())
}

#[wasm_split(setup, wasm_split_path = ::leptos::wasm_split, preload(load_settings), fallible)]
pub fn settings(section: Section) -> Chunk<AnyView> {
    Ok(view! { <SettingsPage section=section /> }.into_any())
}

#[wasm_split(setup, wasm_split_path = ::leptos::wasm_split, preload(load_import), fallible)]
pub fn import() -> Chunk<AnyView> {
    Ok(view! { <ImportPage /> }.into_any())
}

#[wasm_split(entry, wasm_split_path = ::leptos::wasm_split, preload(load_entry), fallible)]
pub fn entry(entry: Entry) -> Chunk<AnyView> {
    Ok(view! { <EntryPage entry=entry /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_new_deal), fallible)]
pub fn new_deal(pipeline: PipelineId, open: RwSignal<bool>) -> Chunk<AnyView> {
    Ok(view! { <NewDeal pipeline=pipeline open=open /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_card_menu), fallible)]
pub fn card_menu(board: Board, deals: Vec<DealId>) -> Chunk<AnyView> {
    Ok(view! { <CardMenu board=board deals=deals /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_peek), fallible)]
pub fn peek(board: Board, deal: DealId) -> Chunk<AnyView> {
    Ok(view! { <Peek board=board deal=deal /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_zones), fallible)]
pub fn zones(board: Board) -> Chunk<AnyView> {
    Ok(view! { <Zones board=board /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_selection), fallible)]
pub fn selection(board: Board) -> Chunk<AnyView> {
    Ok(view! { <SelectionBar board=board /> }.into_any())
}

/// In words.
#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_barred), fallible)]
pub fn barred(board: Board, cell: CellState, bar: Bar) -> Chunk<String> {
    Ok(bar_words(board, cell, bar))
}

#[wasm_split(lanes, wasm_split_path = ::leptos::wasm_split, preload(load_lanes), fallible)]
pub fn lanes(board: Board, in_sight: InSight, scrolled: RwSignal<(f64, f64)>) -> Chunk<AnyView> {
    Ok(view! { <Lanes board=board in_sight=in_sight scrolled=scrolled /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_display), fallible)]
pub fn display(board: Board, go: Go, open: RwSignal<bool>) -> Chunk<AnyView> {
    Ok(view! { <Display board=board go=go open=open /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_account_filter), fallible)]
pub fn account_filter(chosen: Callback<AccountId>, open: RwSignal<bool>) -> Chunk<AnyView> {
    Ok(view! { <AccountFilter chosen=chosen open=open /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_views), fallible)]
pub fn views(open: RwSignal<bool>, naming: RwSignal<Option<Naming>>) -> Chunk<AnyView> {
    Ok(view! { <Views open=open naming=naming /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_view_form), fallible)]
pub fn view_form(what: Naming, naming: RwSignal<Option<Naming>>) -> Chunk<AnyView> {
    Ok(view! { <ViewForm what=what naming=naming /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_sync_list), fallible)]
pub fn sync_list() -> Chunk<AnyView> {
    Ok(view! { <SyncList /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_keys), fallible)]
pub fn keys(open: RwSignal<bool>) -> Chunk<AnyView> {
    Ok(view! { <Keys open=open /> }.into_any())
}

#[wasm_split(aside, wasm_split_path = ::leptos::wasm_split, preload(load_palette), fallible)]
pub fn palette(opener: Opener) -> Chunk<AnyView> {
    Ok(view! { <Palette opener=opener /> }.into_any())
}

#[wasm_split(gate, wasm_split_path = ::leptos::wasm_split, preload(load_gate), fallible)]
pub fn gate(gated: Gated) -> Chunk<AnyView> {
    Ok(view! { <GatePrompt gated=gated /> }.into_any())
}

/// Draws by a chunk as soon as it is here: at once where it was loaded ahead.
pub fn soon(load: impl Future<Output = Chunk<()>> + 'static, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let here = RwSignal::new(false);
    let client = expect_context::<Client>();
    spawn_local(async move {
        if load.await.is_ok() {
            here.try_set(true);
        } else {
            client.toasts.fail(client.texts.errors().offline_needs());
        }
    });
    (move || here.get().then(&view)).into_any()
}

/// The lanes of a board, by whatever way one came to them.
pub fn lanes_now_or_soon(board: Board, in_sight: InSight, scrolled: RwSignal<(f64, f64)>) -> AnyView {
    match lanes(board, in_sight, scrolled).now_or_never() {
        Some(Ok(lanes)) => lanes,
        _ => soon(load_lanes(), move || at_once(lanes(board, in_sight, scrolled))),
    }
}

/// Loads what the page at an address is drawn by.
pub async fn load(address: &Address) -> Chunk<()> {
    match address {
        Address::Board { look, .. } if look.lanes.is_some() => load_lanes().await,
        Address::Board { .. } => Ok(()),
        Address::Deals(_) => load_deals().await,
        Address::Deal(_) => load_deal().await,
        Address::Accounts(_) => load_accounts().await,
        Address::Account(_) => load_account().await,
        Address::Contacts(_) => load_contacts().await,
        Address::Contact(_) => load_contact().await,
        Address::Funnel(_) => load_funnel().await,
        Address::Plan(_) => load_plan().await,
        Address::Settings(_) => load_settings().await,
        Address::Imports | Address::Import(_) => load_import().await,
    }
}

/// Loads ahead what is most likely asked for next, so that a card opens at once, and also where the network is gone.
pub async fn load_ahead() {
    // Without it the page asks again when it is needed.
    let _ = load_new_deal().await;
    let _ = load_gate().await;
    let _ = load_deal().await;
    let _ = load_plan().await;
}

/// Loads what takes over the page that the server rendered.
pub async fn load_first(seed: &Seed, path: &str) -> Chunk<()> {
    match &seed.place {
        Place::Work(_) => match Address::parse(path) {
            Some(address) => load(&address).await,
            None => Ok(()),
        },
        Place::Entry(_) => load_entry().await,
        Place::NotFound | Place::Failed => Ok(()),
    }
}

/// Draws by a chunk that has been loaded.
pub fn at_once(view: impl Future<Output = Chunk<AnyView>>) -> AnyView {
    view.now_or_never().and_then(Result::ok).unwrap_or_else(|| ().into_any())
}
