//! Deals that ended, and how deals fare: win rates and values by any key, cycle times, reasons of loss by stage.

use super::{
    Course, Fate, Period, Rate, Selection,
    steps::Fates,
    survival::{Curve, Times},
};
use crate::stay::{DealIndex, Micros, StageIndex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A deal that was won or lost: one dot of the scatter of cycle times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub deal: DealIndex,
    /// Won or lost.
    pub fate: Fate,
    pub at: Micros,
    /// From the cohort's start to the closing; never below 0, though records may say so.
    pub cycle: Micros,
    /// The open stage that it left for good; none where it was recorded as closed from the start.
    pub from: Option<StageIndex>,
}

/// The selected deals that were won or lost, each by its last closing, where that lies in the period.
pub fn closings(selection: Selection<'_>, period: Period) -> impl Iterator<Item = (Course<'_>, Closing)> {
    selection.courses().filter_map(move |course| {
        let closing = course.closing()?;
        let at = course.stays[closing].entered;
        let open = course.stays[..closing].iter().rev().find(|stay| selection.stages.is_open(stay.stage));
        let closing = Closing {
            deal: course.deal,
            fate: course.fate(),
            at,
            cycle: at.saturating_sub(course.start).max(0),
            from: open.map(|stay| stay.stage),
        };
        period.holds(at).then_some((course, closing))
    })
}

/// The outcome's number in [`outcomes_over_time`].
pub const WON: u8 = 0;
pub const LOST: u8 = 1;

/// Which part of the deals is won, and which is lost, by how long after the cohort's start. Open deals count as long as
/// they were seen, and those that left the pipeline until then.
pub fn outcomes_over_time(selection: Selection<'_>) -> Curve<2> {
    let mut times = Times::default();
    for course in selection.courses() {
        let outcome = match course.fate() {
            Fate::Won => Some(WON),
            Fate::Lost => Some(LOST),
            Fate::Open | Fate::Gone => None,
        };
        times.push(course.until().saturating_sub(course.start), outcome);
    }
    times.curve()
}

/// How a set of deals fares, with what it is worth. One currency; sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Results {
    pub deals: Fates,
    /// Minor units won and lost.
    pub won: i128,
    pub lost: i128,
}

impl Results {
    /// Counts a deal in with its amount in minor units.
    pub fn add(&mut self, fate: Fate, minor: i64) {
        self.deals.add(fate);
        match fate {
            Fate::Won => self.won += i128::from(minor),
            Fate::Lost => self.lost += i128::from(minor),
            Fate::Open | Fate::Gone => {}
        }
    }

    pub fn win_rate(&self) -> Rate {
        self.deals.win_rate()
    }

    /// Minor units a won deal; none where none is won.
    pub fn average_won(&self) -> Option<f64> {
        (self.deals.won > 0).then(|| self.won as f64 / self.deals.won as f64)
    }
}

/// Results by any key: owner, product, quarter of closing, month of creation.
pub fn results_by<K: Ord>(deals: impl IntoIterator<Item = (K, Fate, i64)>) -> BTreeMap<K, Results> {
    let mut results = BTreeMap::<K, Results>::new();
    for (key, fate, minor) in deals {
        results.entry(key).or_default().add(fate, minor);
    }
    results
}

/// How many deals were lost out of a stage for a reason, and what they were worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// None where no open stage of the deal is known.
    pub stage: Option<StageIndex>,
    /// None where none was given.
    pub reason: Option<u16>,
    pub currency: u16,
    pub deals: u64,
    /// Minor units.
    pub minor: i128,
}

