//! Why deals were lost, by the stage that they left for good.

use super::{Period, Selection, closing::losses, material::Material};
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};

/// The deals that were lost for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossFor {
    /// Empty where none was given.
    pub reason: String,
    /// By the open stage that they were lost from, none where that is not known; in order.
    pub steps: Vec<(Option<usize>, u64)>,
    pub deals: u64,
    /// Minor units.
    pub sums: BTreeMap<Currency, i128>,
}

/// The selected lost deals by reason, the most frequent reason first.
pub(super) fn losses_for(material: &Material, selection: Selection<'_>, currencies: &[Currency]) -> Vec<LossFor> {
    let mut all = BTreeMap::<Option<u16>, (BTreeMap<Option<usize>, u64>, BTreeMap<Currency, i128>)>::new();
    for loss in losses(selection, Period::ALWAYS) {
        let step = loss.stage.and_then(|stage| material.ladder.rung(stage));
        let (steps, sums) = all.entry(loss.reason).or_default();
        *steps.entry(step).or_default() += loss.deals;
        if let Some(currency) = currencies.get(usize::from(loss.currency)) {
            *sums.entry(*currency).or_default() += loss.minor;
        }
    }
    let named = |reason: Option<u16>| reason.and_then(|reason| material.reasons.get(usize::from(reason)).cloned());
    let mut all: Vec<LossFor> = all
        .into_iter()
        .map(|(reason, (steps, sums))| LossFor {
            reason: named(reason).unwrap_or_default(),
            deals: steps.values().sum(),
            steps: steps.into_iter().collect(),
            sums,
        })
        .collect();
    all.sort_by(|one, other| (Reverse(one.deals), &one.reason).cmp(&(Reverse(other.deals), &other.reason)));
    all
}
