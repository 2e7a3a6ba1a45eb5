//! What the funnel page is computed from: the deals of a pipeline that somebody may see, with their stays.

use super::{
    DealFacts, Selection,
    query::{Only, Query},
};
use crate::{
    calendar::{WorkDays, Zone},
    id::{ConditionId, DealId, MemberId, PipelineId, StageId},
    money::{Currency, Money},
    pipeline::{Outcome, Stage},
    stay::{DealIndex, Ended, Entry, Micros, StageIndex, Stages, Stay, arranged, stays},
    view::View,
    waterfall::State,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::HashMap;

/// A deal as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub id: DealId,
    pub created: Micros,
    pub amount: Option<Money>,
    pub owner: MemberId,
    /// The source's number in [`Material::sources`].
    pub source: u32,
    /// What it has in the field by which deals are told apart: the number in [`Material::values`].
    pub value: u32,
    /// Why it was lost: the number in [`Material::reasons`].
    pub reason: u32,
    pub close_on: Option<NaiveDate>,
}

/// A deal that was deleted, as it was then.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    pub deal: Known,
    pub title: String,
    pub stage: StageId,
    pub at: Micros,
}

/// What a deal was worth, or when it was expected, until it was edited; none where the edit left it.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    pub deal: DealIndex,
    pub until: Micros,
    pub amount: Option<Option<Money>>,
    pub close_on: Option<Option<NaiveDate>>,
}

/// When a deal got an approval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approved {
    pub deal: DealIndex,
    pub condition: ConditionId,
    pub at: Micros,
}

/// A row of the stays as they are kept: from this instant on, the deal stands in this stage.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub deal: DealIndex,
    /// Its place among the deal's rows.
    pub ordinal: u32,
    /// None: a stage of another pipeline. [`FORGOTTEN`](crate::stay::FORGOTTEN): one that is no more.
    pub stage: Option<StageIndex>,
    pub at: Micros,
}

/// How many days were worked up to each day from a first one on: lengths of stays are asked for by the hundred thousand.
#[derive(Debug, Clone, Default)]
struct Worked {
    first: i32,
    upto: Vec<u32>,
}

impl Worked {
    /// Days beyond so many are counted one by one.
    const MOST: i64 = 60_000;

    fn new(days: &WorkDays, first: NaiveDate, last: NaiveDate) -> Self {
        if (last - first).num_days() > Self::MOST {
            return Self::default();
        }
        let mut worked = 0;
        let upto = first.iter_days().take_while(|day| *day <= last).map(|day| {
            worked += u32::from(days.is_worked(day));
            worked
        });
        Self { first: first.num_days_from_ce(), upto: upto.collect() }
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<u32> {
        let upto = |day: NaiveDate| self.upto.get(usize::try_from(day.num_days_from_ce() - self.first).ok()?);
        Some(upto(to)?.saturating_sub(*upto(from)?))
    }
}

/// A deal at an instant, without its amount.
struct Standing {
    outcome: Outcome,
    day: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct Material {
    pub pipeline: PipelineId,
    /// The workspace's: that of deals without an amount.
    pub currency: Currency,
    /// All stages of the pipeline in their order.
    pub stages: Vec<StageId>,
    pub ladder: Stages,
    /// Each open stage's time limit in working days, none where it rests.
    pub limits: Vec<Option<u16>>,
    pub sources: Vec<String>,
    /// Values of the field by which deals are told apart; one of them may be empty.
    pub values: Vec<String>,
    /// Reasons of loss; one of them may be empty.
    pub reasons: Vec<String>,
    /// The approvals that the stages' gates ask for, each with its stage.
    pub approvals: Vec<(ConditionId, StageIndex)>,
    /// The approvals that deals got, in any order.
    pub approved: Vec<Approved>,
    pub deals: Vec<Known>,
    /// Deals that were deleted since the first day of the waterfall, numbered on from the others: they stand in the
    /// waterfall alone.
    pub removed: Vec<Removed>,
    pub stays: Vec<Stay>,
    /// The stays of those that were deleted; the last of each ends with its deletion.
    removed_stays: Vec<Stay>,
    /// Edits in their order, at least those since the first day of the waterfall.
    pub worth: Vec<Worth>,
    pub zone: Zone,
    worked: Worked,
    pub as_of: DateTime<Utc>,
}

impl Material {
    /// Of a pipeline, with nothing in it yet.
    pub fn new(pipeline: PipelineId, view: &View, zone: Zone, as_of: DateTime<Utc>) -> Self {
        let stages = view.stages_of(pipeline);
        let open = stages.iter().filter(|stage| stage.outcome == Outcome::Open);
        let approvals = (0..).zip(&stages).flat_map(|(at, stage): (StageIndex, &&Stage)| {
            stage.gate.approvals.iter().map(move |approval| (approval.id, at))
        });
        Self {
            pipeline,
            currency: view.workspace().map_or(Currency::CNY, |workspace| workspace.currency),
            ladder: Stages::new(stages.iter().map(|stage| stage.outcome)),
            limits: open.map(|stage| stage.limit()).collect(),
            approvals: approvals.collect(),
            stages: stages.iter().map(|stage| stage.id).collect(),
            sources: Vec::new(),
            values: Vec::new(),
            reasons: Vec::new(),
            approved: Vec::new(),
            deals: Vec::new(),
            removed: Vec::new(),
            stays: Vec::new(),
            removed_stays: Vec::new(),
            worth: Vec::new(),
            zone,
            worked: Worked::default(),
            as_of,
        }
    }

