//! Activities of a deal, an account or a contact: what is planned, then what happened, day by day, newest first.

use super::{
    log::{About, LogForm},
    planned::Planned,
};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{
        Icon,
        activity::{kind_icon, kind_name},
        time,
    },
};
use chrono::NaiveDate;
use domain::{access::Right, activity::Activity, page::Address};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn Timeline(about: About) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let activities = Memo::new(move |_| {
        client.with(|view| {
            let of_deal = view.activities.values().filter(|activity| about.has(view, activity));
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
                let none = activities.with(|(planned, _)| planned.is_empty());
                let words = match about {
                    About::Account(_) => texts.listing().account_next_none(),
                    About::Contact(_) => texts.listing().contact_next_none(),
                    About::Deal(_) => texts.activity().next_none(),
                };
                none.then(|| view! { <p class="meta">{words}</p> })
            }}
            <For each=move || activities.with(|(planned, _)| planned.iter().map(|activity| activity.id).collect::<Vec<_>>())
                key=|id| *id children=move |id| view! { <Planned id=id may_work=may_work /> } />
        </div>
        {(may_work && !matches!(about, About::Contact(_))).then(|| view! { <LogForm about=about /> })}
        <div class="tline" aria-label=texts.activity().timeline()>
            {move || {
                let days = days();
                if days.is_empty() {
                    return view! { <p class="empty">{texts.activity().timeline_empty()}</p> }.into_any();
                }
                days.into_iter().map(|(day, list)| view! {
                    <h3>{time::heading(texts, day, client.today())}</h3>
                    <ol>{list.into_iter().map(|activity| view! { <Done activity=activity about=about /> }).collect_view()}</ol>
                }).collect_view().into_any()
            }}
        </div>
    }
}

#[component]
fn Done(activity: Activity, about: About) -> impl IntoView {
    let texts = use_texts();
    let client = expect_context::<Client>();
    let who = client.peek(|view| view.members.get(&activity.owner).map(|member| member.name.clone()));
    let at = activity.done_at.map(|at| time::clock(&client.zone(), at));
    // Where several deals come together, each says which it is about.
    let of = activity.deal.filter(|deal| about != About::Deal(*deal));
    let of = of.and_then(|id| client.peek(|view| view.deals.get(&id).map(|deal| (id, deal.title.clone()))));
    let note = (!activity.note.is_empty()).then(|| format!("\n{}", activity.note));
    view! {
        <li>
            <time>{at}</time>
            <Icon name=kind_icon(activity.activity_type) />
            <div>
                <p><b>{who}</b>{activity.subject}{note}</p>
                <span class="tag line">{kind_name(texts, activity.activity_type)}</span>
                {of.map(|(id, title)| view! { " " <A href=Address::Deal(id).path() attr:class="link meta">{title}</A> })}
            </div>
        </li>
    }
}
