//! What the process costs: in which steps and approvals the time goes, and what a change would have saved.

use super::{chart::Chart, door::Door, words};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, gate::approver_name},
};
use domain::{
    funnel::{figure::Figure, path::PathCost, report::Report},
    gate::{Found, find},
    process::cost::Saving,
    stay::StageIndex,
};
use leptos::prelude::*;
use std::sync::Arc;

const LINE: f64 = 30.0;
const NAMES: f64 = 130.0;
const WIDTH: f64 = 480.0;

/// The name of a stage by its number.
pub fn name_of(client: Client, report: &Report, stage: StageIndex) -> String {
    let id = report.playback.stages.get(usize::from(stage)).copied();
    id.map(|id| client.peek(|view| words::stage(view, id))).unwrap_or_default()
}

#[component]
#[expect(clippy::cast_precision_loss, reason = "drawn to a point")]
pub fn ProcessOf(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let (t, own) = (texts.funnel(), texts.process());
    let client = expect_context::<Client>();
    let cost = report.main.process.clone();
    let head = [t.stage(), own.visits(), t.deals(), own.days_each(), t.p50(), t.p85(), t.p95(), t.share()];
    let rows = cost.steps.iter().map(|step| {
        let per_deal = step.per_deal;
        let days = [per_deal.mean, per_deal.median, per_deal.p85, per_deal.p95].map(words::number);
        let first = [name_of(client, &report, step.stage), step.visits.to_string(), per_deal.count.to_string()];
        first.into_iter().chain(days).chain([words::percent(texts, step.share)]).collect()
    });
    let rows: Vec<Vec<String>> = std::iter::once(head.map(str::to_owned).into()).chain(rows).collect();
    let most = cost.steps.first().map_or(1.0, |step| step.share.max(f64::MIN_POSITIVE));
    let lines = cost.steps.iter().enumerate().map(|(at, step)| {
        let y = LINE * at as f64 + LINE / 2.0;
        let width = (WIDTH - NAMES - 150.0) * step.share / most;
        let figures = own.step_text(words::number(step.per_deal.mean), words::percent(texts, step.share));
        view! {
            <text class="lb name" x="0" y=format!("{:.1}", y + 4.0)>{words::fitting(&name_of(client, &report, step.stage), NAMES)}</text>
            <rect class="r4" x=NAMES.to_string() y=format!("{:.1}", y - 6.0) width=format!("{width:.1}") height="12" />
            <text class="lb" x=format!("{:.1}", NAMES + width + 8.0) y=format!("{:.1}", y + 4.0)>{figures}</text>
        }
    });
    let lines = lines.collect_view();
    let height = LINE * cost.steps.len() as f64 + 4.0;
    let note = own.note(words::count(cost.ended));
    let is_empty = cost.steps.is_empty();
    view! {
        <Chart name=own.title() note=note file="process-cost" rows=rows>
            {if is_empty {
                view! { <p class="second">{own.empty()}</p> }.into_any()
            } else {
                view! {
                    <svg viewBox=format!("0 0 {WIDTH} {height}") class="plot" aria-hidden="true">{lines}</svg>
                    <Approvals report=report.clone() />
                    <WhatIf report=report cost=cost />
                }.into_any()
            }}
        </Chart>
    }
}

