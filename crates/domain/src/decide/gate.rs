//! Entering a stage: what its gate asks for, the reason of an exception, and noting what of it is met.

use super::{Decided, Decision};
use crate::{
    change::{Change, Target},
    deal::Deal,
    gate::{self, Found, Mark, Unmet, Way},
    id::{ConditionId, DealId, MemberId},
    pipeline::Stage,
    record::{Kind, Record},
    refusal::{Refusal, Rule},
    text,
    trail::Footing,
};

impl Decision<'_> {
    /// Whether the deal may enter the stage: the reason under which it does where something is missing, else nothing.
    pub(super) fn pass(&self, deal: &Deal, to: &Stage, way: Way, reason: Option<&str>) -> Result<String, Refusal> {
        let missing = gate::missing(self.view, deal, to, way);
        // The system founds and repairs; no gate stands in its way.
        if missing.is_empty() || self.actor.member.is_none() {
            return Ok(String::new());
        }
        match reason {
            Some(reason) if gate::may_override(self.view, self.actor.role, to, &missing) => {
                text::required("exception", reason, text::NAME)?;
                Ok(reason.to_owned())
            }
            _ => Err(Refusal::Gate { unmet: vec![Unmet { deal: deal.id, stage: to.id, missing }] }),
        }
    }

    /// What a new deal says of conditions is said by whoever creates it, now.
    pub(super) fn mark(&self, deal: &mut Deal) -> Result<(), Refusal> {
        let Some(by) = self.actor.member else { return Ok(()) };
        let conditions: Vec<ConditionId> = deal.met.keys().copied().collect();
        for condition in conditions {
            let mark = self.mark_of(&self.require_mark(condition)?, deal, by);
            deal.met.insert(condition, mark);
        }
        Ok(())
    }

    fn mark_of(&self, found: &Found, deal: &Deal, by: MemberId) -> Mark {
        let figure = match found {
            Found::Approval(approval) => approval.figure(self.view, deal),
            Found::Item(_) => None,
        };
        Mark { by, at: self.now, figure }
    }

    /// Whether the condition is there, and, for an approval, whether it is for the actor to give or to take back.
    fn require_mark(&self, condition: ConditionId) -> Result<Found<'_>, Refusal> {
        let refused = |rule| Err(Refusal::invalid(&format!("met.{condition}"), rule));
        match gate::find(self.view, condition) {
            None => refused(Rule::Unknown { kind: Kind::Stage }),
            Some((_, Found::Approval(approval))) if !approval.by.is(self.actor) => refused(Rule::NotApprover),
            Some((_, found)) => Ok(found),
        }
    }

    pub(super) fn meet(&self, id: DealId, condition: ConditionId, met: bool) -> Decided {
        let old = self.deal(id)?;
        if !self.actor.sight.sees(old) {
            return Err(Refusal::NotFound { kind: Kind::Deal });
        }
        // Who approves need not work on the deal.
        let found = self.require_mark(condition)?;
        if let Found::Item(_) = found {
            self.actor.require_edit(old)?;
        }
        let mut new = old.clone();
        match self.actor.member.filter(|_| met) {
            // Who was first stays, as long as that counts.
            Some(_) if gate::is_met(self.view, old, condition) => {}
            Some(by) => {
                new.met.insert(condition, self.mark_of(&found, old, by));
            }
            None => {
                new.met.remove(&condition);
            }
        }
        Ok(Change::between(Some(&Record::Deal(old.clone())), Some(&Record::Deal(new))).into_iter().collect())
    }

    /// Whether a deal that a change restores may stand in its stage: back where it stood before it does, as that is no
    /// entering; brought there again it passes the gate as it is by now.
    pub(super) fn pass_again(&self, old: &Deal, restored: &Deal) -> Result<(), Refusal> {
        // The stays of what an older version wrote may not be kept yet.
        let is_back = match self.view.evidence.trails.get(&old.id).filter(|trail| !trail.is_empty()) {
            Some(trail) => trail.contains(&Footing::of(restored)),
            None => restored.entered_at <= old.entered_at,
        };
        if old.stage == restored.stage || is_back {
            return Ok(());
        }
        let to = self.stage(restored.stage)?;
        let reason = Some(restored.exception.as_str()).filter(|reason| !reason.is_empty());
        self.pass(restored, to, Way::From(self.stage_of(old)), reason).map(|_| ())
    }

    /// The stage that a deal is in, where it is still there.
    pub(super) fn stage_of(&self, deal: &Deal) -> Option<&Stage> {
        self.view.stages.get(&deal.stage)
    }

    /// Whether a change only notes what was met: whoever noted that takes it back, be the deal theirs to edit or not.
    pub(super) fn is_only_marks(change: &Change) -> bool {
        let Target { kind, .. } = change.target;
        let marks = |is: fn(&str) -> bool| change.fields.keys().all(|field| is(field));
        match kind {
            Kind::Deal => marks(|field| field.starts_with("met.")),
            Kind::Task => marks(|field| field == "confirmed"),
            _ => false,
        }
    }
}

/// Gathers what gates ask of the parts of a batch, so that the answer names all of it at once.
#[derive(Default)]
pub(super) struct Gates(Vec<Unmet>);

impl Gates {
    /// Takes in a part's refusal; one that is no gate's is given back, unless a gate came first: then it may only follow
    /// from that.
    pub fn take(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        match refusal {
            Refusal::Gate { unmet } => self.0.extend(unmet),
            _ if !self.0.is_empty() => {}
            other => return Err(other),
        }
        Ok(())
    }

    pub fn refusal(self) -> Option<Refusal> {
        (!self.0.is_empty()).then_some(Refusal::Gate { unmet: self.0 })
    }
}
