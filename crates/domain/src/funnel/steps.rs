//! The funnel: how many deals come from step to step.
//!
//! The steps are the pipeline's open stages in their order and, above them, winning. In the first pass every deal is put
//! where it came to ([`Tally`]), in the second rates follow from the counts ([`Funnel`]): the counts may as well come
//! from a database's aggregate.

use super::{Course, Difference, Estimate, Fate, Rate, Selection};
use crate::stay::Stages;
use serde::{Deserialize, Serialize};

/// When a deal has come as far as a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Every stage in order: it stood in each stage up to this one, each entered after the one before; what it entered
    /// beside that, or again, does not matter. A deal that ends after leaving out a stage did not come further than the
    /// stage before it, even if it was won ([`Step::skipped`]); one that did not begin in the first stage as yet is
    /// [`Funnel::off_path`].
    InOrder,
    /// Any stage reached: it stood in this stage or in a later one, so that stages left out count as passed and stages
    /// entered again count once. Every deal has reached the first step by being created, also one that was only ever
    /// recorded as lost. Winning is reached by deals that are won now: reopened ones have only reached the last open
    /// stage in which they stood.
    Reached,
}

impl Rule {
    /// How far a deal has come: the step's number, none where it is on no step.
    pub fn furthest(self, course: &Course<'_>, stages: &Stages) -> Option<usize> {
        let top = stages.top();
        let (mut furthest, mut in_order) = (0, 0);
        for rung in course.stays.iter().filter_map(|stay| stages.rung(stay.stage)).filter(|rung| *rung < top) {
            furthest = furthest.max(rung);
            in_order += usize::from(rung == in_order);
        }
        match self {
            _ if course.fate() == Fate::Won && (self == Self::Reached || in_order == top) => Some(top),
            Self::Reached => Some(furthest),
            Self::InOrder => in_order.checked_sub(1),
        }
    }

    /// Every selected deal with the step to which it came: the deals behind a funnel's numbers. With `fate` as well, each
    /// is in one of [`Step`]'s counts.
    pub fn places(self, selection: Selection<'_>) -> impl Iterator<Item = (Course<'_>, Option<usize>)> {
        selection.courses().map(move |course| (course, self.furthest(&course, selection.stages)))
    }
}

/// Deals by how they fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fates {
    pub open: u64,
    pub won: u64,
    pub lost: u64,
    pub gone: u64,
}

impl Fates {
    pub fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Open => self.open += 1,
            Fate::Won => self.won += 1,
            Fate::Lost => self.lost += 1,
            Fate::Gone => self.gone += 1,
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.open += other.open;
        self.won += other.won;
        self.lost += other.lost;
        self.gone += other.gone;
    }

    pub fn total(self) -> u64 {
        self.open + self.won + self.lost + self.gone
    }

    /// Won among won and lost.
    pub fn win_rate(self) -> Rate {
        Rate::new(self.won, self.won + self.lost)
    }
}

/// The deals of one group by how far they came: the aggregate from which a funnel follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By the furthest step and how the deal fares; one entry for each open stage and one for winning.
    pub furthest: Vec<Fates>,
    /// How many deals stood in each step themselves, however they came there.
    pub entered: Vec<u64>,
    /// Deals on no step at all.
    pub off_path: Fates,
}

impl Tally {
    /// For so many open stages.
    pub fn empty(open_stages: usize) -> Self {
        let steps = open_stages + 1;
        Self { furthest: vec![Fates::default(); steps], entered: vec![0; steps], off_path: Fates::default() }
    }

    /// Counts the selected deals, one tally for each group from 0 on. Takes one pass over the stays.
    pub fn count(selection: Selection<'_>, rule: Rule, groups: usize) -> Vec<Self> {
        let stages = selection.stages;
        let mut tallies = vec![Self::empty(stages.top()); groups];
        // For each step, the last deal that entered it, counted from 1.
        let mut seen = vec![0; stages.top() + 1];
        for (number, (course, furthest)) in (1_u32..).zip(rule.places(selection)) {
            let Some(tally) = tallies.get_mut(usize::from(course.group)) else { continue };
            for rung in course.stays.iter().filter_map(|stay| stages.rung(stay.stage)) {
                if seen[rung] != number {
                    seen[rung] = number;
                    tally.entered[rung] += 1;
                }
            }
            furthest.map_or(&mut tally.off_path, |rung| &mut tally.furthest[rung]).add(course.fate());
        }
        tallies
    }

    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.furthest.iter_mut().zip(&other.furthest) {
            mine.merge(*theirs);
        }
        for (mine, theirs) in self.entered.iter_mut().zip(&other.entered) {
            *mine += theirs;
        }
        self.off_path.merge(other.off_path);
    }
}