/// How long deals waited for each approval.
#[component]
fn Approvals(report: Arc<Report>) -> impl IntoView {
    let texts = use_texts();
    let own = texts.process();
    let client = expect_context::<Client>();
    let approvals = report.main.process.approvals.clone();
    if approvals.is_empty() {
        return ().into_any();
    }
    let lines = approvals.into_iter().map(|approval| {
        let by = client.peek(|view| match find(view, approval.condition) {
            Some((_, Found::Approval(it))) => approver_name(texts, view, it.by),
            _ => String::new(),
        });
        let name = own.approval(by, name_of(client, &report, approval.before));
        let waited = approval.waited;
        let figure = Figure::Approved(approval.condition);
        view! {
            <tr>
                <th scope="row">{name.clone()}</th>
                <td class="num"><Door count=waited.count figure=figure name=name /></td>
                <td class="num">{words::number(waited.mean)}</td>
                <td class="num">{words::number(waited.p85)}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <table class="lo approvals">
            <thead><tr>
                <th scope="col">{own.approvals()}</th>
                <th scope="col" class="num">{texts.funnel().deals()}</th>
                <th scope="col" class="num">{own.waited()}</th>
                <th scope="col" class="num">{texts.funnel().p85()}</th>
            </tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

/// What leaving a step out, or running two side by side, would have saved.
#[component]
fn WhatIf(report: Arc<Report>, cost: PathCost) -> impl IntoView {
    let texts = use_texts();
    let own = texts.process();
    let client = expect_context::<Client>();
    let options: Vec<(StageIndex, String)> =
        cost.without.iter().map(|(stage, _)| (*stage, name_of(client, &report, *stage))).collect();
    let first = cost.steps.first().map(|step| step.stage);
    let (one, other) = (RwSignal::new(first), RwSignal::new(None::<StageIndex>));
    let names = StoredValue::new(options.clone());
    let cost = StoredValue::new(cost);
    let name = move |stage: StageIndex| {
        names
            .with_value(|names| names.iter().find(|(it, _)| *it == stage).map(|(_, name)| name.clone()))
            .unwrap_or_default()
    };
    let result = move || {
        let one = one.get()?;
        let saving = cost.with_value(|cost| match other.get().filter(|other| *other != one) {
            None => cost.without.iter().find(|(stage, _)| *stage == one).map(|(_, saving)| *saving),
            Some(other) => {
                let is_it = |stages: [StageIndex; 2]| stages == [one, other] || stages == [other, one];
                cost.beside.iter().find(|pair| is_it(pair.stages)).map(|pair| pair.saving)
            }
        });
        let what = match other.get().filter(|other| *other != one) {
            None => own.without(name(one)),
            Some(other) => own.beside(name(one), name(other)),
        };
        Some(saving.map_or_else(|| own.only_neighbours().to_owned(), |saving| saved(texts, &what, &saving)))
    };
    let beside: Vec<_> = options.iter().map(|(stage, name)| (*stage, own.beside_option(name))).collect();
    let pick = |label: &'static str,
                none: Option<&'static str>,
                options: Vec<(StageIndex, String)>,
                chosen: RwSignal<Option<StageIndex>>| {
        view! {
            <span class="select sm">
                <select aria-label=label on:change=move |event| chosen.set(event_target_value(&event).parse().ok())>
                    {none.map(|none| view! { <option value="" selected={chosen.get_untracked().is_none()}>{none}</option> })}
                    {options.into_iter().map(|(stage, name)| view! {
                        <option value=stage.to_string() selected={chosen.get_untracked() == Some(stage)}>{name}</option>
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
        }
    };
    view! {
        <section class="what-if" aria-label=own.what_if()>
            <p class="what-if-of">
                <b>{own.what_if()}</b>
                {pick(own.leave_out(), None, options, one)}
                {pick(own.beside_what(), Some(own.left_out()), beside, other)}
            </p>
            <p class="second" role="status">{result}</p>
        </section>
    }
}

#[expect(clippy::cast_precision_loss, reason = "days below 2^53")]
fn saved(texts: Texts, what: &str, saving: &Saving) -> String {
    let own = texts.process();
    let mean = if saving.of == 0 { 0.0 } else { saving.total as f64 / saving.of as f64 };
    let before = words::number(saving.before.unwrap_or(0.0));
    let deals = own.of_deals(words::count(saving.deals), words::count(saving.of));
    match saving.per_deal {
        Some(estimate) => {
            let (low, high) = (words::number(estimate.low.max(0.0)), words::number(estimate.high));
            own.saved(before, words::number(mean), deals, high, low, what)
        }
        None => own.saved_once(before, words::number(mean), deals, what),
    }
}
