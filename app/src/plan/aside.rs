//! What stands beside the chart: the fields of the task or the plan that is open.

use super::{
    act,
    baselines::Baselines,
    criteria::{Confirming, Criteria},
    length_input::LengthInput,
    state::Gantt,
    task_links::TaskLinks,
    words,
};
use crate::{
    deal::{fields::FieldRow, shape::Shape},
    texts::use_texts,
    ui::{Icon, IconName},
};
use chrono::{NaiveDateTime, NaiveTime};
use domain::{
    change::Target,
    id::{PlanId, TaskId},
    page::Address,
    plan::{Length, Task, lines::Key},
    record::Kind,
    schedule::Dates,
};
use leptos::prelude::*;
use leptos_router::components::A;
use serde_json::json;
use std::sync::Arc;

#[component]
pub fn Aside(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    // It is drawn anew for another task, not for another value.
    let is_there = move |key: &Key| match key {
        Key::Task(task) => gantt.plans.with(|plans| plans.task(*task).is_some()),
        Key::Plan(plan) => gantt.plans.with(|plans| plans.number(*plan).is_some()),
        Key::Owner(_) => false,
    };
    let open = Memo::new(move |_| gantt.open.get().filter(is_there));
    let close = move |_| {
        gantt.open.set(None);
        act::focus(gantt);
    };
    move || {
        open.get().map(|key| view! {
            <aside class="gaside" aria-label=t.details()>
                <button type="button" class="btn plain icon close" aria-label=texts.common().close() on:click=close><Icon name=IconName::X /></button>
                {match key {
                    Key::Task(task) => view! { <TaskFields gantt=gantt task=task /> }.into_any(),
                    Key::Plan(plan) => view! { <PlanFields gantt=gantt plan=plan /> }.into_any(),
                    Key::Owner(_) => ().into_any(),
                }}
            </aside>
        })
    }
}

#[component]
fn TaskFields(gantt: Gantt, task: TaskId) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let target = Target::new(Kind::Task, task);
    let record = Memo::new(move |_| {
        gantt.draft.track();
        gantt.plans.track();
        gantt.stand(task).map(|(plan, place)| super::state::Same(Arc::new(plan.tasks[place as usize].as_ref().clone())))
    });
    let of = move |read: fn(&Task) -> Length| {
        Signal::derive(move || record.with(|task| task.as_ref().map_or(Length::ZERO, |task| read(&task.0))))
    };
    let may = gantt.may_edit_task(task);
    let editable = Signal::derive(move || may);
    let is_group = Memo::new(move |_| {
        gantt.plans.track();
        gantt.stand(task).is_some_and(|(plan, place)| plan.outline.is_group(place))
    });
    let title = move || record.with(|task| task.as_ref().map(|task| task.0.title.clone()).unwrap_or_default());
    let row = move |label: &'static str, field: &'static str, shape: Shape| {
        view! { <FieldRow label=label target=target field=field shape=shape editable=editable /> }
    };
    view! {
        <h2 class="ell">{title}</h2>
        <Stand gantt=gantt task=task />
        <dl class="fields">
            {row(t.task(), "title", Shape::Text)}
            {row(t.owner(), "owner", Shape::Member)}
            {move || (!is_group.get()).then(|| view! {
                <div>
                    <dt>{t.duration()}</dt>
                    <dd>{if may {
                        let commit = Callback::new(move |length| act::edit(gantt, task, move |_, task| task.duration = length));
                        view! { <LengthInput label=t.duration().to_owned() value=of(|task| task.duration) commit=commit /> }.into_any()
                    } else {
                        (move || words::length(texts, of(|task| task.duration).get())).into_any()
                    }}</dd>
                </div>
                <Percent gantt=gantt task=task may=may />
                <ConstraintField gantt=gantt task=task may=may />
            })}
            {row(t.deadline(), "deadline", Shape::Date)}
        </dl>
        {move || (!is_group.get()).then(|| view! {
            <Criteria gantt=gantt task=task may=may />
            <Confirming gantt=gantt task=task may=may />
        })}
        <TaskLinks gantt=gantt task=task may=may />
        <dl class="fields">{row(t.notes(), "notes", Shape::LongText)}</dl>
    }
}

