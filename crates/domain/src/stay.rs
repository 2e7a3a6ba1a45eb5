//! Stage history as stays: when a deal entered a stage, when it left, and how.
//!
//! Stays are what the funnel, times in stage, flow and process cost are computed from. They are compact and dense: deals
//! and stages are numbered from 0 by whoever loads them, instants are microseconds since 1970 in UTC, and a slice of
//! stays is ordered by deal and within a deal by time, so that everything streams over it once.

use crate::pipeline::Outcome;

/// Microseconds: an instant since 1970-01-01T00:00:00Z, or a length of time.
pub type Micros = i64;

/// A deal's number in one computation, from 0.
pub type DealIndex = u32;

/// A stage's number in its pipeline's order, from 0.
pub type StageIndex = u16;

/// The stage of an entry of which only is known that the deal stood in its pipeline: the stage is no more.
pub const FORGOTTEN: StageIndex = StageIndex::MAX;

/// The instant that never comes: when a deal left the stage in which it still stands.
pub const NEVER: Micros = Micros::MAX;

pub const HOUR: Micros = 3_600_000_000;
pub const DAY: Micros = 24 * HOUR;

/// The stages of one pipeline in their order.
///
/// The open stages are the rungs of a ladder, numbered from 0 in their order; winning is the rung above them, whichever
/// of the won stages it was. A lost stage is on no rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    outcomes: Vec<Outcome>,
    rungs: Vec<Option<usize>>,
    open: Vec<StageIndex>,
}

impl Stages {
    /// From each stage's outcome, in the pipeline's order.
    pub fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let outcomes: Vec<_> = outcomes.into_iter().collect();
        let is_open = |outcome: Outcome| outcome == Outcome::Open;
        let open: Vec<_> = (0..).zip(&outcomes).filter(|(_, outcome)| is_open(**outcome)).map(|(at, _)| at).collect();
        let mut next = 0..;
        let rungs = outcomes.iter().map(|outcome| match outcome {
            Outcome::Open => next.next(),
            Outcome::Won => Some(open.len()),
            Outcome::Lost => None,
        });
        Self { rungs: rungs.collect(), outcomes, open }
    }

    /// How many stages there are.
    pub fn count(&self) -> usize {
        self.outcomes.len()
    }

    pub fn holds(&self, stage: StageIndex) -> bool {
        usize::from(stage) < self.count()
    }

    /// What a deal in the stage is; open where there is no such stage.
    pub fn outcome(&self, stage: StageIndex) -> Outcome {
        self.outcomes.get(usize::from(stage)).copied().unwrap_or_default()
    }

    pub fn is_open(&self, stage: StageIndex) -> bool {
        self.outcome(stage) == Outcome::Open
    }

    /// The stage's rung; none for a lost stage.
    pub fn rung(&self, stage: StageIndex) -> Option<usize> {
        self.rungs.get(usize::from(stage)).copied().flatten()
    }

    /// The rung of winning, which is also the number of open stages.
    pub fn top(&self) -> usize {
        self.open.len()
    }

    /// The open stage on a rung; none on the top one.
    pub fn on_rung(&self, rung: usize) -> Option<StageIndex> {
        self.open.get(rung).copied()
    }

    fn how(&self, from: StageIndex, into: StageIndex) -> Ended {
        match (self.outcome(from), self.outcome(into)) {
            (_, Outcome::Won) => Ended::Won,
            (_, Outcome::Lost) => Ended::Lost,
            (Outcome::Open, Outcome::Open) if into < from => Ended::Back,
            (Outcome::Open, Outcome::Open) => Ended::Forward,
            (Outcome::Won | Outcome::Lost, Outcome::Open) => Ended::Reopened,
        }
    }
}

/// A line of a change log or an imported event log: from this instant on, the deal stands in this stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub at: Micros,
    pub deal: DealIndex,
    /// None where the deal left the pipeline: it was deleted, or moved to another one.
    pub into: Option<StageIndex>,
}

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It has not: the deal stands there.
    Still,
    /// To a later open stage, the next one or beyond it.
    Forward,
    /// To an earlier open stage.
    Back,
    Won,
    Lost,
    /// From a won or lost stage to an open one.
    Reopened,
    /// The deal left the pipeline.
    Gone,
}

/// One stay of a deal in a stage, from `entered` up to but not including `left`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    pub entered: Micros,
    /// [`NEVER`] while the deal stands there.
    pub left: Micros,
    pub deal: DealIndex,
    pub stage: StageIndex,
    pub ended: Ended,
}

