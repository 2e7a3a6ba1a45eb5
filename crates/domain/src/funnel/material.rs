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
    stay::{DealIndex, Entry, Micros, StageIndex, Stages, Stay, arranged, stays},
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
    /// Why it was lost: the number in [`Material::reasons`].
    pub reason: u32,
    pub close_on: Option<NaiveDate>,
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
    /// None: a stage of another pipeline.
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

#[derive(Debug, Clone)]
pub struct Material {
    pub pipeline: PipelineId,
    /// All stages of the pipeline in their order.
    pub stages: Vec<StageId>,
    pub ladder: Stages,
    /// Each open stage's time limit in working days, none where it rests.
    pub limits: Vec<Option<u16>>,
    pub sources: Vec<String>,
    /// Reasons of loss; one of them may be empty.
    pub reasons: Vec<String>,
    /// The approvals that the stages' gates ask for, each with its stage.
    pub approvals: Vec<(ConditionId, StageIndex)>,
    /// The approvals that deals got, in any order.
    pub approved: Vec<Approved>,
    pub deals: Vec<Known>,
    pub stays: Vec<Stay>,
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
            ladder: Stages::new(stages.iter().map(|stage| stage.outcome)),
            limits: open.map(|stage| stage.limit()).collect(),
            approvals: approvals.collect(),
            stages: stages.iter().map(|stage| stage.id).collect(),
            sources: Vec::new(),
            reasons: Vec::new(),
            approved: Vec::new(),
            deals: Vec::new(),
            stays: Vec::new(),
            worth: Vec::new(),
            zone,
            worked: Worked::default(),
            as_of,
        }
    }

    /// Takes in the stays from their rows, in any order.
    pub fn take_stays(&mut self, rows: &[Row]) {
        let rows = arranged(rows, self.deals.len(), |row| row.deal, |row| row.ordinal);
        let entries = rows.into_iter().map(|row| Entry { at: row.at, deal: row.deal, into: row.stage });
        self.stays = stays(entries, &self.ladder, 0);
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

    /// The currencies that deals have, by their numbers in [`DealFacts`].
    pub(super) fn currencies(&self) -> Vec<Currency> {
        let mut all: Vec<_> = self.deals.iter().filter_map(|deal| deal.amount).map(|amount| amount.currency).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The facts of every deal; those that a query leaves out are in no group.
    pub(super) fn facts(&self, only: &Only, view: &View) -> Vec<DealFacts> {
        let numbers: HashMap<_, _> = self.currencies().into_iter().zip(0_u16..).collect();
        let facts = |deal: &Known| {
            let (minor, currency) = deal.amount.map_or((0, 0), |amount| (amount.minor, numbers[&amount.currency]));
            let group = self.admits(deal, only, view).then_some(0);
            let has_reason = self.reasons.get(deal.reason as usize).is_some_and(|reason| !reason.is_empty());
            let reason = u16::try_from(deal.reason).ok().filter(|_| has_reason);
            DealFacts { created: deal.created, minor, currency, group, reason }
        };
        self.deals.iter().map(facts).collect()
    }

    pub(super) fn admits(&self, deal: &Known, only: &Only, view: &View) -> bool {
        let source = self.sources.get(deal.source as usize).map_or("", String::as_str);
        only.admits(deal.owner, source, deal.amount, view)
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
            let deal = self.deals.get(number as usize).filter(|deal| self.admits(deal, only, view))?;
            let edits = edits.get(&number).map_or(&[][..], Vec::as_slice);
            Some((number, instants.map(|at| self.state(deal, stays, edits, at))))
        };
        self.stays.chunk_by(|one, next| one.deal == next.deal).filter_map(of_deal).collect()
    }

    fn state(&self, deal: &Known, stays: &[Stay], edits: &[&Worth], at: Micros) -> Option<State> {
        // Many stays may begin at one instant; the last of them is where the deal stood.
        let stay = stays[..stays.partition_point(|stay| stay.entered <= at)].last()?;
        let later = || edits.iter().filter(|edit| edit.until > at);
        let amount = later().find_map(|edit| edit.amount).unwrap_or(deal.amount);
        let expected = later().find_map(|edit| edit.close_on).unwrap_or(deal.close_on);
        let outcome = self.ladder.outcome(stay.stage);
        let entered = DateTime::from_timestamp_micros(stay.entered).map(|at| self.zone.day(at));
        (at < stay.left).then(|| State {
            outcome,
            minor: amount.map_or(0, |amount| amount.minor),
            currency: amount.map_or(Currency::CNY, |amount| amount.currency),
            day: if outcome == Outcome::Open { expected } else { entered },
        })
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
