//! How much of people's time the plans that are shown take: a line for each person, a column for each week or day. A cell
//! opens what is in it; tasks are given to others by dragging them there, or by a choice.

mod cell;
mod give;
mod state;
mod table;
mod tasks;

use super::{act, aside::Aside, moves::Moves, state::Gantt};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{access::Right, plan::level};
use leptos::prelude::*;
use state::Load;
use table::Table;
use tasks::Tasks;

pub use state::plans;

#[component]
pub fn LoadView(gantt: Gantt) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_load();
    let load = Load::new(gantt);
    give::listen(load);
    let too_much = move || {
        let (people, columns) = load.rows.with(|rows| {
            let over = rows.0.iter().map(|row| row.iter().filter(|cell| state::is_over(cell)).count());
            let over: Vec<usize> = over.filter(|count| *count > 0).collect();
            (over.len(), over.iter().sum::<usize>())
        });
        if people == 0 { t.nobody_over().to_owned() } else { t.people_over(columns, people) }
    };
    let seg = move |days: bool, name: &'static str| {
        view! {
            <button type="button" aria-pressed=move || (load.by_days() == days).to_string() on:click=move |_| load.zoom(days)>{name}</button>
        }
    };
    view! {
        <div class="load-bar">
            <span class="seg" role="group" aria-label=t.columns()>
                {seg(false, t.weeks())}
                {seg(true, t.days())}
            </span>
            <span class="seg" role="group" aria-label=t.stretch()>
                <button type="button" aria-label=t.earlier() on:click=move |_| load.page(-1)><Icon name=IconName::Left class="i-s" /></button>
                <button type="button" on:click=move |_| load.page(0)>{texts.nav().today()}</button>
                <button type="button" aria-label=t.later() on:click=move |_| load.page(1)><Icon name=IconName::Right class="i-s" /></button>
            </span>
            <span class="meta" role="status">{too_much}</span>
            {gantt.client.holds(Right::Work).then(|| view! {
                <button type="button" class="btn push" title=t.level_text() on:click=move |_| propose(gantt)>{t.level()}</button>
            })}
        </div>
        <div class="gantt-wrap">
            <Table load=load />
            <Tasks load=load />
            <Aside gantt=gantt />
            <Moves gantt=gantt />
        </div>
        <p class="load-foot meta">{t.text()}</p>
        <give::Ghost load=load />
    }
}

/// Tries out what levels the load; it is accepted or taken back like any other preview.
fn propose(gantt: Gantt) {
    let texts = gantt.client.texts;
    let t = texts.plan_load();
    let plans: Vec<_> = untrack(|| plans(gantt))
        .into_iter()
        .map(|plan| {
            let may = gantt.may_edit(plan.plan.id);
            (plan, may)
        })
        .collect();
    let proposal = match level::level(&plans) {
        Ok(proposal) => proposal,
        Err(flaw) => {
            return gantt.client.toasts.fail(gantt.client.peek(|view| super::words::flaw(texts, view, &flaw)));
        }
    };
    let held: Vec<_> = proposal.into_iter().filter(|tasks| !tasks.is_empty()).collect();
    if held.is_empty() {
        return gantt.client.toasts.say(t.nothing_to_level());
    }
    let before = gantt.draft.get_untracked();
    if held.into_iter().all(|tasks| act::put(gantt, tasks)) {
        act::say_moves(gantt);
    } else {
        gantt.draft.set(before);
    }
}