/// Puts rows into the order that [`stays`] wants, deal by deal and each deal's by their place (an instant, a number in the
/// log, or both; rows of one place keep their order). A database gives rows much sooner in the order in which they lie.
/// Deals are numbered below `deals`; rows of others are left out.
pub fn arranged<T: Copy, K: Ord>(
    rows: &[T],
    deals: usize,
    deal: impl Fn(&T) -> DealIndex,
    place: impl Fn(&T) -> K,
) -> Vec<T> {
    // Where each deal's rows begin; the last is where all end.
    let mut starts = vec![0_usize; deals + 1];
    let number = |row: &T| Some(deal(row) as usize).filter(|deal| *deal < deals);
    for deal in rows.iter().filter_map(number) {
        starts[deal + 1] += 1;
    }
    for deal in 0..deals {
        starts[deal + 1] += starts[deal];
    }
    let mut arranged = rows[..starts[deals]].to_vec();
    let mut next = starts.clone();
    for (row, deal) in rows.iter().filter_map(|row| Some((row, number(row)?))) {
        arranged[next[deal]] = *row;
        next[deal] += 1;
    }
    for range in starts.windows(2) {
        arranged[range[0]..range[1]].sort_by_key(&place);
    }
    arranged
}

/// Builds the stays of many deals from their entries, which come deal by deal and each deal's in the order of its log.
///
/// The rules:
/// - Entering the stage in which the deal stands already changes nothing.
/// - Every other entry begins a stay and ends the one before, also a stay of no length, as logs have many at one instant.
/// - Stages between the one left and the one entered are skipped: they get no stay. A stage entered again gets a second
///   stay; whether the visits count once or each is for the computation to say.
/// - Time does not run backwards: an entry stamped earlier than the one before it in the log counts from that one's
///   instant. A log without an order of its own is sorted by instant first, stably.
/// - A slip of the hand leaves no trace: coming back within less than `slip` to the stage just left joins both stays and
///   drops what was between. Give 0 for a log that must be taken as it is.
/// - A stage that `stages` does not hold counts as having left the pipeline, but for a [`FORGOTTEN`] one: the stay before
///   it ends as if the deal had gone on from there to the next known stage, which it enters later. In between it stands
///   in the pipeline and in no stage.
pub fn stays(entries: impl IntoIterator<Item = Entry>, stages: &Stages, slip: Micros) -> Vec<Stay> {
    let entries = entries.into_iter();
    let mut all: Vec<Stay> = Vec::with_capacity(entries.size_hint().0);
    // Where the present deal's stays begin, and whether the deal has gone on from the last of them to a stage that is
    // forgotten.
    let (mut first, mut is_between) = (0, false);
    for Entry { at, deal, into } in entries {
        let is_forgotten = into == Some(FORGOTTEN);
        let into = into.filter(|stage| stages.holds(*stage));
        if all.last().is_some_and(|last| last.deal != deal) {
            (first, is_between) = (all.len(), false);
        }
        let fresh = |stage, entered| Stay { entered, left: NEVER, deal, stage, ended: Ended::Still };
        let Some(&last) = all[first..].last() else {
            all.extend(into.map(|stage| fresh(stage, at)));
            continue;
        };
        let is_gone = last.ended == Ended::Gone;
        let at = at.max(if is_gone { last.left } else { last.entered });
        let Some(stage) = into else {
            if !is_gone {
                end(&mut all, at, Ended::Gone);
            }
            is_between = is_forgotten && (is_between || !is_gone);
            continue;
        };
        if std::mem::take(&mut is_between) {
            let how = if stage == last.stage { Ended::Back } else { stages.how(last.stage, stage) };
            end(&mut all, last.left, how);
            all.push(fresh(stage, at));
            continue;
        }
        let previous = (all.len() - first >= 2).then(|| all[all.len() - 2]);
        let is_back = previous.is_some_and(|previous| previous.stage == stage && previous.left == last.entered);
        if is_gone {
            if last.stage == stage && at - last.left < slip {
                end(&mut all, NEVER, Ended::Still);
            } else {
                all.push(fresh(stage, at));
            }
        } else if last.stage == stage {
        } else if is_back && at - last.entered < slip {
            all.pop();
            end(&mut all, NEVER, Ended::Still);
        } else {
            end(&mut all, at, stages.how(last.stage, stage));
            all.push(fresh(stage, at));
        }
    }
    all
}

