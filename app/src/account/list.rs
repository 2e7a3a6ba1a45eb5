//! The list of accounts. Its filter stands in the address, so that a found list is a link.

use super::{
    line::{Line, Shown},
    new::NewAccount,
};
use crate::{
    client::{Client, HttpError, get},
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    page::{Address, Page, Snapshot, parse_filter},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// How long typing must rest before the list is read, in milliseconds.
const REST: u32 = 150;

#[component]
pub fn AccountsPage() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let failed = RwSignal::new(false);
    let text = follow(client, failed);
    let creating = RwSignal::new(false);
    let may_work = client.holds(Right::Work);
    let lines = Memo::new(move |_| {
        client.page.with(|page| match page {
            Page::Accounts { accounts, .. } => client
                .with(|view| accounts.iter().filter_map(|line| Shown::new(line, view, texts.0)).collect::<Vec<_>>()),
            _ => Vec::new(),
        })
    });
    let more = move || client.page.with(|page| matches!(page, Page::Accounts { more: true, .. }));
    let navigate = use_navigate();
    let filter = Callback::new(move |text: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&Address::Accounts { text }.path(), options);
    });
    let first = text.get_untracked();
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1>{t.title()}</h1>
            {may_work.then(|| view! {
                <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                    <Icon name=IconName::Plus class="i-s" />
                    <span>{t.new()}</span>
                </button>
            })}
        </TopBar>
        <main class="page" id="main">
            <div class="toolbar" role="search" aria-label=t.filter()>
                <input class="input sm list-filter" type="search" value=first prop:value=move || text.get() autocomplete="off"
                    placeholder=t.filter() aria-label=t.filter() on:input=move |event| filter.run(event_target_value(&event)) />
                {move || text.with(|text| !text.is_empty()).then(|| view! {
                    <button type="button" class="btn plain" on:click=move |_| filter.run(String::new())>{texts.filter().clear()}</button>
                })}
            </div>
            {move || failed.get().then(|| view! { <p class="notice warn" role="alert">{t.not_searched()}</p> })}
            <div class="table-wrap">
                {move || if lines.with(Vec::is_empty) {
                    view! { <Nothing text=text filter=filter creating=creating may_work=may_work /> }.into_any()
                } else {
                    view! {
                        <table class="table stack">
                            <thead>
                                <tr>
                                    <th scope="col">{t.name()}</th>
                                    <th scope="col">{t.industry()}</th>
                                    <th scope="col" class="num" colspan="2">{t.open_deals()}</th>
                                    <th scope="col" class="num">{t.won_total()}</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || lines.get() key=|line| line.clone() children=|line| view! { <Line line=line /> } />
                            </tbody>
                        </table>
                    }.into_any()
                }}
            </div>
            {move || more().then(|| view! { <p class="table-foot second">{t.more()}</p> })}
        </main>
        {move || creating.get().then(|| view! { <NewAccount open=creating /> })}
    }
}

#[component]
fn Nothing(text: Memo<String>, filter: Callback<String>, creating: RwSignal<bool>, may_work: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.account();
    let create = move || {
        may_work.then(|| {
            view! {
                <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                    <Icon name=IconName::Plus class="i-s" />{t.new()}
                </button>
            }
        })
    };
    view! {
        <div class="empty page-empty">
            {move || if text.with(String::is_empty) {
                view! {
                    <b>{t.empty()}</b>
                    <p>{t.empty_text()}</p>
                    <p class="acts">{create()}</p>
                }.into_any()
            } else {
                view! {
                    <b>{t.nothing(text.get())}</b>
                    <p class="acts">
                        <button type="button" class="btn" on:click=move |_| filter.run(String::new())>{texts.filter().clear()}</button>
                        {create()}
                    </p>
                }.into_any()
            }}
        </div>
    }
}

/// The filter in the address. When it changes while the page stands, the list is read again: the frame reads pages only
/// when the path changes.
fn follow(client: Client, failed: RwSignal<bool>) -> Memo<String> {
    let location = use_location();
    let here = move || matches!(Address::parse(&location.pathname.get_untracked()), Some(Address::Accounts { .. }));
    let text = Memo::new(move |_| parse_filter(location.search.get().trim_start_matches('?')).text);
    let asked = StoredValue::new(0_u32);
    Effect::new(move |before: Option<String>| {
        let text = text.get();
        // On the way to another page the filter is gone from the address too; that is no question to the server.
        if before.is_none() || before.as_ref() == Some(&text) || !here() {
            return text;
        }
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let address = Address::Accounts { text: text.clone() }.path();
        spawn_local(async move {
            TimeoutFuture::new(REST).await;
            let is_late = || asked.try_get_value() != Some(number);
            if is_late() {
                return;
            }
            let query: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
            let answer = get::<Snapshot>(&format!("/api/v1/page?address={query}")).await;
            if is_late() || !here() {
                return;
            }
            match answer {
                Ok(snapshot) => {
                    failed.set(false);
                    client.arrive(snapshot);
                }
                Err(HttpError::SignedOut) => {
                    let _ = window().location().reload();
                }
                Err(_) => failed.set(true),
            }
        });
        text
    });
    text
}
