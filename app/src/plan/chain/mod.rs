//! Where plans stand: how much of their buffers is used for how much of their critical chains, how likely they end when, and
//! which of their tasks decide it.

mod details;
mod fever;
mod odds;
mod second;
mod state;

use super::{aside::Aside, moves::Moves, state::Gantt, words};
use crate::{texts::use_texts, ui::HealthMark};
use domain::{
    change::{Delta, Deltas, Target},
    command::Command,
    health::Light,
    plan::length::in_days,
    record::Kind,
    schedule::FeverZone,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use state::{Chains, Stood};

#[component]
pub fn ChainView(gantt: Gantt) -> impl IntoView {
    let t = use_texts().plan_chain();
    let chains = Chains::new(gantt);
    let is_empty = Memo::new(move |_| chains.all.with(Vec::is_empty));
    view! {
        <div class="gantt-wrap">
            <div class="chains fun" tabindex="0" role="group" aria-label=t.title()>
                {move || if is_empty.get() {
                    view! { <div class="empty page-empty"><b>{t.empty()}</b></div> }.into_any()
                } else {
                    view! {
                        <p class="meta note">{t.rule()}</p>
                        <div class="charts">
                            <fever::Fever chains=chains />
                            <Standings chains=chains />
                            <details::Chain chains=chains />
                            <odds::Ends chains=chains />
                        </div>
                    }.into_any()
                }}
            </div>
            <Aside gantt=gantt />
            <Moves gantt=gantt />
        </div>
    }
}

pub fn light(zone: FeverZone) -> Light {
    match zone {
        FeverZone::Green => Light::Green,
        FeverZone::Amber => Light::Amber,
        FeverZone::Red => Light::Red,
    }
}

/// A share as a whole percentage.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 100.0).round())
}

/// All plans, the worst first; pressing one shows its chain.
#[component]
fn Standings(chains: Chains) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_chain();
    let today = chains.gantt.client.today();
    let line = move |(number, stood): (usize, Stood)| {
        let plan = stood.plan;
        let fever = stood.standing.fever;
        let chosen = move || chains.chosen.with(|chosen| chosen.as_ref().is_some_and(|it| it.0.plan.id == plan));
        let zone = match fever.zone {
            FeverZone::Green => t.green(),
            FeverZone::Amber => t.amber(),
            FeverZone::Red => t.red(),
        };
        let buffer =
            if stood.kept > 0 { t.kept(in_days(stood.kept)) } else { t.proposed(in_days(stood.standing.chain.buffer)) };
        view! {
            <tr class:cur=chosen>
                <td class="num third">{number}</td>
                <th scope="row"><button type="button" class="link ell" aria-pressed=move || chosen().to_string()
                    aria-label=t.choose(&stood.name) on:click=move |_| chains.wanted.set(Some(plan))>{stood.name.clone()}</button></th>
                <td><span class="fever-state"><HealthMark level=light(fever.zone) label="" />{zone}</span></td>
                <td class="num">{percent(fever.completed)}</td>
                <td class="num">{percent(fever.consumed)}</td>
                <td class="num">{words::day(stood.last_day, today)}</td>
                <td class="num">{stood.due_on.map_or_else(|| "–".to_owned(), |day| words::day(day, today))}</td>
                <td>{buffer}</td>
                <td>{stood.offer.map(|offer| view! {
                    <button type="button" class="btn mini" title=t.keep_said(offer.due_on, in_days(offer.minutes))
                        on:click=move |_| keep(chains.gantt, plan, offer)>{t.keep()}</button>
                })}</td>
            </tr>
        }
    };
    view! {
        <section class="panel chart wide" aria-label=t.buffer()>
            <header><h2>{t.buffer()}</h2></header>
            <div class="told" tabindex="0">
                <table class="table">
                    <thead><tr>
                        <th scope="col" class="num">"#"</th>
                        <th scope="col">{t.plan()}</th>
                        <th scope="col">{t.zone()}</th>
                        <th scope="col" class="num">{t.completed()}</th>
                        <th scope="col" class="num">{t.consumed()}</th>
                        <th scope="col" class="num">{t.end()}</th>
                        <th scope="col" class="num">{t.promised()}</th>
                        <th scope="col">{t.buffer()}</th>
                        <td></td>
                    </tr></thead>
                    <tbody>{move || chains.all.get().into_iter().enumerate().map(|(at, stood)| line((at + 1, stood))).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// Keeps the proposed buffer and promises the day that follows from it, as one command.
fn keep(gantt: Gantt, plan: domain::id::PlanId, offer: state::Offer) {
    let client = gantt.client;
    let target = Target::new(Kind::Plan, plan);
    let delta = |field: &str, after: Value| (field.to_owned(), Delta { before: client.value(target, field), after });
    let fields = [delta("buffer", json!(offer.minutes)), delta("due_on", json!(offer.due_on))];
    let fields: Deltas = fields.into_iter().filter(|(_, delta)| delta.before != delta.after).collect();
    if let Some(id) = client.ask_or_tell(Command::Edit { target, fields }) {
        client.toasts.done(client.texts.plan_chain().buffer_kept(offer.due_on), id);
    }
}
