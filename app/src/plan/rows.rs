//! The lines in sight: at the left what stands in the table, at the right what is drawn. A line is drawn anew when what it
//! says or draws changes, and no other.

use super::{
    act, bars,
    face::{self, Face},
    state::Gantt,
    words,
};
use crate::{
    texts::use_texts,
    ui::{Avatar, HealthMark, Icon, IconName},
};
use domain::{
    health::Light,
    id::MemberId,
    page::Address,
    plan::lines::{Key, Line},
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn Rows(gantt: Gantt) -> impl IntoView {
    let shown = Memo::new(move |_| {
        let (from, to) = gantt.window();
        gantt.lines.with(|lines| {
            let list = lines.0.list.get(from..to).unwrap_or_default();
            (from..).zip(list.iter().copied()).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || shown.get() key=|shown| *shown children=move |(line, what)| match what {
            Line::Task { plan, place } => view! { <TaskRow gantt=gantt line=line plan=plan place=place /> }.into_any(),
            Line::Plan(plan) => view! { <PlanRow gantt=gantt line=line plan=plan /> }.into_any(),
            Line::Owner(owner) => view! { <OwnerRow gantt=gantt line=line owner=owner /> }.into_any(),
            Line::Reserve(plan) => view! { <ReserveRow gantt=gantt line=line plan=plan /> }.into_any(),
            Line::Nothing(plan) => view! { <NothingRow gantt=gantt line=line plan=plan /> }.into_any(),
        } />
    }
}

/// The id of a line, for those who hear where the keys are.
pub fn row_id(line: usize) -> String {
    format!("line-{line}")
}

fn place(line: usize) -> String {
    format!("transform:translateY(calc(var(--line) * {line}))")
}

/// Whether a line is the chosen one.
fn is_chosen(gantt: Gantt, key: Option<Key>) -> Memo<bool> {
    Memo::new(move |_| key.is_some() && gantt.chosen.get() == key)
}

/// What turns a group open and shut.
fn turn(gantt: Gantt, key: Key) -> impl IntoView {
    let t = use_texts().gantt();
    let open = Memo::new(move |_| !gantt.is_folded(key));
    let flip = move |event: web_sys::MouseEvent| {
        event.stop_propagation();
        gantt.fold(key, open.get_untracked());
    };
    view! {
        <button type="button" class="turn" class:open=move || open.get() tabindex="-1"
            aria-label=move || if open.get() { t.fold() } else { t.unfold() } on:click=flip>
            <Icon name=IconName::Right class="i-s" />
        </button>
    }
}

fn avatar(gantt: Gantt, owner: Option<MemberId>) -> impl IntoView {
    let member = owner.and_then(|owner| gantt.client.peek(|view| view.members.get(&owner).cloned()));
    view! { <Avatar member=member me=gantt.client.me /> }
}

#[component]
fn TaskRow(gantt: Gantt, line: usize, plan: u32, place: u32) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let shown = Memo::new(move |_| face::of_task(gantt, texts, plan, place));
    let drawn = Memo::new(move |_| bars::of_task(gantt, texts, plan, place));
    let key = Memo::new(move |_| shown.with(|face| face.as_ref().map(|face| Key::Task(face.task))));
    let chosen = Memo::new(move |_| key.get().is_some_and(|key| gantt.chosen.get() == Some(key)));
    let with = move |of: fn(&Face) -> bool| shown.with(|face| face.as_ref().is_some_and(of));
    let expanded = move || {
        let is_group = with(|face| face.is_group);
        let key = key.get()?;
        is_group.then(|| (!gantt.is_folded(key)).to_string())
    };
    let level = move || shown.with(|face| face.as_ref().map_or(2, |face| face.depth + 2));
    let said = move || {
        shown.with(|face| {
            let face = face.as_ref()?;
            Some(face.broken.clone().unwrap_or_else(|| t.bar_said(&face.finish, &face.start)))
        })
    };
    view! {
        <div class="gline" role="row" id=row_id(line) aria-rowindex=line + 2 attr:aria-level=level aria-expanded=expanded
            aria-selected=move || chosen.get().to_string() style=self::place(line) data-line=line
            class:sel=move || chosen.get() class:grp=move || with(|face| face.is_group)
            class:crit=move || with(|face| face.is_critical) class:over=move || is_link_target(gantt, key.get())>
            <div class="gcells">
                {move || shown.get().map(|face| cells(gantt, face))}
            </div>
            <div class="gtime" role="gridcell" aria-label=said>{move || bars::draw(drawn.get())}</div>
        </div>
    }
}

/// A link that is being drawn would end at this task.
fn is_link_target(gantt: Gantt, key: Option<Key>) -> bool {
    let Some(Key::Task(task)) = key else { return false };
    gantt.drag.with(|drag| drag.as_ref().is_some_and(|drag| drag.over_task() == Some(task)))
}

fn cells(gantt: Gantt, face: Face) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let task = face.task;
    let indent = format!("padding-left:{}px", 10 + 18 * (u32::from(face.depth) + u32::from(!face.is_group)) + 12);
    let key = Key::Task(task);
    let moved = if face.is_moved { "gcell num t-accent" } else { "gcell num" };
    view! {
        <div class="gcell nm" role="gridcell" data-column="title" style=indent>
            {face.is_group.then(|| turn(gantt, key))}
            <span class="ell" class:done=face.is_done>{face.title.clone()}</span>
            {face.is_done.then(|| mark(IconName::Check, t.done()))}
            {face.confirm.filter(|_| !face.is_done).map(|confirmed| {
                mark(IconName::Meet, if confirmed { t.confirmed() } else { t.needs_confirmation() })
            })}
            {face.broken.clone().map(|why| view! { <span class="narrow-mark"><HealthMark level=Light::Red label=why /></span> })}
            <button type="button" class="btn plain icon mini more" tabindex="-1" aria-label=t.actions(&face.title)
                on:click=move |event| { event.stop_propagation(); gantt.chosen.set(Some(key)); gantt.menu.set(Some(key)); }>
                <span aria-hidden="true">"⋯"</span>
            </button>
        </div>
        <div class="gcell who" role="gridcell" data-column="owner">{avatar(gantt, face.owner)}</div>
        <div class=moved role="gridcell" data-column="start">{face.start}</div>
        <div class=moved role="gridcell" data-column="finish">{face.finish}</div>
        <div class="gcell num" role="gridcell" data-column="duration">{face.duration}</div>
        <div class="gcell num third" role="gridcell">{face.float}</div>
    }
}

fn mark(icon: IconName, label: &'static str) -> impl IntoView {
    view! { <span class="tick" title=label><Icon name=icon class="i-xs" /><span class="vh">{label}</span></span> }
}

#[component]
fn PlanRow(gantt: Gantt, line: usize, plan: u32) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let shown = Memo::new(move |_| face::of_plan(gantt, texts, plan));
    let drawn = Memo::new(move |_| bars::of_plan(gantt, plan));
    let key = gantt.plans.with_untracked(|plans| plans.get(plan).map(|shown| Key::Plan(shown.plan.id)));
    let chosen = is_chosen(gantt, key);
    let open = Memo::new(move |_| key.is_some_and(|key| !gantt.is_folded(key)));
    let light = move |light: Light| match light {
        Light::Red => texts.health().red(),
        Light::Amber => texts.health().amber(),
        Light::Green => texts.health().green(),
    };
    let inside = move || {
        let face = shown.get()?;
        let key = key?;
        let class = if face.is_moved { "gcell num t-accent" } else { "gcell num" };
        let title = face.title.clone();
        let name = match face.deal {
            Some(deal) => view! { <A href=Address::Deal(deal).path() attr:class="strong ell" attr:tabindex="-1">{face.title.clone()}</A> }.into_any(),
            None => view! { <b class="ell">{face.title.clone()}</b> }.into_any(),
        };
        Some(view! {
            <div class="gcell nm" role="gridcell">
                {turn(gantt, key)}
                {face.light.map(|level| view! { <HealthMark level=level label=light(level) /> })}
                {name}
                <span class="third ell">{face.account}</span>
                <button type="button" class="btn plain icon mini more" tabindex="-1" aria-label=t.actions(title)
                    on:click=move |event| { event.stop_propagation(); gantt.chosen.set(Some(key)); gantt.menu.set(Some(key)); }>
                    <span aria-hidden="true">"⋯"</span>
                </button>
            </div>
            <div class="gcell who" role="gridcell">{avatar(gantt, face.owner)}</div>
            <div class=class role="gridcell">{face.start}</div>
            <div class=class role="gridcell">{face.finish}</div>
            <div class="gcell num" role="gridcell">{face.duration}</div>
            <div class="gcell" role="gridcell"></div>
        })
    };
    view! {
        <div class="gline grp top" role="row" id=row_id(line) aria-rowindex=line + 2 attr:aria-level="1" aria-expanded=move || open.get().to_string()
            aria-selected=move || chosen.get().to_string() style=place(line) data-line=line class:sel=move || chosen.get()>
            <div class="gcells">{inside}</div>
            <div class="gtime" role="gridcell">{move || bars::draw(drawn.get())}</div>
        </div>
    }
}

#[component]
fn OwnerRow(gantt: Gantt, line: usize, owner: Option<MemberId>) -> impl IntoView {
    let t = use_texts().gantt();
    let key = Key::Owner(owner);
    let chosen = is_chosen(gantt, Some(key));
    let open = Memo::new(move |_| !gantt.is_folded(key));
    let name = move || {
        let name = gantt.client.with(|view| view.members.get(&owner?).map(|member| member.name.clone()));
        name.unwrap_or_else(|| t.nobody().to_owned())
    };
    view! {
        <div class="gline grp top" role="row" id=row_id(line) aria-rowindex=line + 2 attr:aria-level="1" aria-expanded=move || open.get().to_string()
            aria-selected=move || chosen.get().to_string() style=place(line) data-line=line class:sel=move || chosen.get()>
            <div class="gcells">
                <div class="gcell nm" role="gridcell">{turn(gantt, key)}{avatar(gantt, owner)}<b class="ell">{name}</b></div>
            </div>
            <div class="gtime" role="gridcell"></div>
        </div>
    }
}

#[component]
fn ReserveRow(gantt: Gantt, line: usize, plan: u32) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let shown = Memo::new(move |_| face::of_reserve(gantt, texts, plan));
    let drawn = Memo::new(move |_| bars::of_reserve(gantt, texts, plan));
    let inside = move || {
        let face = shown.get()?;
        Some(view! {
            <div class="gcell nm sub" role="gridcell"><span class="ell">{t.reserve()}</span></div>
            <div class="gcell who" role="gridcell"></div>
            <div class="gcell num" role="gridcell">{face.start}</div>
            <div class="gcell num" role="gridcell">{face.finish}</div>
            <div class="gcell num" class:t-red=face.is_broken role="gridcell">{face.duration}</div>
            <div class="gcell" role="gridcell"></div>
        })
    };
    view! {
        <div class="gline" role="row" id=row_id(line) aria-rowindex=line + 2 attr:aria-level="2" style=place(line) data-line=line>
            <div class="gcells">{inside}</div>
            <div class="gtime" role="gridcell" aria-label=move || shown.with(|face| face.as_ref().map(|face| face.text.clone()))>
                {move || bars::draw(drawn.get())}
            </div>
        </div>
    }
}

/// A plan without tasks, or one that cannot be reckoned: what can be done.
#[component]
fn NothingRow(gantt: Gantt, line: usize, plan: u32) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let inside = move || {
        let shown = gantt.plans.with(|plans| plans.get(plan).cloned())?;
        let why = shown.reckoned.as_ref().err().map(|flaw| gantt.client.with(|view| words::flaw(texts, view, flaw)));
        let id = shown.plan.id;
        let may = gantt.may_edit(id);
        Some(match why {
            Some(why) => view! { <span class="t-red flawed" role="alert"><HealthMark level=Light::Red label="" />{why}</span> }.into_any(),
            None => view! {
                <span class="third">{t.no_tasks()}</span>
                {may.then(|| view! {
                    <button type="button" class="link" on:click=move |_| act::add_to(gantt, id)>{t.first_task()}</button>
                })}
            }
            .into_any(),
        })
    };
    view! {
        <div class="gline" role="row" id=row_id(line) aria-rowindex=line + 2 attr:aria-level="2" style=place(line) data-line=line>
            <div class="gcells wide"><div class="gcell nm sub" role="gridcell">{inside}</div></div>
            <div class="gtime" role="gridcell"></div>
        </div>
    }
}
