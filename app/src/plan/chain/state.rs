//! Where each plan stands, and which one is looked at.

use crate::plan::{
    load::plans,
    state::{Gantt, Same},
};
use chrono::NaiveDate;
use domain::{
    id::PlanId,
    plan::{
        Reckoned,
        chain::{Standing, standing},
    },
    schedule::Dates,
};
use leptos::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub struct Stood {
    pub plan: PlanId,
    pub name: String,
    pub standing: Standing,
    pub last_day: NaiveDate,
    pub due_on: Option<NaiveDate>,
    /// Working minutes that are kept in reserve.
    pub kept: i64,
    /// What may be kept instead, where nothing is and the member may say so.
    pub offer: Option<Offer>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    pub minutes: i64,
    pub due_on: NaiveDate,
}

#[derive(Clone, Copy)]
pub struct Chains {
    pub gantt: Gantt,
    /// The plans that have work, the worst first.
    pub all: Memo<Vec<Stood>>,
    pub wanted: RwSignal<Option<PlanId>>,
    /// The plan that is looked at.
    pub chosen: Memo<Option<Same<Reckoned>>>,
}

impl Chains {
    pub fn new(gantt: Gantt) -> Self {
        let shown = Memo::new(move |_| plans(gantt).into_iter().map(Same).collect::<Vec<_>>());
        // What a plan's reckoning means is worked out once for each.
        let known = Memo::new(move |before: Option<&Vec<(Same<Reckoned>, Option<Stood>)>>| {
            let before = before.map(Vec::as_slice).unwrap_or_default();
            let of = |plan: &Same<Reckoned>| {
                let known = before.iter().find(|(other, _)| other == plan).map(|(_, stood)| stood.clone());
                (plan.clone(), known.unwrap_or_else(|| stood(gantt, &plan.0)))
            };
            shown.with(|plans| plans.iter().map(of).collect::<Vec<_>>())
        });
        let all = Memo::new(move |_| {
            let mut all: Vec<Stood> = known.with(|known| known.iter().filter_map(|(_, stood)| stood.clone()).collect());
            all.sort_by(|one, other| {
                let of = |it: &Stood| (it.standing.fever.zone, it.standing.fever.consumed);
                let ((zone, consumed), (other_zone, other_consumed)) = (of(one), of(other));
                other_zone.cmp(&zone).then(other_consumed.total_cmp(&consumed))
            });
            all
        });
        let wanted = RwSignal::new(None::<PlanId>);
        let chosen = Memo::new(move |_| {
            let first = all.with(|all| all.first().map(|stood| stood.plan));
            let id = wanted.get().filter(|id| all.with(|all| all.iter().any(|stood| stood.plan == *id))).or(first)?;
            shown.with(|plans| plans.iter().find(|plan| plan.0.plan.id == id).cloned())
        });
        Self { gantt, all, wanted, chosen }
    }

    /// Where the plan stands that is looked at.
    pub fn stood(&self) -> Option<Stood> {
        let id = self.chosen.with(|chosen| chosen.as_ref().map(|plan| plan.0.plan.id))?;
        self.all.with(|all| all.iter().find(|stood| stood.plan == id).cloned())
    }
}

fn stood(gantt: Gantt, plan: &Arc<Reckoned>) -> Option<Stood> {
    let standing = standing(plan)?;
    let day = |moment| plan.last_day(Dates { start: plan.schedule.input().start, finish: moment });
    let kept = i64::from(plan.plan.buffer);
    let minutes = standing.chain.buffer;
    let may = kept == 0 && minutes > 0 && gantt.may_edit(plan.plan.id);
    // A promise that was made stays; the buffer is kept before it.
    let due_on = plan.plan.due_on.unwrap_or_else(|| day(standing.chain.promised));
    Some(Stood {
        plan: plan.plan.id,
        name: plan.plan.name.clone(),
        last_day: day(standing.end),
        due_on: plan.plan.due_on,
        kept,
        offer: may.then_some(Offer { minutes, due_on }),
        standing,
    })
}