fn end(stays: &mut [Stay], left: Micros, ended: Ended) {
    if let Some(last) = stays.last_mut() {
        last.left = left;
        last.ended = ended;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries of one deal as `instant stage`, the stage a letter of `ABC` (open), `W` (won), `L` (lost), `-` (gone) or `?`
    /// (forgotten);
    /// the stays come out as `stage entered-left how`.
    fn check(slip: Micros, entries: &str, expected: &str) {
        let stages = Stages::new([Outcome::Open, Outcome::Open, Outcome::Open, Outcome::Won, Outcome::Lost]);
        let letters = "ABCWL";
        let read = |entry: &str| {
            let (at, stage) = entry.split_once(' ').unwrap();
            let known = letters.find(stage).map(|at| StageIndex::try_from(at).unwrap());
            let into = if stage == "?" { Some(FORGOTTEN) } else { known };
            Entry { at: at.parse().unwrap(), deal: 7, into }
        };
        let stays = stays(entries.split(", ").map(read), &stages, slip);
        let show = |stay: &Stay| {
            let left = if stay.left == NEVER { String::new() } else { stay.left.to_string() };
            format!("{} {}-{left} {:?}", &letters[usize::from(stay.stage)..][..1], stay.entered, stay.ended)
        };
        assert_eq!(stays.iter().map(show).collect::<Vec<_>>().join(", "), expected, "{entries}");
    }

    #[test]
    fn entries_become_stays() {
        check(0, "1 A", "A 1- Still");
        check(0, "1 A, 5 C, 9 W", "A 1-5 Forward, C 5-9 Won, W 9- Still");
        check(0, "1 A, 5 A, 9 L, 12 B", "A 1-9 Lost, L 9-12 Reopened, B 12- Still");
        check(0, "1 B, 1 C, 3 B", "B 1-1 Forward, C 1-3 Back, B 3- Still");
        check(0, "5 A, 3 B, 4 C", "A 5-5 Forward, B 5-5 Forward, C 5- Still");
        check(0, "1 A, 4 -, 6 -, 8 B", "A 1-4 Gone, B 8- Still");
        check(0, "1 -, 2 A", "A 2- Still");
    }

    #[test]
    fn what_is_forgotten_is_bridged() {
        check(0, "1 A, 4 ?, 9 C", "A 1-4 Forward, C 9- Still");
        check(0, "1 ?, 4 B, 6 ?, 7 ?, 9 W", "B 4-6 Won, W 9- Still");
        check(0, "1 B, 4 ?, 9 A, 12 ?, 13 A", "B 1-4 Back, A 9-12 Back, A 13- Still");
        check(0, "1 A, 4 ?, 9 -, 12 B", "A 1-4 Gone, B 12- Still");
        check(0, "1 A, 4 -, 9 ?, 12 B", "A 1-4 Gone, B 12- Still");
        check(0, "1 A, 4 ?", "A 1-4 Gone");
    }

    #[test]
    fn a_slip_of_the_hand_leaves_no_trace() {
        check(3, "1 A, 5 B, 7 A, 9 C", "A 1-9 Forward, C 9- Still");
        check(3, "1 A, 5 B, 8 A", "A 1-5 Forward, B 5-8 Back, A 8- Still");
        check(3, "1 A, 5 L, 6 A", "A 1- Still");
        check(3, "1 A, 5 -, 6 A", "A 1- Still");
        check(3, "1 A, 5 -, 8 A", "A 1-5 Gone, A 8- Still");
        check(3, "1 A, 5 -, 8 B, 9 A", "A 1-5 Gone, B 8-9 Back, A 9- Still");
        check(0, "1 A, 1 B, 1 A", "A 1-1 Forward, B 1-1 Back, A 1- Still");
    }

    #[test]
    fn deals_do_not_touch_each_other() {
        let stages = Stages::new([Outcome::Open, Outcome::Won]);
        let entry = |deal, at, into| Entry { at, deal, into: Some(into) };
        let stays = stays([entry(0, 1, 0), entry(1, 0, 0), entry(1, 3, 1), entry(2, 2, 1)], &stages, 0);
        let shown: Vec<_> = stays.iter().map(|stay| (stay.deal, stay.stage, stay.left)).collect();
        assert_eq!(shown, [(0, 0, NEVER), (1, 0, 3), (1, 1, NEVER), (2, 1, NEVER)]);
    }

    #[test]
    fn rows_are_arranged_by_deal_and_place() {
        let rows = [(2, 5, 'a'), (0, 9, 'b'), (2, 3, 'c'), (7, 1, 'd'), (0, 9, 'e'), (2, 5, 'f'), (3, 0, 'g')];
        let arranged = arranged(&rows, 4, |row| row.0, |row| row.1);
        assert_eq!(arranged.iter().map(|row| row.2).collect::<String>(), "becafg");
        assert_eq!(super::arranged(&rows[..0], 0, |row| row.0, |row| row.1), []);
    }

    #[test]
    fn won_stages_share_the_top_rung() {
        let stages = Stages::new([Outcome::Open, Outcome::Lost, Outcome::Open, Outcome::Won, Outcome::Won]);
        assert_eq!(
            [0, 1, 2, 3, 4, 9].map(|stage| stages.rung(stage)),
            [Some(0), None, Some(1), Some(2), Some(2), None]
        );
        assert_eq!((stages.top(), stages.on_rung(1), stages.on_rung(2)), (2, Some(2), None));
    }
}
