//! Which deals a computation is about, from which start, and as of when.

use super::Period;
use crate::{
    pipeline::Outcome,
    stay::{DealIndex, Ended, Micros, StageIndex, Stages, Stay},
};
use serde::{Deserialize, Serialize};

/// What is known of a deal beside its stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DealFacts {
    pub created: Micros,
    /// The amount in the currency's minor unit; 0 where there is none.
    pub minor: i64,
    /// The currency's number in this computation, from 0.
    pub currency: u16,
    /// To which of the groups it belongs that are compared (owners, sources, bands of amount, …), from 0; none where the
    /// filter leaves it out.
    pub group: Option<u16>,
    /// Why it was lost, as a number of this computation.
    pub reason: Option<u16>,
}

/// Which deals belong together, and from which instant their time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cohort {
    /// Created in a period; time counts from the creation.
    Created(Period),
    /// First entered a stage in a period; time counts from that entry. The funnel's steps before it then only tell how
    /// the deals came there.
    Entered(StageIndex, Period),
}

/// How far a deal has come to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Open,
    Won,
    Lost,
    /// It left the pipeline: deleted, or moved to another one.
    Gone,
}

/// The deals of one computation.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    pub stages: &'a Stages,
    /// Ordered by deal, then by time, as [`crate::stay::stays`] makes them.
    pub stays: &'a [Stay],
    /// By the deal's number.
    pub deals: &'a [DealFacts],
    pub cohort: Cohort,
    /// Nothing after this instant is known.
    pub as_of: Micros,
    /// Only the deals of this group.
    pub group: Option<u16>,
}

/// One selected deal as it was known at the selection's `as_of`.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    pub deal: DealIndex,
    pub facts: &'a DealFacts,
    /// The group; [`DealFacts::group`] is set for every selected deal.
    pub group: u16,
    /// From when the cohort's time counts.
    pub start: Micros,
    /// At least one; the last may have been left later than `as_of`, see [`Course::standing`].
    pub stays: &'a [Stay],
    stages: &'a Stages,
    as_of: Micros,
}

impl<'a> Selection<'a> {
    /// The selected deals in their order.
    pub fn courses(self) -> impl Iterator<Item = Course<'a>> {
        self.stays.chunk_by(|one, next| one.deal == next.deal).filter_map(move |stays| self.course(stays))
    }

    fn course(self, stays: &'a [Stay]) -> Option<Course<'a>> {
        let known = match stays.last() {
            Some(last) if last.entered > self.as_of => stays.partition_point(|stay| stay.entered <= self.as_of),
            _ => stays.len(),
        };
        let stays = &stays[..known];
        let deal = stays.first()?.deal;
        let facts = self.deals.get(deal as usize)?;
        let group = facts.group.filter(|group| self.group.is_none_or(|only| only == *group))?;
        let start = match self.cohort {
            Cohort::Created(period) => Some(facts.created).filter(|at| period.holds(*at)),
            Cohort::Entered(stage, period) => {
                stays.iter().find(|stay| stay.stage == stage).map(|stay| stay.entered).filter(|at| period.holds(*at))
            }
        }?;
        Some(Course { deal, facts, group, start, stays, stages: self.stages, as_of: self.as_of })
    }
}

impl Course<'_> {
    /// How the stay ended, as far as known.
    pub fn ended(&self, stay: &Stay) -> Ended {
        if stay.left > self.as_of { Ended::Still } else { stay.ended }
    }

    fn last(&self) -> &Stay {
        &self.stays[self.stays.len() - 1]
    }

    /// The stay that lasts; none where the deal has left the pipeline.
    pub fn standing(&self) -> Option<&Stay> {
        Some(self.last()).filter(|last| last.left > self.as_of)
    }

    pub fn fate(&self) -> Fate {
        match self.standing().map(|stay| self.stages.outcome(stay.stage)) {
            Some(Outcome::Open) => Fate::Open,
            Some(Outcome::Won) => Fate::Won,
            Some(Outcome::Lost) => Fate::Lost,
            None => Fate::Gone,
        }
    }

    /// Which of its stays was the one in which it was won or lost for good: the first of those in stages of its fate,
    /// moving on from won to paid counts from winning. None for an open deal and for one that is gone.
    pub fn closing(&self) -> Option<usize> {
        let outcome = match self.fate() {
            Fate::Won => Outcome::Won,
            Fate::Lost => Outcome::Lost,
            Fate::Open | Fate::Gone => return None,
        };
        let before = self
            .stays
            .iter()
            .rposition(|stay| self.stages.outcome(stay.stage) != outcome || self.ended(stay) == Ended::Gone);
        Some(before.map_or(0, |before| before + 1))
    }

    /// When its time ended: at its winning, its loss or its leaving the pipeline, and for an open deal at `as_of`.
    pub fn until(&self) -> Micros {
        match self.closing() {
            Some(closing) => self.stays[closing].entered,
            None => self.last().left.min(self.as_of),
        }
    }
}
