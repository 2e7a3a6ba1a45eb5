//! By what one knows that a task is done: each criterion ticked with what shows it, and the second person's word.

use super::{act, state::Gantt, words};
use crate::{
    client::new_id,
    texts::use_texts,
    ui::{Icon, IconName, is_composing},
};
use domain::{
    command::Command,
    id::{CriterionId, TaskId},
    plan::{Criterion, Evidence, Task},
};
use leptos::{html, prelude::*};
use serde_json::{Value, json};
use std::sync::Arc;

fn record(gantt: Gantt, task: TaskId) -> Option<Arc<Task>> {
    gantt.plans.with(|plans| plans.task(task).cloned())
}

fn by(gantt: Gantt, evidence: &Evidence) -> String {
    let name = gantt.client.with(|view| view.members.get(&evidence.by).map(|member| member.name.clone()));
    let day = words::day_of(&gantt.client.zone(), evidence.at, gantt.client.today());
    let who = format!("{} {day}", name.unwrap_or_default());
    if evidence.note.is_empty() { who } else { format!("{who} · {}", evidence.note) }
}

#[component]
pub fn Criteria(gantt: Gantt, task: TaskId, may: bool) -> impl IntoView {
    let t = use_texts().gantt();
    let list = Memo::new(move |_| {
        let task = record(gantt, task)?;
        let mut list: Vec<(CriterionId, Criterion)> =
            task.criteria.iter().map(|(id, one)| (*id, one.clone())).collect();
        list.sort_by_key(|(id, one)| (one.position, *id));
        Some(list)
    });
    let count = move || {
        list.with(|list| {
            list.as_ref().map_or((0, 0), |list| (list.iter().filter(|(_, one)| one.met.is_some()).count(), list.len()))
        })
    };
    // The one for which is asked what shows it.
    let asked = RwSignal::new(None::<CriterionId>);
    let typed = RwSignal::new(String::new());
    let add = move |event: web_sys::KeyboardEvent| {
        let text = typed.get_untracked().trim().to_owned();
        if event.key() != "Enter" || is_composing(&event) || text.is_empty() {
            return;
        }
        event.prevent_default();
        let position = list.with_untracked(|list| {
            list.as_ref().map_or(0, |list| list.iter().map(|(_, one)| one.position + 1).max().unwrap_or(0))
        });
        let field = format!("criteria.{}", CriterionId(new_id()));
        if act::set(gantt, task, &[(&field, json!(Criterion { text, position, met: None }))]) {
            typed.set(String::new());
        }
    };
    view! {
        <section class="criteria" aria-label=t.criteria()>
            <h3>{t.criteria()}<span class="meta">{move || { let (met, all) = count(); (all > 0).then(|| format!("{met} / {all}")) }}</span></h3>
            <ul>
                {move || list.get().unwrap_or_default().into_iter().map(|(id, one)| view! {
                    <One gantt=gantt task=task id=id one=one asked=asked may=may />
                }).collect_view()}
            </ul>
            {may.then(|| view! {
                <input class="input" type="text" autocomplete="off" aria-label=t.new_criterion() placeholder=t.new_criterion()
                    prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) on:keydown=add />
            })}
        </section>
    }
}

