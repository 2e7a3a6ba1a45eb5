//! How often a task decides the end, when durations are not known: a Monte Carlo simulation (R. Van Slyke, "Monte Carlo
//! Methods and the PERT Problem", 1963) and its criticality index (J. Martin, "Distribution of the Time through a
//! Directed, Acyclic Network", 1965).
//!
//! The same seed gives the same result on every machine: only operations are used whose results IEEE 754 fixes to the last
//! bit, so no logarithms or powers.

use super::{
    network::{NONE, State},
    pass::Schedule,
};
use crate::calendar::Moment;

/// More runs would tell nothing more: the error of a share is then below one in a hundred.
pub const MAX_RUNS: u32 = 20_000;

/// How long a task may take, in minutes of its duration's kind. Out of order, they are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub task: u32,
    pub least: i32,
    pub likely: i32,
    pub most: i32,
}

/// How durations spread between the least and the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    Triangular,
    /// The beta distribution of PERT (D. Malcolm et al., "Application of a Technique for Research and Development Program
    /// Evaluation", 1959): nearer to the likely value, of mean (least + 4 likely + most) / 6.
    Pert,
}

/// What came of the runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// For each task, in how large a share of the runs it was critical; for a group, something in it.
    pub criticality: Vec<f64>,
    /// When the plan ended in each run, from the earliest.
    pub ends: Vec<Moment>,
}

impl Simulated {
    /// The end that is met in this share of the runs, from 0 to 1; none without runs.
    pub fn end(&self, share: f64) -> Option<Moment> {
        let count = f64::from(u32::try_from(self.ends.len()).unwrap_or(NONE));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between the first and the last run"
        )]
        let at = (share.clamp(0.0, 1.0) * count).ceil().max(1.0) as usize;
        self.ends.get(at - 1).copied()
    }
}

impl Schedule {
    /// Reckons the plan many times over with durations drawn by chance. What is finished stays, of what has begun the rest
    /// is drawn; tasks without an estimate take as long as planned.
    ///
    /// # Panics
    /// The estimates must name tasks that there are.
    pub fn simulate(&self, estimates: &[Estimate], spread: Spread, runs: u32, seed: u64) -> Simulated {
        let mut random = Random(seed);
        let table = BetaTable::new();
        let drawn: Vec<(usize, [f64; 3], f64)> = estimates
            .iter()
            .filter(|estimate| !self.network.groups.is_group(estimate.task))
            .map(|estimate| (self.node(estimate.task), estimate))
            .filter(|(node, _)| matches!(self.network.nodes[*node].state, State::ToDo | State::Started))
            .map(|(node, estimate)| {
                let mut minutes =
                    [estimate.least, estimate.likely, estimate.most].map(|minutes| f64::from(minutes.max(0)));
                minutes.sort_by(f64::total_cmp);
                let duration = self.input.tasks[estimate.task as usize].duration.minutes();
                let left = f64::from(self.network.nodes[node].work) / f64::from(duration.max(1));
                (node, minutes, if duration == 0 { 1.0 } else { left })
            })
            .collect();
        let mut run = self.clone();
        let mut counts = vec![0u32; self.input.tasks.len()];
        let mut in_run = vec![0u32; self.input.tasks.len()];
        let mut ends = Vec::new();
        for number in 1..=runs.min(MAX_RUNS) {
            for (node, minutes, left) in &drawn {
                let chance = random.chance();
                let length = match spread {
                    Spread::Triangular => triangular(*minutes, chance),
                    Spread::Pert => table.pert(*minutes, chance),
                };
                #[expect(clippy::cast_possible_truncation, reason = "between minutes that are whole numbers")]
                let work = (length * left).round() as i32;
                run.network.nodes[*node].work = work;
            }
            // With durations drawn so, maximal lags may contradict each other: that run says nothing.
            if run.reckon().is_err() {
                continue;
            }
            ends.push(run.end());
            for node in 0..run.early.len() {
                let open = matches!(run.network.nodes[node].state, State::ToDo | State::Started);
                if !open || run.total_float(node) > 0 {
                    continue;
                }
                let mut next = Some(run.network.task_of[node]);
                while let Some(task) = next.filter(|task| in_run[*task as usize] != number) {
                    in_run[task as usize] = number;
                    counts[task as usize] += 1;
                    next = self.input.tasks[task as usize].parent;
                }
            }
        }
        let count = f64::from(u32::try_from(ends.len()).unwrap_or(NONE).max(1));
        ends.sort_unstable();
        Simulated { criticality: counts.into_iter().map(|critical| f64::from(critical) / count).collect(), ends }
    }
}

/// `SplitMix64` (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// At least 0, below 1.
    fn chance(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let bits = (self.next() >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }
}

/// The value that a triangular distribution stays below with this chance.
fn triangular([least, likely, most]: [f64; 3], chance: f64) -> f64 {
    let (left, right, whole) = (likely - least, most - likely, most - least);
    if whole <= 0.0 {
        return least;
    }
    if chance * whole < left {
        least + (chance * whole * left).sqrt()
    } else {
        most - ((1.0 - chance) * whole * right).sqrt()
    }
}

/// Values of the beta distributions of PERT, by chance, for likely values at every eighth of the range: there their
/// exponents are halves, for which roots suffice. Between two such the values are mixed, which keeps the mean exact.
struct BetaTable(Vec<Vec<f64>>);

const SHAPES: u32 = 8;
const STEPS: u32 = 1024;

impl BetaTable {
    fn new() -> Self {
        Self((0..=SHAPES).map(Self::values).collect())
    }

    /// For a likely value at so many eighths, the values by chance in equal steps.
    fn values(eighths: u32) -> Vec<f64> {
        let density = |value: f64| halves(value, eighths) * halves(1.0 - value, SHAPES - eighths);
        let step = 1.0 / f64::from(STEPS);
        let mut below = vec![0.0];
        for at in 0..STEPS {
            let from = f64::from(at) * step;
            // Simpson's rule.
            let area = density(from) + 4.0 * density(from + step / 2.0) + density(from + step);
            below.push(below[below.len() - 1] + area);
        }
        let whole = below[below.len() - 1];
        let mut at = 0;
        (0..=STEPS)
            .map(|number| {
                let wanted = f64::from(number) * step * whole;
                while at + 2 < below.len() && below[at + 1] < wanted {
                    at += 1;
                }
                let within = (wanted - below[at]) / (below[at + 1] - below[at]);
                (f64::from(u32::try_from(at).unwrap_or(0)) + within.clamp(0.0, 1.0)) * step
            })
            .collect()
    }

    fn pert(&self, [least, likely, most]: [f64; 3], chance: f64) -> f64 {
        let whole = most - least;
        if whole <= 0.0 {
            return least;
        }
        let (shape, part) = split((likely - least) / whole * f64::from(SHAPES), self.0.len() - 1);
        let of = |shape: usize| {
            let values = &self.0[shape];
            let (at, part) = split(chance * f64::from(STEPS), values.len() - 1);
            values[at] + (values[at + 1] - values[at]) * part
        };
        least + whole * (of(shape) + (of(shape + 1) - of(shape)) * part)
    }
}

/// A place in a table of so many steps: the step, and how far into it.
fn split(place: f64, steps: usize) -> (usize, f64) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are not below zero")]
    let at = (place as usize).min(steps - 1);
    (at, place - f64::from(u32::try_from(at).unwrap_or(0)))
}

/// To the power of so many halves.
fn halves(value: f64, halves: u32) -> f64 {
    let whole = (0..halves / 2).fold(1.0, |product, _| product * value);
    if halves % 2 == 1 { whole * value.sqrt() } else { whole }
}
