//! When the plan ends, by chance, and how often each task decides it: reckoned a little in each frame, so that the page
//! stays answerable.

use super::{percent, second::Second, state::Chains};
use crate::{
    plan::{state::Same, words},
    texts::use_texts,
};
use domain::{
    calendar::Moment,
    id::TaskId,
    plan::{
        Reckoned,
        lines::Key,
        risk::{Odds, RUNS},
    },
};
use leptos::prelude::*;

/// How long a frame's share of the work may take, in milliseconds.
const SHARE: f64 = 8.0;
/// How many tasks are listed.
const LISTED: usize = 100;

/// A task with how often it decides the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    pub task: TaskId,
    pub title: String,
    pub index: f64,
    pub confirm: bool,
    pub is_done: bool,
}

/// What came of all runs for the plan that is looked at: nothing before they are done.
pub fn indexed(chains: Chains) -> Vec<Indexed> {
    chains.gantt.odds.with(|odds| {
        let Some((plan, odds)) = odds.as_ref().filter(|(_, odds)| odds.is_done()) else { return Vec::new() };
        let places = (0..).zip(&plan.0.tasks).filter(|(place, _)| !plan.0.outline.is_group(*place));
        let of = places.map(|(place, task)| Indexed {
            task: task.id,
            title: task.title.clone(),
            index: odds.index(place),
            confirm: task.confirm,
            is_done: task.is_done(),
        });
        let mut all: Vec<Indexed> = of.filter(|task| task.index > 0.0).collect();
        all.sort_by(|one, other| other.index.total_cmp(&one.index).then(one.task.cmp(&other.task)));
        all
    })
}

/// Begins anew whenever the plan or the seed is another; what was under way is given up.
fn run(chains: Chains, seed: RwSignal<u64>) {
    let number = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (plan, seed) = (chains.chosen.get(), seed.get());
        number.update_value(|number| *number += 1);
        let fresh = plan.map(|plan| (plan, Odds::new(seed)));
        let is_known = chains.gantt.odds.with_untracked(|odds| match (odds, &fresh) {
            (Some((plan, odds)), Some((other, _))) => plan == other && odds.is_done() && odds.seed() == seed,
            _ => false,
        });
        if !is_known {
            chains.gantt.odds.set(fresh);
            turn(chains, number, number.get_value());
        }
    });
}

fn turn(chains: Chains, number: StoredValue<u32>, own: u32) {
    request_animation_frame(move || {
        if number.try_get_value() != Some(own) {
            return;
        }
        let begun = js_sys::Date::now();
        let is_done = chains.gantt.odds.try_update(|odds| {
            let Some((plan, odds)) = odds else { return true };
            while !odds.is_done() {
                odds.go_on(&plan.0);
                if js_sys::Date::now() - begun > SHARE {
                    break;
                }
            }
            odds.is_done()
        });
        if is_done == Some(false) {
            turn(chains, number, own);
        }
    });
}

#[component]
pub fn Ends(chains: Chains) -> impl IntoView {
    let texts = use_texts();
    let t = texts.plan_chain();
    let seed = RwSignal::new(1_u64);
    run(chains, seed);
    let odds = chains.gantt.odds;
    let runs = Memo::new(move |_| odds.with(|odds| odds.as_ref().map_or(0, |(_, odds)| odds.runs())));
    let is_done = Memo::new(move |_| runs.get() >= RUNS);
    let listed = Memo::new(move |_| indexed(chains));
    let today = chains.gantt.client.today();
    let day = move |plan: &Reckoned, moment: Moment| {
        let dates = domain::schedule::Dates { start: plan.schedule.input().start, finish: moment };
        words::day(plan.last_day(dates), today)
    };
    let ends = Memo::new(move |_| {
        is_done
            .get()
            .then(|| {
                odds.with(|odds| {
                    let (Same(plan), odds) = odds.as_ref()?;
                    let at = |share: f64| odds.end(share).map(|end| day(plan, end)).unwrap_or_default();
                    let planned = plan.span().map(|span| day(plan, span.finish)).unwrap_or_default();
                    Some([planned, at(0.5), at(0.8)])
                })
            })
            .flatten()
    });
    view! {
        <section class="panel chart" aria-label=t.odds()>
            <header><h2>{t.odds()}</h2>
                <label class="more seed"><span class="meta">{t.seed()}</span>
                    <input class="input sm" type="number" min="0" step="1" prop:value=move || seed.get().to_string()
                        on:change=move |event| if let Ok(value) = event_target_value(&event).trim().parse() { seed.set(value) } />
                </label>
            </header>
            <p class="meta note">{t.odds_rule()}</p>
            {move || if is_done.get() {
                view! { <p class="meta">{t.odds_of(today, RUNS, seed.get())}</p> }.into_any()
            } else {
                view! {
                    <p class="meta"><progress max=RUNS.to_string() value=move || runs.get().to_string() aria-label=t.odds()></progress>
                        " " {move || t.running(RUNS, runs.get())}</p>
                }.into_any()
            }}
            {move || ends.get().map(|[planned, half, most]| view! {
                <dl class="ends">
                    <div><dt>{t.as_planned()}</dt><dd>{planned}</dd></div>
                    <div><dt>{t.half()}</dt><dd>{half}</dd></div>
                    <div><dt>{t.most()}</dt><dd>{most}</dd></div>
                </dl>
            })}
            {move || is_done.get().then(|| view! { <Second chains=chains listed=listed /> })}
            {move || listed.with(|listed| !listed.is_empty()).then(|| view! {
                <div class="told" tabindex="0">
                    <table class="table">
                        <thead><tr><th scope="col">{t.task()}</th><th scope="col" class="num">{t.index()}</th><th scope="col">{t.second()}</th></tr></thead>
                        <tbody>
                            {move || {
                                let over = super::second::over(chains);
                                listed.get().into_iter().take(LISTED).map(|it| {
                                    let second = if it.confirm { t.asked() } else if over(&it) { t.wanted() } else { "" };
                                    view! {
                                        <tr>
                                            <td><button type="button" class="link ell" on:click=move |_| chains.gantt.open.set(Some(Key::Task(it.task)))>{it.title}</button></td>
                                            <td class="num">{percent(it.index)}</td>
                                            <td>{second}</td>
                                        </tr>
                                    }
                                }).collect_view()
                            }}
                        </tbody>
                    </table>
                    {move || (listed.with(Vec::len) > LISTED).then(|| view! { <p class="meta">{texts.gantt().and_more(listed.with(Vec::len) - LISTED)}</p> })}
                </div>
            })}
        </section>
    }
}
