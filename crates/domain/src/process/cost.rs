//! Where the time of deals goes, and what a change of the process would save. What would have been saved in the past is
//! an estimate of what will be: it takes the remaining steps to last as long as before, and those that run side by side
//! to need nothing of each other.

use crate::{
    funnel::{Course, Estimate, Fate, Selection, sample::Summary},
    stay::{Micros, StageIndex},
};
use serde::{Deserialize, Serialize};

/// The time that deals won or lost spent in an open stage, all visits of a deal together. Microseconds, or the measure's
/// unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepCost {
    pub stage: StageIndex,
    /// How often deals stayed there.
    pub visits: u64,
    pub total: i128,
    /// Its part of the time in all open stages, from 0 to 1.
    pub share: f64,
    /// Of the deals that were there at all.
    pub per_deal: Summary,
}

/// What a change of the process would have saved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Saving {
    /// Deals whose way would have been shorter, of all deals won or lost.
    pub deals: u64,
    pub of: u64,
    pub total: i128,
    /// On average over all deals won or lost, with the interval of a mean; none for fewer than two deals.
    pub per_deal: Option<Estimate>,
    /// The time that those deals took in open stages, on average; none of none.
    pub before: Option<f64>,
}

/// The time each deal won or lost spent in each open stage.
struct Costs<'a, M> {
    selection: Selection<'a>,
    measure: M,
    /// By the stage's number.
    times: Vec<i64>,
}

impl<'a, M: Fn(Micros, Micros) -> i64> Costs<'a, M> {
    fn new(selection: Selection<'a>, measure: M) -> Self {
        Self { selection, measure, times: vec![0; selection.stages.count()] }
    }

    fn each(mut self, mut take: impl FnMut(&Course<'_>, &[i64])) {
        for course in self.selection.courses().filter(|course| matches!(course.fate(), Fate::Won | Fate::Lost)) {
            self.times.fill(0);
            for stay in course.stays.iter().filter(|stay| self.selection.stages.is_open(stay.stage)) {
                self.times[usize::from(stay.stage)] += (self.measure)(stay.entered, stay.left);
            }
            take(&course, &self.times);
        }
    }
}

/// Where the time goes and what a change would have saved, from one pass over the stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Deals won or lost.
    pub ended: u64,
    /// The open stages by the time that these deals spent in them, the longest first.
    pub steps: Vec<StepCost>,
    /// What leaving out each of the asked stages would have saved, in their order.
    pub without: Vec<Saving>,
    /// What running each two of them side by side would have saved.
    pub beside: Vec<Pair>,
}

/// Two stages that run side by side, and what that would have saved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    pub stages: [StageIndex; 2],
    pub saving: Saving,
}

/// Computes the overview, with what changing `asked` stages would have saved. `measure` gives the length between two
/// instants, as [`crate::funnel::dwell::plain`] does.
pub fn overview(selection: Selection<'_>, asked: &[StageIndex], measure: impl Fn(Micros, Micros) -> i64) -> Overview {
    let stages = selection.stages.count();
    let mut visits = vec![0; stages];
    let mut deals = vec![Vec::new(); stages];
    let mut was_there = vec![false; stages];
    let mut ended = 0;
    let mut without = vec![Sum::default(); asked.len()];
    let pairs = asked.iter().enumerate().flat_map(|(at, one)| asked[at + 1..].iter().map(|other| [*one, *other]));
    let mut pairs: Vec<_> = pairs.map(|stages| (stages, Sum::default())).collect();
    let time = |times: &[i64], stage: StageIndex| times.get(usize::from(stage)).copied().unwrap_or(0);
    Costs::new(selection, measure).each(|course, times| {
        ended += 1;
        was_there.fill(false);
        for stay in course.stays.iter().filter(|stay| selection.stages.is_open(stay.stage)) {
            visits[usize::from(stay.stage)] += 1;
            was_there[usize::from(stay.stage)] = true;
        }
        for (stage, _) in was_there.iter().enumerate().filter(|(_, was_there)| **was_there) {
            deals[stage].push(times[stage]);
        }
        let whole = times.iter().map(|time| i128::from(*time)).sum();
        for (sum, stage) in without.iter_mut().zip(asked) {
            sum.add(time(times, *stage), whole);
        }
        for ([one, other], sum) in &mut pairs {
            sum.add(time(times, *one).min(time(times, *other)), whole);
        }
    });
    let beside = pairs.into_iter().map(|(stages, sum)| Pair { stages, saving: sum.saving() });
    let without = without.into_iter().map(Sum::saving);
    Overview { ended, steps: steps(deals, visits), without: without.collect(), beside: beside.collect() }
}

