//! Rework: deals that go back to an earlier stage and through it again.

use crate::{
    funnel::{Course, Rate, Selection},
    stay::{DealIndex, Micros, StageIndex, Stages},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Going back from one stage to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loop {
    pub from: StageIndex,
    pub to: StageIndex,
    pub times: u64,
    /// How many different deals.
    pub deals: u64,
    /// Microseconds from going back until the deal stood again as far as before, had ended, or now. A loop within another
    /// counts for both.
    pub time: i128,
}

/// All rework of the selected deals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rework {
    /// Deals that went back at least once, of all.
    pub deals: Rate,
    /// Microseconds in rework, a loop within another counted once.
    pub time: i128,
    /// The costliest first.
    pub loops: Vec<Loop>,
}

impl Rework {
    /// Looks for going back in the selected deals' ways. Stages stand in the pipeline's order; to leave a lost stage again
    /// is going back where the deal goes on before the stage that it was lost from.
    pub fn count(selection: Selection<'_>) -> Self {
        let mut loops = BTreeMap::<(StageIndex, StageIndex), (Loop, u32)>::new();
        let (mut deals, mut with, mut time) = (0, 0, 0_i128);
        let mut walk = Walk { stages: selection.stages, open: Vec::new() };
        for (number, course) in (1_u32..).zip(selection.courses()) {
            let mut has_gone_back = false;
            walk.along(&course, |back| {
                has_gone_back = true;
                if back.is_outermost {
                    time += back.spent;
                }
                let fresh = Loop { from: back.from, to: back.to, times: 0, deals: 0, time: 0 };
                let (found, last) = loops.entry((back.from, back.to)).or_insert((fresh, 0));
                found.times += 1;
                found.time += back.spent;
                found.deals += u64::from(*last != number);
                *last = number;
            });
            deals += 1;
            with += u64::from(has_gone_back);
        }
        let mut loops: Vec<_> = loops.into_values().map(|(found, _)| found).collect();
        loops.sort_by_key(|found| (-found.time, found.from, found.to));
        Self { deals: Rate::new(with, deals), time, loops }
    }

    /// The selected deals that went back at all.
    pub fn all_deals(selection: Selection<'_>) -> impl Iterator<Item = DealIndex> {
        let mut walk = Walk { stages: selection.stages, open: Vec::new() };
        let goes_back = move |course: &Course<'_>| {
            let mut has = false;
            walk.along(course, |_| has = true);
            has
        };
        selection.courses().filter(goes_back).map(|course| course.deal)
    }

    /// The selected deals that went back from one stage to another: those behind a [`Loop`].
    pub fn deals(selection: Selection<'_>, from: StageIndex, to: StageIndex) -> impl Iterator<Item = DealIndex> {
        let mut walk = Walk { stages: selection.stages, open: Vec::new() };
        let has_loop = move |course: &Course<'_>| {
            let mut has = false;
            walk.along(course, |back| has |= (back.from, back.to) == (from, to));
            has
        };
        selection.courses().filter(has_loop).map(|course| course.deal)
    }
}

/// One time of going back.
struct Back {
    from: StageIndex,
    to: StageIndex,
    /// Microseconds until it was made good.
    spent: i128,
    /// Whether it is in no other loop.
    is_outermost: bool,
}

/// A loop that is not closed yet.
struct Open {
    from: StageIndex,
    to: StageIndex,
    /// The rung of `from`.
    rung: usize,
    since: Micros,
}

struct Walk<'a> {
    stages: &'a Stages,
    /// Each goes back further than the one before it, so the last closes first. Empty between two deals.
    open: Vec<Open>,
}

impl Walk<'_> {
    fn along(&mut self, course: &Course<'_>, mut found: impl FnMut(Back)) {
        let mut before: Option<(StageIndex, usize)> = None;
        for stay in course.stays {
            // A lost stage is on no rung: a deal that is lost has ended, and its loops with it.
            let rung = self.stages.rung(stay.stage);
            self.close(rung.unwrap_or(usize::MAX), stay.entered, &mut found);
            let Some(rung) = rung else { continue };
            if let Some((from, before)) = before.filter(|(_, before)| rung < *before) {
                self.open.push(Open { from, to: stay.stage, rung: before, since: stay.entered });
            }
            before = Some((stay.stage, rung));
        }
        self.close(usize::MAX, course.until(), &mut found);
    }

    /// Closes the loops out of which the deal has come by reaching a rung.
    fn close(&mut self, rung: usize, at: Micros, found: &mut impl FnMut(Back)) {
        while let Some(Open { from, to, since, .. }) = self.open.pop_if(|open| open.rung <= rung) {
            let spent = i128::from(at) - i128::from(since);
            found(Back { from, to, spent, is_outermost: self.open.is_empty() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        funnel::{Cohort, DealFacts, Period},
        pipeline::Outcome,
        stay::{Entry, stays},
    };

    /// A deal a word: the stages it entered at instants 0, 10, 20, …: `ABCD` open, `W` won, `L` lost.
    fn with_selection<T>(deals: &str, use_it: impl FnOnce(Selection<'_>) -> T) -> T {
        let mut outcomes = vec![Outcome::Open; 4];
        outcomes.extend([Outcome::Won, Outcome::Lost]);
        let stages = Stages::new(outcomes);
        let entries = (0..).zip(deals.split_whitespace()).flat_map(|(deal, path)| {
            let stage = |letter| "ABCDWL".find(letter).map(|at| u16::try_from(at).unwrap());
            (0..).zip(path.chars()).map(move |(at, letter)| Entry { at: at * 10, deal, into: stage(letter) })
        });
        let stays = stays(entries, &stages, 0);
        let facts = vec![DealFacts { group: Some(0), ..DealFacts::default() }; deals.split_whitespace().count()];
        let cohort = Cohort::Created(Period::ALWAYS);
        use_it(Selection { stages: &stages, stays: &stays, deals: &facts, cohort, as_of: 100, group: None })
    }

    fn check(deals: &str, with: u64, time: i128, loops: &[(u16, u16, u64, u64, i128)]) {
        let found = with_selection(deals, Rework::count);
        let shown: Vec<_> = found.loops.iter().map(|f| (f.from, f.to, f.times, f.deals, f.time)).collect();
        assert_eq!((found.deals.hits, found.time, shown.as_slice()), (with, time, loops), "{deals}");
    }

    #[test]
    fn loops_last_until_the_deal_stands_as_far_again() {
        check("ABCW ABL", 0, 0, &[]);
        check("ABABW", 1, 10, &[(1, 0, 1, 1, 10)]);
        // Past the stage left is as far as well, and so is being lost.
        check("ABAC ABAL", 2, 20, &[(1, 0, 2, 2, 20)]);
        check("ABABABW ABABW", 2, 30, &[(1, 0, 3, 2, 30)]);
        // From D to C, and before D is reached again, from C to A: the second lies within the first.
        check("ADCACDW", 1, 30, &[(3, 2, 1, 1, 30), (2, 0, 1, 1, 10)]);
        // Still back when last seen.
        check("ABA", 1, 80, &[(1, 0, 1, 1, 80)]);
        check("ABLAB", 1, 10, &[(1, 0, 1, 1, 10)]);
        check("ABLBW", 0, 0, &[]);
        let deals =
            with_selection("ABABW ABC ABACBC ABCB", |selection| Rework::deals(selection, 1, 0).collect::<Vec<_>>());
        assert_eq!(deals, [0, 2]);
    }
}
