//! The page of plans.

use super::{
    act,
    aside::Aside,
    back::Back,
    chain::ChainView,
    drag,
    editor::{self, Editor},
    head::Head,
    keys,
    links::{self, Links},
    load::LoadView,
    menu::LineMenu,
    moves::Moves,
    new::Making,
    rows::{Rows, row_id},
    slip::WhatIf,
    state::{Column, Gantt, origin},
    toolbar::{Toolbar, is_filtered},
    zoom,
};
use crate::{
    client::Client,
    palette::Opener,
    shell::TopBar,
    texts::use_texts,
    ui::{Icon, IconName, Title},
};
use domain::{
    access::Right,
    id::TaskId,
    plan::{lines::Key, query::Show},
};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

const MINUTE: Duration = Duration::from_mins(1);

#[component]
pub fn PlanPage() -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let client = expect_context::<Client>();
    let gantt = Gantt::new(client);
    keys::listen(gantt);
    drag::listen(gantt);
    turn_days(gantt);
    // What is made by C on this page is a task.
    let opener = expect_context::<Opener>();
    let add = move || {
        if gantt.query.with_untracked(|query| query.show == Show::Gantt) {
            act::add(gantt);
        } else {
            // Its name is written in the chart.
            gantt.change(|query| query.show = Show::Gantt);
            request_animation_frame(move || act::add(gantt));
        }
    };
    opener.creates.set(Some(Callback::new(move |()| add())));
    on_cleanup(move || {
        opener.creates.try_set(None);
    });
    let may_work = client.holds(Right::Work);
    let is_empty = Memo::new(move |_| gantt.plans.with(|plans| plans.list.is_empty()));
    let show = Memo::new(move |_| gantt.query.with(|query| query.show));
    view! {
        <Title text=texts.app().title(t.title()) />
        <TopBar>
            <h1>{t.title()}</h1>
            {may_work.then(|| view! {
                <button type="button" class="btn primary" disabled=move || is_empty.get() on:click=move |_| add()>
                    <Icon name=IconName::Plus class="i-s" /><span>{t.add_task()}</span><kbd class="wide-only">"C"</kbd>
                </button>
                <button type="button" class="btn wide-only" on:click=move |_| gantt.making.set(true)>
                    {t.new_plan()}
                </button>
            })}
        </TopBar>
        <main class="page plan-page" class:bars-only=move || gantt.bars_only.get() id="main" aria-busy=move || gantt.rereading.is_on.get().to_string()>
            <Toolbar gantt=gantt />
            <WhatIf gantt=gantt />
            {move || gantt.rereading.is_on.get().then(|| view! {
                <div class="loading" role="progressbar" aria-label=texts.common().loading()></div>
            })}
            {move || gantt.rereading.failed.get().then(|| view! {
                <p class="notice warn" role="alert">
                    {t.not_read()}
                    <button type="button" class="btn" on:click=move |_| gantt.read(0)>{texts.common().retry()}</button>
                </p>
            })}
            {move || gantt.more.get().then(|| view! { <p class="notice">{t.more_plans()}</p> })}
            {move || if is_empty.get() {
                view! { <Nothing gantt=gantt /> }.into_any()
            } else {
                match show.get() {
                    Show::Gantt => view! { <Chart gantt=gantt /> }.into_any(),
                    Show::Load => view! { <LoadView gantt=gantt /> }.into_any(),
                    Show::Chain => view! { <ChainView gantt=gantt /> }.into_any(),
                }
            }}
        </main>
        {move || gantt.menu.get().map(|key| view! { <LineMenu gantt=gantt key=key /> })}
        <Making gantt=gantt />
        <p class="vh" role="status" aria-live="assertive">{move || gantt.said.get()}</p>
    }
}