    /// Takes in the stays from their rows, in any order.
    pub fn take_stays(&mut self, rows: &[Row]) {
        let removals = (0..).skip(self.deals.len()).zip(&self.removed);
        let removals = removals.map(|(deal, removed)| Row { deal, ordinal: u32::MAX, stage: None, at: removed.at });
        let rows: Vec<Row> = rows.iter().copied().chain(removals).collect();
        let rows = arranged(&rows, self.deals.len() + self.removed.len(), |row| row.deal, |row| row.ordinal);
        let entries = rows.into_iter().map(|row| Entry { at: row.at, deal: row.deal, into: row.stage });
        self.stays = stays(entries, &self.ladder, 0);
        let here = self.stays.partition_point(|stay| (stay.deal as usize) < self.deals.len());
        self.removed_stays = self.stays.split_off(here);
        if let Some(first) = self.stays.iter().map(|stay| stay.entered).min().and_then(|at| self.day(at)) {
            self.worked = Worked::new(&self.zone.days, first, self.zone.day(self.as_of));
        }
    }

    pub(super) fn now(&self) -> Micros {
        self.as_of.timestamp_micros()
    }

    /// Working days between two instants.
    pub(super) fn measure(&self, entered: Micros, left: Micros) -> i64 {
        let days = self.day(entered).zip(self.day(left)).map(|(entered, left)| {
            self.worked.between(entered, left).unwrap_or_else(|| self.zone.days.between(entered, left))
        });
        days.map_or(0, i64::from)
    }

    fn day(&self, at: Micros) -> Option<NaiveDate> {
        DateTime::from_timestamp_micros(at).map(|at| self.zone.day(at))
    }

    /// A deal by its number, also one that was deleted.
    pub(super) fn deal(&self, number: DealIndex) -> Option<&Known> {
        let number = number as usize;
        self.deals.get(number).or_else(|| Some(&self.removed.get(number.checked_sub(self.deals.len())?)?.deal))
    }

    fn currency_of(&self, amount: Option<Money>) -> Currency {
        amount.map_or(self.currency, |amount| amount.currency)
    }

