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
    /// By the stage that they were lost from, in order.
    pub steps: Vec<LostThere>,
    pub deals: u64,
    /// Minor units.
    pub sums: BTreeMap<Currency, i128>,
}

/// Of these, those that were lost from one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LostThere {
    /// None where no open stage is known.
    pub step: Option<usize>,
    pub deals: u64,
    /// Minor units.
    pub sums: BTreeMap<Currency, i128>,
}

/// The selected lost deals by reason, the most frequent reason first.
pub(super) fn losses_for(material: &Material, selection: Selection<'_>, currencies: &[Currency]) -> Vec<LossFor> {
    let mut all = BTreeMap::<Option<u16>, BTreeMap<Option<usize>, (u64, BTreeMap<Currency, i128>)>>::new();
    for loss in losses(selection, Period::ALWAYS) {
        let step = loss.stage.and_then(|stage| material.ladder.rung(stage));
        let (deals, sums) = all.entry(loss.reason).or_default().entry(step).or_default();
        *deals += loss.deals;
        if let Some(currency) = currencies.get(usize::from(loss.currency)) {
            *sums.entry(*currency).or_default() += loss.minor;
        }
    }
    let named = |reason: Option<u16>| reason.and_then(|reason| material.reasons.get(usize::from(reason)).cloned());
    let of_reason = |(reason, steps): (Option<u16>, BTreeMap<_, (u64, BTreeMap<Currency, i128>)>)| {
        let mut sums = BTreeMap::<Currency, i128>::new();
        for (currency, minor) in steps.values().flat_map(|(_, sums)| sums) {
            *sums.entry(*currency).or_default() += minor;
        }
        let deals = steps.values().map(|(deals, _)| deals).sum();
        let steps = steps.into_iter().map(|(step, (deals, sums))| LostThere { step, deals, sums });
        LossFor { reason: named(reason).unwrap_or_default(), steps: steps.collect(), deals, sums }
    };
    let mut all: Vec<LossFor> = all.into_iter().map(of_reason).collect();
    all.sort_by(|one, other| (Reverse(one.deals), &one.reason).cmp(&(Reverse(other.deals), &other.reason)));
    all
}
