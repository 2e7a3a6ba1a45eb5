//! Bottlenecks: which step's mending would win most.
//!
//! Deals are taken to move between the open stages as a Markov chain that ends won or lost, with the probabilities of the
//! past, skipping and going back included (J. G. Kemeny and J. L. Snell, "Finite Markov chains", 1960: expected visits and
//! absorption by the fundamental matrix). A step's rate is the part of the visits to its stage that do not end in a loss.
//! Its elasticity is by how many percent expected wins grow where that rate grows by one percent, what comes after staying
//! in proportion (H. Caswell, "Sensitivity analysis of discrete Markov chains via matrix calculus", Linear Algebra and its
//! Applications 438, 2013, 1727–1745). In a pipeline that every deal walks straight through it is 1 for every step:
//! rates multiply. It is below 1 where deals skip the stage, and above where they come back to it. What there is to win
//! depends on how much is lost at the step as well, so steps are ranked by [`Bottleneck::gain`].

use super::{Estimate, Fate, Rate, Selection};
use serde::{Deserialize, Serialize};

/// Which part of a step's losses mending is taken to avoid.
pub const MENDED: f64 = 0.1;

/// How often deals moved from open stage to open stage, or ended: the aggregate from which bottlenecks follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    open: usize,
    /// By the stage left: the moves into each open stage, the wins, the losses.
    counts: Vec<u64>,
    /// Deals by the open stage in which they began.
    starts: Vec<u64>,
}

impl Moves {
    /// For so many open stages.
    pub fn empty(open_stages: usize) -> Self {
        Self { open: open_stages, counts: vec![0; open_stages * (open_stages + 2)], starts: vec![0; open_stages] }
    }

    /// A deal began on a rung.
    pub fn start(&mut self, rung: usize, times: u64) {
        self.starts[rung] += times;
    }

    /// Deals moved from rung to rung; the move onto the top rung is winning.
    pub fn step(&mut self, from: usize, to: usize, times: u64) {
        self.counts[from * (self.open + 2) + to] += times;
    }

    /// Deals were lost from a rung.
    pub fn lose(&mut self, from: usize, times: u64) {
        self.step(from, self.open + 1, times);
    }

    /// Counts the selected deals. A closing that was reopened is passed over: the move is the one into the stage in which
    /// the deal went on. Stays that last are censored, as is leaving the pipeline.
    pub fn count(selection: Selection<'_>) -> Self {
        let stages = selection.stages;
        let mut moves = Self::empty(stages.top());
        for course in selection.courses() {
            let mut at = None;
            for rung in
                course.stays.iter().filter_map(|stay| stages.rung(stay.stage)).filter(|rung| *rung < stages.top())
            {
                match at {
                    None => moves.start(rung, 1),
                    Some(from) if from == rung => {}
                    Some(from) => moves.step(from, rung, 1),
                }
                at = Some(rung);
            }
            match (at, course.fate()) {
                (Some(from), Fate::Won) => moves.step(from, stages.top(), 1),
                (Some(from), Fate::Lost) => moves.lose(from, 1),
                _ => {}
            }
        }
        moves
    }

    fn row(&self, from: usize) -> &[u64] {
        &self.counts[from * (self.open + 2)..][..self.open + 2]
    }

    /// The stages from which some deal's way has led to an end; where none has, nothing is known yet.
    fn known(&self) -> Vec<bool> {
        let mut known = vec![false; self.open];
        loop {
            let leads = |from: usize| {
                let (onward, ends) = self.row(from).split_at(self.open);
                ends.iter().sum::<u64>() > 0 || onward.iter().zip(&known).any(|(count, known)| *count > 0 && *known)
            };
            let new: Vec<_> = (0..self.open).filter(|from| !known[*from] && leads(*from)).collect();
            if new.is_empty() {
                return known;
            }
            for from in new {
                known[from] = true;
            }
        }
    }
}

/// One step, and what mending it would win.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bottleneck {
    /// The open stage's rung.
    pub rung: usize,
    /// How often a deal comes to the stage, on average.
    pub visits: f64,
    /// The part of visits that do not end in a loss.
    pub rate: Estimate,
    /// The probability of winning from here.
    pub win_from_here: f64,
    /// By how many percent wins grow for one percent of the rate.
    pub elasticity: f64,
    /// How many more wins this cohort would have brought had [`MENDED`] of the losses at this step gone the way of the
    /// others, to first order; the interval is the one that the rate's leaves.
    pub gain: Estimate,
}

