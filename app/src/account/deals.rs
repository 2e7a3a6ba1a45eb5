//! Deals in three groups, open, won and lost, each with its total; in each the newer before the older.

use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Avatar,
        figure::{Exact, sums_text},
    },
};
use domain::{
    board::Totals,
    deal::Deal,
    member::Member,
    page::Address,
    pipeline::{Outcome, Stage},
};
use leptos::prelude::*;
use leptos_router::components::A;
use std::cmp::Reverse;

#[component]
pub fn Deals(
    title: &'static str,
    /// What is said where there are none.
    none: &'static str,
    /// Which deals.
    #[prop(into)]
    wanted: Callback<Deal, bool>,
) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.deal();
    let deals = Memo::new(move |_| {
        client.with(|view| {
            let of_record = view.deals.values().filter(|deal| wanted.run((*deal).clone()));
            let mut lines: Vec<Shown> = of_record
                .map(|deal| Shown {
                    deal: deal.clone(),
                    stage: view.stages.get(&deal.stage).cloned(),
                    owner: view.members.get(&deal.owner).cloned(),
                })
                .collect();
            lines.sort_by_key(|line| (Reverse(line.deal.created_at), line.deal.id));
            lines
        })
    });
    let group = move |outcome: Outcome, name: &'static str| {
        let lines = Memo::new(move |_| {
            deals.with(|all| all.iter().filter(|line| line.outcome() == outcome).cloned().collect::<Vec<_>>())
        });
        move || {
            let lines = lines.get();
            (!lines.is_empty()).then(|| {
                let mut totals = Totals::default();
                for amount in lines.iter().filter_map(|line| line.deal.amount) {
                    totals.sums.entry(amount.currency).or_default().amount += i128::from(amount.minor);
                }
                view! {
                    <tbody>
                        <tr class="group">
                            <th scope="rowgroup" colspan="2">{name} " " <span class="n">{lines.len()}</span></th>
                            <td class="num figure"><span class="money">{sums_text(&totals, false, texts.0)}</span></td>
                            <td></td>
                        </tr>
                        {lines.into_iter().map(|line| view! { <DealLine line=line /> }).collect_view()}
                    </tbody>
                }
            })
        }
    };
    let groups = move || {
        [
            (Outcome::Open, texts.account().open_deals()),
            (Outcome::Won, texts.account().won()),
            (Outcome::Lost, texts.pipeline().kind_lost()),
        ]
        .map(|(outcome, name)| group(outcome, name))
        .into_iter()
        .collect_view()
    };
    view! {
        <div class="panel">
            <header>
                <h2>{title}</h2>
                <span class="meta">{move || deals.with(Vec::len)}</span>
            </header>
            {move || if deals.with(Vec::is_empty) {
                view! { <p class="second">{none}</p> }.into_any()
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
                        {groups()}
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
    fn outcome(&self) -> Outcome {
        self.stage.as_ref().map_or(Outcome::Open, |stage| stage.outcome)
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
