//! Time in stage: its distribution, how old open deals are against it, and the time limit that follows from it.
//!
//! Every stay is one observation, so a deal that came back to a stage gives two; stays that last are censored. What a stay
//! is measured in, the caller says: plain microseconds, or working time of a calendar.

use super::{
    Rate, Selection,
    sample::Summary,
    survival::{Curve, Quantile, Times},
};
use crate::stay::{DealIndex, Ended, Micros, StageIndex, Stay};
use serde::{Deserialize, Serialize};

/// The length of a stay in microseconds.
pub fn plain(entered: Micros, left: Micros) -> i64 {
    left.saturating_sub(entered)
}

/// The distribution of time in each stage, by the stage's number, from the stays that began since the cohort's start.
/// `measure` gives the length between two instants in any unit; it never falls as the second one grows.
pub fn time_in_stage(selection: Selection<'_>, measure: impl Fn(Micros, Micros) -> i64) -> Vec<Curve<1>> {
    let mut times = vec![Times::default(); selection.stages.count()];
    for course in selection.courses() {
        for stay in course.stays.iter().filter(|stay| stay.entered >= course.start) {
            // Leaving the pipeline is no end of the work in a stage.
            let is_over = !matches!(course.ended(stay), Ended::Still | Ended::Gone);
            let time = measure(stay.entered, stay.left.min(selection.as_of));
            times[usize::from(stay.stage)].push(time, is_over.then_some(0));
        }
    }
    times.into_iter().map(Times::curve).collect()
}

/// The percentiles of time in a stage that are shown and compared with.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Percentiles {
    pub p50: Quantile,
    pub p85: Quantile,
    pub p95: Quantile,
}

impl Percentiles {
    pub fn of(curve: &Curve<1>) -> Self {
        let [p50, p85, p95] = [0.5, 0.85, 0.95].map(|part| curve.quantile(part));
        Self { p50, p85, p95 }
    }

    /// Where an age stands: up to the first percentile that it does not exceed. Beyond those that are known nobody can
    /// say.
    pub fn band(&self, age: i64) -> Band {
        let bounds = [(self.p50, Band::Young), (self.p85, Band::Usual), (self.p95, Band::Old)];
        for (percentile, band) in bounds {
            match percentile.value {
                None => return Band::Unknown,
                Some(value) if age as f64 <= value => return band,
                Some(_) => {}
            }
        }
        Band::Stuck
    }
}

/// An open deal's age in its stage against the stays before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Not above the median.
    Young,
    /// Above the median, not above the 85th percentile.
    Usual,
    /// Above the 85th percentile, not above the 95th.
    Old,
    /// Above the 95th percentile.
    Stuck,
    /// Above the percentiles that are known as yet, of which there may be none.
    Unknown,
}

impl Band {
    pub const ALL: [Self; 5] = [Self::Young, Self::Usual, Self::Old, Self::Stuck, Self::Unknown];
}

/// How long an open deal has been in its stage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ageing {
    pub deal: DealIndex,
    pub stage: StageIndex,
    /// In the unit of the measure.
    pub age: i64,
    /// Which part of stays in this stage was over by this age; none where nothing is known of the stage.
    pub over_by_now: Option<f64>,
    pub band: Band,
}

/// The selected open deals with their ages as of the selection's instant. `curves` are [`time_in_stage`]'s, of this
/// selection or of a longer past, by the same measure.
pub fn ageing(selection: Selection<'_>, curves: &[Curve<1>], measure: impl Fn(Micros, Micros) -> i64) -> Vec<Ageing> {
    let percentiles: Vec<_> = curves.iter().map(Percentiles::of).collect();
    let standing = selection.courses().filter_map(|course| course.standing().copied());
    let open = standing.filter(|stay| selection.stages.is_open(stay.stage));
    open.map(|Stay { deal, stage, entered, .. }| {
        let age = measure(entered, selection.as_of);
        let at = usize::from(stage);
        let over_by_now = curves.get(at).and_then(|curve| curve.incidence(0, age)).map(|part| part.value);
        let band = percentiles.get(at).map_or(Band::Unknown, |percentiles| percentiles.band(age));
        Ageing { deal, stage, age, over_by_now, band }
    })
    .collect()
}