/// The steps in the order of what mending would win.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bottlenecks {
    /// How many deals of the cohort will have been won in the end, by these probabilities.
    pub expected_wins: f64,
    pub steps: Vec<Bottleneck>,
}

impl Bottlenecks {
    /// None where nothing has been won. Stages from which nothing has ended yet are left out, moves into them censored.
    pub fn new(moves: &Moves) -> Option<Self> {
        let known: Vec<_> =
            moves.known().into_iter().enumerate().filter(|(_, known)| *known).map(|(at, _)| at).collect();
        let size = known.len();
        // Identity less the probabilities of moving on, and what remains on the right.
        let mut chain = vec![0.0; size * size];
        let mut win = vec![0.0; size];
        let mut rates = Vec::with_capacity(size);
        for (at, from) in known.iter().enumerate() {
            let row = moves.row(*from);
            let (won, lost) = (row[moves.open], row[moves.open + 1]);
            let of = known.iter().map(|to| row[*to]).sum::<u64>() + won + lost;
            for (column, to) in known.iter().enumerate() {
                chain[at * size + column] = f64::from(u8::from(at == column)) - row[*to] as f64 / of as f64;
            }
            win[at] = won as f64 / of as f64;
            rates.push(Rate::new(of - lost, of).estimate()?);
        }
        let starts: Vec<_> = known.iter().map(|at| moves.starts[*at] as f64).collect();
        let deals: f64 = starts.iter().sum();
        let transposed = (0..size * size).map(|place| chain[place % size * size + place / size]).collect();
        let win = solve(chain, win)?;
        let visits = solve(transposed, starts.clone())?;
        let expected_wins: f64 = starts.iter().zip(&win).map(|(start, win)| start * win).sum();
        if expected_wins <= 0.0 {
            return None;
        }
        let step = |at: usize| {
            let (rate, through) = (rates[at], visits[at] * win[at]);
            let gain = |rate: f64| if through > 0.0 { through * MENDED * (1.0 - rate) / rate } else { 0.0 };
            Bottleneck {
                rung: known[at],
                visits: visits[at] / deals,
                rate,
                win_from_here: win[at],
                elasticity: through / expected_wins,
                gain: Estimate { value: gain(rate.value), low: gain(rate.high), high: gain(rate.low), of: rate.of },
            }
        };
        let mut steps: Vec<_> = (0..size).map(step).collect();
        steps.sort_by(|one, other| other.gain.value.total_cmp(&one.gain.value).then(one.rung.cmp(&other.rung)));
        Some(Self { expected_wins, steps })
    }
}

