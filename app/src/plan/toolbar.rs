//! Which plans are shown and how they are drawn. What is chosen stands in the address.

use super::{act, exchange::Files, state::Gantt, zoom};
use crate::{
    saved_view::ViewsMenu,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    access::{Right, Role},
    plan::{
        query::{Compared, Group, Query, Show, Zoom},
        scale::day_of,
    },
};
use leptos::prelude::*;

#[component]
pub fn Toolbar(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let client = gantt.client;
    let query = gantt.query;
    let toggle = move |label: &'static str, on: fn(&Query) -> bool, flip: fn(&mut Query)| {
        let is_on = move || query.with(on);
        view! {
            <button type="button" class="chip" class:on=is_on aria-pressed=move || is_on().to_string() on:click=move |_| gantt.change(flip)>
                {move || is_on().then(|| view! { <Icon name=IconName::Check class="i-xs" /> })}{label}
            </button>
        }
    };
    let owner = move || query.with(|query| query.owners.first().map(ToString::to_string).unwrap_or_default());
    let members = move || {
        client.with(|view| {
            let mut members: Vec<_> =
                view.members.values().filter(|member| member.active && member.role != Role::Viewer).collect();
            members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
            members.into_iter().map(|member| (member.id.to_string(), member.name.clone())).collect::<Vec<_>>()
        })
    };
    let narrowed = move || {
        query.with(|query| {
            let deal =
                query.deal.and_then(|deal| client.with(|view| view.deals.get(&deal).map(|deal| deal.title.clone())));
            let plan =
                query.plan.and_then(|plan| client.with(|view| view.plans.get(&plan).map(|plan| plan.name.clone())));
            deal.or(plan)
        })
    };
    let is_filtered = move || query.with(is_filtered);
    let try_out = move |_| {
        if gantt.trying.get_untracked() {
            act::take_back(gantt);
        } else {
            gantt.trying.set(true);
        }
    };
    view! {
        <div class="toolbar plan-tools" class:no-chart=move || query.with(|query| query.show != Show::Gantt) role="toolbar" aria-label=t.title()>
            {move || narrowed().map(|name| view! {
                <button type="button" class="chip on" aria-label=t.show_all() on:click=move |_| gantt.change(|query| (query.deal, query.plan) = (None, None))>
                    <span class="ell">{name}</span><Icon name=IconName::X class="i-xs" />
                </button>
            })}
            <input class="input sm plan-search" type="search" aria-label=t.search() placeholder=t.search()
                value=query.with_untracked(|query| query.text.clone()) prop:value=move || query.with(|query| query.text.clone())
                on:input=move |event| { let text = event_target_value(&event); gantt.change(|query| query.text = text); } />
            <span class="select sm">
                <select aria-label=t.owner() on:change=move |event| {
                    let owner = event_target_value(&event).parse().ok();
                    gantt.change(|query| query.owners = owner.into_iter().collect());
                }>
                    <option value="" prop:selected=move || owner().is_empty()>{t.everybody()}</option>
                    {move || members().into_iter().map(|(id, name)| {
                        let this = id.clone();
                        view! { <option value=id.clone() selected=untrack(owner) == id prop:selected=move || owner() == this>{name}</option> }
                    }).collect_view()}
                </select>
                <Icon name=IconName::Down class="i-s" />
            </span>
            {move || is_filtered().then(|| view! {
                <button type="button" class="btn plain" on:click=move |_| gantt.change(|query| {
                    (query.deal, query.plan, query.pipeline, query.team) = (None, None, None, None);
                    query.owners.clear();
                    query.text.clear();
                })>{texts.filter().clear()}</button>
            })}
            <span class="sep"></span>
            <span class="seg" role="group" aria-label=texts.plan_load().show()>
                {[(Show::Gantt, texts.plan_load().show_gantt()), (Show::Load, texts.plan_load().show_load()), (Show::Chain, texts.plan_load().show_chain())]
                    .map(|(show, name)| view! {
                        <button type="button" aria-pressed=move || (query.with(|query| query.show) == show).to_string()
                            on:click=move |_| gantt.change(|query| query.show = show)>{name}</button>
                    })}
            </span>
            <span class="seg chart-only" role="group" aria-label=t.grouped()>
                {[(Group::Deal, t.by_deal()), (Group::Owner, t.by_owner())].map(|(group, name)| view! {
                    <button type="button" aria-pressed=move || (query.with(|query| query.group) == group).to_string()
                        on:click=move |_| gantt.change(|query| query.group = group)>{name}</button>
                })}
            </span>
            <span class="chart-only parts">
                {toggle(t.critical_path(), |query| query.critical, |query| query.critical = !query.critical)}
                {toggle(t.baseline(), |query| query.baseline != Compared::Nothing, |query| {
                    query.baseline = if query.baseline == Compared::Nothing { Compared::Latest } else { Compared::Nothing };
                })}
                {toggle(t.links(), |query| query.links, |query| query.links = !query.links)}
            </span>
            {client.holds(Right::Work).then(|| view! {
                <button type="button" class="chip" class:on=move || gantt.trying.get() aria-pressed=move || gantt.trying.get().to_string() on:click=try_out>
                    {t.what_if()}
                </button>
            })}
            {toggle(t.templates(), |query| query.templates, |query| query.templates = !query.templates)}
            <span class="push plan-zoom">
                <ViewsMenu />
                <Files gantt=gantt />
                <button type="button" class="btn plain chart-only" aria-keyshortcuts="T" on:click=move |_| { zoom::today(gantt); }>
                    {texts.nav().today()}<kbd class="wide-only">"T"</kbd>
                </button>
                <button type="button" class="btn plain chart-only" aria-keyshortcuts="F" on:click=move |_| { zoom::fit(gantt); }>
                    {t.fit()}<kbd class="wide-only">"F"</kbd>
                </button>
                <Zooms gantt=gantt />
                <button type="button" class="btn phone-only chart-only" aria-pressed=move || gantt.bars_only.get().to_string()
                    on:click=move |_| gantt.bars_only.update(|only| *only = !*only)>
                    {move || if gantt.bars_only.get() { t.show_table() } else { t.show_bars() }}
                </button>
            </span>
        </div>
    }
}

#[component]
fn Zooms(gantt: Gantt) -> impl IntoView {
    let t = use_texts().gantt();
    let zooms = [
        (Zoom::Hour, t.zoom_hour()),
        (Zoom::Day, t.zoom_day()),
        (Zoom::Week, t.zoom_week()),
        (Zoom::Month, t.zoom_month()),
        (Zoom::Quarter, t.zoom_quarter()),
    ];
    let is_at = move |zoom: Zoom| (gantt.port.day.get() - day_of(zoom)).abs() < 0.01;
    view! {
        <span class="seg chart-only" role="group" aria-label=t.zoom()>
            <button type="button" aria-label=t.zoom_out() aria-keyshortcuts="-" on:click=move |_| { zoom::step(gantt, false, None); }>"−"</button>
            {zooms.map(|(zoom, name)| view! {
                <button type="button" aria-pressed=move || is_at(zoom).to_string() on:click=move |_| zoom::to(gantt, zoom)>{name}</button>
            })}
            <button type="button" aria-label=t.zoom_in() aria-keyshortcuts="+" on:click=move |_| { zoom::step(gantt, true, None); }>"+"</button>
        </span>
    }
}

/// Whether not all plans are shown.
pub fn is_filtered(query: &Query) -> bool {
    let narrowed = query.plan.is_some() || query.deal.is_some() || query.pipeline.is_some() || query.team.is_some();
    narrowed || !query.owners.is_empty() || !query.text.is_empty()
}
