//! A look into a card without leaving the board: what a deal says of itself, beside its column.

use super::state::Board;
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, activity::kind_name, figure::Exact, time},
};
use domain::{id::DealId, page::Address};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn Peek(board: Board, deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let client = board.client;
    let t = texts.deal();
    move || {
        let deal = client.with(|view| view.deals.get(&deal).cloned())?;
        let today = client.today();
        let (account, owner, stage) = client.peek(|view| {
            let account = deal.account.and_then(|account| view.accounts.get(&account));
            (
                account.map(|account| account.name.clone()),
                view.members.get(&deal.owner).map(|member| member.name.clone()),
                view.stages.get(&deal.stage).map(|stage| stage.name.clone()),
            )
        });
        let next = board.next(deal.id).map(|next| {
            let day = next.due_on.map(|due| time::day(texts, due, today)).unwrap_or_default();
            format!("{day} {} {}", kind_name(texts, next.activity_type), next.subject)
        });
        let row = |label: &'static str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            value.map(|value| view! { <div><dt>{label}</dt><dd class="val">{value}</dd></div> })
        };
        Some(view! {
            <aside class="peek" aria-label=texts.move_menu().peek() aria-live="polite">
                <header>
                    <h2>{deal.title.clone()}</h2>
                    <button type="button" class="btn plain icon" aria-label=texts.common().close()
                        on:click=move |_| board.peeked.set(None)><Icon name=IconName::X /></button>
                </header>
                <p class="money">{deal.amount.map(|amount| view! { <Exact amount=amount /> })}</p>
                <dl class="fields">
                    {row(t.account(), account)}
                    {row(t.stage(), stage)}
                    {row(t.owner(), owner)}
                    {row(t.close_date(), deal.close_on.map(|day| day.to_string()))}
                    {row(texts.activity().next_title(), next)}
                    {row(t.source(), Some(deal.source.clone()))}
                    {row(t.tags(), Some(deal.tags.join(", ")))}
                    {row(t.notes(), Some(deal.notes.clone()))}
                </dl>
                <A href=Address::Deal(deal.id).path() attr:class="btn">{texts.move_menu().open()}</A>
            </aside>
        })
    }
}