/// Solves a square system, given row by row, by elimination with pivots. None if it has no single solution.
fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for column in 0..size {
        let size_of = |row: usize| matrix[row * size + column].abs();
        let pivot = (column..size).max_by(|one, other| size_of(*one).total_cmp(&size_of(*other)))?;
        if size_of(pivot) < 1e-12 {
            return None;
        }
        for at in 0..size {
            matrix.swap(column * size + at, pivot * size + at);
        }
        right.swap(column, pivot);
        for row in column + 1..size {
            let factor = matrix[row * size + column] / matrix[column * size + column];
            for at in column..size {
                matrix[row * size + at] -= factor * matrix[column * size + at];
            }
            right[row] -= factor * right[column];
        }
    }
    for row in (0..size).rev() {
        let rest: f64 = (row + 1..size).map(|at| matrix[row * size + at] * right[at]).sum();
        right[row] = (right[row] - rest) / matrix[row * size + row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period},
        pipeline::Outcome,
        stay::{Entry, Stages, stays},
    };

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn rates_of_a_straight_pipeline_multiply() {
        let mut moves = Moves::empty(3);
        moves.start(0, 100);
        for (rung, on, lost) in [(0, 80, 20), (1, 40, 40), (2, 30, 10)] {
            moves.step(rung, rung + 1, on);
            moves.lose(rung, lost);
        }
        let found = Bottlenecks::new(&moves).unwrap();
        assert!(near(found.expected_wins, 30.0));
        assert_eq!(found.steps.iter().map(|step| step.rung).collect::<Vec<_>>(), [1, 2, 0]);
        assert!(found.steps.iter().all(|step| near(step.elasticity, 1.0)));
        // A tenth of 40 lost, of whom three quarters would have been won.
        let worst = &found.steps[0];
        assert!(near(worst.gain.value, 3.0) && worst.gain.low < 3.0 && worst.gain.high > 3.0);
        assert!(near(worst.win_from_here, 0.375) && near(worst.visits, 0.8));
    }

    fn wandering() -> Moves {
        let mut moves = Moves::empty(4);
        moves.start(0, 90);
        moves.start(1, 10);
        for (from, to, times) in [(0, 1, 50), (0, 2, 20), (1, 2, 40), (2, 1, 15), (2, 3, 40), (3, 4, 25), (1, 4, 3)] {
            moves.step(from, to, times);
        }
        for (from, times) in [(0, 15), (1, 20), (2, 5), (3, 10)] {
            moves.lose(from, times);
        }
        moves
    }

    /// Wins when one step's rate is larger by a small part, what comes after in proportion, by simply walking on.
    fn wins(moves: &Moves, at: usize, more: f64) -> f64 {
        let mut standing: Vec<f64> = moves.starts.iter().map(|start| *start as f64).collect();
        let mut won = 0.0;
        for _ in 0..2000 {
            let mut next = vec![0.0; moves.open];
            for (from, deals) in standing.iter().enumerate() {
                let row = moves.row(from);
                let of = row.iter().sum::<u64>() as f64;
                let part = |to: usize| deals * row[to] as f64 / of * if from == at { 1.0 + more } else { 1.0 };
                (0..moves.open).for_each(|to| next[to] += part(to));
                won += part(moves.open);
            }
            standing = next;
        }
        won
    }

    #[test]
    fn elasticity_is_what_a_small_change_does() {
        let moves = wandering();
        let found = Bottlenecks::new(&moves).unwrap();
        assert!(near(found.expected_wins, wins(&moves, 9, 0.0)));
        for step in &found.steps {
            let grown = wins(&moves, step.rung, 1e-6) / found.expected_wins - 1.0;
            assert!((grown / 1e-6 - step.elasticity).abs() < 1e-4, "{}: {grown}", step.rung);
        }
        // The first is skipped by those who began later; to the second deals come back.
        let elasticity = |rung| found.steps.iter().find(|step| step.rung == rung).unwrap().elasticity;
        assert!(elasticity(0) < 1.0 && elasticity(2) > 1.0);
    }

    #[test]
    fn moves_are_counted_past_closings_that_were_reopened() {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost]);
        let paths: [&[u16]; 5] = [&[0, 1, 2], &[0, 3, 0, 1], &[1, 3, 0, 3], &[0, 9], &[3]];
        let entries = (0..).zip(paths).flat_map(|(deal, path)| {
            (0..).zip(path).map(move |(at, stage)| Entry { at, deal, into: Some(*stage).filter(|stage| *stage < 9) })
        });
        let stays = stays(entries, &stages, 0);
        let deals = vec![DealFacts { group: Some(0), ..DealFacts::default() }; paths.len()];
        let cohort = Cohort::Created(Period::ALWAYS);
        let selection = Selection { stages: &stages, stays: &stays, deals: &deals, cohort, as_of: 100, group: None };
        let mut expected = Moves::empty(2);
        expected.start(0, 3);
        expected.start(1, 1);
        expected.step(0, 1, 2);
        expected.step(1, 2, 1);
        expected.step(1, 0, 1);
        expected.lose(0, 1);
        assert_eq!(Moves::count(selection), expected);
    }

    #[test]
    fn what_has_not_ended_is_not_held_against_it() {
        assert_eq!(Bottlenecks::new(&Moves::empty(2)), None);
        let mut moves = Moves::empty(3);
        moves.start(0, 10);
        moves.step(0, 1, 5);
        moves.step(1, 0, 1);
        assert_eq!(Bottlenecks::new(&moves), None);
        moves.step(0, 3, 2);
        moves.lose(0, 2);
        // Into a stage from which nothing has come out yet.
        moves.step(0, 2, 9);
        let found = Bottlenecks::new(&moves).unwrap();
        assert_eq!(found.steps.len(), 2);
        assert!(near(found.expected_wins, 5.0));
    }
}