/// One step of a funnel. Of those that reached it, some have `advanced` to the next, the others are told apart by why not:
/// `reached = advanced + lost + skipped + open + gone`, except on the last step, winning, where nothing comes after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Deals that stood in this very stage.
    pub entered: u64,
    /// Deals that came as far by the rule.
    pub reached: u64,
    pub advanced: u64,
    /// Lost without coming further.
    pub lost: u64,
    /// Won, but past a stage left out. Only where every stage counts.
    pub skipped: u64,
    /// Still on the way, so that they may yet come further.
    pub open: u64,
    /// Left the pipeline without coming further.
    pub gone: u64,
    /// Completed conversion to the next step: of those whose next step is known, the part that took it. Open deals and
    /// those gone are left out on both sides. None where nothing is known, and on the last step.
    pub conversion: Option<Estimate>,
    /// Completed conversion from the first step to this one: the product of the conversions before, which is
    /// Kaplan–Meier's estimate with steps in place of time, its variance Greenwood's.
    pub cumulative: Option<Estimate>,
}

/// A funnel of one group under one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    pub rule: Rule,
    /// How all its deals fare.
    pub cohort: Fates,
    /// Deals that are on no step.
    pub off_path: u64,
    /// The open stages in their order, then winning.
    pub steps: Vec<Step>,
}

impl Funnel {
    pub fn new(rule: Rule, tally: &Tally) -> Self {
        let mut cohort = tally.off_path;
        tally.furthest.iter().for_each(|fates| cohort.merge(*fates));
        let mut reached = cohort.total() - tally.off_path.total();
        let mut cumulative = Cumulative::default();
        let top = tally.furthest.len() - 1;
        let steps = tally.furthest.iter().zip(&tally.entered).enumerate().map(|(rung, (here, entered))| {
            let Fates { open, won, lost, gone } = if rung == top { Fates::default() } else { *here };
            let advanced = if rung == top { 0 } else { reached - here.total() };
            let conversion = Rate::new(advanced, advanced + lost + won);
            let step = Step {
                entered: *entered,
                reached,
                advanced,
                lost,
                skipped: won,
                open,
                gone,
                conversion: conversion.estimate(),
                cumulative: if rung == 0 { Rate::new(reached, reached).estimate() } else { cumulative.estimate() },
            };
            cumulative.take(conversion);
            reached = advanced;
            step
        });
        Self { rule, cohort, off_path: tally.off_path.total(), steps: steps.collect() }
    }

    /// Won among won and lost, whatever way they took.
    pub fn win_rate(&self) -> Rate {
        self.cohort.win_rate()
    }

    /// By how much each step's conversion is better here than in another funnel of the same pipeline (another period,
    /// team or person, no deal in both), with Newcombe's interval; none where one of the two is not known. What may come
    /// by chance in one of twenty comparisons will be found among twenty steps.
    pub fn against(&self, other: &Self) -> Vec<Option<Difference>> {
        let difference =
            |(mine, theirs): (&Step, &Step)| Some(Difference::between(mine.conversion?, theirs.conversion?));
        self.steps.iter().zip(&other.steps).map(difference).collect()
    }
}

/// The product of conversions and its relative variance (M. Greenwood, 1926: the sum of d / (n (n − d)) over steps with n
/// known and d not converted).
struct Cumulative {
    value: f64,
    relative_variance: f64,
    /// How many observations the last step was worth, counted at the first.
    of: f64,
}

impl Default for Cumulative {
    fn default() -> Self {
        Self { value: 1.0, relative_variance: 0.0, of: 0.0 }
    }
}

impl Cumulative {
    fn take(&mut self, step: Rate) {
        let (of, hits) = (step.of as f64, step.hits as f64);
        self.of = of / self.value;
        self.value *= step.value().unwrap_or(f64::NAN);
        self.relative_variance += (of - hits) / (of * hits);
    }

    fn estimate(&self) -> Option<Estimate> {
        let variance = self.value * self.value * self.relative_variance;
        if self.value.is_nan() { None } else { Estimate::with_variance(self.value, variance, self.of) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period},
        pipeline::Outcome,
        stay::{Entry, Stages, stays},
    };

