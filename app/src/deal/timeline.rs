//! The deal's activities: what is planned, then what happened, day by day, newest first.

use super::log::LogForm;
use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Icon, IconName,
        activity::{kind_icon, kind_name},
        time,
    },
};
use chrono::NaiveDate;
use domain::{
    access::Right,
    activity::Activity,
    command::Command,
    id::DealId,
};
use leptos::prelude::*;

#[component]
pub fn Timeline(deal: DealId) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let activities = Memo::new(move |_| {
        client.with(|view| {
            let of_deal = view.activities.values().filter(|activity| activity.deal == Some(deal));
            let (mut planned, mut done): (Vec<_>, Vec<_>) = of_deal.cloned().partition(Activity::is_planned);
            planned.sort_by_key(|activity| (activity.due_on.unwrap_or(NaiveDate::MAX), activity.due_time, activity.id));
            done.sort_by_key(|activity| std::cmp::Reverse((activity.done_at, activity.id)));
            (planned, done)
        })
    });
    let days = move || {
        let zone = client.zone();
        let mut days: Vec<(NaiveDate, Vec<Activity>)> = Vec::new();
        for activity in activities.get().1 {
            let day = activity.done_at.map_or(NaiveDate::MIN, |at| zone.day(at));
            match days.last_mut() {
                Some((last, list)) if *last == day => list.push(activity),
                _ => days.push((day, vec![activity])),
            }
        }
        days
    };
    let may_work = client.holds(Right::Work);
    view! {
        <div class="panel">
            <header>
                <h2>{texts.activity().next_title()}</h2>
            </header>
            {move || {
                let planned = activities.get().0;
                if planned.is_empty() {
                    view! { <p class="meta">{texts.activity().next_none()}</p> }.into_any()
                } else {
                    planned.into_iter().map(|activity| view! { <Planned activity=activity may_work=may_work /> })
                        .collect_view().into_any()
                }
            }}
        </div>
        {may_work.then(|| view! { <LogForm deal=deal /> })}
        <div class="tline" aria-label=texts.activity().timeline()>
            {move || {
                let days = days();
                if days.is_empty() {
                    return view! { <p class="empty">{texts.activity().timeline_empty()}</p> }.into_any();
                }
                days.into_iter().map(|(day, list)| view! {
                    <h3>{time::heading(texts, day, client.today())}</h3>
                    <ol>{list.into_iter().map(|activity| view! { <Done activity=activity /> }).collect_view()}</ol>
                }).collect_view().into_any()
            }}
        </div>
    }
}

#[component]
fn Planned(activity: Activity, may_work: bool) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let today = client.today();
    let overdue = activity.due_on.is_some_and(|due| due < today);
    let clock = activity.due_time.map(|at| at.format(" %H:%M").to_string()).unwrap_or_default();
    let day = activity.due_on.map(|due| time::day(texts, due, today) + &clock);
    let id = activity.id;
    let subject = activity.subject.clone();
    let complete = move |_| {
        if let Some(command) = client.ask_or_tell(Command::CompleteActivity { activity: id }) {
            client.toasts.done(texts.activity().completed_toast(&subject), command);
        }
    };
    view! {
        <div class="plan-next" class:overdue=overdue>
            <Icon name=kind_icon(activity.activity_type) class="i-s" />
            <span class="grow ell"><b>{day}</b> " " {kind_name(texts, activity.activity_type)} " " {activity.subject}</span>
            {may_work.then(|| view! {
                <button class="btn" on:click=complete><Icon name=IconName::Check class="i-s" />{texts.activity().complete()}</button>
            })}
        </div>
    }
}

#[component]
fn Done(activity: Activity) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let who = client.peek(|view| view.members.get(&activity.owner).map(|member| member.name.clone()));
    let at = activity.done_at.map(|at| time::clock(&client.zone(), at));
    let note = (!activity.note.is_empty()).then(|| format!("\n{}", activity.note));
    view! {
        <li>
            <time>{at}</time>
            <Icon name=kind_icon(activity.activity_type) />
            <div>
                <p><b>{who}</b>{activity.subject}{note}</p>
                <span class="tag line">{kind_name(texts, activity.activity_type)}</span>
            </div>
        </li>
    }
}
