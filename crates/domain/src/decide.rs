//! Authorises a command and checks the rules. Pure: the same in the server, in the browser and in tests.

use crate::{
    access::{Actor, Right},
    change::{Change, Deltas, Target, Verb},
    command::{Command, Place, Request, references},
    deal::{self, Deal},
    id::{CommandId, DealId, StageId},
    order, plan,
    record::{Kind, Record},
    refusal::{Clash, Refusal, Rule},
    view::View,
};
use chrono::{DateTime, SubsecRound, Utc};
use gate::Gates;
use moves::Entry;
use serde_json::Value;

/// How many fields one edit may set: far more than any record has.
const MOST_FIELDS: usize = 500;
/// How many changes make a batch too large to go on with: an undo is short to ask for, however much it takes back.
const MOST_CHANGES: usize = 20_000;

/// Decides and applies: the changes are in the view when this returns them, and after a refusal the view is as before.
/// A batch is decided part by part, each on the state that the parts before it left; an undo change by change. What gates
/// ask for is told of all parts together.
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
    let mut gates = Gates::default();
    let mut refusal = None;
    for part in parts {
        let carried = carry_out_part(view, actor, part, request.id, now, &mut done);
        refusal = carried.err().and_then(|refusal| gates.take(refusal).err());
        if refusal.is_some() {
            break;
        }
    }
    let refusal = refusal.or_else(|| gates.refusal()).or_else(|| plan::whole::check(view, &done).err());
    let Some(refusal) = refusal else { return Ok(done) };
    for change in done.iter().rev() {
        view.unapply(change);
    }
    Err(refusal)
}

fn carry_out_part(
    view: &mut View,
    actor: &Actor,
    part: &Command,
    id: CommandId,
    now: DateTime<Utc>,
    done: &mut Vec<Change>,
) -> Result<(), Refusal> {
    if done.len() > MOST_CHANGES {
        return Err(Refusal::invalid("parts", Rule::TooMany { max: MOST_CHANGES }));
    }
    let mut apply = |view: &mut View, change: Change| {
        view.apply(&change);
        done.push(change);
    };
    match part {
        Command::Undo { of } => {
            // What referred to a record goes before the record itself.
            for change in to_take_back(view, actor, *of)? {
                Decision::on(view, actor, now).take_back(&change)?;
                apply(view, change);
            }
        }
        Command::Merge { keep, drop, fields } => {
            let merged = Decision::on(view, actor, now).merged(*keep, drop, fields)?;
            for change in Decision::on(view, actor, now).moved(*keep, drop)? {
                apply(view, change);
            }
            for target in drop {
                let change = Decision::on(view, actor, now).let_go(*target)?;
                apply(view, change);
            }
            // Last: what the others gave up, such as an external id, is free by now.
            if let Some(change) = Decision::on(view, actor, now).kept(*keep, merged)? {
                apply(view, change);
            }
        }
        part => {
            for change in decide(view, actor, part, id, now)? {
                apply(view, change);
            }
        }
    }
    Ok(())
}

/// What undoes a command, the last of its changes first.
fn to_take_back(view: &View, actor: &Actor, of: CommandId) -> Result<Vec<Change>, Refusal> {
    let recorded = view.evidence.recorded.get(&of).ok_or(Refusal::NothingToUndo)?;
    if recorded.by != actor.member {
        actor.require(Right::EditAllDeals)?;
    }
    Ok(recorded.changes.iter().rev().map(Change::inverse).collect())
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
        Command::Create { record, place, dated } => decision.create(record.clone(), *place, *dated, id),
        Command::Edit { target, fields } => decision.edit(*target, fields),
        Command::Delete { target } => decision.delete(*target),
        Command::MoveDeal { deal, stage, seen, place, at } => {
            decision.move_deal(*deal, *stage, *seen, *place, Entry { at: *at, ..Entry::of(id) })
        }
        Command::MoveAnyway { deal, stage, seen, place, reason } => {
            decision.move_deal(*deal, *stage, *seen, *place, Entry { reason: Some(reason), ..Entry::of(id) })
        }
        Command::Meet { deal, condition, met } => decision.meet(*deal, *condition, *met),
        Command::DateDeal { deal, created_at, closed_at } => decision.date_deal(*deal, *created_at, *closed_at),
        Command::CompleteActivity { activity } => decision.complete((*activity).into()),
        Command::Tick { task, criterion, met, note } => decision.tick(*task, *criterion, *met, note),
        Command::Confirm { task, note } => decision.confirm(*task, note),
        Command::MoveTask { task, parent, above, below } => decision.move_task(*task, *parent, *above, *below),
        Command::StartPlan { template, plan, deal, start_on, roles } => {
            decision.start_plan(*template, *plan, *deal, *start_on, roles, id)
        }
        Command::SaveTemplate { plan, template, name } => decision.save_template(*plan, *template, name, id),
        Command::RedrawColumn { stage } => decision.redraw(*stage),
        // Several decisions, each on what the one before left: `carry_out` takes them apart. Batches do not nest.
        Command::Batch { .. } | Command::Undo { .. } | Command::Merge { .. } => {
            Err(Refusal::invalid("parts", Rule::WrongType))
        }
    }
}