/// What was reckoned: dates, floats, what holds it back, and how far it is from what was agreed.
#[component]
fn Stand(gantt: Gantt, task: TaskId) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let facts = Memo::new(move |_| {
        gantt.draft.track();
        gantt.plans.track();
        let (plan, place) = gantt.stand(task)?;
        let today = gantt.client.today();
        let row = plan.row(place);
        let days = |dates: Dates| {
            format!("{} → {}", words::day(plan.first_day(dates), today), words::day(plan.last_day(dates), today))
        };
        let mut facts = vec![(t.dates(), days(row.planned), false)];
        let is_done = plan.tasks[place as usize].is_done();
        if !is_done {
            facts.push((t.float(), words::difference(texts, row.total_float), row.total_float < 0));
            if row.free_float != row.total_float {
                facts.push((t.free_float(), words::difference(texts, row.free_float), false));
            }
            if let Some(driver) = plan.driver(place).and_then(|driver| plan.task(driver)) {
                facts.push((t.driven_by(), driver.title.clone(), false));
            }
        }
        let index = gantt.odds.with(|odds| {
            let (of, odds) = odds.as_ref().filter(|(_, odds)| odds.is_done())?;
            Arc::ptr_eq(&of.0, &plan).then(|| odds.index(place))
        });
        if let Some(index) = index.filter(|_| !is_done) {
            facts.push((texts.plan_chain().index(), super::chain::percent(index), false));
        }
        if let Some(why) = super::face::broken(texts, &plan, place, today) {
            facts.push((t.conflict(), why, true));
        }
        if let Some(agreed) = gantt.agreed(plan.plan.id, task) {
            let agreed = Dates { start: agreed.start.into(), finish: agreed.finish.into() };
            let drift = plan.schedule.drift(place, agreed).finish;
            facts.push((t.agreed(), format!("{} · {}", days(agreed), words::difference(texts, drift)), drift > 0));
        }
        Some(facts)
    });
    view! {
        <dl class="fields stand">
            {move || facts.get().map(|facts| facts.into_iter().map(|(name, text, is_bad)| view! {
                <div><dt>{name}</dt><dd class:t-red=is_bad>{text}</dd></div>
            }).collect_view())}
        </dl>
    }
}

#[component]
fn Percent(gantt: Gantt, task: TaskId, may: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let now = Memo::new(move |_| {
        gantt.plans.track();
        gantt.stand(task).map_or((0, false), |(plan, place)| {
            let task = &plan.tasks[place as usize];
            (task.percent, task.is_done())
        })
    });
    let owner = gantt.stand(task).and_then(|(plan, place)| plan.tasks[place as usize].owner);
    // Who does it tells how it goes.
    let may = may || owner == Some(gantt.client.me);
    let change = move |event: web_sys::Event| {
        if let Ok(percent) = event_target_value(&event).parse::<u8>() {
            act::set(gantt, task, &[("percent", json!(percent.min(99)))]);
        }
    };
    view! {
        <div>
            <dt>{t.progress()}</dt>
            <dd class="percent">
                {move || if now.get().1 { view! { <span>{t.done()}</span> }.into_any() } else {
                    view! {
                        <input type="range" min="0" max="95" step="5" disabled=!may aria-label=t.progress() prop:value=move || now.get().0.to_string()
                            value=now.get_untracked().0.to_string() on:change=change />
                        <span>{move || texts.common().percent(now.get().0)}</span>
                    }.into_any()
                }}
                {may.then(|| view! {
                    <button type="button" class="btn" on:click=move |_| { act::finish(gantt, task, !now.get_untracked().1); }>
                        {move || if now.get().1 { t.not_done() } else { t.report_done() }}
                    </button>
                })}
            </dd>
        </div>
    }
}