#[component]
fn One(
    gantt: Gantt,
    task: TaskId,
    id: CriterionId,
    one: Criterion,
    asked: RwSignal<Option<CriterionId>>,
    may: bool,
) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let is_met = one.met.is_some();
    let owner = gantt.plans.with_untracked(|plans| plans.task(task).and_then(|task| task.owner));
    let may_tick = may || owner == Some(gantt.client.me);
    let tick = move |met: bool, note: String| {
        asked.set(None);
        gantt.client.ask_or_tell(Command::Tick { task, criterion: id, met, note });
    };
    let change = move |event: web_sys::Event| {
        if event_target_checked(&event) {
            asked.set(Some(id));
        } else {
            tick(false, String::new());
        }
    };
    let remove = move |_| {
        act::set(gantt, task, &[(&format!("criteria.{id}"), Value::Null)]);
    };
    let text = one.text.clone();
    let evidence = one.met.as_ref().map(|met| by(gantt, met));
    view! {
        <li>
            <label class="checkline">
                <input type="checkbox" checked=is_met prop:checked=move || is_met || asked.get() == Some(id) disabled=!may_tick on:change=change />
                <span>{one.text}</span>
            </label>
            {(may && !is_met).then(|| view! {
                <button type="button" class="btn plain icon mini" aria-label=t.remove(text) on:click=remove><Icon name=IconName::X class="i-s" /></button>
            })}
            {evidence.map(|evidence| view! { <p class="meta">{evidence}</p> })}
            {move || (asked.get() == Some(id)).then(|| view! {
                <Note label=t.evidence() button=t.tick() commit=Callback::new(move |note| tick(true, note)) cancel=Callback::new(move |()| asked.set(None)) />
            })}
        </li>
    }
}

/// What shows it: a line, and the button that takes it.
#[component]
fn Note(label: &'static str, button: &'static str, commit: Callback<String>, cancel: Callback<()>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| {
        let _ = input.focus();
    });
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" if !is_composing(&event) => {
            event.prevent_default();
            commit.run(text.get_untracked());
        }
        "Escape" => {
            event.stop_propagation();
            cancel.run(());
        }
        _ => {}
    };
    view! {
        <div class="note-line">
            <input class="input" type="text" autocomplete="off" aria-label=label placeholder=label node_ref=node
                on:input=move |event| text.set(event_target_value(&event)) on:keydown=on_key />
            <button type="button" class="btn" on:click=move |_| commit.run(text.get_untracked())>{button}</button>
        </div>
    }
}

/// That somebody other than its owner has seen it done.
#[component]
pub fn Confirming(gantt: Gantt, task: TaskId, may: bool) -> impl IntoView {
    let t = use_texts().gantt();
    let now = Memo::new(move |_| {
        let task = record(gantt, task)?;
        let is_own = [task.owner, task.finished_by].contains(&Some(gantt.client.me));
        Some((task.confirm, task.confirmed.clone(), is_own, task.unmet().len()))
    });
    let asking = RwSignal::new(false);
    let change = move |event: web_sys::Event| {
        act::set(gantt, task, &[("confirm", json!(event_target_checked(&event)))]);
    };
    let confirm = Callback::new(move |note: String| {
        if gantt.client.ask_or_tell(Command::Confirm { task, note }).is_some() {
            asking.set(false);
        }
    });
    move || {
        now.get().map(|(wanted, confirmed, is_own, unmet)| {
            let evidence = confirmed.map(|it| by(gantt, &Evidence { by: it.by, at: it.at, note: it.note }));
            let waits = wanted && evidence.is_none();
            view! {
                <section class="confirming" aria-label=t.second_person()>
                    <label class="checkline">
                        <input type="checkbox" checked=wanted prop:checked=wanted disabled=!may on:change=change />
                        <span>{t.second_person()}</span>
                    </label>
                    {evidence.map(|evidence| view! { <p class="meta">{t.confirmed()} " · " {evidence}</p> })}
                    {(waits && is_own).then(|| view! { <p class="meta">{t.another_confirms()}</p> })}
                    {(waits && !is_own && unmet > 0).then(|| view! { <p class="meta">{t.criteria_first()}</p> })}
                    {(waits && !is_own && unmet == 0).then(|| view! {
                        {move || if asking.get() {
                            view! { <Note label=t.evidence() button=t.confirm() commit=confirm cancel=Callback::new(move |()| asking.set(false)) /> }.into_any()
                        } else {
                            view! { <button type="button" class="btn" on:click=move |_| asking.set(true)>{t.confirm()}</button> }.into_any()
                        }}
                    })}
                </section>
            }
        })
    }
}