struct Decision<'a> {
    view: &'a View,
    actor: &'a Actor,
    now: DateTime<Utc>,
    jitter: u64,
}

impl<'a> Decision<'a> {
    /// Where nothing is placed among others.
    fn on(view: &'a View, actor: &'a Actor, now: DateTime<Utc>) -> Self {
        Self { view, actor, now, jitter: 0 }
    }
}

type Decided = Result<Vec<Change>, Refusal>;

impl Decision<'_> {
    fn create(&self, mut record: Record, place: Place, dated: bool, id: CommandId) -> Decided {
        // First, so that nobody learns by it which records there are.
        self.authorise(None, &record)?;
        if self.view.holds(record.kind(), record.uuid()) {
            return Err(Refusal::invalid("id", Rule::Taken));
        }
        if dated {
            self.actor.require(Right::Import)?;
        }
        match &mut record {
            Record::Deal(deal) => self.prepare_deal(deal, place, dated)?,
            Record::Account(account) => self.date("created_at", &mut account.created_at, dated)?,
            Record::Contact(contact) => self.date("created_at", &mut contact.created_at, dated)?,
            Record::Activity(activity) => {
                self.date("created_at", &mut activity.created_at, dated)?;
                if let Some(done_at) = &mut activity.done_at {
                    self.date("done_at", done_at, dated)?;
                }
            }
            // Nobody saves a view in another's name.
            Record::SavedView(saved) if self.actor.member.is_some_and(|me| me != saved.owner) => {
                return Err(Refusal::invalid("owner", Rule::NotEditable));
            }
            Record::File(file) => {
                self.date("created_at", &mut file.created_at, dated)?;
                file.by = self.actor.member.unwrap_or(file.by);
            }
            Record::Plan(plan) => self.prepare_plan(plan, dated)?,
            Record::Task(task) => self.prepare_task(task, dated)?,
            Record::Baseline(baseline) => self.prepare_baseline(baseline, dated)?,
            // A workspace is founded once, by the system.
            Record::Workspace(_) if self.actor.member.is_some() => {
                return Err(Refusal::NotAllowed { right: Right::ManageWorkspace });
            }
            _ => {}
        }
        self.check(None, &record)?;
        let mut changes = vec![Change::created(&record)];
        if let Record::Deal(deal) = &record
            && !dated
        {
            changes.extend(self.started_by(deal, self.stage(deal.stage)?, id));
        }
        Ok(changes)
    }

    /// Stamps now, or keeps the given instant where it is allowed to be dated back.
    fn date(&self, field: &str, instant: &mut DateTime<Utc>, dated: bool) -> Result<(), Refusal> {
        if !dated {
            *instant = self.now;
            return Ok(());
        }
        if *instant > self.now {
            return Err(Refusal::invalid(field, Rule::InFuture));
        }
        // As exactly as PostgreSQL keeps it: what is stored reads back equal.
        *instant = instant.trunc_subsecs(6);
        deal::check_date(field, instant.date_naive())
    }

    fn edit(&self, target: Target, deltas: &Deltas) -> Decided {
        let old = self.get(target)?;
        self.authorise(Some(&old), &old)?;
        if deltas.len() > MOST_FIELDS {
            return Err(Refusal::invalid("fields", Rule::TooMany { max: MOST_FIELDS }));
        }
        let mut fields = old.to_fields();
        let mut clashes = Vec::new();
        for (name, delta) in deltas {
            if !is_editable(target.kind, name) {
                return Err(Refusal::invalid(name, Rule::NotEditable));
            }
            let now = fields.get(name).cloned().unwrap_or_default();
            let guarded = target.kind == Kind::Deal && deal::GUARDED.contains(&name.as_str());
            let has_moved = now != delta.before && now != delta.after;
            let merged = if has_moved && has_common_lists(target.kind) { lists::merged(delta, &now) } else { None };
            if has_moved && (guarded || merged == Some(Merged::Clash)) {
                clashes.push(Clash { field: name.clone(), yours: delta.after.clone(), theirs: now });
            }
            match merged {
                Some(Merged::List(list)) => set(&mut fields, name, &list),
                _ => set(&mut fields, name, &delta.after),
            }
        }
        if !clashes.is_empty() {
            return Err(Refusal::Conflict { target, fields: clashes });
        }
        let mut new = read(&old, fields, deltas)?;
        if let (Record::Task(old), Record::Task(new)) = (&old, &mut new) {
            self.edited_task(old, new, deltas)?;
        }
        self.authorise(Some(&old), &new)?;
        self.check(Some(&old), &new)?;
        Ok(Change::between(Some(&old), Some(&new)).map(apart).unwrap_or_default())
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
        // What was done is append-only to those who do it.
        if matches!(&record, Record::Activity(activity) if !activity.is_planned()) {
            self.actor.require(Right::DeleteRecords)?;
        }
        // Whoever only reports on a task does not delete it.
        self.authorise(Some(&record).filter(|_| target.kind != Kind::Task), &record)?;
        let is_used = match target.kind {
            // What is theirs goes along.
            Kind::Deal | Kind::Task => false,
            Kind::Plan => self.view.stages.values().any(|stage| stage.starts == Some(target.id.into())),
            _ => self.view.is_used(target),
        };
        if is_used {
            return Err(Refusal::InUse { kind: target.kind });
        }
        self.keep_a_pipeline(target)?;
        let mut changes = Vec::new();
        if target.kind == Kind::Deal {
            let of_deal = |activity: &&crate::activity::Activity| activity.deal == Some(target.id.into());
            let activities = self.view.activities.values().filter(of_deal);
            changes.extend(activities.map(|activity| Change::deleted(&Record::Activity(activity.clone()))));
        }
        match target.kind {
            Kind::Deal => changes.extend(self.plans_of(target.id.into())),
            Kind::Plan => changes.extend(self.of_plan(target.id.into())),
            Kind::Task => changes.extend(self.of_task(target.id.into())),
            _ => {}
        }
        if target.kind == Kind::Deal {
            let files = self.view.files.values().filter(|file| file.deal == target.id.into());
            changes.extend(files.map(|file| Change::deleted(&Record::File(file.clone()))));
        }
        changes.push(Change::deleted(&record));
        Ok(changes)
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

    /// Whether a change that undoes another may be carried out: as long as nobody changed the same fields since.
    fn take_back(&self, change: &Change) -> Result<(), Refusal> {
        let Target { kind, id } = change.target;
        let old = match change.verb {
            Verb::Created if self.view.holds(kind, id) => return Err(Refusal::NotFound { kind }),
            Verb::Created => None,
            Verb::Edited | Verb::Deleted => Some(self.get(change.target)?),
        };
        let before = old.as_ref().map(Record::to_fields).unwrap_or_default();
        let mut after = before.clone();
        change.patch(&mut after);
        let new = match (&old, change.verb) {
            (Some(old), Verb::Deleted) => old.clone(),
            _ => Record::from_fields(kind, after).map_err(|_| Refusal::NothingToUndo)?,
        };
        // What may not be seen is not restored either.
        if !self.actor.sees_record(self.view, &new) {
            return Err(Refusal::NotFound { kind });
        }
        if !Self::is_only_marks(change) {
            let goes = change.verb == Verb::Deleted && kind == Kind::Task;
            self.authorise(old.as_ref().filter(|_| !goes), &new)?;
        }
        let now = |name: &str| before.get(name).cloned().unwrap_or_default();
        let clash = |name: &String, yours: Value| Clash { field: name.clone(), yours, theirs: now(name) };
        let changed = change.fields.iter().filter(|(name, delta)| now(name) != delta.before);
        let mut clashes: Vec<Clash> = changed.map(|(name, delta)| clash(name, delta.after.clone())).collect();
        if change.verb == Verb::Deleted {
            // What somebody added since would go with the record.
            let added = before.keys().filter(|name| !change.fields.contains_key(*name));
            clashes.extend(added.map(|name| clash(name, Value::Null)));
        }
        if !clashes.is_empty() {
            return Err(Refusal::Conflict { target: change.target, fields: clashes });
        }
        if let (Some(Record::Deal(old)), Record::Deal(new)) = (&old, &new) {
            self.pass_again(old, new)?;
        }
        if change.verb != Verb::Deleted {
            return self.check_restored(change, &new);
        }
        self.keep_a_pipeline(change.target)?;
        // Of tasks it is judged when all of them are taken back.
        if kind != Kind::Task && self.view.is_used(change.target) { Err(Refusal::InUse { kind }) } else { Ok(()) }
    }

    /// A workspace has a board to begin with.
    fn keep_a_pipeline(&self, gone: Target) -> Result<(), Refusal> {
        if gone.kind == Kind::Pipeline && self.view.pipelines.len() == 1 {
            return Err(Refusal::invalid("pipeline", Rule::LastPipeline));
        }
        Ok(())
    }

    /// What held for a state before holds again: what it refers to is still there, what is its own is nobody else's,
    /// and a workspace keeps an administrator.
    fn check_restored(&self, change: &Change, restored: &Record) -> Result<(), Refusal> {
        // What a task refers to among its plan's is judged when all of them are back.
        let apart = |field: &&String| restored.kind() == Kind::Task && plan::whole::is_structure(field);
        for (field, delta) in change.fields.iter().filter(|(field, _)| !apart(field)) {
            let mut referred = references(field, &delta.after).into_iter();
            if let Some(gone) = referred.find(|target| !self.view.holds(target.kind, target.id)) {
                return Err(Refusal::invalid(field, Rule::Unknown { kind: gone.kind }));
            }
        }
        match restored {
            Record::Member(member) => member.check(self.view)?,
            Record::Invitation(invitation) => invitation.check(self.view)?,
            Record::SavedView(saved) => saved.check_count(self.view)?,
            Record::File(file) if change.verb == Verb::Created => file.check_content(self.view)?,
            _ => {}
        }
        self.check_external(restored)
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

    /// Whether nothing changes but on which days the actor works: everybody says that of themselves.
    fn is_own_days(&self, old: Option<&Record>, new: &crate::member::Member) -> bool {
        let Some(Record::Member(old)) = old else { return false };
        let (days_off, days_on) = (new.days_off.clone(), new.days_on.clone());
        self.actor.member == Some(new.id) && *new == crate::member::Member { days_off, days_on, ..old.clone() }
    }

    /// Whether the actor may bring `old` (none: not there yet) into the state `new`.
    fn authorise(&self, old: Option<&Record>, new: &Record) -> Result<(), Refusal> {
        match new {
            Record::Workspace(_) => self.actor.require(Right::ManageWorkspace),
            Record::Member(member) if self.actor.role.holds(Right::Work) && self.is_own_days(old, member) => Ok(()),
            Record::Member(_) | Record::Team(_) | Record::Invitation(_) => self.actor.require(Right::ManageMembers),
            Record::Pipeline(_) | Record::Stage(_) | Record::Field(_) => self.actor.require(Right::ManagePipelines),
            Record::Account(_) | Record::Contact(_) => self.actor.require(Right::Work),
            Record::Activity(activity) => {
                self.actor.require(Right::Work)?;
                match activity.deal.and_then(|deal| self.view.deals.get(&deal)) {
                    // As if it were not there.
                    Some(deal) if !self.actor.sight.sees(deal) => {
                        Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }))
                    }
                    _ => Ok(()),
                }
            }
            Record::SavedView(new) => {
                let old = old.and_then(|old| if let Record::SavedView(old) = old { Some(old) } else { None });
                let becomes_shared = new.shared && !old.is_some_and(|old| old.shared);
                if self.actor.member.is_none_or(|me| me == new.owner) {
                    return if becomes_shared { self.actor.require(Right::Work) } else { Ok(()) };
                }
                self.actor.require(Right::ManageViews)?;
                // What others share stays shared: nobody else would find it again.
                if new.shared { Ok(()) } else { Err(Refusal::invalid("shared", Rule::NotEditable)) }
            }
            Record::Plan(plan) => self.authorise_plan(plan),
            Record::Task(new) => {
                let old = old.and_then(|old| if let Record::Task(old) = old { Some(old) } else { None });
                self.authorise_task(old, new)
            }
            Record::Baseline(baseline) => self.authorise_part(baseline.plan),
            // A file is a part of its deal.
            Record::File(file) => match self.view.deals.get(&file.deal) {
                Some(deal) if self.actor.sight.sees(deal) => self.actor.require_edit(deal),
                // As if it were not there.
                _ => {
                    self.actor.require(Right::Work)?;
                    Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }))
                }
            },
            Record::Deal(new) => {
                // Giving a deal away, or taking one that one only works on, is more than working on one's own.
                let stays_own = if let Some(Record::Deal(old)) = old {
                    self.actor.require_edit(old)?;
                    old.owner == new.owner
                } else {
                    self.actor.require(Right::Work)?;
                    self.actor.member == Some(new.owner)
                };
                if stays_own { Ok(()) } else { self.actor.require(Right::EditAllDeals) }
            }
        }
    }

    fn check(&self, old: Option<&Record>, new: &Record) -> Result<(), Refusal> {
        let view = self.view;
        macro_rules! old_as {
            ($kind:ident) => {
                old.and_then(|old| if let Record::$kind(old) = old { Some(old) } else { None })
            };
        }
        match new {
            Record::Workspace(workspace) => workspace.check(view),
            Record::Member(member) => member.check(view),
            Record::Team(team) => team.check(),
            Record::Invitation(invitation) => invitation.check(view),
            Record::Pipeline(pipeline) => pipeline.check(),
            Record::Stage(stage) => stage.check(old_as!(Stage), view),
            Record::Field(field) => field.check(),
            Record::Account(account) => account.check(old_as!(Account), view),
            Record::Contact(contact) => contact.check(old_as!(Contact), view),
            Record::Deal(deal) => deal.check(old_as!(Deal), view),
            Record::Activity(activity) => activity.check(old_as!(Activity), view),
            Record::SavedView(saved) => saved.check(view),
            Record::File(file) => file.check(old_as!(File), view),
            Record::Plan(plan) => plan.check(old_as!(Plan), view),
            Record::Task(task) => task.check(old_as!(Task), view),
            Record::Baseline(baseline) => baseline.check(old_as!(Baseline), view),
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
        if external.as_ref().is_some_and(String::is_empty) {
            return Err(Refusal::invalid("external_id", Rule::Required));
        }
        let holder =
            external.as_ref().and_then(|external| self.view.evidence.external.get(&(record.kind(), external.clone())));
        if holder.is_some_and(|holder| *holder != record.uuid()) {
            return Err(Refusal::invalid("external_id", Rule::Taken));
        }
        Ok(())
    }

    fn get(&self, target: Target) -> Result<Record, Refusal> {
        let found = self.view.get(target.kind, target.id);
        let seen = found.filter(|record| self.actor.sees_record(self.view, record));
        seen.ok_or(Refusal::NotFound { kind: target.kind })
    }

    fn deal(&self, id: DealId) -> Result<&Deal, Refusal> {
        self.view.deals.get(&id).ok_or(Refusal::NotFound { kind: Kind::Deal })
    }

    fn stage(&self, id: StageId) -> Result<&crate::pipeline::Stage, Refusal> {
        self.view.stages.get(&id).ok_or(Refusal::invalid("stage", Rule::Unknown { kind: Kind::Stage }))
    }
}

