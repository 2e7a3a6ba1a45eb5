//! What a line of the table says.

use super::{state::Gantt, words};
use crate::texts::Texts;
use chrono::NaiveDate;
use domain::{
    calendar::Moment,
    health::{Light, Standing},
    id::{DealId, MemberId, TaskId},
    plan::{Length, Reckoned, length::in_days},
    schedule::{Criticality, Dates},
    view::View,
};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
pub struct Face {
    pub task: TaskId,
    pub title: String,
    pub depth: u16,
    /// Others lie in it.
    pub is_group: bool,
    pub owner: Option<MemberId>,
    pub start: String,
    pub finish: String,
    pub duration: String,
    pub float: String,
    /// It lies elsewhere than it is saved.
    pub is_moved: bool,
    pub is_critical: bool,
    /// Its deadline is missed, or a date that is set cannot be kept: why, in words.
    pub broken: Option<String>,
    pub is_done: bool,
    /// It is done only when somebody else has confirmed it; and somebody has.
    pub confirm: Option<bool>,
}

/// A task in the table: as it is tried out where it is, else as it is saved.
pub fn of_task(gantt: Gantt, texts: Texts, number: u32, place: u32) -> Option<Face> {
    let (saved, tried) = gantt.plan(number)?;
    let plan = tried.as_ref().unwrap_or(&saved);
    let today = gantt.client.today();
    let task = plan.tasks.get(place as usize)?;
    let row = plan.row(place);
    let is_group = plan.outline.is_group(place);
    let duration = if is_group { Length { minutes: worked(plan, row.planned), elapsed: false } } else { task.duration };
    Some(Face {
        task: task.id,
        title: task.title.clone(),
        depth: plan.outline.depth[place as usize],
        is_group,
        owner: task.owner,
        start: words::day(plan.first_day(row.planned), today),
        finish: words::day(plan.last_day(row.planned), today),
        duration: words::short_length(texts, duration),
        float: if task.is_done() { String::new() } else { in_days(row.total_float).to_string() },
        is_moved: tried.is_some() && saved.dates(place) != row.planned,
        is_critical: row.criticality == Criticality::Critical,
        broken: broken(texts, plan, place, today),
        is_done: task.is_done(),
        confirm: task.confirm.then_some(task.confirmed.is_some()),
    })
}

/// How many working minutes lie between two dates of the workspace's calendar.
fn worked(plan: &Reckoned, dates: Dates) -> i32 {
    i32::try_from(plan.hours().workspace.minutes(dates.start, dates.finish)).unwrap_or(i32::MAX)
}

/// What of a task does not hold.
pub fn broken(texts: Texts, plan: &Reckoned, place: u32, today: NaiveDate) -> Option<String> {
    let t = texts.gantt();
    let task = &plan.tasks[place as usize];
    if plan.outline.is_group(place) || task.is_done() {
        return None;
    }
    if let Some(late) = plan.missed(place) {
        let deadline = task.deadline.map(|day| words::day(day, today)).unwrap_or_default();
        return Some(t.misses_deadline(deadline, words::days(texts, late)));
    }
    let float = plan.row(place).total_float;
    (float < 0).then(|| t.below_zero(words::days(texts, -float)))
}

/// What stands over a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanFace {
    pub title: String,
    pub account: String,
    pub deal: Option<DealId>,
    pub light: Option<Light>,
    pub owner: Option<MemberId>,
    pub start: String,
    pub finish: String,
    pub duration: String,
    pub is_moved: bool,
    pub tasks: usize,
    pub is_template: bool,
}