/// Lost deals by stage, reason and currency, in that order.
pub fn losses(selection: Selection<'_>, period: Period) -> Vec<Loss> {
    let mut losses = BTreeMap::<_, (u64, i128)>::new();
    for (course, closing) in closings(selection, period).filter(|(_, closing)| closing.fate == Fate::Lost) {
        let facts = course.facts;
        let (deals, minor) = losses.entry((closing.from, facts.reason, facts.currency)).or_default();
        *deals += 1;
        *minor += i128::from(facts.minor);
    }
    let each = losses.into_iter();
    each.map(|((stage, reason, currency), (deals, minor))| Loss { stage, reason, currency, deals, minor }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts},
        pipeline::Outcome,
        stay::{Entry, NEVER, Stages, stays},
    };

    /// Stages 0 and 1 are open, 2 and 3 won, 4 lost; each deal is its entries, at instants 0, 10, 20, …
    fn with_selection<T>(deals: &[&[u16]], as_of: Micros, use_it: impl FnOnce(Selection<'_>) -> T) -> T {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Won, Outcome::Lost]);
        let entry = |deal: DealIndex, at: usize, stage: u16| Entry {
            at: i64::try_from(at).unwrap() * 10,
            deal,
            into: stages.holds(stage).then_some(stage),
        };
        let entries = (0..).zip(deals);
        let entries =
            entries.flat_map(|(deal, path)| path.iter().enumerate().map(move |(at, stage)| entry(deal, at, *stage)));
        let stays = stays(entries, &stages, 0);
        let facts: Vec<_> = (0..deals.len())
            .map(|deal| DealFacts {
                minor: 100,
                group: Some(0),
                reason: u16::try_from(deal).ok(),
                ..DealFacts::default()
            })
            .collect();
        let cohort = Cohort::Created(Period::ALWAYS);
        use_it(Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of, group: None })
    }

    const DEALS: [&[u16]; 5] = [&[0, 1, 2, 3], &[0, 4, 1, 4], &[0, 1, 9], &[4], &[0, 2, 1]];

    #[test]
    fn the_last_closing_counts() {
        with_selection(&DEALS, 1000, |selection| {
            let show = |(_, closing): (Course<'_>, Closing)| (closing.deal, closing.fate, closing.at, closing.from);
            let all: Vec<_> = closings(selection, Period::ALWAYS).map(show).collect();
            // Winning counts, not being paid after it; a deal lost twice was lost when it was lost again.
            assert_eq!(all, [(0, Fate::Won, 20, Some(1)), (1, Fate::Lost, 30, Some(1)), (3, Fate::Lost, 0, None)]);
            let losses = losses(selection, Period { from: 1, to: NEVER });
            let expected = Loss { stage: Some(1), reason: Some(1), currency: 0, deals: 1, minor: 100 };
            assert_eq!(losses, [expected]);
            let curve = outcomes_over_time(selection);
            assert_eq!((curve.ended(), curve.running()), (3, 2));
        });
    }

    #[test]
    fn who_left_the_pipeline_and_came_back_won_is_won_then() {
        with_selection(&[&[2, 9, 2]], 1000, |selection| {
            let all: Vec<_> = closings(selection, Period::ALWAYS).map(|(_, closing)| closing.at).collect();
            assert_eq!(all, [20]);
        });
    }

    #[test]
    fn what_came_later_is_not_known() {
        with_selection(&DEALS, 15, |selection| {
            let fates: Vec<_> = selection.courses().map(|course| (course.fate(), course.until())).collect();
            let expected = [(Fate::Open, 15), (Fate::Lost, 10), (Fate::Open, 15), (Fate::Lost, 0), (Fate::Won, 10)];
            assert_eq!(fates, expected);
        });
    }

    #[test]
    fn results_add_up_by_key() {
        let deals = [("a", Fate::Won, 5), ("b", Fate::Open, 7), ("a", Fate::Lost, 3), ("a", Fate::Won, 2)];
        let results = results_by(deals);
        assert_eq!((results["a"].won, results["a"].lost, results["a"].average_won()), (7, 3, Some(3.5)));
        assert_eq!((results["a"].win_rate(), results["b"].win_rate()), (Rate::new(2, 3), Rate::new(0, 0)));
    }
}
