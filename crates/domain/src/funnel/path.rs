//! The way that deals really take, and what it costs: the page's part of [`process`](crate::process), in working days.

use super::{Selection, material::Material, sample::Summary};
use crate::{
    id::ConditionId,
    process::{
        cost::{Overview, Pair, Saving, StepCost, overview},
        rework::Rework,
        variants::Variants,
    },
    stay::{Micros, StageIndex},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many ways are listed.
const WAYS: usize = 8;
/// So many open stages are paired each with each; of more, only neighbours.
const PAIRED: usize = 16;

/// In working days, but for rework, which is in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathCost {
    /// Deals that were won or lost: those whose whole way is counted.
    pub ended: u64,
    /// The longest first.
    pub steps: Vec<StepCost>,
    /// The longest wait first.
    pub approvals: Vec<ApprovalTime>,
    pub variants: Variants,
    pub rework: Rework,
    /// What leaving out each open stage would have saved, in the pipeline's order.
    pub without: Vec<(StageIndex, Saving)>,
    /// What running two open stages side by side would have saved.
    pub beside: Vec<Pair>,
}

/// How long deals stood in a stage before they got an approval there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ApprovalTime {
    pub condition: ConditionId,
    /// The stage whose gate asks for it.
    pub before: StageIndex,
    pub waited: Summary,
}

pub(super) fn path_cost(material: &Material, selection: Selection<'_>) -> PathCost {
    let measure = |entered, left| material.measure(entered, left);
    let open: Vec<StageIndex> = (0..material.ladder.top()).filter_map(|rung| material.ladder.on_rung(rung)).collect();
    let Overview { ended, steps, without, mut beside } = overview(selection, &open, measure);
    if open.len() > PAIRED {
        let place = |stage: StageIndex| open.iter().position(|other| *other == stage);
        beside.retain(|pair| place(pair.stages[0]).map(|at| at + 1) == place(pair.stages[1]));
    }
    PathCost {
        ended,
        steps,
        approvals: approvals(material, selection, measure),
        variants: Variants::count(selection, WAYS),
        rework: Rework::count(selection),
        without: open.into_iter().zip(without).collect(),
        beside,
    }
}

/// Approvals are given while a deal stands before the gate: their time counts from when it entered the stage in which it
/// stood then.
fn approvals(
    material: &Material,
    selection: Selection<'_>,
    measure: impl Fn(Micros, Micros) -> i64,
) -> Vec<ApprovalTime> {
    let mut given = BTreeMap::<u32, Vec<(ConditionId, Micros)>>::new();
    for it in &material.approved {
        given.entry(it.deal).or_default().push((it.condition, it.at));
    }
    if given.is_empty() {
        return Vec::new();
    }
    let mut waits = BTreeMap::<ConditionId, Vec<i64>>::new();
    for course in selection.courses() {
        for (condition, at) in given.get(&course.deal).into_iter().flatten() {
            let before = course.stays[..course.stays.partition_point(|stay| stay.entered <= *at)].last();
            if let Some(stay) = before {
                waits.entry(*condition).or_default().push(measure(stay.entered, *at));
            }
        }
    }
    let time = |(condition, before): &(ConditionId, StageIndex)| {
        let waited = Summary::of(waits.get_mut(condition)?)?;
        Some(ApprovalTime { condition: *condition, before: *before, waited })
    };
    let mut all: Vec<_> = material.approvals.iter().filter_map(time).collect();
    all.sort_by(|one, other| other.waited.mean.total_cmp(&one.waited.mean).then(one.before.cmp(&other.before)));
    all
}
