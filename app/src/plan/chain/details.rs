//! The chain of the plan that is looked at, and the buffers where others lead into it.

use super::state::Chains;
use crate::{texts::use_texts, ui::HealthMark};
use domain::{
    health::Light,
    id::TaskId,
    plan::{length::in_days, lines::Key},
};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq, Default)]
struct Told {
    plan: String,
    chain: Vec<(TaskId, String, bool)>,
    feeding: Vec<(String, String, f64, f64, bool)>,
}

fn told(chains: Chains) -> Option<Told> {
    let plan = chains.chosen.get()?.0;
    let chain = chains.stood()?.standing.chain;
    let title = |place: &u32| plan.tasks.get(*place as usize).map(|task| task.title.clone()).unwrap_or_default();
    let step = |place: &u32| {
        let task = plan.tasks.get(*place as usize)?;
        Some((task.id, task.title.clone(), task.is_done()))
    };
    let feeding = chain.feeding.iter().filter(|feeding| feeding.buffer > 0).map(|feeding| {
        let last = feeding.tasks.last().map(title).unwrap_or_default();
        let fits = feeding.room >= feeding.buffer;
        (last, title(&feeding.into), in_days(feeding.buffer), in_days(feeding.room), fits)
    });
    Some(Told {
        plan: plan.plan.name.clone(),
        chain: chain.tasks.iter().filter_map(step).collect(),
        feeding: feeding.collect(),
    })
}

#[component]
pub fn Chain(chains: Chains) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_chain();
    let told = Memo::new(move |_| told(chains).unwrap_or_default());
    let open = move |task: TaskId| chains.gantt.open.set(Some(Key::Task(task)));
    view! {
        <section class="panel chart" aria-label=t.feeding()>
            <header><h2>{move || t.chain_of(told.with(|told| told.plan.clone()))}</h2></header>
            <ol class="chain-steps">
                {move || told.get().chain.into_iter().map(|(task, title, done)| view! {
                    <li class:done=done><button type="button" class="link" on:click=move |_| open(task)>{title}</button>
                        {done.then(|| view! { <span class="meta">" · " {texts.gantt().done()}</span> })}</li>
                }).collect_view()}
            </ol>
            <h3>{t.feeding()}</h3>
            {move || told.with(|told| told.feeding.is_empty()).then(|| view! { <p class="second">{t.feeding_none()}</p> })}
            <ul class="lines">
                {move || told.get().feeding.into_iter().map(|(last, into, buffer, room, fits)| view! {
                    <li>
                        <HealthMark level={if fits { Light::Green } else { Light::Amber }} label="" />
                        <span class="grow">{t.feeding_line(into, last)}</span>
                        <span class="num">{if fits { t.fits(buffer, room) } else { t.fits_not(buffer, room) }}</span>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
}
