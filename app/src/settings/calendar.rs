//! On which days the workspace works: its week, the days off, and the days that are worked to make up for them. Each is
//! saved by itself.

use super::{absences::Absences, cell::reason, hours::HoursOfDay, ics::ImportDays};
use crate::{
    client::Client,
    texts::{Texts, use_texts},
    ui::{Icon, IconName, time::weekday},
};
use chrono::{Days, NaiveDate};
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

/// How many days are added at once: no holiday is longer.
pub const AT_ONCE: u64 = 62;
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
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.calendar();
    let [from, until, name] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let worked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let read = |text: RwSignal<String>| text.get_untracked().parse::<NaiveDate>().ok();
        let Some(first) = read(from) else {
            return problem.set(Some(format!("{}: {}", t.day(), texts.errors().required())));
        };
        let last = read(until).unwrap_or(first);
        let count = (last - first).num_days() + 1;
        if count < 1 {
            return problem.set(Some(t.order().to_owned()));
        }
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if count > AT_ONCE {
            return problem.set(Some(t.too_many(AT_ONCE)));
        }
        let day = |more: u64| Special {
            day: first + Days::new(more),
            name: name.get_untracked().trim().to_owned(),
            worked: worked.get_untracked(),
        };
        let days: Vec<Special> = (0..count).map(day).collect();
        match add(client, &days) {
            Ok(command) => {
                client.toasts.done(t.added(days.len()), command);
                problem.set(None);
                for text in [from, until, name] {
                    text.set(String::new());
                }
            }
            Err(refusal) => problem.set(Some(reason(client, &refusal))),
        }
    };
    let date = move |label: &'static str, value: RwSignal<String>| {
        view! {
            <label class="field"><span class="label">{label}</span>
                <input class="input" type="date" min="1900-01-01" max="2999-12-31" prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event)) />
            </label>
        }
    };
    view! {
        <form class="add-days" novalidate on:submit=save>
            {date(t.day(), from)}
            {date(t.until(), until)}
            <label class="field grow"><span class="label">{t.name()}</span>
                <input class="input" type="text" maxlength="300" autocomplete="off" prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event)) />
            </label>
            <label class="field"><span class="label">{t.kind()}</span>
                <span class="select">
                    <select on:change=move |event| worked.set(event_target_value(&event) == "on")>
                        <option value="off">{t.off()}</option>
                        <option value="on">{t.worked()}</option>
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            </label>
            <button type="submit" class="btn"><Icon name=IconName::Plus class="i-s" />{t.add()}</button>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </form>
    }
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
