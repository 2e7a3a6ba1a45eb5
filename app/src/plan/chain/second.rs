//! Which tasks a second person must confirm, by rule: how often a task decides the end, times the deal's value, is over a
//! limit. The limit stands in the address, so that a saved view keeps it.

use super::{odds::Indexed, state::Chains};
use crate::{deal::amount::parse_amount, texts::use_texts};
use domain::{
    change::{Delta, Target},
    command::Command,
    money::Money,
    plan::risk::asks_second,
    record::Kind,
};
use leptos::prelude::*;
use serde_json::json;

/// What the plan's deal is worth, where it has an amount.
fn value(chains: Chains) -> Option<Money> {
    let deal = chains.chosen.with(|chosen| chosen.as_ref().and_then(|plan| plan.0.plan.deal))?;
    chains.gantt.client.with(|view| view.deals.get(&deal)?.amount)
}

/// Whether the rule wants a second person for a task that has none yet and is still to be done.
pub fn over(chains: Chains) -> impl Fn(&Indexed) -> bool {
    let value = value(chains);
    let limit = chains.gantt.query.with(|query| query.limit);
    move |it| {
        let (Some(value), Some(limit)) = (value, limit) else { return false };
        !it.confirm && !it.is_done && asks_second(it.index, value.minor, limit)
    }
}

#[component]
pub fn Second(chains: Chains, listed: Memo<Vec<Indexed>>) -> impl IntoView {
    let t = use_texts().plan_chain();
    let client = chains.gantt.client;
    let plan = move || chains.chosen.with(|chosen| chosen.as_ref().map(|plan| plan.0.plan.id));
    let may = move || plan().is_some_and(|plan| chains.gantt.may_edit(plan));
    let proposed = Memo::new(move |_| {
        let over = over(chains);
        listed.with(|listed| listed.iter().filter(|it| over(it)).map(|it| it.task).collect::<Vec<_>>())
    });
    let mark = move |_| {
        let set = |task: &domain::id::TaskId| {
            let target = Target::new(Kind::Task, *task);
            Command::set(target, "confirm", Delta { before: client.value(target, "confirm"), after: json!(true) })
        };
        let mut parts: Vec<Command> = proposed.with_untracked(|tasks| tasks.iter().map(set).collect());
        let count = parts.len();
        let command = if count == 1 { parts.remove(0) } else { Command::Batch { parts } };
        if let Some(id) = client.ask_or_tell(command) {
            client.toasts.done(t.marked(count), id);
        }
    };
    move || {
        let Some(value) = value(chains) else { return view! { <p class="meta">{t.no_value()}</p> }.into_any() };
        let limit = move || {
            let limit = chains.gantt.query.with(|query| query.limit);
            limit.map(|limit| Money::new(limit, value.currency).plain()).unwrap_or_default()
        };
        let write = move |event: web_sys::Event| {
            let typed = event_target_value(&event);
            let limit = parse_amount(&typed, value.currency).map(|money| money.minor);
            chains.gantt.change(|query| query.limit = limit);
        };
        view! {
            <div class="second-rule">
                <label><span>{t.limit(value.currency)}</span>
                    <input class="input sm" inputmode="decimal" title=t.limit_text() prop:value=limit on:change=write />
                </label>
                {move || {
                    let count = proposed.with(Vec::len);
                    match (count, limit().is_empty()) {
                        (_, true) => view! { <span class="meta">{t.limit_text()}</span> }.into_any(),
                        (0, _) => view! { <span class="meta">{t.none_to_mark()}</span> }.into_any(),
                        _ => view! { <button type="button" class="btn" disabled=!may() on:click=mark>{t.mark(count)}</button> }.into_any(),
                    }
                }}
            </div>
        }
        .into_any()
    }
}