/// A time limit for a stage, and on what it rests. In the unit of the measure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The 85th percentile of real stays, rounded up to a whole unit: of seven stays one takes longer. That share is the
    /// customary service level expectation of those who forecast by cycle times (D. S. Vacanti, "Actionable Agile Metrics
    /// for Predictability", 2015).
    pub limit: i64,
    /// The percentile with its interval.
    pub percentile: Quantile,
    /// Stays that are over, those of them that took longer than the limit, and stays that last.
    pub over: u64,
    pub longer: u64,
    pub lasting: u64,
}

/// Why no limit is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoLimit {
    /// Too few stays are over.
    TooFew { over: u64, wanted: u64 },
    /// So many stays last that the percentile is not known yet.
    NotReached { over: u64, lasting: u64 },
    /// Most stays are over within a day.
    TooShort { over: u64 },
    /// No stay took longer than the percentile.
    NoneLonger { over: u64 },
}

/// So many stays must be over before a limit is proposed: below, the 85th percentile is hardly more than the longest of
/// them.
pub const ENOUGH_STAYS: u64 = 20;

/// The time limit that a stage's stays propose.
#[expect(clippy::cast_possible_truncation, reason = "no longer than the longest stay")]
pub fn proposed_limit(curve: &Curve<1>) -> Result<Limit, NoLimit> {
    let (over, lasting) = (curve.ended(), curve.running());
    if over < ENOUGH_STAYS {
        return Err(NoLimit::TooFew { over, wanted: ENOUGH_STAYS });
    }
    let percentile = curve.quantile(0.85);
    let value = percentile.value.ok_or(NoLimit::NotReached { over, lasting })?;
    if value < 1.0 {
        return Err(NoLimit::TooShort { over });
    }
    let limit = value.ceil() as i64;
    match beyond(curve, limit).hits {
        0 => Err(NoLimit::NoneLonger { over }),
        longer => Ok(Limit { limit, percentile, over, longer, lasting }),
    }
}

/// What a limit would have meant for the stays behind a curve: how many of those that are over took longer.
pub fn beyond(curve: &Curve<1>, limit: i64) -> Rate {
    let points = curve.points();
    let later = &points[points.partition_point(|point| point.time <= limit)..];
    Rate::new(later.iter().map(|point| point.ended[0]).sum(), curve.ended())
}