#[component]
fn Nothing(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let may_work = gantt.client.holds(Right::Work);
    view! {
        <div class="empty page-empty">
            {move || if gantt.query.with(|query| is_filtered(query) && query.deal.is_none()) {
                view! { <b>{t.empty_filtered()}</b> }.into_any()
            } else {
                view! {
                    <b>{if gantt.query.with(|query| query.templates) { t.empty_templates() } else { t.empty() }}</b>
                    <p>{t.empty_text()}</p>
                    {may_work.then(|| view! {
                        <p class="acts">
                            <button type="button" class="btn primary" on:click=move |_| gantt.making.set(true)>
                                <Icon name=IconName::Plus class="i-s" />{t.new_plan()}
                            </button>
                        </p>
                    })}
                }.into_any()
            }}
        </div>
    }
}

#[component]
fn Chart(gantt: Gantt) -> impl IntoView {
    let t = use_texts().gantt();
    let links =
        Memo::new(move |_| if gantt.query.with(|query| query.links) { links::drawn(gantt) } else { Vec::new() });
    let count = move || gantt.lines.with(|lines| lines.0.list.len());
    let width = move || format!("{}px", gantt.scale().x(gantt.end()).ceil());
    let active = move || {
        let key = gantt.chosen.get()?;
        gantt.lines.track();
        untrack(|| gantt.line(key)).map(row_id)
    };
    begin(gantt);
    let pressed = move |event: web_sys::PointerEvent| {
        let held = drag::press(gantt, &event);
        if let Some(key) = key_under(gantt, event.as_ref()) {
            gantt.chosen.set(Some(key));
            if gantt.open.with_untracked(Option::is_some) {
                gantt.open.set(Some(key).filter(|key| !matches!(key, Key::Owner(_))));
            }
        }
        if !held {
            choose_link(gantt, links, &event);
        }
    };
    let pressed_twice = move |event: web_sys::MouseEvent| {
        let Some(Key::Task(task)) = key_under(gantt, event.as_ref()) else { return };
        match column_under(event.as_ref()) {
            Some(column) => editor::open(gantt, task, column),
            None => gantt.open.set(Some(Key::Task(task))),
        }
    };
    let wheel = move |event: web_sys::WheelEvent| {
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let at = (f64::from(event.client_x()), f64::from(event.client_y()));
            let hold = drag::in_chart(gantt, at).map(|(x, _)| x - gantt.port.left.get_untracked());
            zoom::step(gantt, event.delta_y() < 0.0, hold);
        }
    };
    view! {
        <div class="gantt-wrap">
            <div class="gantt" role="treegrid" tabindex="0" aria-label=t.title() node_ref=gantt.node
                aria-rowcount=move || count() + 1 aria-activedescendant=active
                class:linking=move || gantt.linking.get().is_some()
                class:dragging=move || gantt.drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving))
                style=("--chart", width) style=("--lines", move || count().to_string())
                on:scroll=move |_| gantt.port.scrolled(gantt.node)
                on:pointerdown=pressed on:dblclick=pressed_twice on:wheel=wheel
                on:touchmove=move |event: web_sys::TouchEvent| {
                    if gantt.drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.is_moving)) {
                        event.prevent_default();
                    }
                }
                on:contextmenu=move |event: web_sys::MouseEvent| {
                    if let Some(key) = key_under(gantt, event.as_ref()).filter(|key| !matches!(key, Key::Owner(_))) {
                        event.prevent_default();
                        if gantt.drag.with_untracked(Option::is_none) {
                            gantt.chosen.set(Some(key));
                            gantt.menu.set(Some(key));
                        }
                    }
                }>
                <Head gantt=gantt />
                <div class="gantt-body" role="rowgroup">
                    <Back gantt=gantt />
                    <Links gantt=gantt links=links />
                    <Rows gantt=gantt />
                    <Editor gantt=gantt />
                </div>
            </div>
            <Aside gantt=gantt />
            <Moves gantt=gantt />
        </div>
        <Legend gantt=gantt />
    }
}

