//! Flow: how many deals stood in which stage when (the cumulative flow diagram), and how many came and ended in each
//! period (throughput).

use super::{Fate, Selection};
use crate::stay::{DealIndex, Micros, StageIndex, Stay};
use serde::{Deserialize, Serialize};

/// Deals in each stage at a series of instants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    pub at: Vec<Micros>,
    stages: usize,
    /// One instant's stages after the other's.
    counts: Vec<u32>,
}

impl Flow {
    /// Counts the selected deals at rising instants, usually the end of each day (see [`super::period`]); those after
    /// the selection's `as_of` are left out. A deal stands in a stage from the instant at which it entered up to but not
    /// including the one at which it left. One pass over the stays.
    pub fn count(selection: Selection<'_>, at: &[Micros]) -> Self {
        let at = &at[..at.partition_point(|instant| *instant <= selection.as_of)];
        let stages = selection.stages.count();
        // How each count differs from the one at the instant before; what comes after the last instant goes into one row
        // more.
        let mut changes = vec![0_i32; (at.len() + 1) * stages];
        let mut near = 0;
        for course in selection.courses() {
            for Stay { entered, left, stage, .. } in course.stays {
                near = first_not_before(at, *entered, near);
                changes[near * stages + usize::from(*stage)] += 1;
                near = first_not_before(at, *left, near);
                changes[near * stages + usize::from(*stage)] -= 1;
            }
        }
        changes.truncate(at.len() * stages);
        for place in stages..changes.len() {
            changes[place] += changes[place - stages];
        }
        let counts = changes.into_iter().map(|count| u32::try_from(count).unwrap_or(0)).collect();
        Self { at: at.to_vec(), stages, counts }
    }

    /// Each instant with its counts by the stage's number.
    pub fn rows(&self) -> impl Iterator<Item = (Micros, &[u32])> {
        self.at.iter().copied().zip(self.counts.chunks_exact(self.stages.max(1)))
    }

    /// How many deals stood in a stage at an instant of the series.
    pub fn standing(&self, at: usize, stage: StageIndex) -> Option<u32> {
        self.counts.get(at * self.stages..)?.get(..self.stages)?.get(usize::from(stage)).copied()
    }
}

/// The deals that stood in a stage at an instant: those behind one of a flow's counts.
pub fn standing(selection: Selection<'_>, at: Micros, stage: StageIndex) -> impl Iterator<Item = DealIndex> {
    let stands = move |stay: &&Stay| stay.stage == stage && stay.entered <= at && at < stay.left;
    selection.courses().filter(move |course| course.stays.iter().any(|stay| stands(&stay))).map(|course| course.deal)
}

/// The place of the first instant that is not before the given one. Stays follow each other, so it is looked for around
/// the place of the last one.
fn first_not_before(at: &[Micros], instant: Micros, near: usize) -> usize {
    let is_before = |place: usize| at[place] < instant;
    if (near == 0 || is_before(near - 1)) && (near == at.len() || !is_before(near)) {
        return near;
    }
    at.partition_point(|other| *other < instant)
}

/// What came and what ended between two borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throughput {
    pub from: Micros,
    /// Deals whose time in the cohort began.
    pub started: u64,
    /// By their last closing.
    pub won: u64,
    pub lost: u64,
}

/// Counts the selected deals between each two neighbours of rising borders.
pub fn throughput(selection: Selection<'_>, borders: &[Micros]) -> Vec<Throughput> {
    let count = borders.len().saturating_sub(1);
    let fresh = |from: &Micros| Throughput { from: *from, started: 0, won: 0, lost: 0 };
    let mut all: Vec<_> = borders[..count].iter().map(fresh).collect();
    let place = |instant: Micros| borders.partition_point(|border| *border <= instant).checked_sub(1);
    for course in selection.courses() {
        if let Some(bucket) = place(course.start).and_then(|place| all.get_mut(place)) {
            bucket.started += 1;
        }
        let ended = course.closing().and_then(|_| place(course.until()));
        if let Some(bucket) = ended.and_then(|place| all.get_mut(place)) {
            if course.fate() == Fate::Won { bucket.won += 1 } else { bucket.lost += 1 }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period},
        pipeline::Outcome,
        stay::{Entry, Stages, stays},
    };
    use proptest::prelude::*;

    fn stages() -> Stages {
        Stages::new([Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost])
    }

    fn with_selection<T>(deals: &[Vec<(i64, u16)>], as_of: i64, use_it: impl FnOnce(Selection<'_>) -> T) -> T {
        let stages = stages();
        let entry = |deal, (at, stage): (i64, u16)| Entry { at, deal, into: stages.holds(stage).then_some(stage) };
        let entries = (0..).zip(deals).flat_map(|(deal, path)| path.iter().map(move |step| entry(deal, *step)));
        let stays = stays(entries, &stages, 0);
        let created = |path: &Vec<(i64, u16)>| path.first().map_or(0, |first| first.0);
        let facts =
            deals.iter().map(|path| DealFacts { created: created(path), group: Some(0), ..DealFacts::default() });
        let facts: Vec<_> = facts.collect();
        let cohort = Cohort::Created(Period::ALWAYS);
        use_it(Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of, group: None })
    }

    #[test]
    fn deals_stand_where_they_are() {
        let deals = [vec![(0, 0), (10, 1), (20, 2)], vec![(10, 0), (15, 9)], vec![(5, 0), (5, 1), (30, 3)]];
        with_selection(&deals, 25, |selection| {
            let flow = Flow::count(selection, &[-1, 0, 5, 10, 15, 20, 30]);
            let rows: Vec<_> = flow.rows().map(|(at, counts)| (at, counts.to_vec())).collect();
            let expected: [(i64, [u32; 4]); 6] = [
                (-1, [0, 0, 0, 0]),
                (0, [1, 0, 0, 0]),
                (5, [1, 1, 0, 0]),
                (10, [1, 2, 0, 0]),
                (15, [0, 2, 0, 0]),
                (20, [0, 1, 1, 0]),
            ];
            assert_eq!(rows, expected.map(|(at, counts)| (at, counts.to_vec())));
            assert_eq!((flow.standing(3, 1), flow.standing(6, 0), flow.standing(0, 4)), (Some(2), None, None));
        });
    }

    #[test]
    fn throughput_counts_what_came_and_ended() {
        let deals = [vec![(0, 0), (10, 2)], vec![(10, 0), (15, 3)], vec![(5, 0)], vec![(12, 0), (13, 2), (14, 1)]];
        with_selection(&deals, 100, |selection| {
            let all = throughput(selection, &[0, 10, 20]);
            let counts: Vec<_> =
                all.iter().map(|bucket| (bucket.from, bucket.started, bucket.won, bucket.lost)).collect();
            assert_eq!(counts, [(0, 2, 0, 0), (10, 2, 1, 1)]);
            assert_eq!(throughput(selection, &[]), []);
        });
    }

    proptest! {
        #[test]
        fn flow_counts_as_looking_at_each_stay_does(
            deals in prop::collection::vec(prop::collection::vec((0_i64..50, 0_u16..5), 1..8), 1..12),
            as_of in 0_i64..60,
        ) {
            let at: Vec<_> = (0..60).step_by(7).collect();
            with_selection(&deals, as_of, |selection| {
                for (instant, counts) in Flow::count(selection, &at).rows() {
                    for (stage, count) in (0..).zip(counts) {
                        assert_eq!(standing(selection, instant, stage).count(), *count as usize);
                    }
                }
            });
        }
    }
}
