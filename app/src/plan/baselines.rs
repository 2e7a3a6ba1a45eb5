//! Baselines of a plan: taking one, choosing the one to compare with, and how far the plan's end has drifted from each.

use super::{act, state::Gantt, words};
use crate::{
    client::new_id,
    texts::use_texts,
    ui::{Icon, IconName},
};
use domain::{
    calendar::Moment,
    change::Target,
    command::{Command, Place},
    id::{BaselineId, PlanId},
    plan::{Agreed, Baseline},
    record::{Kind, Record},
};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    id: BaselineId,
    name: String,
    day: String,
    drift: String,
    is_late: bool,
}

#[component]
pub fn Baselines(gantt: Gantt, plan: PlanId, may: bool) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let list = Memo::new(move |_| {
        let saved = gantt.plans.with(|plans| plans.reckoned(plans.number(plan)?).cloned());
        let end = saved.as_ref().and_then(|plan| plan.span()).map(|span| span.finish);
        let hours = gantt.hours.get();
        gantt.client.with(|view| {
            let mut all: Vec<&Baseline> = view.baselines.values().filter(|baseline| baseline.plan == plan).collect();
            all.sort_by_key(|baseline| std::cmp::Reverse((baseline.created_at, baseline.id)));
            let shown = |baseline: &Baseline| {
                let agreed = baseline.tasks.values().map(|agreed| Moment::from(agreed.finish)).max();
                let drift = agreed.zip(end).map(|(agreed, end)| hours.0.workspace.minutes(agreed, end));
                Shown {
                    id: baseline.id,
                    name: baseline.name.clone(),
                    day: words::day_of(&gantt.client.zone(), baseline.created_at, gantt.client.today()),
                    drift: drift.map(|drift| words::difference(texts, drift)).unwrap_or_default(),
                    is_late: drift.is_some_and(|drift| drift > 0),
                }
            };
            all.into_iter().map(shown).collect::<Vec<_>>()
        })
    });
    let compared = move |id: BaselineId| gantt.query.with(|query| query.baseline == Some(id));
    let remove = move |id: BaselineId| {
        let target = Target::new(Kind::Baseline, id);
        if let Some(command) = gantt.client.ask_or_tell(Command::Delete { target }) {
            gantt.client.toasts.done(t.baseline_deleted(), command);
        }
    };
    view! {
        <section class="baselines" aria-label=t.baselines()>
            <h3>{t.baselines()}</h3>
            <ul>
                {move || list.get().into_iter().map(|one| {
                    let id = one.id;
                    view! {
                        <li>
                            <button type="button" class="chip" class:on=move || compared(id) aria-pressed=move || compared(id).to_string()
                                on:click=move |_| gantt.change(|query| query.baseline = (query.baseline != Some(id)).then_some(id))>
                                {one.name.clone()}
                            </button>
                            <span class="meta">{one.day}</span>
                            <span class="num" class:t-red=one.is_late>{one.drift}</span>
                            {may.then(|| view! {
                                <button type="button" class="btn plain icon mini" aria-label=t.remove(&one.name) on:click=move |_| remove(id)>
                                    <Icon name=IconName::X class="i-s" />
                                </button>
                            })}
                        </li>
                    }
                }).collect_view()}
            </ul>
            {may.then(|| view! { <button type="button" class="btn" on:click=move |_| take(gantt, plan)>{t.take_baseline()}</button> })}
        </section>
    }
}

/// Keeps the plan's dates as they are now, under the day's name, and compares with them from now on.
pub fn take(gantt: Gantt, plan: PlanId) {
    let t = gantt.client.texts.gantt();
    let saved = gantt.plans.with_untracked(|plans| plans.reckoned(plans.number(plan)?).cloned());
    let Some(saved) = saved.filter(|plan| !plan.is_empty()) else { return };
    let agreed = (0..).zip(&saved.outline.order).map(|(place, task)| {
        let dates = saved.dates(place);
        (*task, Agreed { start: dates.start.instant(), finish: dates.finish.instant() })
    });
    let id = BaselineId(new_id());
    let baseline = Baseline {
        id,
        plan,
        name: gantt.client.today().to_string(),
        by: gantt.client.me,
        created_at: gantt.client.now(),
        tasks: agreed.collect(),
    };
    let command = Command::Create { record: Record::Baseline(baseline), place: Place::default(), dated: false };
    if let Some(command) = gantt.client.ask_or_tell(command) {
        gantt.client.toasts.done(t.baseline_taken(), command);
        gantt.change(|query| query.baseline = Some(id));
        act::focus(gantt);
    }
}
