//! The plan of a deal on the deal's page: its tasks with their bars, and the way to the chart.

use super::{new::NewPlan, words};
use crate::{
    client::Client,
    texts::use_texts,
    ui::{Avatar, Icon, IconName},
};
use chrono::NaiveTime;
use domain::{
    access::Right,
    calendar::Moment,
    id::{DealId, PlanId},
    page::Address,
    plan::{
        Hours, Reckoned,
        length::in_days,
        query::Query,
        scale::{Scale, Unit, idle, ticks},
    },
    record::Kind,
    schedule::Criticality,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use std::sync::Arc;

/// How many tasks are shown; the chart has the others.
const SHOWN: usize = 12;
/// How wide the bars' part is, in the drawing's own units.
const WIDTH: f64 = 480.0;
const PITCH: f64 = 24.0;
const HEAD: f64 = 22.0;

#[component]
pub fn DealPlan(deal: DealId, #[prop(into)] editable: Signal<bool>) -> impl IntoView {
    let texts = use_texts();
    let t = texts.gantt();
    let client = expect_context::<Client>();
    let address = Address::Plan(Query::of_deal(deal));
    let path = address.path();
    let changed = RwSignal::new(0_u32);
    client.listen(move |touched, _| {
        if touched.iter().any(|target| matches!(target.kind, Kind::Plan | Kind::Task | Kind::Workspace | Kind::Member))
        {
            changed.update(|changed| *changed += 1);
        }
    });
    let plan = Memo::new(move |_| {
        changed.track();
        let now = client.now();
        client.peek(|view| {
            let first = view
                .plans
                .values()
                .filter(|plan| plan.deal == Some(deal))
                .min_by_key(|plan| (plan.created_at, plan.id));
            let hours = Hours::of(view, &client.zone(), client.today());
            let reckoned = Reckoned::in_view(view, first?.id, &hours, now).ok().flatten()?;
            Some(super::state::Same(Arc::new(reckoned)))
        })
    });
    let making = RwSignal::new(false);
    let navigate = use_navigate();
    let to = path.clone();
    let made = Callback::new(move |_: PlanId| {
        making.set(false);
        navigate(&to, NavigateOptions::default());
    });
    let may = move || editable.get() && client.holds(Right::Work);
    view! {
        <section class="deal-plan" aria-label=t.plan()>
            <header>
                <h2>{t.plan()}</h2>
                {move || plan.get().map(|plan| view! { <span class="meta">{summary(client, texts, &plan.0)}</span> })}
                {
                    let path = path.clone();
                    move || plan.with(Option::is_some).then(|| view! { <A href=path.clone() attr:class="link right">{t.open_chart()}</A> })
                }
            </header>
            {move || match plan.get() {
                Some(plan) if !plan.0.is_empty() => view! { <Drawing client=client plan=plan.0 /> }.into_any(),
                Some(_) => view! { <p class="meta">{t.no_tasks()}</p> }.into_any(),
                None => view! {
                    <p class="second">{t.deal_without()}</p>
                    {move || may().then(|| view! {
                        <button type="button" class="btn" on:click=move |_| making.set(true)>
                            <Icon name=IconName::Plus class="i-s" />{t.new_plan()}
                        </button>
                    })}
                }.into_any(),
            }}
            {move || making.get().then(|| view! {
                <NewPlan client=client deal=Some(deal) made=made close=Callback::new(move |()| making.set(false)) />
            })}
        </section>
    }
}

/// How many tasks, when the last one finishes, and what is left in reserve.
fn summary(client: Client, texts: crate::texts::Texts, plan: &Reckoned) -> String {
    let t = texts.gantt();
    let leaves = (0_u32..).zip(&plan.tasks).filter(|(place, _)| !plan.outline.is_group(*place)).count();
    let end = plan.span().map(|span| words::day(plan.last_day(span), client.today()));
    let mut parts = vec![t.task_count(leaves)];
    parts.extend(end.map(|end| t.until(end)));
    parts.extend(plan.reserve().map(|reserve| t.reserve_left(t.days(in_days(reserve.left)))));
    parts.join(" · ")
}

#[component]
fn Drawing(client: Client, plan: Arc<Reckoned>) -> impl IntoView {
    let t = use_texts().gantt();
    let today = client.today();
    let hours = plan.hours().clone();
    let Some(span) = plan.span() else { return ().into_any() };
    let reserve = plan.reserve();
    let last = reserve.map_or(span.finish, |reserve| reserve.to.max(span.finish));
    #[expect(clippy::cast_precision_loss, reason = "minutes of centuries are counted exactly")]
    let days = ((last.0 - span.start.0) as f64 / 1440.0).max(7.0);
    let scale = Scale { origin: span.start, day: WIDTH / days };
    // What is still to be done comes first.
    let leaves: Vec<u32> =
        (0..).zip(&plan.tasks).filter(|(place, _)| !plan.outline.is_group(*place)).map(|(place, _)| place).collect();
    let done = leaves.iter().filter(|place| plan.tasks[**place as usize].is_done()).count();
    let skip = done.saturating_sub(2).min(leaves.len().saturating_sub(SHOWN));
    let shown: Vec<u32> = leaves.iter().copied().skip(skip).take(SHOWN).collect();
    let hidden = leaves.len() - shown.len();
    #[expect(clippy::cast_precision_loss, reason = "a few lines")]
    let height = HEAD + PITCH * shown.len() as f64;
    let end = Moment(last.0 + 1440);
    let free = if scale.day >= 2.0 { idle(&hours.workspace, span.start, end, false) } else { Vec::new() };
    let unit = if scale.day >= 7.0 { Unit::Week } else { Unit::Month };
    let marks = ticks(unit, &hours.zone, span.start, end);
    let now = hours.zone.moment(today.and_time(NaiveTime::MIN));
    let y = |at: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let at = at as f64;
        HEAD + PITCH * at
    };
    let bars = shown.iter().enumerate().map(|(at, place)| {
        let task = &plan.tasks[*place as usize];
        let row = plan.row(*place);
        let (from, to) = super::bars::place_of(scale, &plan, *place);
        let class = if row.criticality == Criticality::Critical { "crit" } else { "" };
        let top = y(at) + 6.0;
        if task.is_milestone() {
            view! { <path class="mile" d=format!("M{from} {top}l6 6-6 6-6-6z") /> }.into_any()
        } else {
            let done = (to - from) * f64::from(task.percent) / 100.0;
            view! {
                <rect class=format!("bar {class}") x=from y=top width=to - from height="12" rx="2" />
                {(done > 0.0).then(|| view! { <rect class=format!("done {class}") x=from y=top width=done height="12" rx="2" /> })}
            }
            .into_any()
        }
    });
    let bars = bars.collect_view();
    let rest = reserve.filter(|reserve| reserve.left > 0).map(|reserve| {
        let (from, to) = (scale.x(reserve.from), scale.x(reserve.to));
        view! { <rect class="reserve" x=from y=y(shown.len().saturating_sub(1)) + 6.0 width=to - from height="12" rx="2" /> }
    });
    let rows = shown.iter().map(|place| {
        let task = plan.tasks[*place as usize].clone();
        let owner = task.owner.and_then(|owner| client.peek(|view| view.members.get(&owner).cloned()));
        view! {
            <tr>
                <td class="ell">{task.title.clone()}</td>
                <td><Avatar member=owner me=client.me /></td>
                <td class="num third">{words::day(plan.first_day(plan.dates(*place)), today)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="small-plan">
            <table>
                <thead><tr><th>{t.task()}</th><th><span class="vh">{t.owner()}</span></th><th class="num">{t.start()}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <svg viewBox=format!("-8 0 {} {height}", WIDTH + 24.0) preserveAspectRatio="none" style=format!("height:{height}px") aria-hidden="true">
                {free.into_iter().map(|(from, to)| view! {
                    <rect class="idle" x=scale.x(from) y=HEAD width=scale.x(to) - scale.x(from) height=height - HEAD />
                }).collect_view()}
                {marks.into_iter().filter(|tick| tick.at >= span.start).map(|tick| view! {
                    <text x=scale.x(tick.at) y="14">{words::day(tick.local.date(), today)}</text>
                }).collect_view()}
                <path class="today" d=format!("M{} {HEAD}V{height}", scale.x(now).clamp(-8.0, WIDTH + 16.0)) />
                {bars}
                {rest}
            </svg>
        </div>
        {(hidden > 0).then(|| view! { <p class="meta">{t.and_more(hidden)}</p> })}
    }
    .into_any()
}