#[component]
fn ConstraintField(gantt: Gantt, task: TaskId, may: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let now = Memo::new(move |_| {
        gantt.draft.track();
        gantt.plans.track();
        let (plan, place) = gantt.stand(task)?;
        let (word, at) = words::constraint_parts(plan.tasks[place as usize].constraint);
        Some((word, at.map(words::local_input)))
    });
    let word = move || now.with(|now| now.as_ref().map_or("soon", |(word, _)| *word));
    let at = move || now.with(|now| now.as_ref().and_then(|(_, at)| at.clone()));
    let choose = move |event: web_sys::Event| {
        let word = event_target_value(&event);
        act::edit(gantt, task, move |plan, task| {
            let (_, at) = words::constraint_parts(task.constraint);
            // A date that is asked for first is the one where the task lies.
            let at = at.or_else(|| {
                let dates = plan.dates(plan.place(task.id)?);
                let day = if word.starts_with("finish") { plan.last_day(dates) } else { plan.first_day(dates) };
                let time =
                    if word.starts_with("finish") { NaiveTime::from_hms_opt(23, 59, 0)? } else { NaiveTime::MIN };
                Some(day.and_time(time))
            });
            if let Some(at) = at {
                task.constraint = words::constraint_of(&word, at);
            }
        });
    };
    let put = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        let word = word();
        if let Ok(at) = NaiveDateTime::parse_from_str(&typed, "%Y-%m-%dT%H:%M") {
            act::edit(gantt, task, move |_, task| task.constraint = words::constraint_of(word, at));
        }
    };
    view! {
        <div>
            <dt>{t.constraint()}</dt>
            <dd class="constraint">
                <span class="select sm">
                    <select aria-label=t.constraint() disabled=!may on:change=choose>
                        {words::constraints(texts).into_iter().map(|(option, name)| {
                            let (this, first) = (option.clone(), option.clone());
                            view! { <option value=option selected=untrack(word) == first prop:selected=move || word() == this>{name}</option> }
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
                {move || at().map(|at| view! {
                    <input class="input sm" type="datetime-local" aria-label=t.constraint_date() value=at.clone() prop:value=at disabled=!may on:change=put />
                })}
            </dd>
        </div>
    }
}

#[component]
fn PlanFields(gantt: Gantt, plan: PlanId) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let target = Target::new(Kind::Plan, plan);
    let may = gantt.may_edit(plan);
    let editable = Signal::derive(move || may);
    let record = Memo::new(move |_| gantt.client.with(|view| view.plans.get(&plan).cloned()));
    let row = move |label: &'static str, field: &'static str, shape: Shape| {
        view! { <FieldRow label=label target=target field=field shape=shape editable=editable /> }
    };
    let buffer = Signal::derive(move || {
        let minutes = record.with(|plan| plan.as_ref().map_or(0, |plan| plan.buffer));
        Length { minutes: i32::try_from(minutes).unwrap_or(i32::MAX), elapsed: false }
    });
    let keep = Callback::new(move |length: Length| {
        if let Err(refusal) = gantt.client.set(target, "buffer", json!(length.minutes)) {
            gantt.client.tell(&refusal);
        }
    });
    let deal = move || {
        let deal = record.with(|plan| plan.as_ref().and_then(|plan| plan.deal))?;
        let title = gantt.client.with(|view| view.deals.get(&deal).map(|deal| deal.title.clone()))?;
        Some(
            view! { <div><dt>{texts.deal().title()}</dt><dd><A href=Address::Deal(deal).path() attr:class="link">{title}</A></dd></div> },
        )
    };
    view! {
        <h2 class="ell">{move || record.with(|plan| plan.as_ref().map(|plan| plan.name.clone()))}</h2>
        <dl class="fields">
            {row(t.plan_name(), "name", Shape::Text)}
            {deal}
            {row(t.begins(), "start_on", Shape::Date)}
            {row(t.promised(), "due_on", Shape::Date)}
            <div>
                <dt>{t.reserve()}</dt>
                <dd>{if may {
                    view! { <LengthInput label=t.reserve().to_owned() value=buffer commit=keep /> }.into_any()
                } else {
                    (move || words::length(texts, buffer.get())).into_any()
                }}</dd>
            </div>
        </dl>
        <Baselines gantt=gantt plan=plan may=may />
        <p><a class="btn" rel="external" download href=format!("/api/v1/plans/{plan}/project.xml")>{t.to_file()}</a></p>
    }
}
