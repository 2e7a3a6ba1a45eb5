//! Deals in their stages: where a new one begins, moving, and when it happened.

use super::{Decided, Decision};
use crate::{
    access::Right,
    change::{Change, Target},
    command::Place,
    deal::Deal,
    gate::Way,
    id::{CommandId, DealId, StageId},
    order::{self, OrderKey},
    record::{Kind, Record},
    refusal::{Clash, Refusal},
};
use chrono::{DateTime, Utc};

/// How a deal enters a stage.
pub(super) struct Entry<'a> {
    /// By which command.
    pub id: CommandId,
    /// When it happened, where that is not now.
    pub at: Option<DateTime<Utc>>,
    /// Why it enters although the gate asks for more.
    pub reason: Option<&'a str>,
}

impl Entry<'_> {
    pub fn of(id: CommandId) -> Self {
        Self { id, at: None, reason: None }
    }
}

impl Decision<'_> {
    pub(super) fn prepare_deal(&self, deal: &mut Deal, place: Place, dated: bool) -> Result<(), Refusal> {
        let stage = self.stage(deal.stage)?;
        self.date("created_at", &mut deal.created_at, dated)?;
        let (entered_at, closed_at) = (deal.entered_at, deal.closed_at);
        deal.enter(stage, self.now);
        if dated {
            deal.entered_at = entered_at.max(deal.created_at);
            self.date("entered_at", &mut deal.entered_at, true)?;
            if let Some(closed) = &mut deal.closed_at {
                *closed = closed_at.unwrap_or(deal.entered_at);
                self.date("closed_at", closed, true)?;
            }
        }
        self.mark(deal)?;
        let reason = Some(std::mem::take(&mut deal.exception)).filter(|reason| !reason.is_empty());
        let way = if dated { Way::Imported } else { Way::New };
        deal.exception = self.pass(deal, stage, way, reason.as_deref())?;
        if !(dated && deal.key.is_valid() && deal.key.as_str().len() <= order::MAX_LEN) {
            deal.key = self.key_at(deal.stage, place, self.now);
        }
        Ok(())
    }

    pub(super) fn move_deal(
        &self,
        id: DealId,
        stage: StageId,
        seen: StageId,
        place: Place,
        Entry { id: command, at, reason }: Entry<'_>,
    ) -> Decided {
        let target = Target::new(Kind::Deal, id);
        let old = self.deal(id)?;
        self.actor.require_edit(old)?;
        let to = self.stage(stage)?;
        if old.stage != seen && old.stage != stage {
            let clash = Clash {
                field: "stage".to_owned(),
                yours: stage.to_string().into(),
                theirs: old.stage.to_string().into(),
            };
            return Err(Refusal::Conflict { target, fields: vec![clash] });
        }
        let mut at_instant = self.now;
        if let Some(at) = at {
            self.actor.require(Right::Import)?;
            at_instant = at;
            self.date("entered_at", &mut at_instant, true)?;
        }
        let mut new = old.clone();
        if old.stage != stage {
            let from = self.stage_of(old);
            let way = if at.is_some() { Way::Then(from) } else { Way::From(from) };
            new.exception = self.pass(old, to, way, reason)?;
            new.enter(to, at_instant);
        }
        if old.stage != stage || !place.is_end() {
            new.key = self.key_at(stage, place, at_instant);
        }
        let starts = old.stage != stage && at.is_none();
        let started = if starts { self.started_by(&new, to, command) } else { Vec::new() };
        let moved = Change::between(Some(&Record::Deal(old.clone())), Some(&Record::Deal(new)));
        Ok(moved.into_iter().chain(started).collect())
    }

    /// Real records hold deals that were won before they were noted, so the dates' order is not judged.
    pub(super) fn date_deal(
        &self,
        id: DealId,
        created_at: Option<DateTime<Utc>>,
        closed_at: Option<DateTime<Utc>>,
    ) -> Decided {
        let old = self.deal(id)?;
        self.actor.require_edit(old)?;
        self.actor.require(Right::Import)?;
        let mut new = old.clone();
        if let Some(created) = created_at {
            new.created_at = created;
            self.date("created_at", &mut new.created_at, true)?;
        }
        if let (Some(closed), Some(was)) = (closed_at, old.closed_at) {
            let mut closed = closed;
            self.date("closed_at", &mut closed, true)?;
            new.closed_at = Some(closed);
            // It was closed by entering its stage, unless it was moved on among closed ones.
            if old.entered_at == was {
                new.entered_at = closed;
            }
        }
        Ok(Change::between(Some(&Record::Deal(old.clone())), Some(&Record::Deal(new))).into_iter().collect())
    }

    /// A key between the two neighbours as far as they still stand in that column; else at its end, as of an instant.
    fn key_at(&self, stage: StageId, place: Place, at: DateTime<Utc>) -> OrderKey {
        let key_of = |deal: Option<DealId>| {
            let deal = self.view.deals.get(&deal?)?;
            (deal.stage == stage).then_some(&deal.key)
        };
        let (above, below) = (key_of(place.above), key_of(place.below));
        let end = || order::at_end(at, 0, self.jitter);
        match (above, below) {
            (None, None) => end(),
            // The neighbours changed places meanwhile: directly under the card above.
            _ => order::between(above, below, self.jitter)
                .or_else(|| order::between(above, None, self.jitter))
                .filter(|key| key.as_str().len() <= order::LONGEST)
                .unwrap_or_else(end),
        }
    }
}
