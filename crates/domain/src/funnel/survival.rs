//! What happened by when, where for many it has not happened yet: Kaplan–Meier's curve, and for several outcomes of which
//! only one can come, Aalen–Johansen's.
//!
//! `K` is the number of outcomes. With one (the deal left the stage) `1 − survival` is its distribution; with several (won
//! and lost) each has its own share that grows with time, and the shares and the survival always add up to 1. Whoever
//! takes one minus Kaplan–Meier for a single outcome, with the others censored, overstates it.
//!
//! Sources: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", JASA 53, 1958, 457–481.
//! O. O. Aalen and S. Johansen, "An empirical transition matrix for non-homogeneous Markov chains based on censored
//! observations", Scandinavian Journal of Statistics 5, 1978, 141–150. The variance is of Greenwood's type: P. K. Andersen,
//! Ø. Borgan, R. D. Gill and N. Keiding, "Statistical models based on counting processes", 1993, section IV.4; found the
//! better of the usual ones by A. Allignol, M. Schumacher and J. Beyersmann, Biometrical Journal 52, 2010, 126–137.

use super::{Estimate, sample::TOLERANCE};
use serde::{Deserialize, Serialize};

/// Observed times of many subjects, each ended by an outcome or still running.
#[derive(Debug, Clone, Default)]
pub struct Times {
    /// The time and, in the last bits, the outcome from 1, or 0 while it runs: one number, so that sorting is quick.
    packed: Vec<i64>,
}

const BITS: u32 = 3;

impl Times {
    /// One subject: the time so far, taken as 0 if it is below, and which outcome ended it, if one did. The outcome is
    /// below 7, and the time below 2^60 of its unit (36,000 years in microseconds).
    pub fn push(&mut self, time: i64, outcome: Option<u8>) {
        let code = outcome.map_or(0, |outcome| i64::from(outcome) + 1);
        self.packed.push(time.clamp(0, i64::MAX >> BITS) << BITS | code);
    }

    pub fn count(&self) -> usize {
        self.packed.len()
    }

    /// The curve of these times. Outcomes from `K` on count as still running.
    pub fn curve<const K: usize>(mut self) -> Curve<K> {
        self.packed.sort_unstable();
        let mut moments: Vec<Moment<K>> = Vec::new();
        for packed in self.packed {
            let time = packed >> BITS;
            if moments.last().is_none_or(|last| last.time != time) {
                moments.push(Moment { time, ended: [0; K], running: 0 });
            }
            let Some(moment) = moments.last_mut() else { continue };
            let code = usize::try_from(packed & ((1 << BITS) - 1)).unwrap_or(0);
            match code.checked_sub(1).and_then(|outcome| moment.ended.get_mut(outcome)) {
                Some(count) => *count += 1,
                None => moment.running += 1,
            }
        }
        Curve::new(&moments)
    }
}

/// Subjects of one observed time: the aggregate from which a curve follows, as a database may give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment<const K: usize> {
    pub time: i64,
    /// How many ended at this time, by outcome.
    pub ended: [u64; K],
    /// How many had run so long and were not seen further; they were still there when those ended.
    pub running: u64,
}

/// The curve just after a time at which something ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point<const K: usize> {
    pub time: i64,
    /// How many were there just before.
    pub at_risk: u64,
    pub ended: [u64; K],
    /// The part for which nothing has ended yet, and its variance.
    pub survival: f64,
    pub survival_variance: f64,
    /// The part ended by each outcome, and its variance.
    pub incidence: [f64; K],
    pub incidence_variance: [f64; K],
    /// What a proportion of 0 or 1, which has no variance, is worth in uncensored observations.
    worth: f64,
}

/// Kaplan–Meier's and Aalen–Johansen's estimates for one set of subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve<const K: usize> {
    points: Vec<Point<K>>,
    ended: u64,
    running: u64,
    longest: i64,
}

/// A time by which a part of the subjects has ended, in the unit of the times, with its 95 % interval. None where the
/// curve does not come so far: too many are still running.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Quantile {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// One point of a line to draw.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinePoint {
    pub time: i64,
    pub share: Estimate,
}

