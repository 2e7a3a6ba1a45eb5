//! The list of accounts. What it shows stands in the address, so that a found list is a link.

use super::{
    line::{Line, Shown},
    listing::{Listed, Merging, More, Parts, SortHead, Toolbar},
    new::NewAccount,
};
use crate::{
    client::Client,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    page::{Page, Sort},
    record::Kind,
};
use leptos::prelude::*;

#[component]
pub fn AccountsPage() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.account();
    let listed = Listed::new(client, Kind::Account);
    let creating = RwSignal::new(false);
    let may_work = client.holds(Right::Work);
    let lines = Memo::new(move |_| {
        client.page.with(|page| match page {
            Page::Accounts { accounts, .. } => client
                .with(|view| accounts.iter().filter_map(|line| Shown::new(line, view, texts.0)).collect::<Vec<_>>()),
            _ => Vec::new(),
        })
    });
    let more = Signal::derive(move || client.page.with(|page| matches!(page, Page::Accounts { more: true, .. })));
    let sorts = vec![(Sort::Name, texts.listing().by_name()), (Sort::Open, texts.listing().by_open())];
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1 class="wide-only">{t.title()}</h1>
            <Parts kind=Kind::Account />
            {may_work.then(|| view! {
                <button type="button" class="btn primary" on:click=move |_| creating.set(true)>
                    <Icon name=IconName::Plus class="i-s" />
                    <span>{t.new()}</span>
                </button>
            })}
        </TopBar>
        <main class="page" id="main">
            <Toolbar listed=listed hint=t.filter() sorts=sorts />
            {move || listed.failed.get().then(|| view! { <p class="notice warn" role="alert">{t.not_searched()}</p> })}
            <div class="table-wrap" on:scroll=move |event| listed.scrolled(&event, more.get_untracked())>
                {move || if lines.with(Vec::is_empty) {
                    view! { <Nothing listed=listed creating=creating may_work=may_work /> }.into_any()
                } else {
                    view! {
                        <table class="table stack">
                            <thead>
                                <tr>
                                    {listed.may_merge.then(|| view! { <td class="pick"></td> })}
                                    <SortHead listed=listed sort=Sort::Name label=t.name() />
                                    <th scope="col">{t.industry()}</th>
                                    <SortHead listed=listed sort=Sort::Open label=t.open_deals() number=true span="2" />
                                    <th scope="col" class="num">{t.won_total()}</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || lines.get() key=|line| line.clone() children=move |line| view! { <Line line=line listed=listed /> } />
                            </tbody>
                        </table>
                    }.into_any()
                }}
                <More listed=listed has_more=more hint=t.more() />
            </div>
        </main>
        {move || creating.get().then(|| view! { <NewAccount open=creating /> })}
        <Merging listed=listed />
    }
}

#[component]
fn Nothing(listed: Listed, creating: RwSignal<bool>, may_work: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.account();
    let text = move || listed.listing.with(|listing| listing.text.clone());
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
            {move || if text().is_empty() {
                view! {
                    <b>{t.empty()}</b>
                    <p>{t.empty_text()}</p>
                    <p class="acts">{create()}</p>
                }.into_any()
            } else {
                view! {
                    <b>{t.nothing(text())}</b>
                    <p class="acts">
                        <button type="button" class="btn" on:click=move |_| listed.search(String::new())>{texts.filter().clear()}</button>
                        {create()}
                    </p>
                }.into_any()
            }}
        </div>
    }
}