    /// A deal a word: the stages it entered, `ABC` open, `W` won, `L` lost, `-` gone.
    fn funnel(rule: Rule, deals: &str) -> Funnel {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost]);
        let entries = (0..).zip(deals.split_whitespace()).flat_map(|(deal, path)| {
            let stage = |letter| "ABCWL".find(letter).map(|at| u16::try_from(at).unwrap());
            (0..).zip(path.chars()).map(move |(at, letter)| Entry { at, deal, into: stage(letter) })
        });
        let stays = stays(entries, &stages, 0);
        let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; deals.split_whitespace().count()];
        let selection = Selection {
            stages: &stages,
            stays: &stays,
            deals: &facts,
            cohort: Cohort::Created(Period::ALWAYS),
            as_of: 100,
            group: None,
        };
        Funnel::new(rule, &Tally::count(selection, rule, 1)[0])
    }

    /// Each step as `reached (entered) advanced/lost/skipped/open/gone`.
    fn check(rule: Rule, deals: &str, expected: &str) {
        let show = |step: &Step| {
            let Step { entered, reached, advanced, lost, skipped, open, gone, .. } = step;
            format!("{reached} ({entered}) {advanced}/{lost}/{skipped}/{open}/{gone}")
        };
        let funnel = funnel(rule, deals);
        assert_eq!(funnel.steps.iter().map(show).collect::<Vec<_>>().join(", "), expected, "{deals}");
        assert_eq!(funnel.cohort.total(), funnel.steps[0].reached + funnel.off_path);
    }

    #[test]
    fn two_rules_for_skipping_and_going_back() {
        use Rule::{InOrder, Reached};
        let plain = "ABCW ABL AL A AB-";
        check(Reached, plain, "5 (5) 3/1/0/1/0, 3 (3) 1/1/0/0/1, 1 (1) 1/0/0/0/0, 1 (1) 0/0/0/0/0");
        check(InOrder, plain, "5 (5) 3/1/0/1/0, 3 (3) 1/1/0/0/1, 1 (1) 1/0/0/0/0, 1 (1) 0/0/0/0/0");
        let skipped = "ACW AC BCL";
        check(Reached, skipped, "3 (2) 3/0/0/0/0, 3 (1) 3/0/0/0/0, 3 (3) 1/1/0/1/0, 1 (1) 0/0/0/0/0");
        check(InOrder, skipped, "2 (2) 0/0/1/1/0, 0 (1) 0/0/0/0/0, 0 (3) 0/0/0/0/0, 0 (1) 0/0/0/0/0");
        let again = "ABABCW ACBCW";
        check(Reached, again, "2 (2) 2/0/0/0/0, 2 (2) 2/0/0/0/0, 2 (2) 2/0/0/0/0, 2 (2) 0/0/0/0/0");
        check(InOrder, again, "2 (2) 2/0/0/0/0, 2 (2) 2/0/0/0/0, 2 (2) 2/0/0/0/0, 2 (2) 0/0/0/0/0");
        let reopened = "ABCWB ALB L W";
        check(Reached, reopened, "4 (2) 3/1/0/0/0, 3 (2) 2/0/0/1/0, 2 (1) 1/0/0/1/0, 1 (2) 0/0/0/0/0");
        check(InOrder, reopened, "2 (2) 2/0/0/0/0, 2 (2) 1/0/0/1/0, 1 (1) 0/0/0/1/0, 0 (2) 0/0/0/0/0");
    }

    #[test]
    fn open_deals_are_not_failures() {
        let funnel = funnel(Rule::Reached, "ABCW ABCW ABL ABL AL A A A AB AB AB");
        let values = |step: &Step| (step.conversion.map(|c| (c.value, c.of)), step.cumulative.map(|c| c.value));
        let steps: Vec<_> = funnel.steps.iter().map(values).collect();
        assert_eq!(steps[0], (Some((7.0 / 8.0, 8.0)), Some(1.0)));
        assert_eq!(steps[1], (Some((0.5, 4.0)), Some(7.0 / 8.0)));
        assert_eq!(steps[3], (None, Some(7.0 / 16.0)));
        assert_eq!(funnel.win_rate(), Rate::new(2, 5));
    }

    #[test]
    fn with_nothing_open_the_interval_is_wilson_s() {
        let funnel = funnel(Rule::Reached, "ABCW ABCW ABL ABCL AL AL AL ABCW");
        let near = |one: Estimate, other: Estimate| {
            [one.value - other.value, one.low - other.low, one.high - other.high, one.of - other.of]
                .iter()
                .all(|difference| difference.abs() < 1e-9)
        };
        for (step, reached) in funnel.steps.iter().zip([8, 5, 4, 3]) {
            assert!(near(step.cumulative.unwrap(), Rate::new(reached, 8).estimate().unwrap()));
        }
    }

    #[test]
    fn two_funnels_are_compared_step_by_step() {
        let [better, worse] =
            ["AB AB AB AB AB AB AB AB AL", "AB AL AL AL AL AL AL AL AL"].map(|deals| funnel(Rule::Reached, deals));
        let differences = better.against(&worse);
        let first = differences[0].unwrap();
        assert!((first.value - 7.0 / 9.0).abs() < 1e-9 && first.is_clear());
        assert_eq!(differences[1..], [None, None, None]);
        assert!(!better.against(&better)[0].unwrap().is_clear());
    }

    #[test]
    fn what_nobody_reached_is_not_known() {
        let at_first = funnel(Rule::Reached, "AL AL");
        assert_eq!(at_first.steps[1].cumulative, Rate::new(0, 2).estimate());
        assert_eq!((at_first.steps[1].conversion, at_first.steps[2].cumulative), (None, None));
        let at_second = funnel(Rule::Reached, "ABL AL ABL AL");
        assert_eq!(at_second.steps[2].cumulative, Rate::new(0, 4).estimate());
    }
}
