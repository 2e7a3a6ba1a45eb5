//! The funnel's steps by what their deals are worth now, by the same rules as their counts.

use super::{Fate, Selection, steps::Rule};
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepWorth {
    pub reached: i128,
    /// Of these, of deals that came to the next step or beyond.
    pub advanced: i128,
    /// Of deals whose furthest step this is.
    pub lost: i128,
    pub open: i128,
}

/// For each currency a worth for each open stage and one for winning, as
/// [`Funnel::steps`](super::steps::Funnel::steps) are numbered.
pub(super) fn step_worth(
    selection: Selection<'_>,
    rule: Rule,
    currencies: &[Currency],
) -> BTreeMap<Currency, Vec<StepWorth>> {
    let top = selection.stages.top();
    let mut all = vec![vec![StepWorth::default(); top + 1]; currencies.len()];
    for (course, furthest) in rule.places(selection) {
        let minor = i128::from(course.facts.minor);
        let Some((steps, furthest)) = all.get_mut(usize::from(course.facts.currency)).zip(furthest) else { continue };
        for (at, step) in steps.iter_mut().enumerate().take(furthest + 1) {
            step.reached += minor;
            step.advanced += if at < furthest { minor } else { 0 };
        }
        match course.fate() {
            Fate::Open => steps[furthest].open += minor,
            Fate::Lost => steps[furthest].lost += minor,
            Fate::Won | Fate::Gone => {}
        }
    }
    let each = currencies.iter().copied().zip(all);
    each.filter(|(_, steps)| steps.iter().any(|step| step.reached > 0)).collect()
}