/// Whether the lists of such a record are what several people set up together.
fn has_common_lists(kind: Kind) -> bool {
    matches!(kind, Kind::Member | Kind::Pipeline | Kind::Stage | Kind::Field)
}

/// Whether editing sets the field. A deal is moved, an activity completed, a stage stays in its pipeline, and a link is
/// what it was when it was given out.
pub(crate) fn is_editable(kind: Kind, field: &str) -> bool {
    field != "id"
        && match kind {
            Kind::Deal => !deal::NOT_EDITABLE.contains(&field) && !field.starts_with("met.") && field != "met",
            Kind::Account | Kind::Contact => field != "created_at",
            Kind::Activity => !matches!(field, "created_at" | "done_at"),
            Kind::Stage => field != "pipeline",
            Kind::File | Kind::Baseline => field == "name",
            Kind::Invitation => false,
            Kind::SavedView => field != "owner",
            Kind::Plan => !matches!(field, "created_at" | "deal" | "template" | "from"),
            Kind::Task => !matches!(field, "created_at" | "plan" | "confirmed" | "finished_by"),
            Kind::Workspace | Kind::Member | Kind::Team | Kind::Pipeline | Kind::Field => true,
        }
}

/// Who may see a deal or a view is a change of its own: whoever is to see it no longer is told that, and not what else the
/// same edit set.
fn apart(change: Change) -> Vec<Change> {
    let Change { target, verb, fields } = change;
    let sharing: &[&str] = match target.kind {
        Kind::Deal => &deal::SHARING,
        Kind::SavedView => &["shared"],
        _ => &[],
    };
    let (sharing, rest): (Deltas, Deltas) = fields.into_iter().partition(|(name, _)| sharing.contains(&name.as_str()));
    let parts = [rest, sharing].into_iter().filter(|fields| !fields.is_empty());
    parts.map(|fields| Change { target, verb, fields }).collect()
}

mod fields;
mod gate;
mod lists;
mod merge;
mod moves;
mod plans;

pub(crate) use fields::is_blank;
use fields::{read, set};
use lists::Merged;

#[cfg(test)]
pub(crate) mod tests;
