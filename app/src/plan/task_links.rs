//! What a task waits for, and what waits for it; links are drawn here by name, and given their kind and lag.

use super::{act, length_input::LengthInput, state::Gantt, words};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    id::TaskId,
    plan::{Length, lines::Key},
    schedule::LinkKind,
};
use leptos::prelude::*;

/// How many tasks are offered.
const OFFERED: usize = 8;

#[component]
pub fn TaskLinks(gantt: Gantt, task: TaskId, may: bool) -> impl IntoView {
    let t = use_texts().gantt();
    let track = move || {
        gantt.draft.track();
        gantt.plans.track();
    };
    let before = Memo::new(move |_| {
        track();
        let (plan, place) = gantt.stand(task)?;
        let links = plan.tasks[place as usize].links.keys().filter_map(|from| Some((plan.place(*from)?, *from)));
        let mut links: Vec<_> = links.collect();
        links.sort_unstable();
        Some(links.into_iter().map(|(_, from)| from).collect::<Vec<_>>())
    });
    let after = Memo::new(move |_| {
        track();
        let (plan, place) = gantt.stand(task)?;
        let waiting = plan.schedule.input().links.iter().filter(|link| link.from == place);
        Some(
            waiting
                .map(|link| (plan.outline.order[link.to as usize], plan.tasks[link.to as usize].title.clone()))
                .collect::<Vec<_>>(),
        )
    });
    view! {
        <section class="task-links" aria-label=t.links()>
            <h3>{t.waits_for()}</h3>
            <ul>
                <For each=move || before.get().unwrap_or_default() key=|from| *from children=move |from| view! {
                    <One gantt=gantt from=from to=task may=may />
                } />
            </ul>
            {may.then(|| view! { <Add gantt=gantt task=task /> })}
            {move || after.get().filter(|list| !list.is_empty()).map(|list| view! {
                <h3>{t.waited_for_by()}</h3>
                <ul>
                    {list.into_iter().map(|(id, title)| view! {
                        <li><button type="button" class="link ell" on:click=move |_| act::choose(gantt, Key::Task(id))>{title}</button></li>
                    }).collect_view()}
                </ul>
            })}
        </section>
    }
}

#[component]
fn One(gantt: Gantt, from: TaskId, to: TaskId, may: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let now = Memo::new(move |_| {
        gantt.draft.track();
        gantt.plans.track();
        let (plan, place) = gantt.stand(to)?;
        let link = *plan.tasks[place as usize].links.get(&from)?;
        Some((plan.task(from)?.title.clone(), link.kind, link.lag))
    });
    let title =
        Signal::derive(move || now.with(|now| now.as_ref().map(|(title, ..)| title.clone()).unwrap_or_default()));
    let kind = move || now.with(|now| now.as_ref().map_or(LinkKind::FinishStart, |(_, kind, _)| *kind));
    let lag = Signal::derive(move || now.with(|now| now.as_ref().map_or(Length::ZERO, |(.., lag)| *lag)));
    let choose = move |event: web_sys::Event| {
        let word = event_target_value(&event);
        if let Some((kind, _)) = words::KINDS.into_iter().find(|(_, other)| *other == word) {
            act::link(gantt, from, to, kind);
        }
    };
    let put = Callback::new(move |lag: Length| {
        act::edit(gantt, to, move |_, task| {
            if let Some(link) = task.links.get_mut(&from) {
                link.lag = lag;
            }
        });
    });
    view! {
        <li class="one-link" class:chosen=move || gantt.link.get() == Some((from, to))>
            <button type="button" class="link ell" on:click=move |_| act::choose(gantt, Key::Task(from))>{title}</button>
            {if may {
                view! {
                    <span class="select sm">
                        <select aria-label=move || t.kind_of(title.get()) on:change=choose>
                            {words::KINDS.into_iter().map(|(this, word)| view! {
                                <option value=word selected=untrack(kind) == this prop:selected=move || kind() == this>{words::kind(texts, this)}</option>
                            }).collect_view()}
                        </select>
                        <Icon name=IconName::Down class="i-s" />
                    </span>
                    <LengthInput label=Signal::derive(move || t.lag_of(title.get())) value=lag signed=true commit=put />
                    <button type="button" class="btn plain icon mini" aria-label=move || t.remove(title.get()) on:click=move |_| act::unlink(gantt, from, to)>
                        <Icon name=IconName::X class="i-s" />
                    </button>
                }.into_any()
            } else {
                view! { <span class="meta">{move || words::kind(texts, kind())} " " {move || words::length(texts, lag.get())}</span> }.into_any()
            }}
        </li>
    }
}

/// A task by a part of its name.
#[component]
fn Add(gantt: Gantt, task: TaskId) -> impl IntoView {
    let t = use_texts().gantt();
    let text = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = text.with(|text| text.trim().to_lowercase());
        let (plan, place) = gantt.stand(task).filter(|_| !wanted.is_empty())?;
        let own = &plan.tasks[place as usize];
        let others = plan.tasks.iter().filter(|other| other.id != task && !own.links.contains_key(&other.id));
        let named = others.filter(|other| other.title.to_lowercase().contains(&wanted));
        Some(named.take(OFFERED).map(|other| (other.id, other.title.clone())).collect::<Vec<_>>())
    });
    let take = move |from: TaskId| {
        text.set(String::new());
        act::link(gantt, from, task, LinkKind::FinishStart);
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter"
            && let Some((first, _)) = found.get_untracked().and_then(|found| found.into_iter().next())
        {
            event.prevent_default();
            take(first);
        }
    };
    view! {
        <input class="input" type="text" autocomplete="off" aria-label=t.add_link() placeholder=t.add_link() prop:value=move || text.get()
            on:input=move |event| text.set(event_target_value(&event)) on:keydown=on_key />
        <ul class="choices" aria-label=t.add_link()>
            {move || found.get().unwrap_or_default().into_iter().map(|(id, title)| view! {
                <li><button type="button" class="btn plain wide" on:click=move |_| take(id)>{title}</button></li>
            }).collect_view()}
        </ul>
    }
}
