//! When members are away, or work although the workspace does not. Everybody enters their own days; whoever manages members
//! enters anybody's.

use super::{
    calendar::{Special, day_words, edits},
    cell::reason,
    days_form::{DaysForm, Words},
};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Icon, IconName},
};
use chrono::{Days, NaiveDate};
use domain::{
    access::{Right, Role},
    change::Target,
    id::MemberId,
    record::Kind,
};
use leptos::prelude::*;
use serde_json::Value;

/// Past days are of no use any more: so many are still shown.
const PAST: u64 = 31;

#[component]
pub fn Absences() -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.absence();
    let manages = client.holds(Right::ManageMembers);
    let may_enter = manages || client.holds(Right::Work);
    view! {
        <h3>{t.title()}</h3>
        <p class="hint">{t.text()}</p>
        {may_enter.then(|| view! { <Enter manages=manages /> })}
        <List manages=manages />
    }
}

#[component]
fn Enter(manages: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.absence();
    let member = RwSignal::new(client.me);
    let members = move || {
        client.with(|view| {
            let active = view.members.values().filter(|member| member.active && member.role != Role::Viewer);
            let active = active.filter(|member| manages || member.id == client.me);
            let mut active: Vec<_> =
                active.map(|member| (member.name.to_lowercase(), member.id, member.name.clone())).collect();
            active.sort();
            active
        })
    };
    let words = Words { name: t.reason(), off: t.away(), worked: t.works() };
    let enter = Callback::new(move |days: Vec<Special>| {
        let who = member.get_untracked();
        let command = client.ask(edits(client, Target::new(Kind::Member, who), &days))?;
        Ok((command, t.added(days.len(), name_of(client, who))))
    });
    view! {
        <DaysForm words=words enter=enter>
            <label class="field"><span class="label">{t.member()}</span>
                <span class="select">
                    <select on:change=move |event| if let Ok(id) = event_target_value(&event).parse() { member.set(id) }>
                        {move || members().into_iter().map(|(_, id, name)| view! {
                            <option value=id.to_string() selected={id == client.me}>{name}</option>
                        }).collect_view()}
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            </label>
        </DaysForm>
    }
}

fn name_of(client: Client, member: MemberId) -> String {
    client.peek(|view| view.members.get(&member).map(|member| member.name.clone()).unwrap_or_default())
}

/// A day of a member.
#[derive(Debug, Clone, PartialEq)]
struct Day {
    member: MemberId,
    who: String,
    special: Special,
}

#[component]
fn List(manages: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let t = texts.absence();
    let problem = RwSignal::new(None::<String>);
    let days = Memo::new(move |_| {
        let today = client.today();
        let oldest = today.checked_sub_days(Days::new(PAST)).unwrap_or(today);
        client.with(|view| {
            let of = |member: &domain::member::Member| {
                let (id, name) = (member.id, member.name.clone());
                let special = |(day, reason): (&NaiveDate, &String), worked: bool| Day {
                    member: id,
                    who: name.clone(),
                    special: Special { day: *day, name: reason.clone(), worked },
                };
                let off = member.days_off.range(oldest..).map(|it| special(it, false));
                off.chain(member.days_on.range(oldest..).map(|it| special(it, true))).collect::<Vec<_>>()
            };
            let mut days: Vec<Day> = view.members.values().filter(|member| member.active).flat_map(of).collect();
            days.sort_by(|one, other| {
                (one.special.day, &one.who, one.member).cmp(&(other.special.day, &other.who, other.member))
            });
            days
        })
    });
    let remove = move |it: &Day| {
        let asked = client.set(Target::new(Kind::Member, it.member), &it.special.field(), Value::Null);
        if let Ok(command) = &asked {
            client.toasts.done(t.removed(it.special.day, &it.who), *command);
        }
        problem.set(asked.err().map(|refusal| reason(client, &refusal)));
    };
    let line = move |it: Day| {
        let label = t.remove(it.special.day, &it.who);
        let may = manages || it.member == client.me && client.holds(Right::Work);
        let kind = if it.special.worked { t.works() } else { t.away() };
        view! {
            <li>
                <time datetime=it.special.day.to_string()>{day_words(texts, it.special.day)}</time>
                <b class="ell">{it.who.clone()}</b>
                <span class="grow ell">{it.special.name.clone()}</span>
                <span class="tag line">{kind}</span>
                {may.then(|| view! {
                    <button type="button" class="btn plain mini" aria-label=label.clone() title=label on:click=move |_| remove(&it)>
                        <Icon name=IconName::X class="i-s" />
                    </button>
                })}
            </li>
        }
    };
    view! {
        {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        {move || days.with(Vec::is_empty).then(|| view! { <p class="second">{t.empty()}</p> })}
        <ul class="lines special-days">
            <For each=move || days.get() key=|it| (it.member, it.special.day, it.special.worked, it.special.name.clone()) children=line />
        </ul>
    }
}