/// From the times that deals spent in each stage, and how often they stayed there.
fn steps(mut deals: Vec<Vec<i64>>, visits: Vec<u64>) -> Vec<StepCost> {
    let sum = |times: &[i64]| times.iter().map(|time| i128::from(*time)).sum::<i128>();
    let all: i128 = deals.iter().map(|times| sum(times)).sum();
    let steps = (0..).zip(deals.iter_mut().zip(visits)).filter_map(|(stage, (times, visits))| {
        let total = sum(times);
        let share = if all > 0 { total as f64 / all as f64 } else { 0.0 };
        Some(StepCost { stage, visits, total, share, per_deal: Summary::of(times)? })
    });
    let mut steps: Vec<_> = steps.collect();
    steps.sort_by_key(|step| (-step.total, step.stage));
    steps
}

/// The open stages by the time that deals won or lost spent in them, the longest first.
pub fn longest_steps(selection: Selection<'_>, measure: impl Fn(Micros, Micros) -> i64) -> Vec<StepCost> {
    overview(selection, &[], measure).steps
}

/// What leaving out a stage would have saved: all time spent in it.
pub fn leaving_out(selection: Selection<'_>, stage: StageIndex, measure: impl Fn(Micros, Micros) -> i64) -> Saving {
    saving(selection, measure, |times| times.get(usize::from(stage)).copied().unwrap_or(0))
}

/// What running stages side by side would have saved: of the times a deal spent in them, all but the longest.
pub fn side_by_side(
    selection: Selection<'_>,
    stages: &[StageIndex],
    measure: impl Fn(Micros, Micros) -> i64,
) -> Saving {
    let mut stages = stages.to_vec();
    stages.sort_unstable();
    stages.dedup();
    saving(selection, measure, |times| {
        let time = |stage: &StageIndex| times.get(usize::from(*stage)).copied().unwrap_or(0);
        stages.iter().map(time).sum::<i64>() - stages.iter().map(time).max().unwrap_or(0)
    })
}

fn saving(selection: Selection<'_>, measure: impl Fn(Micros, Micros) -> i64, saved: impl Fn(&[i64]) -> i64) -> Saving {
    let mut sum = Sum::default();
    Costs::new(selection, measure).each(|_, times| {
        sum.add(saved(times), times.iter().map(|time| i128::from(*time)).sum());
    });
    sum.saving()
}

/// Savings as they are added up.
#[derive(Clone, Copy, Default)]
struct Sum {
    deals: u64,
    of: u64,
    total: i128,
    before: i128,
    /// The mean and the sum of squared deviations as they grow (B. P. Welford, Technometrics 4, 1962, 419–420).
    mean: f64,
    squares: f64,
}

impl Sum {
    fn add(&mut self, saved: i64, whole: i128) {
        self.of += 1;
        self.deals += u64::from(saved > 0);
        self.total += i128::from(saved);
        self.before += whole;
        let off = saved as f64 - self.mean;
        self.mean += off / self.of as f64;
        self.squares += off * (saved as f64 - self.mean);
    }

    fn saving(self) -> Saving {
        let Self { deals, of, total, before, mean, squares } = self;
        let before = (of > 0).then(|| before as f64 / of as f64);
        Saving { deals, of, total, per_deal: Estimate::mean(of, mean, squares), before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period, dwell::plain},
        pipeline::Outcome,
        process::variants::Variants,
        stay::{Entry, Stages, stays},
    };

