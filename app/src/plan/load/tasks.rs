//! What is in a cell: each task with its plan and hours, to be opened, dragged to somebody or given to them by a choice.

use super::{
    give::{give, take},
    state::{Load, column_words, hours},
    table::focus,
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    id::{MemberId, TaskId},
    plan::{lines::Key, load},
};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Item {
    task: TaskId,
    title: String,
    plan: String,
    hours: String,
    is_done: bool,
    may: bool,
}

fn items(of: Load) -> Option<(Option<MemberId>, String, Vec<Item>)> {
    let (who, first) = of.open.get()?;
    let column = of.columns.with(|columns| columns.iter().find(|column| column.first == first).copied())?;
    let plans = super::plans(of.gantt);
    let item = |part: load::Part| {
        let plan = &plans[part.plan];
        let task = &plan.tasks[part.place as usize];
        Item {
            task: task.id,
            title: task.title.clone(),
            plan: plan.plan.name.clone(),
            hours: hours(part.minutes),
            is_done: task.is_done(),
            may: of.gantt.may_edit_task(task.id),
        }
    };
    let list = load::parts(&plans, who, column).into_iter().map(item).collect();
    let (name, day) = column_words(of.by_days(), column);
    Some((who, if of.by_days() { day } else { format!("{name} {day}") }, list))
}

#[component]
pub fn Tasks(load: Load) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_load();
    let listed = Memo::new(move |_| items(load).filter(|_| load.gantt.open.get().is_none()));
    let is_shown = Memo::new(move |_| listed.with(Option::is_some));
    let close = move || {
        load.open.set(None);
        let (row, column) = load.at.get_untracked();
        request_animation_frame(move || focus(row, column));
    };
    let who = Memo::new(move |_| listed.with(|listed| listed.as_ref().and_then(|(who, ..)| *who)));
    let head = move || listed.with(|listed| listed.as_ref().map(|(who, when, _)| (load.name(*who), when.clone())));
    let list = move || listed.with(|listed| listed.as_ref().map(|(.., list)| list.clone()).unwrap_or_default());
    move || {
        is_shown.get().then(|| view! {
            <aside class="gaside load-tasks" aria-label=t.cell_tasks()
                on:keydown=move |event| if event.key() == "Escape" { event.stop_propagation(); close(); }>
                <button type="button" class="btn plain icon close" aria-label=texts.common().close() on:click=move |_| close()><Icon name=IconName::X /></button>
                <h2 class="ell">{move || head().map(|(name, _)| name)}</h2>
                <p class="meta">{move || head().map(|(_, when)| when)}</p>
                {move || list().is_empty().then(|| view! { <p class="second">{t.cell_empty()}</p> })}
                <ul class="lines">
                    <For each=list key=|item| (item.task, item.hours.clone(), item.is_done, item.title.clone()) children=move |item| {
                        view! { <One load=load item=item who=who.get_untracked() /> }
                    } />
                </ul>
            </aside>
        })
    }
}

#[component]
fn One(load: Load, item: Item, who: Option<MemberId>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_load();
    let task = item.task;
    let people = move || {
        let people = load.people.get();
        people.into_iter().filter(|other| *other != who).map(|other| (other, load.name(other))).collect::<Vec<_>>()
    };
    let chosen = move |event: web_sys::Event| {
        let value = event_target_value(&event);
        if value != "-" {
            give(load.gantt, &[task], value.parse().ok());
        }
    };
    let title = item.title.clone();
    view! {
        <li>
            {(item.may && !item.is_done).then(|| view! {
                <span class="grip" aria-hidden="true" title=t.drag() on:pointerdown=move |event| {
                    event.prevent_default();
                    take(load, vec![task], who, &event);
                }>"⋮⋮"</span>
            })}
            <button type="button" class="link grow ell" on:click=move |_| load.gantt.open.set(Some(Key::Task(task)))>{item.title}</button>
            <span class="num">{t.hours(item.hours)}</span>
            <span class="meta ell plan">{item.plan}{item.is_done.then(|| format!(" · {}", texts.gantt().done()))}</span>
            {(item.may && !item.is_done).then(|| view! {
                <span class="select sm">
                    <select aria-label=t.give(title) on:change=chosen>
                        <option value="-" selected=true>{t.give_to()}</option>
                        {move || people().into_iter().map(|(other, name)| view! {
                            <option value=other.map(|other| other.to_string()).unwrap_or_default()>{name}</option>
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            })}
        </li>
    }
}