#[component]
fn Legend(gantt: Gantt) -> impl IntoView {
    let t = use_texts().gantt();
    let linking = move || {
        let from = gantt.linking.get()?;
        let title = gantt.plans.with(|plans| plans.task(from).map(|task| task.title.clone()))?;
        Some(t.said_linking(title))
    };
    view! {
        <footer class="legend">
            {move || match linking() {
                Some(text) => view! { <b>{text}</b> }.into_any(),
                None => view! {
                    <span><i class="k-crit"></i>{t.critical_task()}</span>
                    <span><i class="k-bar"></i>{t.task_progress()}</span>
                    <span><i class="k-reserve"></i>{t.reserve()}</span>
                    <span><i class="k-base"></i>{t.baseline()}</span>
                    <span><i class="k-ghost"></i>{t.preview()}</span>
                }.into_any(),
            }}
        </footer>
    }
}

fn element_of(event: &web_sys::Event) -> Option<web_sys::Element> {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok())
}

/// What stands in the line under the pointer.
fn key_under(gantt: Gantt, event: &web_sys::Event) -> Option<Key> {
    let row = element_of(event)?.closest("[data-line]").ok().flatten()?;
    gantt.key(row.get_attribute("data-line")?.parse().ok()?)
}

fn column_under(event: &web_sys::Event) -> Option<Column> {
    let cell = element_of(event)?.closest("[data-column]").ok().flatten()?;
    Column::from_word(&cell.get_attribute("data-column")?)
}

/// A press beside the bars chooses the link that is near.
fn choose_link(gantt: Gantt, links: Memo<Vec<links::Drawn>>, event: &web_sys::PointerEvent) {
    let is_in_chart =
        element_of(event.as_ref()).is_some_and(|element| matches!(element.closest(".gtime, .gback"), Ok(Some(_))));
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let link: Option<(TaskId, TaskId)> = drag::in_chart(gantt, at)
        .filter(|_| is_in_chart)
        .and_then(|(x, y)| links.with_untracked(|links| links::nearest(links, x, y).map(|link| (link.from, link.to))));
    gantt.link.set(link);
    if let Some((_, to)) = link {
        gantt.chosen.set(Some(Key::Task(to)));
        gantt.open.set(Some(Key::Task(to)));
    }
}

/// What only the browser knows: the screen, and where the page is to begin.
fn begin(gantt: Gantt) {
    Effect::new(move |_| {
        if gantt.node.get().is_none() {
            return;
        }
        gantt.port.begin(gantt.node);
        let is_free = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if is_free {
            act::focus(gantt);
        }
    });
    Effect::new(move |_| {
        let resized = window_event_listener(leptos::ev::resize, move |_| gantt.port.measure(gantt.node));
        let before = window_event_listener(leptos::ev::Custom::<web_sys::Event>::new("beforeprint"), move |_| {
            gantt.printing.set(true);
        });
        let after = window_event_listener(leptos::ev::Custom::<web_sys::Event>::new("afterprint"), move |_| {
            gantt.printing.set(false);
        });
        on_cleanup(move || {
            resized.remove();
            before.remove();
            after.remove();
        });
    });
    // What stands beside the chart takes of its width.
    Effect::new(move |_| {
        gantt.open.track();
        gantt.bars_only.track();
        gantt.trying.track();
        request_animation_frame(move || gantt.port.measure(gantt.node));
    });
    // What begins before all that there was has room too.
    Effect::new(move |_| {
        let first = gantt.plans.with(super::plans::Plans::range).map(|range| range.start);
        let hours = gantt.hours.get();
        if let Some(first) =
            first.map(|first| origin(&hours.0, first)).filter(|first| *first < gantt.port.origin.get_untracked())
        {
            gantt.port.begin_earlier(gantt.node, first);
        }
    });
}

/// A page may stand for weeks: what depends on the day is worked out anew when another begins.
fn turn_days(gantt: Gantt) {
    let day = StoredValue::new(gantt.client.today());
    Effect::new(move |_| {
        let turn = move || {
            let today = gantt.client.today();
            if day.try_get_value().is_some_and(|day| day != today) {
                day.set_value(today);
                gantt.turn_day();
            }
        };
        if let Ok(minutes) = set_interval_with_handle(turn, MINUTE) {
            on_cleanup(move || minutes.clear());
        }
    });
}
