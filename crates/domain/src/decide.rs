//! Authorises a command and checks the rules. Pure: the same in the server, in the browser and in tests.

use crate::{
    access::{Actor, Right},
    change::{Change, Delta, Deltas, Target, Verb},
    command::{Command, Place, Request, references},
    deal::{self, Deal},
    id::{CommandId, DealId, StageId},
    order::{self, OrderKey},
    pipeline::Outcome,
    record::{Kind, Record},
    refusal::{Clash, Refusal, Rule},
    view::View,
};
use chrono::{DateTime, Utc};

/// Decides and applies: the changes are in the view when this returns them, and after a refusal the view is as before.
/// A batch is decided part by part, each on the state that the parts before it left.
pub fn carry_out(
    view: &mut View,
    actor: &Actor,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, Refusal> {
    let parts = match &request.command {
        Command::Batch { parts } => parts.as_slice(),
        command => std::slice::from_ref(command),
    };
    let mut done: Vec<Change> = Vec::new();
    for part in parts {
        match decide(view, actor, part, request.id, now) {
            Ok(changes) => {
                for change in changes {
                    view.apply(&change);
                    done.push(change);
                }
            }
            Err(refusal) => {
                for change in done.iter().rev() {
                    view.unapply(change);
                }
                return Err(refusal);
            }
        }
    }
    Ok(done)
}

/// What a single command would change; nothing where everything is already as asked.
pub fn decide(
    view: &View,
    actor: &Actor,
    command: &Command,
    id: CommandId,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, Refusal> {
    let decision = Decision { view, actor, now, jitter: id.0.as_u64_pair().1 };
    match command {
        Command::Create { record, place, dated } => decision.create(record.clone(), *place, *dated),
        Command::Edit { target, fields } => decision.edit(*target, fields),
        Command::Delete { target } => decision.delete(*target),
        Command::MoveDeal { deal, stage, seen, place, at } => decision.move_deal(*deal, *stage, *seen, *place, *at),
        Command::CompleteActivity { activity } => decision.complete((*activity).into()),
        Command::Undo { of } => decision.undo(*of),
        Command::RedrawColumn { stage } => decision.redraw(*stage),
        // Batches do not nest: `carry_out` takes them apart.
        Command::Batch { .. } => Err(Refusal::invalid("parts", Rule::WrongType)),
    }
}

struct Decision<'a> {
    view: &'a View,
    actor: &'a Actor,
    now: DateTime<Utc>,
    jitter: u64,
}

type Decided = Result<Vec<Change>, Refusal>;

impl Decision<'_> {
    fn create(&self, mut record: Record, place: Place, dated: bool) -> Decided {
        if self.view.holds(record.kind(), record.uuid()) {
            return Err(Refusal::invalid("id", Rule::Taken));
        }
        if dated {
            self.actor.require(Right::Import)?;
        }
        match &mut record {
            Record::Deal(deal) => self.prepare_deal(deal, place, dated)?,
            Record::Account(account) => self.date(&mut account.created_at, dated)?,
            Record::Contact(contact) => self.date(&mut contact.created_at, dated)?,
            Record::Activity(activity) => {
                self.date(&mut activity.created_at, dated)?;
                if let Some(done_at) = &mut activity.done_at {
                    self.date(done_at, dated)?;
                }
            }
            // A workspace is founded once, by the system.
            Record::Workspace(_) if self.actor.member.is_some() => {
                return Err(Refusal::NotAllowed { right: Right::ManageWorkspace });
            }
            _ => {}
        }
        self.authorise(None, &record)?;
        self.check(None, &record)?;
        Ok(vec![Change::created(&record)])
    }

    fn prepare_deal(&self, deal: &mut Deal, place: Place, dated: bool) -> Result<(), Refusal> {
        let stage = self.stage(deal.stage)?;
        self.date(&mut deal.created_at, dated)?;
        let (entered_at, closed_at) = (deal.entered_at, deal.closed_at);
        deal.enter(stage, self.now);
        if dated {
            deal.entered_at = entered_at.max(deal.created_at);
            self.date(&mut deal.entered_at, true)?;
            if stage.outcome != Outcome::Open {
                deal.closed_at = Some(closed_at.unwrap_or(deal.entered_at));
            }
        }
        if !(dated && deal.key.is_valid()) {
            deal.key = self.key_at(deal.stage, place);
        }
        Ok(())
    }

    /// Stamps now, or keeps the given instant where it is allowed to be dated back.
    fn date(&self, instant: &mut DateTime<Utc>, dated: bool) -> Result<(), Refusal> {
        if !dated {
            *instant = self.now;
        } else if *instant > self.now {
            return Err(Refusal::invalid("created_at", Rule::InFuture));
        }
        Ok(())
    }

    fn edit(&self, target: Target, deltas: &Deltas) -> Decided {
        let old = self.get(target)?;
        let mut fields = old.to_fields();
        let mut clashes = Vec::new();
        for (name, delta) in deltas {
            if name == "id" || (target.kind == Kind::Deal && deal::NOT_EDITABLE.contains(&name.as_str())) {
                return Err(Refusal::invalid(name, Rule::NotEditable));
            }
            let now = fields.get(name).cloned().unwrap_or_default();
            let guarded = target.kind == Kind::Deal && deal::GUARDED.contains(&name.as_str());
            if guarded && now != delta.before && now != delta.after {
                clashes.push(Clash { field: name.clone(), yours: delta.after.clone(), theirs: now });
            }
            if delta.after.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), delta.after.clone());
            }
        }
        if !clashes.is_empty() {
            self.authorise(Some(&old), &old)?;
            return Err(Refusal::Conflict { target, fields: clashes });
        }
        let new = self.read(target.kind, fields, deltas)?;
        self.authorise(Some(&old), &new)?;
        self.check(Some(&old), &new)?;
        Ok(Change::between(Some(&old), Some(&new)).into_iter().collect())
    }

    /// Reads the edited fields as a record; where that fails, finds the field that is to blame.
    fn read(&self, kind: Kind, fields: crate::record::Fields, deltas: &Deltas) -> Result<Record, Refusal> {
        Record::from_fields(kind, fields.clone()).map_err(|_| {
            let to_blame = deltas.keys().find(|&name| {
                let mut without = fields.clone();
                let before = self.original(kind, &fields, name);
                match before {
                    Some(value) => without.insert(name.clone(), value),
                    None => without.remove(name),
                };
                Record::from_fields(kind, without).is_ok()
            });
            let field = to_blame.or_else(|| deltas.keys().next()).map_or("", String::as_str);
            let missing = deltas.get(field).is_some_and(|delta| delta.after.is_null());
            Refusal::invalid(field, if missing { Rule::Required } else { Rule::WrongType })
        })
    }

    fn original(&self, kind: Kind, fields: &crate::record::Fields, name: &str) -> Option<serde_json::Value> {
        let id = fields.get("id")?.as_str()?.parse().ok()?;
        self.view.get(kind, id)?.to_fields().get(name).cloned()
    }

    fn delete(&self, target: Target) -> Decided {
        let record = self.get(target)?;
        match target.kind {
            Kind::Workspace | Kind::Member => {
                return Err(Refusal::invalid("id", Rule::NotEditable));
            }
            Kind::Account | Kind::Contact | Kind::Deal => self.actor.require(Right::DeleteRecords)?,
            _ => {}
        }
        self.authorise(Some(&record), &record)?;
        // A deal takes its activities along.
        if target.kind != Kind::Deal && self.view.evidence.used.contains(&target) {
            return Err(Refusal::InUse { kind: target.kind });
        }
        let mut changes = Vec::new();
        if target.kind == Kind::Deal {
            let of_deal = |activity: &&crate::activity::Activity| activity.deal == Some(target.id.into());
            let activities = self.view.activities.values().filter(of_deal);
            changes.extend(activities.map(|activity| Change::deleted(&Record::Activity(activity.clone()))));
        }
        changes.push(Change::deleted(&record));
        Ok(changes)
    }

    fn move_deal(
        &self,
        id: DealId,
        stage: StageId,
        seen: StageId,
        place: Place,
        at: Option<DateTime<Utc>>,
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
            self.date(&mut at_instant, true)?;
        }
        let mut new = old.clone();
        if old.stage != stage {
            new.enter(to, at_instant);
        }
        if old.stage != stage || !place.is_end() {
            new.key = self.key_at(stage, place);
        }
        Ok(Change::between(Some(&Record::Deal(old.clone())), Some(&Record::Deal(new))).into_iter().collect())
    }

    /// A key between the two neighbours as far as they still stand in that column; else at its end.
    fn key_at(&self, stage: StageId, place: Place) -> OrderKey {
        let key_of = |deal: Option<DealId>| {
            let deal = self.view.deals.get(&deal?)?;
            (deal.stage == stage).then_some(&deal.key)
        };
        let (above, below) = (key_of(place.above), key_of(place.below));
        let end = || order::at_end(self.now, 0, self.jitter);
        match (above, below) {
            (None, None) => end(),
            // The neighbours changed places meanwhile: directly under the card above.
            _ => order::between(above, below, self.jitter)
                .or_else(|| order::between(above, None, self.jitter))
                .unwrap_or_else(end),
        }
    }

    fn complete(&self, id: uuid::Uuid) -> Decided {
        let old = self.get(Target::new(Kind::Activity, id))?;
        let Record::Activity(mut activity) = old.clone() else { unreachable!("an activity was asked for") };
        self.authorise(Some(&old), &old)?;
        if activity.done_at.is_some() {
            return Ok(Vec::new());
        }
        activity.done_at = Some(self.now);
        Ok(Change::between(Some(&old), Some(&Record::Activity(activity))).into_iter().collect())
    }

    /// The inverse of what was recorded, as long as nobody changed the same fields since.
    fn undo(&self, of: CommandId) -> Decided {
        let recorded = self.view.evidence.recorded.get(&of).ok_or(Refusal::NothingToUndo)?;
        if recorded.by != self.actor.member {
            self.actor.require(Right::EditAllDeals)?;
        }
        let mut changes = Vec::new();
        for change in recorded.changes.iter().rev().map(Change::inverse) {
            let Target { kind, id } = change.target;
            let current = self.view.get(kind, id);
            let record = match (&current, change.verb) {
                (None, Verb::Created) => {
                    let mut fields = crate::record::Fields::new();
                    change.patch(&mut fields);
                    Record::from_fields(kind, fields).map_err(|_| Refusal::NothingToUndo)?
                }
                (Some(record), Verb::Edited | Verb::Deleted) => record.clone(),
                _ => return Err(Refusal::NotFound { kind }),
            };
            self.authorise(current.as_ref(), &record)?;
            self.check_undone(&change, &changes)?;
            if let Some(current) = &current {
                let fields = current.to_fields();
                let changed_since = |(name, delta): &(&String, &Delta)| {
                    fields.get(*name).unwrap_or(&serde_json::Value::Null) != &delta.before
                };
                let clashes: Vec<Clash> = change
                    .fields
                    .iter()
                    .filter(changed_since)
                    .map(|(name, delta)| Clash {
                        field: name.clone(),
                        yours: delta.after.clone(),
                        theirs: fields.get(name).cloned().unwrap_or_default(),
                    })
                    .collect();
                if !clashes.is_empty() {
                    return Err(Refusal::Conflict { target: change.target, fields: clashes });
                }
                if change.verb == Verb::Deleted && self.view.evidence.used.contains(&change.target) {
                    return Err(Refusal::InUse { kind });
                }
            }
            changes.push(change);
        }
        Ok(changes)
    }

    /// What holds for the state before holds again: what it refers to is still there, and a workspace keeps an
    /// administrator.
    fn check_undone(&self, inverse: &Change, earlier: &[Change]) -> Result<(), Refusal> {
        let Target { kind, id } = inverse.target;
        let there = |target: &Target| {
            self.view.holds(target.kind, target.id)
                || earlier.iter().any(|change| change.target == *target && change.verb == Verb::Created)
        };
        for (field, delta) in &inverse.fields {
            if let Some(gone) = references(field, &delta.after).into_iter().find(|target| !there(target)) {
                return Err(Refusal::invalid(field, Rule::Unknown { kind: gone.kind }));
            }
        }
        if kind == Kind::Member
            && let Some(record) = self.view.get(kind, id)
        {
            let mut fields = record.to_fields();
            inverse.patch(&mut fields);
            if let Ok(Record::Member(member)) = Record::from_fields(kind, fields) {
                member.check(self.view)?;
            }
        }
        Ok(())
    }

    fn redraw(&self, stage: StageId) -> Decided {
        if self.actor.member.is_some() {
            return Err(Refusal::NotAllowed { right: Right::ManageWorkspace });
        }
        let mut column: Vec<&Deal> = self.view.deals.values().filter(|deal| deal.stage == stage).collect();
        column.sort_by(|a, b| (&a.key, a.id).cmp(&(&b.key, b.id)));
        let keys = order::spread(column.len());
        let redrawn = column.into_iter().zip(keys).filter_map(|(old, key)| {
            let new = Deal { key, ..old.clone() };
            Change::between(Some(&Record::Deal(old.clone())), Some(&Record::Deal(new)))
        });
        Ok(redrawn.collect())
    }

    /// Whether the actor may bring `old` (none: not there yet) into the state `new`.
    fn authorise(&self, old: Option<&Record>, new: &Record) -> Result<(), Refusal> {
        match new {
            Record::Workspace(_) => self.actor.require(Right::ManageWorkspace),
            Record::Member(_) | Record::Team(_) | Record::Invitation(_) => {
                self.actor.require(Right::ManageMembers)
            }
            Record::Pipeline(_) | Record::Stage(_) | Record::Field(_) => {
                self.actor.require(Right::ManagePipelines)
            }
            Record::Account(_) | Record::Contact(_) => self.actor.require(Right::Work),
            Record::Activity(activity) => {
                self.actor.require(Right::Work)?;
                match activity.deal.and_then(|deal| self.view.deals.get(&deal)) {
                    Some(deal) if !self.actor.sight.sees(deal) => Err(Refusal::NotFound { kind: Kind::Deal }),
                    _ => Ok(()),
                }
            }
            Record::Deal(new) => match old {
                Some(Record::Deal(old)) => {
                    self.actor.require_edit(old)?;
                    if old.owner == new.owner { Ok(()) } else { self.give_to(new) }
                }
                _ => {
                    self.actor.require(Right::Work)?;
                    self.give_to(new)
                }
            },
        }
    }

    /// Giving a deal to somebody else is more than working on one's own.
    fn give_to(&self, deal: &Deal) -> Result<(), Refusal> {
        if self.actor.member == Some(deal.owner) { Ok(()) } else { self.actor.require(Right::EditAllDeals) }
    }

    fn check(&self, old: Option<&Record>, new: &Record) -> Result<(), Refusal> {
        let view = self.view;
        macro_rules! old_as {
            ($kind:ident) => {
                old.and_then(|old| if let Record::$kind(old) = old { Some(old) } else { None })
            };
        }
        match new {
            Record::Workspace(workspace) => workspace.check(),
            Record::Member(member) => member.check(view),
            Record::Team(team) => team.check(),
            Record::Invitation(invitation) => invitation.check(view),
            Record::Pipeline(pipeline) => pipeline.check(),
            Record::Stage(stage) => stage.check(view),
            Record::Field(field) => field.check(),
            Record::Account(account) => account.check(old_as!(Account), view),
            Record::Contact(contact) => contact.check(old_as!(Contact), view),
            Record::Deal(deal) => deal.check(old_as!(Deal), view),
            Record::Activity(activity) => activity.check(old_as!(Activity), view),
        }?;
        self.check_external(new)
    }

    /// External ids are unique among the records of a kind: imports match by them.
    fn check_external(&self, record: &Record) -> Result<(), Refusal> {
        let external = match record {
            Record::Deal(deal) => &deal.external_id,
            Record::Account(account) => &account.external_id,
            Record::Contact(contact) => &contact.external_id,
            _ => return Ok(()),
        };
        let holder = external
            .as_ref()
            .and_then(|external| self.view.evidence.external.get(&(record.kind(), external.clone())))
            .filter(|&&holder| holder != record.uuid() && self.view.holds(record.kind(), holder));
        if holder.is_some() { Err(Refusal::invalid("external_id", Rule::Taken)) } else { Ok(()) }
    }

    fn get(&self, target: Target) -> Result<Record, Refusal> {
        let found = self.view.get(target.kind, target.id);
        let seen = found.filter(|record| self.actor.sight.sees_record(self.view, record));
        seen.ok_or(Refusal::NotFound { kind: target.kind })
    }

    fn deal(&self, id: DealId) -> Result<&Deal, Refusal> {
        self.view.deals.get(&id).ok_or(Refusal::NotFound { kind: Kind::Deal })
    }

    fn stage(&self, id: StageId) -> Result<&crate::pipeline::Stage, Refusal> {
        self.view.stages.get(&id).ok_or(Refusal::invalid("stage", Rule::Unknown { kind: Kind::Stage }))
    }
}

#[cfg(test)]
mod tests;