pub fn of_plan(gantt: Gantt, texts: Texts, number: u32) -> Option<PlanFace> {
    let plan = gantt.plans.with(|plans| plans.get(number).map(|shown| shown.plan.clone()))?;
    let spans = gantt.plan(number).map(|(saved, tried)| {
        let tried_span = tried.as_ref().and_then(|tried| tried.span());
        (saved, gantt.plans.with(|plans| plans.span(number)), tried_span, tried)
    });
    let today = gantt.client.today();
    let span = spans.as_ref().and_then(|(_, saved, tried, _)| tried.or(*saved));
    let is_moved = spans.as_ref().is_some_and(|(_, saved, tried, _)| tried.is_some() && tried != saved);
    let reckoned: Option<Arc<Reckoned>> = spans.as_ref().map(|(saved, ..)| saved.clone());
    let days = |of: fn(&Reckoned, Dates) -> NaiveDate| {
        reckoned.as_ref().zip(span).map(|(plan, span)| words::day(of(plan, span), today)).unwrap_or_default()
    };
    let duration = reckoned
        .as_ref()
        .zip(span)
        .map(|(plan, span)| words::short_length(texts, Length { minutes: worked(plan, span), elapsed: false }));
    let deal = gantt.client.with(|view| {
        let deal = view.deals.get(&plan.deal?)?;
        let account = deal.account.and_then(|account| view.accounts.get(&account));
        let light =
            light(view, gantt, deal.id, spans.as_ref().map(|(saved, _, _, tried)| tried.as_deref().unwrap_or(saved)));
        Some((deal.title.clone(), account.map(|account| account.name.clone()), light, deal.owner))
    });
    let (title, account, light, owner) = match deal {
        Some((title, account, light, owner)) => {
            // A deal's second plan has its own name beside.
            let name = if plan.name == title { String::new() } else { plan.name.clone() };
            let account = account.unwrap_or_default();
            let second = [name, account].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
            (title, second, light, Some(owner))
        }
        None => (plan.name.clone(), String::new(), None, None),
    };
    Some(PlanFace {
        title,
        account,
        deal: plan.deal,
        light,
        owner,
        start: days(Reckoned::first_day),
        finish: days(Reckoned::last_day),
        duration: duration.unwrap_or_default(),
        is_moved,
        tasks: reckoned.map_or(0, |plan| plan.len()),
        is_template: plan.template,
    })
}

/// The deal's light, or the plan's where that is worse: red where a promise or a deadline is broken, amber where less than a
/// third of the buffer is left.
fn light(view: &View, gantt: Gantt, deal: DealId, plan: Option<&Reckoned>) -> Option<Light> {
    let deal = view.deals.get(&deal)?;
    let mut standing =
        Standing::of(deal, view.stages.get(&deal.stage), None, &gantt.client.zone(), gantt.client.today());
    // This page does not know the next activity.
    standing.next = Some(None);
    let own = standing.light()?;
    let Some(plan) = plan.filter(|_| standing.is_open()) else { return Some(own) };
    let reserve = plan.reserve();
    let mut places = 0..u32::try_from(plan.len()).unwrap_or(u32::MAX);
    let is_broken = reserve.is_some_and(|reserve| reserve.left < 0)
        || places.any(|place| !plan.tasks[place as usize].is_done() && plan.missed(place).is_some());
    let is_thin = reserve.is_some_and(|reserve| reserve.left * 3 < i64::from(reserve.kept));
    let of_plan = if is_broken {
        Light::Red
    } else if is_thin {
        Light::Amber
    } else {
        Light::Green
    };
    Some(own.min(of_plan))
}

/// What is kept after a plan's last task.
#[derive(Debug, Clone, PartialEq)]
pub struct ReserveFace {
    pub from: Moment,
    pub to: Moment,
    pub start: String,
    pub finish: String,
    pub duration: String,
    pub is_moved: bool,
    pub text: String,
    /// There is less than none.
    pub is_broken: bool,
}

pub fn of_reserve(gantt: Gantt, texts: Texts, number: u32) -> Option<ReserveFace> {
    let (saved, tried) = gantt.plan(number)?;
    let plan = tried.as_ref().unwrap_or(&saved);
    let t = texts.gantt();
    let today = gantt.client.today();
    let reserve = plan.reserve()?;
    let before = tried.as_ref().and_then(|_| saved.reserve()).filter(|before| before.left != reserve.left);
    let left = words::days(texts, reserve.left);
    let text = match before {
        Some(before) => t.reserve_moves(words::days(texts, before.left), &left),
        None if reserve.left < 0 => t.reserve_broken(words::days(texts, -reserve.left)),
        None if reserve.kept > 0 => t.reserve_of(&left, words::days(texts, i64::from(reserve.kept))),
        None => t.reserve_left(&left),
    };
    let dates = Dates { start: reserve.from.min(reserve.to), finish: reserve.from.max(reserve.to) };
    Some(ReserveFace {
        from: dates.start,
        to: dates.finish,
        start: words::day(plan.first_day(dates), today),
        finish: words::day(plan.last_day(dates), today),
        duration: in_days(reserve.left).to_string(),
        is_moved: before.is_some(),
        text,
        is_broken: reserve.left < 0,
    })
}
