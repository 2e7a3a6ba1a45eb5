//! On which days the workspace works: its week, the days off, and the days that are worked to make up for them. Each is
//! saved by itself.

use super::{
    absences::Absences,
    cell::reason,
    days_form::{DaysForm, Words},
    hours::HoursOfDay,
    ics::ImportDays,
};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, time::weekday},
};
use chrono::NaiveDate;
use domain::{
    change::{Delta, Deltas, Target},
    command::Command,
    id::CommandId,
    record::Kind,
    refusal::Refusal,
    workspace::Workspace,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many days one edit sets; more are several in a batch.
const IN_EDIT: usize = 400;

/// A day that differs from its week.
#[derive(Debug, Clone, PartialEq)]
pub struct Special {
    pub day: NaiveDate,
    pub name: String,
    pub worked: bool,
}

impl Special {
    pub fn field(&self) -> String {
        format!("{}.{}", if self.worked { "days_on" } else { "days_off" }, self.day)
    }
}

/// All of them, the latest first.
pub fn specials(workspace: &Workspace) -> Vec<Special> {
    let of = |days: &std::collections::BTreeMap<NaiveDate, String>, worked: bool| {
        days.iter().map(|(day, name)| Special { day: *day, name: name.clone(), worked }).collect::<Vec<_>>()
    };
    let mut all = [of(&workspace.days_off, false), of(&workspace.days_on, true)].concat();
    all.sort_by_key(|it| std::cmp::Reverse((it.day, it.worked)));
    all
}

/// Puts days into the calendar as one command.
pub fn add(client: Client, days: &[Special]) -> Result<CommandId, Refusal> {
    let Some(id) = client.peek(|view| view.workspace().map(|workspace| workspace.id)) else {
        return Err(Refusal::NotFound { kind: Kind::Workspace });
    };
    client.ask(edits(client, Target::new(Kind::Workspace, id), days))
}

/// One command that puts the days into a calendar, of the workspace or of a member.
pub fn edits(client: Client, target: Target, days: &[Special]) -> Command {
    let edit = |days: &[Special]| {
        let set = |it: &Special| {
            let field = it.field();
            let before = client.value(target, &field);
            (field, Delta { before, after: json!(it.name) })
        };
        Command::Edit { target, fields: days.iter().map(set).collect::<Deltas>() }
    };
    let mut parts: Vec<Command> = days.chunks(IN_EDIT).map(edit).collect();
    if parts.len() == 1 { parts.remove(0) } else { Command::Batch { parts } }
}

#[component]
pub fn CalendarPart(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.calendar();
    view! {
        <div class="sh"><div class="grow"><h2>{t.title()}</h2><p>{t.text()}</p></div>
            {editable.then(|| view! { <span class="acts"><ImportDays /></span> })}
        </div>
        <div class="set-block"><Week editable=editable /><HoursOfDay editable=editable /></div>
        <div class="set-block">
            <h3>{t.days()}</h3>
            {editable.then(|| view! { <AddDays /> })}
            <SpecialDays editable=editable />
        </div>
        <div class="set-block"><Absences /></div>
    }
}

#[component]
fn Week(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let problem = RwSignal::new(None::<String>);
    let weekend = Memo::new(move |_| {
        client.with(|view| view.workspace().map(|workspace| workspace.weekend.clone())).unwrap_or_default()
    });
    let toggle = move |number: u8, is_off: bool| {
        let Some(id) = client.peek(|view| view.workspace().map(|workspace| workspace.id)) else { return };
        let mut after: BTreeSet<u8> = weekend.get_untracked().into_iter().collect();
        if is_off {
            after.insert(number);
        } else {
            after.remove(&number);
        }
        let asked = client.set(Target::new(Kind::Workspace, id), "weekend", json!(after));
        if let Ok(command) = &asked {
            client.toasts.done(texts.toast().saved(), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let day = move |(number, name): (u8, &'static str)| {
        view! {
            <label class="checkline">
                <input class="check" type="checkbox" disabled=!editable checked=weekend.with_untracked(|days| days.contains(&number))
                    prop:checked=move || { problem.track(); weekend.with(|days| days.contains(&number)) }
                    on:change=move |event| toggle(number, event_target_checked(&event)) />
                <span>{name}</span>
            </label>
        }
    };
    let names = [t.mon(), t.tue(), t.wed(), t.thu(), t.fri(), t.sat(), t.sun()];
    view! {
        <fieldset class="week">
            <legend>{t.week()}</legend>
            <div class="week-days">{(1..).zip(names).map(day).collect_view()}</div>
            {move || problem.get().map(|why| view! { <span class="err" role="alert">{why}</span> })}
            <span class="hint">{t.week_hint()}</span>
        </fieldset>
    }
}

#[component]
fn AddDays() -> impl IntoView {
    let t = use_texts().calendar();
    let client = expect_context::<Client>();
    let words = Words { name: t.name(), off: t.off(), worked: t.worked() };
    let enter = Callback::new(move |days: Vec<Special>| Ok((add(client, &days)?, t.added(days.len()))));
    view! { <DaysForm words=words enter=enter /> }
}

/// A day with its weekday.
pub fn day_words(texts: Texts, day: NaiveDate) -> String {
    format!("{day} {}", weekday(texts, day))
}

#[component]
fn SpecialDays(editable: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let problem = RwSignal::new(None::<String>);
    let days = Memo::new(move |_| client.with(|view| view.workspace().map(specials)).unwrap_or_default());
    let remove = move |it: &Special| {
        let Some(id) = client.peek(|view| view.workspace().map(|workspace| workspace.id)) else { return };
        let asked = client.set(Target::new(Kind::Workspace, id), &it.field(), Value::Null);
        if let Ok(command) = &asked {
            client.toasts.done(t.removed(it.day), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let line = move |it: Special| {
        let label = t.remove(it.day, &it.name);
        let (name, words) = (it.name.clone(), day_words(texts, it.day));
        let worked = it.worked;
        view! {
            <li>
                <time datetime=it.day.to_string()>{words}</time>
                <span class="grow ell">{name}</span>
                <span class="tag line">{if worked { t.worked() } else { t.off() }}</span>
                {editable.then(|| view! {
                    <button type="button" class="btn plain mini" aria-label=label.clone() title=label on:click=move |_| remove(&it)>
                        <Icon name=IconName::X class="i-s" />
                    </button>
                })}
            </li>
        }
    };
    view! {
        {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        {move || days.with(Vec::is_empty).then(|| view! {
            <p class="second">{if editable { t.days_empty() } else { texts.common().none() }}</p>
        })}
        <ul class="lines special-days">
            <For each=move || days.get() key=|it| (it.day, it.worked, it.name.clone()) children=line />
        </ul>
    }
}