impl<const K: usize> Curve<K> {
    /// From moments in the order of their times, no two of one time.
    pub fn new(moments: &[Moment<K>]) -> Self {
        let ended = moments.iter().flat_map(|moment| moment.ended).sum();
        let running = moments.iter().map(|moment| moment.running).sum();
        let mut at_risk: u64 = ended + running;
        let mut points: Vec<Point<K>> = Vec::new();
        let mut state = State::start();
        for moment in moments {
            let left: u64 = moment.ended.iter().sum();
            if left > 0 {
                points.push(state.step(moment, at_risk));
            }
            at_risk -= left + moment.running;
        }
        Self { points, ended, running, longest: moments.last().map_or(0, |moment| moment.time) }
    }

    pub fn points(&self) -> &[Point<K>] {
        &self.points
    }

    /// How many subjects ended, and how many were still running when last seen.
    pub fn ended(&self) -> u64 {
        self.ended
    }

    pub fn running(&self) -> u64 {
        self.running
    }

    /// The longest time seen, of ended and running alike.
    pub fn longest(&self) -> i64 {
        self.longest
    }

    /// The last point that is not later than a time; none before anything ended.
    fn at(&self, time: i64) -> Option<&Point<K>> {
        let after = self.points.partition_point(|point| point.time <= time);
        after.checked_sub(1).map(|at| &self.points[at])
    }

    /// The part for which nothing has ended by a time. None without subjects, as all estimates.
    pub fn survival(&self, time: i64) -> Option<Estimate> {
        match self.at(time) {
            Some(point) => point.survival_estimate(),
            None => Estimate::wilson(1.0, self.subjects()),
        }
    }

    /// The part that an outcome has ended by a time.
    pub fn incidence(&self, outcome: usize, time: i64) -> Option<Estimate> {
        match self.at(time) {
            Some(point) => point.incidence_estimate(outcome),
            None => Estimate::wilson(0.0, self.subjects()),
        }
    }

    fn subjects(&self) -> f64 {
        (self.ended + self.running) as f64
    }

    /// The time by which a part (above 0, below 1) of the subjects has ended, whatever the outcome: the first time at which
    /// no more than the rest is left; where exactly the rest is left for a while, the middle of that while. With nothing
    /// running that is [`Summary`](super::sample::Summary)'s quantile. The interval holds the times at which the curve's own
    /// interval does not rule the part out (R. Brookmeyer and J. Crowley, "A confidence interval for the median survival
    /// time", Biometrics 38, 1982, 29–41).
    pub fn quantile(&self, part: f64) -> Quantile {
        let rest = 1.0 - part;
        // The curve falls; its bounds nearly do, and where one wavers, any crossing will do.
        let first = |value: &dyn Fn(&Point<K>) -> f64| {
            self.points.get(self.points.partition_point(|point| value(point) > rest + TOLERANCE))
        };
        let bound = |bound: &dyn Fn(Estimate) -> f64| {
            first(&|point| point.survival_estimate().map_or(0.0, bound)).map(|point| point.time as f64)
        };
        let value = first(&|point| point.survival).map(|point| {
            let is_exact = (point.survival - rest).abs() <= TOLERANCE;
            let next = self.points[self.points.partition_point(|other| other.time <= point.time)..].first();
            let until = next.filter(|_| is_exact).unwrap_or(point);
            f64::midpoint(point.time as f64, until.time as f64)
        });
        Quantile { value, low: bound(&|estimate| estimate.low), high: bound(&|estimate| estimate.high) }
    }

    /// An outcome's growing share as a line of at most so many points, the first at time 0 and the last where it ends.
    pub fn line(&self, outcome: usize, most: usize) -> Vec<LinePoint> {
        let count = self.points.len().min(most.saturating_sub(1));
        let start = self.incidence(outcome, -1).map(|share| LinePoint { time: 0, share });
        let rest = (1..=count).filter_map(|at| {
            let point = &self.points[self.points.len() * at / count - 1];
            point.incidence_estimate(outcome).map(|share| LinePoint { time: point.time, share })
        });
        start.into_iter().chain(rest).collect()
    }
}

impl<const K: usize> Point<K> {
    pub fn survival_estimate(&self) -> Option<Estimate> {
        Estimate::with_variance(self.survival, self.survival_variance, self.worth)
    }