/// The time from a deal's first entry into one stage to its first entry into another, over the deals that entered both
/// in that order, or at one instant. None of none.
pub fn between(
    selection: Selection<'_>,
    from: StageIndex,
    to: StageIndex,
    measure: impl Fn(Micros, Micros) -> i64,
) -> Option<Summary> {
    let times = selection.courses().filter_map(|course| {
        let first = |stage| course.stays.iter().find(|stay| stay.stage == stage).map(|stay| stay.entered);
        first(from).zip(first(to)).filter(|(from, to)| from <= to).map(|(from, to)| measure(from, to))
    });
    Summary::of(&mut times.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period},
        pipeline::Outcome,
        stay::{DAY, Entry, Stages, stays},
    };

    /// Forty deals: the first thirty stayed 1, 2, … 30 days in the first of two stages; the others stand there since day
    /// 90, twenty days ago, have left the pipeline, or began further on.
    fn with_selection<T>(use_it: impl FnOnce(Selection<'_>) -> T) -> T {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Won]);
        let entries = (0..40_u32).flat_map(|deal| {
            let entry = |day: i64, stage| Entry { at: day * DAY, deal, into: stage };
            match i64::from(deal) {
                moved @ 0..30 => vec![entry(0, Some(0)), entry(moved + 1, Some(1)), entry(90, Some(2))],
                30..35 => vec![entry(90, Some(0))],
                35 => vec![entry(90, Some(0)), entry(94, None)],
                _ => vec![entry(0, Some(1))],
            }
        });
        let stays = stays(entries, &stages, 0);
        let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; 40];
        let cohort = Cohort::Created(Period::ALWAYS);
        use_it(Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of: 110 * DAY, group: None })
    }

    fn days(entered: Micros, left: Micros) -> i64 {
        (left - entered) / DAY
    }

    #[test]
    fn a_limit_rests_on_real_stays() {
        with_selection(|selection| {
            let curves = time_in_stage(selection, days);
            assert_eq!((curves[0].ended(), curves[0].running()), (30, 6));
            let limit = proposed_limit(&curves[0]).unwrap();
            // Without the stays that last it would be 26.
            assert_eq!((limit.limit, limit.over, limit.lasting), (27, 30, 6));
            assert!(limit.percentile.low.unwrap() < 27.0 && limit.percentile.high.is_none_or(|high| high > 27.0));
            assert_eq!(beyond(&curves[0], 27), Rate::new(3, 30));
            // Won at once, or lasting.
            assert_eq!(proposed_limit(&curves[2]), Err(NoLimit::TooFew { over: 0, wanted: ENOUGH_STAYS }));
        });
    }

    #[test]
    fn open_deals_age_against_those_before() {
        with_selection(|selection| {
            let curves = time_in_stage(selection, days);
            let all = ageing(selection, &curves, days);
            assert_eq!(all.len(), 9);
            assert_eq!((all[0].deal, all[0].stage, all[0].age, all[0].band), (30, 0, 20, Band::Usual));
            assert!(all[0].over_by_now.unwrap() > 0.55 && all[0].over_by_now.unwrap() < 0.59);
            assert_eq!((all[8].deal, all[8].stage, all[8].age), (39, 1, 110));
            // Four of 34 stay on, so nobody knows yet what the 95th percentile is.
            assert_eq!(all[8].band, Band::Unknown);
            let percentiles = Percentiles::of(&curves[0]);
            let bands = [1, 20, 28, 30].map(|age| percentiles.band(age));
            assert_eq!(bands, [Band::Young, Band::Usual, Band::Old, Band::Stuck]);
        });
    }

    #[test]
    fn an_age_is_told_only_against_percentiles_that_are_known() {
        let known = |value: f64| Quantile { value: Some(value), ..Quantile::default() };
        let check = |percentiles: Percentiles, ages: &[i64], expected: &[Band]| {
            assert_eq!(ages.iter().map(|age| percentiles.band(*age)).collect::<Vec<_>>(), expected);
        };
        check(Percentiles::default(), &[0, 40], &[Band::Unknown; 2]);
        let half = Percentiles { p50: known(5.0), ..Percentiles::default() };
        check(half, &[5, 6], &[Band::Young, Band::Unknown]);
        let most = Percentiles { p85: known(9.0), ..half };
        check(most, &[5, 9, 10], &[Band::Young, Band::Usual, Band::Unknown]);
    }

    #[test]
    fn a_limit_is_proposed_only_where_some_stays_took_longer() {
        let curve = |lengths: &[i64]| {
            let mut times = Times::default();
            for length in lengths {
                times.push(*length, Some(0));
            }
            times.curve()
        };
        assert_eq!(proposed_limit(&curve(&[0; 30])), Err(NoLimit::TooShort { over: 30 }));
        assert_eq!(proposed_limit(&curve(&[3; 30])), Err(NoLimit::NoneLonger { over: 30 }));
        let mut lengths = vec![3; 26];
        lengths.extend([9; 4]);
        let limit = proposed_limit(&curve(&lengths)).unwrap();
        assert_eq!((limit.limit, limit.longer, limit.over), (3, 4, 30));
    }

    #[test]
    fn only_what_came_since_the_start_counts() {
        with_selection(|selection| {
            let cohort = Cohort::Entered(1, Period { from: 11 * DAY, to: 21 * DAY });
            let curves = time_in_stage(Selection { cohort, ..selection }, days);
            assert_eq!((curves[0].ended(), curves[0].running(), curves[1].ended()), (0, 0, 10));
            assert_eq!((curves[1].points()[0].time, curves[1].longest()), (70, 79));
        });
    }

    #[test]
    fn between_two_stages() {
        with_selection(|selection| {
            let summary = between(selection, 0, 2, days).unwrap();
            assert_eq!((summary.count, summary.median), (30, 90.0));
            assert_eq!(between(selection, 2, 0, days), None);
        });
    }
}