    /// Deals as the days they spent in the stages A, B, C (open): `A3 B2 A1`; all but the last were won then.
    fn with_selection<T>(use_it: impl FnOnce(Selection<'_>) -> T) -> T {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Open, Outcome::Won]);
        let deals = ["A3 B2 A1 C4", "A1 B5 C4", "A2 C9", "A1 B5 C4", "A50 B1"];
        let entries = (0..).zip(deals).flat_map(|(deal, path)| {
            let mut at = 0;
            let mut entries: Vec<_> = path
                .split(' ')
                .map(|stay| {
                    let entry =
                        Entry { at, deal, into: "ABC".find(&stay[..1]).map(|stage| u16::try_from(stage).unwrap()) };
                    at += stay[1..].parse::<i64>().unwrap();
                    entry
                })
                .collect();
            entries.extend((deal < 4).then_some(Entry { at, deal, into: Some(3) }));
            entries
        });
        let stays = stays(entries, &stages, 0);
        let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; deals.len()];
        let cohort = Cohort::Created(Period::ALWAYS);
        use_it(Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of: 100, group: None })
    }

    #[test]
    fn the_longest_steps_come_first() {
        with_selection(|selection| {
            let steps = longest_steps(selection, plain);
            let shown: Vec<_> =
                steps.iter().map(|step| (step.stage, step.visits, step.total, step.per_deal.count)).collect();
            assert_eq!(shown, [(2, 4, 21, 4), (1, 3, 12, 3), (0, 5, 8, 4)]);
            assert!((steps.iter().map(|step| step.share).sum::<f64>() - 1.0).abs() < 1e-9);
        });
    }

    #[test]
    fn savings_are_counted_deal_by_deal() {
        with_selection(|selection| {
            let saving = leaving_out(selection, 1, plain);
            assert_eq!((saving.deals, saving.of, saving.total, saving.before), (3, 4, 12, Some(10.25)));
            assert!((saving.per_deal.unwrap().value - 3.0).abs() < 1e-9);
            // The deviations −1, 2, −3 and 2, and their mean's standard error.
            assert!((saving.per_deal.unwrap().low - (3.0 - 1.959_964 * (18.0_f64 / 3.0 / 4.0).sqrt())).abs() < 1e-5);
            // The shorter of both, each deal its own: 2, 4, 0, 4.
            let saving = side_by_side(selection, &[2, 1, 1], plain);
            assert_eq!((saving.deals, saving.total), (3, 10));
            assert_eq!(side_by_side(selection, &[], plain).total, 0);
            assert_eq!(side_by_side(selection, &[1, 99], plain).total, 0);
            // All of them at once are the same.
            let overview = overview(selection, &[0, 1, 2], plain);
            assert_eq!((overview.ended, overview.steps), (4, longest_steps(selection, plain)));
            assert_eq!(overview.without, [0, 1, 2].map(|stage| leaving_out(selection, stage, plain)));
            assert_eq!(overview.beside.iter().map(|pair| pair.stages).collect::<Vec<_>>(), [[0, 1], [0, 2], [1, 2]]);
            for pair in overview.beside {
                assert_eq!(pair.saving, side_by_side(selection, &pair.stages, plain));
            }
        });
    }

    #[test]
    fn variants_are_paths_with_counts() {
        with_selection(|selection| {
            let variants = Variants::count(selection, 2);
            assert_eq!((variants.distinct, variants.deals, variants.top.len()), (4, 5, 2));
            let most = &variants.top[0];
            assert_eq!((most.path.as_slice(), most.deals.won), ([0, 1, 2, 3].as_slice(), 2));
            assert_eq!((most.time.unwrap().median.to_string(), variants.share(most).hits), ("10".to_owned(), 2));
            assert_eq!(variants.top[1].path, [0, 1]);
            assert_eq!(Variants::deals(selection, &most.path).collect::<Vec<_>>(), [1, 3]);
        });
    }
}
