//! What if: changes gather without being saved, until they are accepted as one or thrown away.

use super::{act, state::Gantt};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{id::PlanId, plan::lines::Key};
use leptos::prelude::*;

#[component]
pub fn WhatIf(gantt: Gantt) -> impl IntoView {
    let t = use_texts().gantt();
    let chosen = RwSignal::new(None::<PlanId>);
    let days = RwSignal::new("10".to_owned());
    let plans = move || {
        gantt.plans.with(|plans| {
            let editable = plans.list.iter().filter(|shown| gantt.may_edit(shown.plan.id));
            editable.map(|shown| (shown.plan.id, shown.plan.name.clone())).collect::<Vec<_>>()
        })
    };
    // The plan that is looked at, or the first.
    let of = move || {
        let here = match gantt.chosen.get() {
            Some(Key::Plan(plan)) => Some(plan),
            Some(Key::Task(task)) => gantt.plans.with(|plans| plans.task(task).map(|task| task.plan)),
            _ => None,
        };
        chosen.get().or(here).or_else(|| plans().first().map(|(id, _)| *id))
    };
    let slip = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(plan) = untrack(of) else { return };
        match days.get_untracked().trim().parse::<i32>() {
            Ok(days) if (1..=1000).contains(&days.abs()) => {
                if act::shift(gantt, Key::Plan(plan), days) {
                    act::say_moves(gantt);
                }
            }
            _ => gantt.client.toasts.fail(t.expect_days()),
        }
    };
    move || {
        gantt.trying.get().then(|| view! {
            <form class="notice what-if" aria-label=t.what_if() on:submit=slip>
                <span class="grow"><b>{t.what_if()}</b> " " {t.what_if_text()}</span>
                <span class="slip">
                    <span class="select sm">
                        <select aria-label=t.plan() on:change=move |event| chosen.set(event_target_value(&event).parse().ok())>
                            {move || plans().into_iter().map(|(id, name)| view! {
                                <option value=id.to_string() selected=untrack(of) == Some(id) prop:selected=move || of() == Some(id)>{name}</option>
                            }).collect_view()}
                        </select>
                        <Icon name=IconName::Down class="i-s" />
                    </span>
                    <span>{t.slips_by()}</span>
                    <input class="input sm days" type="number" min="-1000" max="1000" step="1" aria-label=t.working_days()
                        prop:value=move || days.get() on:input=move |event| days.set(event_target_value(&event)) />
                    <span>{t.working_days()}</span>
                    <button type="submit" class="btn">{t.try_out()}</button>
                </span>
                <button type="button" class="btn" on:click=move |_| act::take_back(gantt)>{t.throw_away()}</button>
            </form>
        })
    }
}