    pub fn incidence_estimate(&self, outcome: usize) -> Option<Estimate> {
        Estimate::with_variance(*self.incidence.get(outcome)?, self.incidence_variance[outcome], self.worth)
    }
}

/// The estimates and their covariances while walking along the times.
struct State<const K: usize> {
    survival: f64,
    incidence: [f64; K],
    survival_variance: f64,
    incidence_variance: [f64; K],
    /// Of each incidence with the survival.
    covariance: [f64; K],
}

impl<const K: usize> State<K> {
    fn start() -> Self {
        Self {
            survival: 1.0,
            incidence: [0.0; K],
            survival_variance: 0.0,
            incidence_variance: [0.0; K],
            covariance: [0.0; K],
        }
    }

    /// At each time those at risk draw between going on and each outcome; the draws of different times are independent,
    /// and the variance of each is the multinomial's. What was uncertain before is carried through the step.
    fn step(&mut self, moment: &Moment<K>, at_risk: u64) -> Point<K> {
        let of = at_risk as f64;
        let worth = of / self.survival;
        let stay = (at_risk - moment.ended.iter().sum::<u64>()) as f64 / of;
        let drawn = self.survival * self.survival / of;
        for outcome in 0..K {
            let go = moment.ended[outcome] as f64 / of;
            self.incidence_variance[outcome] +=
                go * go * self.survival_variance + 2.0 * go * self.covariance[outcome] + drawn * go * (1.0 - go);
            self.covariance[outcome] =
                stay * (go * self.survival_variance + self.covariance[outcome]) - drawn * stay * go;
            self.incidence[outcome] += self.survival * go;
        }
        self.survival_variance = stay * stay * self.survival_variance + drawn * stay * (1.0 - stay);
        self.survival *= stay;
        Point {
            time: moment.time,
            at_risk,
            ended: moment.ended,
            survival: self.survival,
            survival_variance: self.survival_variance,
            incidence: self.incidence,
            incidence_variance: self.incidence_variance,
            worth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::funnel::sample::Summary;
    use proptest::prelude::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    /// The remission times of the treated leukaemia patients (Freireich and others, 1963), the textbooks' example of
    /// Kaplan–Meier's curve and Greenwood's formula.
    #[test]
    fn a_published_curve() {
        let mut times = Times::default();
        for time in [6, 6, 6, 7, 10, 13, 16, 22, 23] {
            times.push(time, Some(0));
        }
        for time in [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35] {
            times.push(time, None);
        }
        let curve = times.curve::<1>();
        let expected = [
            (6, 0.8571, 0.0764),
            (7, 0.8067, 0.0869),
            (10, 0.7529, 0.0963),
            (13, 0.6902, 0.1068),
            (16, 0.6275, 0.1141),
            (22, 0.5378, 0.1282),
            (23, 0.4482, 0.1346),
        ];
        assert_eq!(curve.points().len(), expected.len());
        for (point, (time, survival, error)) in curve.points().iter().zip(expected) {
            assert_eq!(point.time, time);
            assert!((point.survival - survival).abs() < 0.000_06, "{time}: {}", point.survival);
            assert!((point.survival_variance.sqrt() - error).abs() < 0.000_06, "{time}: {}", point.survival_variance);
        }
        assert_eq!(curve.quantile(0.5).value, Some(23.0));
        assert_eq!(curve.quantile(0.85).value, None);
        assert_eq!((curve.ended(), curve.running(), curve.longest()), (9, 12, 35));
    }

    #[test]
    fn quantiles_stand_between_where_the_curve_is_flat() {
        let curve = |times: &[i64]| {
            let mut all = Times::default();
            for time in times {
                all.push(*time, Some(0));
            }
            all.curve::<1>()
        };
        assert_eq!(curve(&[1, 2, 3, 4]).quantile(0.5).value, Some(2.5));
        assert_eq!(curve(&[1, 2, 3]).quantile(0.5).value, Some(2.0));
        assert_eq!(curve(&[]).quantile(0.5), Quantile::default());
        assert_eq!(curve(&[]).survival(5), None);
        let many: Vec<_> = (1..=100).collect();
        let Quantile { value, low, high } = curve(&many).quantile(0.5);
        assert_eq!((value, low, high), (Some(50.5), Some(41.0), Some(60.0)));
        let line = curve(&many).line(0, 5);
        assert_eq!(line.iter().map(|point| point.time).collect::<Vec<_>>(), [0, 25, 50, 75, 100]);
        assert!(near(line[2].share.value, 0.5));
    }

    fn subjects(outcomes: u8) -> impl Strategy<Value = Vec<(i64, Option<u8>)>> {
        prop::collection::vec((0_i64..40, prop::option::of(0..outcomes)), 1..80)
    }

    fn curve<const K: usize>(subjects: &[(i64, Option<u8>)]) -> Curve<K> {
        let mut times = Times::default();
        for (time, outcome) in subjects {
            times.push(*time, *outcome);
        }
        times.curve()
    }

    proptest! {
        #[test]
        fn outcomes_and_survival_add_up_to_one(subjects in subjects(3)) {
            let mut last = [0.0; 3];
            for point in curve::<3>(&subjects).points() {
                prop_assert!(near(point.survival + point.incidence.iter().sum::<f64>(), 1.0));
                prop_assert!(point.incidence.iter().zip(last).all(|(now, before)| *now >= before));
                prop_assert!(point.incidence_variance.iter().all(|variance| *variance > -1e-12));
                last = point.incidence;
            }
        }

        /// Computed the textbook's way, as a product and a sum.
        #[test]
        fn one_outcome_is_kaplan_and_meier_s_with_greenwood_s_variance(subjects in subjects(1)) {
            for point in curve::<1>(&subjects).points() {
                let (mut survival, mut sum) = (1.0, 0.0);
                for time in 0..=point.time {
                    let at_risk = subjects.iter().filter(|(other, _)| *other >= time).count() as f64;
                    let ended = subjects.iter().filter(|subject| **subject == (time, Some(0))).count() as f64;
                    if ended > 0.0 {
                        survival *= 1.0 - ended / at_risk;
                        sum += ended / (at_risk * (at_risk - ended));
                    }
                }
                prop_assert!(near(point.survival, survival) && near(point.incidence[0], 1.0 - survival));
                let greenwood = if survival > 0.0 { survival * survival * sum } else { 0.0 };
                prop_assert!(near(point.survival_variance, greenwood));
                prop_assert!(near(point.incidence_variance[0], greenwood));
            }
        }

        #[test]
        fn with_nothing_running_shares_and_variances_are_the_plain_ones(
            subjects in prop::collection::vec((0_i64..40, (0..2_u8).prop_map(Some)), 1..80),
        ) {
            let of = subjects.len() as f64;
            let curve = curve::<2>(&subjects);
            for point in curve.points() {
                for outcome in 0..2_u8 {
                    let ended = subjects.iter().filter(|(time, which)| *time <= point.time && *which == Some(outcome));
                    let share = ended.count() as f64 / of;
                    let outcome = usize::from(outcome);
                    prop_assert!(near(point.incidence[outcome], share));
                    prop_assert!(near(point.incidence_variance[outcome], share * (1.0 - share) / of));
                    let (found, plain) = (point.incidence_estimate(outcome), Estimate::wilson(share, of));
                    prop_assert!((found.unwrap().high - plain.unwrap().high).abs() < 1e-6);
                }
            }
            let mut times: Vec<_> = subjects.iter().map(|(time, _)| *time).collect();
            let summary = Summary::of(&mut times).unwrap();
            for (part, expected) in [(0.5, summary.median), (0.85, summary.p85), (0.95, summary.p95)] {
                let quantile = curve.quantile(part);
                prop_assert_eq!(quantile.value, Some(expected));
                prop_assert!(quantile.low.is_none_or(|low| low <= expected));
                prop_assert!(quantile.high.is_none_or(|high| high >= expected));
            }
        }

        #[test]
        fn the_order_of_subjects_does_not_matter(mut subjects in subjects(2)) {
            let before = curve::<2>(&subjects);
            subjects.reverse();
            prop_assert_eq!(before, curve::<2>(&subjects));
        }
    }
}