    /// The currencies in which deals count, by their numbers in [`DealFacts`].
    pub(super) fn currencies(&self) -> Vec<Currency> {
        let mut all: Vec<_> = self.deals.iter().map(|deal| self.currency_of(deal.amount)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The facts of every deal; those that a query leaves out are in no group.
    pub(super) fn facts(&self, only: &Only, view: &View) -> Vec<DealFacts> {
        let numbers: HashMap<_, _> = self.currencies().into_iter().zip(0_u16..).collect();
        let facts = |deal: &Known| {
            let minor = deal.amount.map_or(0, |amount| amount.minor);
            let currency = numbers[&self.currency_of(deal.amount)];
            let group = self.admits(deal, only, view).then_some(0);
            let has_reason = self.reasons.get(deal.reason as usize).is_some_and(|reason| !reason.is_empty());
            let reason = u16::try_from(deal.reason).ok().filter(|_| has_reason);
            DealFacts { created: deal.created, minor, currency, group, reason }
        };
        self.deals.iter().map(facts).collect()
    }

    pub(super) fn value(&self, deal: &Known) -> &str {
        self.values.get(deal.value as usize).map_or("", String::as_str)
    }

    pub(super) fn admits(&self, deal: &Known, only: &Only, view: &View) -> bool {
        let source = self.sources.get(deal.source as usize).map_or("", String::as_str);
        only.admits(deal.owner, source, self.value(deal), deal.amount, view)
    }

    pub(super) fn selection<'a>(&'a self, query: &Query, facts: &'a [DealFacts]) -> Selection<'a> {
        Selection {
            stages: &self.ladder,
            stays: &self.stays,
            deals: facts,
            cohort: query.cohort(&self.stages, &self.zone),
            as_of: self.now(),
            group: None,
        }
    }

    /// Each deal that a query looks at, as it stood at two instants.
    pub(super) fn states(
        &self,
        only: &Only,
        view: &View,
        instants: [Micros; 2],
    ) -> Vec<(DealIndex, [Option<State>; 2])> {
        let mut edits = HashMap::<DealIndex, Vec<&Worth>>::new();
        for edit in &self.worth {
            edits.entry(edit.deal).or_default().push(edit);
        }
        let of_deal = |stays: &[Stay]| {
            let number = stays[0].deal;
            let deal = self.deal(number).filter(|deal| self.admits(deal, only, view))?;
            let edits = edits.get(&number).map_or(&[][..], Vec::as_slice);
            let mut stood = instants.map(|at| self.stood(deal, stays, edits, at));
            // Without an amount it counts in the currency that it has or had at the other instant: an amount that is taken
            // away shrinks, and one that is given grows.
            if let [Some((_, before)), Some((_, after))] = &mut stood {
                let currency = before.or(*after).map(|amount| amount.currency);
                let nothing = currency.map(|currency| Money { minor: 0, currency });
                (*before, *after) = (before.or(nothing), after.or(nothing));
            }
            let state = |(Standing { outcome, day }, amount): (Standing, Option<Money>)| {
                let minor = amount.map_or(0, |amount| amount.minor);
                State { outcome, minor, currency: self.currency_of(amount), day }
            };
            Some((number, stood.map(|stood| stood.map(state))))
        };
        let all = [&self.stays, &self.removed_stays].into_iter();
        all.flat_map(|stays| stays.chunk_by(|one, next| one.deal == next.deal)).filter_map(of_deal).collect()
    }

    /// Where a deal stood at an instant, and what it was worth.
    fn stood(&self, deal: &Known, stays: &[Stay], edits: &[&Worth], at: Micros) -> Option<(Standing, Option<Money>)> {
        // Many stays may begin at one instant; the last of them is where the deal stood.
        let stay = stays[..stays.partition_point(|stay| stay.entered <= at)].last()?;
        let later = || edits.iter().filter(|edit| edit.until > at);
        let amount = later().find_map(|edit| edit.amount).unwrap_or(deal.amount);
        let expected = later().find_map(|edit| edit.close_on).unwrap_or(deal.close_on);
        let outcome = self.ladder.outcome(stay.stage);
        let entered = DateTime::from_timestamp_micros(stay.entered).map(|at| self.zone.day(at));
        let day = if outcome == Outcome::Open { expected } else { entered };
        // Also in between, in a stage that is no more.
        (at < stay.left || stay.ended != Ended::Gone).then_some((Standing { outcome, day }, amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_counts_as_the_calendar_does() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let off = (1..=7).map(|number| NaiveDate::from_ymd_opt(2026, 10, number).unwrap());
        let days = WorkDays::new(&[6, 7], off, [day("2026-09-26"), day("2026-10-10")]);
        let worked = Worked::new(&days, day("2026-09-20"), day("2026-10-20"));
        for (from, to) in [("2026-09-20", "2026-10-20"), ("2026-09-25", "2026-10-11"), ("2026-10-08", "2026-09-25")] {
            assert_eq!(worked.between(day(from), day(to)), Some(days.between(day(from), day(to))), "{from} {to}");
        }
        assert_eq!(worked.between(day("2026-09-19"), day("2026-09-25")), None);
        assert!(Worked::new(&days, day("1800-01-01"), day("2026-10-20")).upto.is_empty());
    }
}
