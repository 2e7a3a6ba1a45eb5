//! When members are away, or work although the workspace does not. Everybody enters their own days; whoever manages members
//! enters anybody's.

use super::{
    calendar::{AT_ONCE, Special, day_words, edits},
    cell::reason,
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
    let (t, calendar) = (texts.absence(), texts.calendar());
    let member = RwSignal::new(client.me);
    let [from, until, name] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let worked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
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
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let read = |text: RwSignal<String>| text.get_untracked().parse::<NaiveDate>().ok();
        let Some(first) = read(from) else {
            return problem.set(Some(format!("{}: {}", calendar.day(), texts.errors().required())));
        };
        let count = (read(until).unwrap_or(first) - first).num_days() + 1;
        let Some(count) = u64::try_from(count).ok().filter(|count| *count > 0) else {
            return problem.set(Some(calendar.order().to_owned()));
        };
        if count > AT_ONCE {
            return problem.set(Some(calendar.too_many(AT_ONCE)));
        }
        let day = |more: u64| Special {
            day: first + Days::new(more),
            name: name.get_untracked().trim().to_owned(),
            worked: worked.get_untracked(),
        };
        let days: Vec<Special> = (0..count).map(day).collect();
        let who = member.get_untracked();
        match client.ask(edits(client, Target::new(Kind::Member, who), &days)) {
            Ok(command) => {
                client.toasts.done(t.added(days.len(), name_of(client, who)), command);
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
            {date(calendar.day(), from)}
            {date(calendar.until(), until)}
            <label class="field grow"><span class="label">{t.reason()}</span>
                <input class="input" type="text" maxlength="300" autocomplete="off" prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event)) />
            </label>
            <label class="field"><span class="label">{calendar.kind()}</span>
                <span class="select">
                    <select on:change=move |event| worked.set(event_target_value(&event) == "on")>
                        <option value="off">{t.away()}</option>
                        <option value="on">{t.works()}</option>
                    </select>
                    <Icon name=IconName::Down class="i-s" />
                </span>
            </label>
            <button type="submit" class="btn"><Icon name=IconName::Plus class="i-s" />{t.add()}</button>
            {move || problem.get().map(|why| view! { <span class="cell-err" role="alert">{why}</span> })}
        </form>
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
