//! How likely a plan ends when, and how often a task decides it: durations are drawn by chance, many times over.
//!
//! A task takes at least three quarters of its duration and at most twice as long, most likely as long as is planned, spread
//! as in PERT. The same seed gives the same answer everywhere, however the runs are taken in turns.

use super::Reckoned;
use crate::{
    calendar::Moment,
    schedule::{Estimate, Spread},
};

/// After so many runs an index is sure to a few parts in a hundred.
pub const RUNS: u32 = 1_000;
/// As many as are done before others get their turn.
const TURN: u32 = 10;

/// What came of the runs so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Odds {
    seed: u64,
    turns: u32,
    critical: Vec<f64>,
    ends: Vec<Moment>,
}

impl Odds {
    pub fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub fn runs(&self) -> u32 {
        self.turns * TURN
    }

    pub fn is_done(&self) -> bool {
        self.runs() >= RUNS
    }

    /// Does some more runs of the plan: always the same one.
    pub fn go_on(&mut self, plan: &Reckoned) {
        if self.is_done() {
            return;
        }
        // Every turn draws anew; neighbouring seeds are mixed well.
        let seed = self.seed.wrapping_mul(u64::from(RUNS)).wrapping_add(u64::from(self.turns));
        let came = plan.schedule.simulate(&estimates(plan), Spread::Pert, TURN, seed);
        self.critical.resize(came.criticality.len(), 0.0);
        for (sum, share) in self.critical.iter_mut().zip(came.criticality) {
            *sum += share;
        }
        self.ends.extend(came.ends);
        self.turns += 1;
        if self.is_done() {
            self.ends.sort_unstable();
        }
    }

    /// In how large a share of the runs the task at a place decided the end.
    pub fn index(&self, place: u32) -> f64 {
        self.critical.get(place as usize).map_or(0.0, |sum| sum / f64::from(self.turns.max(1)))
    }

    /// The end that is met in this share of the runs, from 0 to 1; none before all are done.
    pub fn end(&self, share: f64) -> Option<Moment> {
        if !self.is_done() {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "between the first and the last run"
        )]
        let at = (share.clamp(0.0, 1.0) * self.ends.len() as f64).ceil().max(1.0) as usize;
        self.ends.get(at - 1).copied()
    }
}

fn estimates(plan: &Reckoned) -> Vec<Estimate> {
    let estimate = |(task, of): (u32, &crate::schedule::Task)| {
        let likely = of.duration.minutes();
        Estimate { task, least: likely / 4 * 3, likely, most: likely.saturating_mul(2) }
    };
    (0..).zip(&plan.schedule.input().tasks).map(estimate).collect()
}

/// Whether a task should be confirmed by a second person: how often it decides the end, times what is at stake, in the
/// currency's minor unit, is over the limit.
pub fn asks_second(index: f64, value: i64, limit: i64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "amounts are below 2^52")]
    let (at_stake, limit) = (index * value as f64, limit as f64);
    at_stake > limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::sample::{after, plan, reckoned, task};

    #[test]
    fn a_seed_says_the_same_again_and_the_longer_way_decides() {
        let plan = reckoned(plan(), &[task(1, 10), task(2, 2), after(after(task(3, 1), 1), 2)]).unwrap();
        let run = |seed: u64| {
            let mut odds = Odds::new(seed);
            assert_eq!(odds.end(0.5), None);
            while !odds.is_done() {
                odds.go_on(&plan);
            }
            odds
        };
        let odds = run(1);
        assert_eq!(odds, run(1));
        assert_ne!(odds, run(2));
        assert_eq!(odds.runs(), RUNS);
        assert!(odds.index(0) > 0.99 && odds.index(1) < 0.01 && odds.index(2) > 0.99);
        let [half, most] = [0.5, 0.8].map(|share| odds.end(share).unwrap());
        assert!(plan.span().unwrap().finish < half && half < most, "the long side is the heavier");
    }

    #[test]
    fn what_is_at_stake_is_compared_with_the_limit() {
        assert!(asks_second(0.5, 300, 100));
        assert!(!asks_second(0.5, 200, 100));
        assert!(!asks_second(0.0, i64::MAX, 0));
    }
}
