//! The deals with an account: those that are open first, then the newer before the older.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{Avatar, figure::Exact},
};
use domain::{
    deal::Deal,
    id::AccountId,
    member::Member,
    page::Address,
    pipeline::{Outcome, Stage},
};
use leptos::prelude::*;
use leptos_router::components::A;
use std::cmp::Reverse;

#[component]
pub fn Deals(account: AccountId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.deal();
    let deals = Memo::new(move |_| {
        client.with(|view| {
            let of_account = view.deals.values().filter(|deal| deal.account == Some(account));
            let mut lines: Vec<Shown> = of_account
                .map(|deal| Shown {
                    deal: deal.clone(),
                    stage: view.stages.get(&deal.stage).cloned(),
                    owner: view.members.get(&deal.owner).cloned(),
                })
                .collect();
            lines.sort_by_key(|line| (!line.is_open(), Reverse(line.deal.created_at), line.deal.id));
            lines
        })
    });
    view! {
        <div class="panel">
            <header>
                <h2>{texts.account().deals()}</h2>
                <span class="meta">{move || deals.with(Vec::len)}</span>
            </header>
            {move || if deals.with(Vec::is_empty) {
                view! { <p class="second">{texts.account().no_deals()}</p> }.into_any()
            } else {
                view! {
                    <table class="table stack plainhead">
                        <thead>
                            <tr>
                                <th scope="col">{t.name()}</th>
                                <th scope="col">{t.stage()}</th>
                                <th scope="col" class="num">{t.amount()}</th>
                                <th scope="col">{t.owner()}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || deals.get().into_iter().map(|line| view! { <DealLine line=line /> }).collect_view()}
                        </tbody>
                    </table>
                }.into_any()
            }}
        </div>
    }
}

#[derive(Clone, PartialEq)]
struct Shown {
    deal: Deal,
    stage: Option<Stage>,
    owner: Option<Member>,
}

impl Shown {
    fn is_open(&self) -> bool {
        self.stage.as_ref().is_none_or(|stage| stage.outcome == Outcome::Open)
    }
}

#[component]
fn DealLine(line: Shown) -> impl IntoView {
    let client = expect_context::<Client>();
    let Shown { deal, stage, owner } = line;
    let owner_name = owner.as_ref().map(|owner| owner.name.clone());
    view! {
        <tr>
            <td class="name"><A href=Address::Deal(deal.id).path()>{deal.title}</A></td>
            <td class="second">{stage.map(|stage| stage.name)}</td>
            <td class="num figure">{deal.amount.map(|amount| view! { <Exact amount=amount /> })}</td>
            <td><span class="person"><Avatar member=owner me=client.me /><span class="second">{owner_name}</span></span></td>
        </tr>
    }
}
