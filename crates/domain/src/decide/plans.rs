//! Plans and their tasks: who may, what follows from what is reported, and what is no edit of fields.

use super::{Decided, Decision};
use crate::{
    access::Right,
    change::{Change, Deltas},
    deal::Deal,
    id::{CommandId, CriterionId, DealId, MemberId, PlanId, TaskId},
    order::{self, OrderKey},
    pipeline::Stage,
    plan::{Baseline, Confirmation, Evidence, Plan, Task, template::Copying},
    record::{Kind, Record},
    refusal::{Refusal, Rule},
    text,
};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

impl Decision<'_> {
    /// Whether the actor may change the plan: what its deal allows, else what belongs to everybody.
    pub(super) fn authorise_plan(&self, plan: &Plan) -> Result<(), Refusal> {
        if plan.template {
            return self.actor.require(Right::ManagePipelines);
        }
        let Some(deal) = plan.deal else { return self.actor.require(Right::Work) };
        match self.view.deals.get(&deal) {
            Some(deal) if self.actor.sight.sees(deal) => self.actor.require_edit(deal),
            // As if it were not there.
            _ => {
                self.actor.require(Right::Work)?;
                Err(Refusal::invalid("deal", Rule::Unknown { kind: Kind::Deal }))
            }
        }
    }

    /// What is a part of a plan follows it.
    pub(super) fn authorise_part(&self, plan: PlanId) -> Result<(), Refusal> {
        let seen = |plan: &&Plan| self.actor.sight.sees_plan(self.view, plan);
        if let Some(plan) = self.view.plans.get(&plan).filter(seen) {
            return self.authorise_plan(plan);
        }
        self.actor.require(Right::Work)?;
        Err(Refusal::invalid("plan", Rule::Unknown { kind: Kind::Plan }))
    }

    /// Whoever does a task that they see reports on it, be the deal theirs to edit or not. `old` is none where the task is
    /// created or deleted.
    pub(super) fn authorise_task(&self, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
        let reports = old.is_some_and(|old| self.is_owner(old) && old.is_report(new));
        if reports { self.actor.require(Right::Work) } else { self.authorise_part(new.plan) }
    }

    fn is_owner(&self, task: &Task) -> bool {
        self.actor.member.is_some() && task.owner == self.actor.member
    }

    pub(super) fn prepare_plan(&self, plan: &mut Plan, dated: bool) -> Result<(), Refusal> {
        self.date("created_at", &mut plan.created_at, dated)
    }

    /// A new task's place is the one that it names, else behind its siblings. What shows that it is done is not made up.
    pub(super) fn prepare_task(&self, task: &mut Task, dated: bool) -> Result<(), Refusal> {
        self.date("created_at", &mut task.created_at, dated)?;
        if !task.key.is_valid() {
            task.key = self.task_key(task, None, None);
        }
        if !dated && self.actor.member.is_some() {
            let evidence = task.criteria.values().any(|criterion| criterion.met.is_some());
            if evidence || task.confirmed.is_some() {
                return Err(Refusal::invalid(if evidence { "criteria" } else { "confirmed" }, Rule::NotEditable));
            }
            task.finished_by = None;
            let blank = Task { percent: 0, started_at: None, finished_at: None, ..task.clone() };
            self.settle(&blank, task, |_| false)?;
        }
        Ok(())
    }

    pub(super) fn prepare_baseline(&self, baseline: &mut Baseline, dated: bool) -> Result<(), Refusal> {
        self.date("created_at", &mut baseline.created_at, dated)?;
        baseline.by = self.actor.member.unwrap_or(baseline.by);
        Ok(())
    }

    /// What follows from an edit of a task.
    pub(super) fn edited_task(&self, old: &Task, new: &mut Task, deltas: &Deltas) -> Result<(), Refusal> {
        // Whoever does a task does not let themselves off the second person.
        if old.confirm && !new.confirm && self.is_owner(old) {
            self.actor.require(Right::EditAllDeals)?;
        }
        self.settle(old, new, |field| deltas.contains_key(field))
    }

    /// What is reported stays consistent: what is finished is done wholly and was begun, what is done in part is not finished.
    /// Other dates ask for another confirmation, and without one what needs it is not done.
    fn settle(&self, old: &Task, new: &mut Task, named: impl Fn(&str) -> bool) -> Result<(), Refusal> {
        if new.finished_at.is_some() && new.percent < 100 {
            if named("percent") && !named("finished_at") {
                new.finished_at = None;
            } else {
                new.percent = 100;
            }
        }
        if new.percent > 0 && new.started_at.is_none() && !named("started_at") {
            new.started_at = Some(new.finished_at.map_or(self.now, |finished| finished.min(self.now)));
        }
        if new.is_done() != old.is_done() {
            new.finished_by = if new.is_done() { self.actor.member } else { None };
        }
        if old.is_other_date(new) || old.is_done() && !new.is_done() {
            new.confirmed = None;
        }
        let becomes_done = new.is_done() && (!old.is_done() || old.finished_at != new.finished_at);
        if !new.confirm || !becomes_done || self.actor.member.is_none() {
            return Ok(());
        }
        // The day may be set right without asking again whether it is done.
        let (criteria, confirmation) = (new.unmet(), new.confirmed.is_none());
        if !criteria.is_empty() || confirmation {
            return Err(Refusal::Undone { task: new.id, criteria, confirmation });
        }
        // Whoever confirms sees what another has done.
        if new.confirmed.as_ref().map(|confirmed| confirmed.by) == self.actor.member {
            return Err(Refusal::invalid("finished_at", Rule::SecondPerson));
        }
        Ok(())
    }

    fn task(&self, id: TaskId) -> Result<&Task, Refusal> {
        let seen = |task: &&Task| self.actor.sight.sees_part(self.view, task.plan);
        self.view.tasks.get(&id).filter(seen).ok_or(Refusal::NotFound { kind: Kind::Task })
    }

    pub(super) fn tick(&self, id: TaskId, criterion: CriterionId, met: bool, note: &str) -> Decided {
        let old = self.task(id)?;
        let field = format!("criteria.{criterion}");
        let mut new = old.clone();
        let Some(one) = new.criteria.get_mut(&criterion) else {
            return Err(Refusal::invalid(&field, Rule::Unknown { kind: Kind::Task }));
        };
        text::optional("note", note, text::LONG)?;
        match (met, &one.met) {
            // Who was first stays.
            (true, Some(_)) | (false, None) => {}
            (true, None) => {
                let by = self.actor.member.ok_or(Refusal::NotFound { kind: Kind::Member })?;
                one.met = Some(Evidence { by, at: self.now, note: note.to_owned() });
            }
            (false, Some(_)) => {
                one.met = None;
                new.confirmed = None;
            }
        }
        // What another has ticked is taken back by those who may edit.
        if met {
            self.authorise_task(Some(old), &new)?;
        } else {
            self.authorise_part(old.plan)?;
        }
        Ok(changed(old, new))
    }

    /// Whoever sees a task and neither does it nor reported it done confirms it.
    pub(super) fn confirm(&self, id: TaskId, note: &str) -> Decided {
        let old = self.task(id)?;
        self.actor.require(Right::Work)?;
        text::required("note", note, text::LONG)?;
        let by = self.actor.member.ok_or(Refusal::NotFound { kind: Kind::Member })?;
        if !old.confirm {
            return Err(Refusal::invalid("confirm", Rule::NotEditable));
        }
        if [old.owner, old.finished_by].contains(&Some(by)) {
            return Err(Refusal::invalid("confirmed", Rule::SecondPerson));
        }
        let criteria = old.unmet();
        if !criteria.is_empty() {
            return Err(Refusal::Undone { task: id, criteria, confirmation: false });
        }
        if old.confirmed.is_some() {
            return Ok(Vec::new());
        }
        let confirmed = Some(Confirmation { by, at: self.now, note: note.to_owned() });
        Ok(changed(old, Task { confirmed, ..old.clone() }))
    }

    pub(super) fn move_task(
        &self,
        id: TaskId,
        parent: Option<TaskId>,
        above: Option<TaskId>,
        below: Option<TaskId>,
    ) -> Decided {
        let old = self.task(id)?;
        self.authorise_part(old.plan)?;
        let mut new = Task { parent, ..old.clone() };
        new.key = self.task_key(&new, above, below);
        Ok(changed(old, new))
    }

    /// A key between the two neighbours as far as they lie where the task does; else behind its siblings.
    fn task_key(&self, task: &Task, above: Option<TaskId>, below: Option<TaskId>) -> OrderKey {
        let is_sibling = |other: &&Task| (other.plan, other.parent) == (task.plan, task.parent) && other.id != task.id;
        let key = |id: Option<TaskId>| self.view.tasks.get(&id?).filter(is_sibling).map(|other| &other.key);
        let between = |low: Option<&OrderKey>, high: Option<&OrderKey>| {
            order::between(low, high, self.jitter).filter(|key| key.as_str().len() <= order::LONGEST)
        };
        let last = || self.view.tasks.values().filter(is_sibling).map(|other| &other.key).max();
        let placed = match (key(above), key(below)) {
            (None, None) => None,
            // The neighbours changed places meanwhile: directly behind the one above.
            (low, high) => between(low, high).or_else(|| between(low, None)),
        };
        placed
            .or_else(|| last().and_then(|last| between(Some(last), None)))
            .unwrap_or_else(|| order::at_end(self.now, 0, self.jitter))
    }

    /// What goes with a plan.
    pub(super) fn of_plan(&self, plan: PlanId) -> Vec<Change> {
        let baselines = self.view.baselines.values().filter(|baseline| baseline.plan == plan);
        let mut changes: Vec<Change> =
            baselines.map(|baseline| Change::deleted(&Record::Baseline(baseline.clone()))).collect();
        let tasks = self.view.tasks.values().filter(|task| task.plan == plan);
        changes.extend(tasks.map(|task| Change::deleted(&Record::Task(task.clone()))));
        changes
    }

    /// What goes with a deal: its plans and all that is in them.
    pub(super) fn plans_of(&self, deal: DealId) -> Vec<Change> {
        let plans = self.view.plans.values().filter(|plan| plan.deal == Some(deal));
        let whole = |plan: &Plan| {
            let mut changes = self.of_plan(plan.id);
            changes.push(Change::deleted(&Record::Plan(plan.clone())));
            changes
        };
        plans.flat_map(whole).collect()
    }

    /// What goes with a task: what lies in it, and the links to any of them.
    pub(super) fn of_task(&self, id: TaskId) -> Vec<Change> {
        let Some(task) = self.view.tasks.get(&id) else { return Vec::new() };
        let tasks: Vec<&Task> = self.view.tasks.values().filter(|other| other.plan == task.plan).collect();
        let mut children: BTreeMap<TaskId, Vec<&Task>> = BTreeMap::new();
        for task in &tasks {
            if let Some(parent) = task.parent {
                children.entry(parent).or_default().push(task);
            }
        }
        // Each behind what it lies in.
        let (mut within, mut gone) = (vec![task], BTreeSet::from([id]));
        let mut at = 0;
        while let Some(task) = within.get(at) {
            at += 1;
            within.extend(children.remove(&task.id).into_iter().flatten().filter(|child| gone.insert(child.id)));
        }
        let let_go = tasks.iter().filter(|task| !gone.contains(&task.id)).filter_map(|task| {
            let mut new = (*task).clone();
            new.links.retain(|from, _| !gone.contains(from));
            Change::between(Some(&Record::Task((*task).clone())), Some(&Record::Task(new)))
        });
        let mut changes: Vec<Change> = let_go.collect();
        changes.extend(within.into_iter().skip(1).rev().map(|task| Change::deleted(&Record::Task(task.clone()))));
        changes
    }

    /// Makes a plan for a deal from a template.
    pub(super) fn start_plan(
        &self,
        template: PlanId,
        plan: PlanId,
        deal: Option<DealId>,
        start_on: NaiveDate,
        roles: &BTreeMap<String, MemberId>,
        id: CommandId,
    ) -> Decided {
        let of = self.template(template)?;
        if !roles.values().all(|member| self.view.members.contains_key(member)) {
            return Err(Refusal::invalid("roles", Rule::Unknown { kind: Kind::Member }));
        }
        let copy = self.copy(of, plan, Uuid::new_v5(&id.0, plan.0.as_bytes()), start_on)?;
        let new = Plan {
            id: plan,
            deal,
            start_on,
            due_on: of.due_on.map(|day| copy.day(day)),
            template: false,
            from: Some(template),
            created_at: self.now,
            ..of.clone()
        };
        self.authorise_plan(&new)?;
        self.made(&copy, &new, |task| roles.get(&task.role).copied().or(task.owner))
    }

    /// Makes a template from a plan.
    pub(super) fn save_template(&self, plan: PlanId, template: PlanId, name: &str, id: CommandId) -> Decided {
        let of = self.view.plans.get(&plan).filter(|plan| self.actor.sight.sees_plan(self.view, plan));
        let of = of.ok_or(Refusal::NotFound { kind: Kind::Plan })?;
        let copy = self.copy(of, template, Uuid::new_v5(&id.0, template.0.as_bytes()), of.start_on)?;
        let new = Plan {
            id: template,
            name: name.to_owned(),
            deal: None,
            template: true,
            from: None,
            created_at: self.now,
            ..of.clone()
        };
        self.authorise_plan(&new)?;
        self.made(&copy, &new, |task| task.owner)
    }

    /// The plan that a deal gets by entering a stage, unless it has one of that template.
    pub(super) fn started_by(&self, deal: &Deal, stage: &Stage, id: CommandId) -> Vec<Change> {
        let Some(template) = stage.starts.filter(|template| !self.has_plan_from(deal.id, *template)) else {
            return Vec::new();
        };
        let Ok(of) = self.template(template) else { return Vec::new() };
        let plan = PlanId(Uuid::new_v5(&id.0, deal.id.0.as_bytes()));
        // Where it is still yesterday or already tomorrow is not asked: it begins on the day after.
        let start_on = self.now.date_naive() + Days::new(1);
        let Ok(copy) = self.copy(of, plan, plan.0, start_on) else { return Vec::new() };
        let new = Plan {
            id: plan,
            deal: Some(deal.id),
            start_on,
            due_on: of.due_on.map(|day| copy.day(day)),
            template: false,
            from: Some(template),
            created_at: self.now,
            ..of.clone()
        };
        self.made(&copy, &new, |task| task.owner).unwrap_or_default()
    }

    fn has_plan_from(&self, deal: DealId, template: PlanId) -> bool {
        self.view.plans.values().any(|plan| plan.deal == Some(deal) && plan.from == Some(template))
    }

    fn template(&self, id: PlanId) -> Result<&Plan, Refusal> {
        let template = self.view.plans.get(&id).filter(|plan| plan.template);
        template.ok_or(Refusal::invalid("template", Rule::Unknown { kind: Kind::Plan }))
    }

    fn copy<'a>(&self, of: &'a Plan, plan: PlanId, seed: Uuid, start_on: NaiveDate) -> Result<Copying<'a>, Refusal> {
        crate::deal::check_date("start_on", start_on)?;
        if self.view.plans.contains_key(&plan) {
            return Err(Refusal::invalid("id", Rule::Taken));
        }
        let days = self.view.workspace().map(crate::workspace::Workspace::work_days).unwrap_or_default();
        Ok(Copying { of, plan, seed, start_on, days, now: self.now })
    }

    fn made(&self, copy: &Copying<'_>, plan: &Plan, owner: impl Fn(&Task) -> Option<MemberId>) -> Decided {
        let is_member = |member: &MemberId| self.view.members.get(member).is_some_and(|member| member.active);
        plan.check(None, self.view)?;
        let mut changes = vec![Change::created(&Record::Plan(plan.clone()))];
        for task in self.view.tasks.values().filter(|task| task.plan == copy.of.id) {
            let task = copy.task(task, |task| owner(task).filter(is_member));
            // A date far away moves out of the years that are kept.
            if let Some(date) = task.constraint.date() {
                crate::deal::check_date("start_on", date.date())?;
            }
            if let Some(day) = task.deadline {
                crate::deal::check_date("start_on", day)?;
            }
            changes.push(Change::created(&Record::Task(task)));
        }
        Ok(changes)
    }
}

fn changed(old: &Task, new: Task) -> Vec<Change> {
    Change::between(Some(&Record::Task(old.clone())), Some(&Record::Task(new))).into_iter().collect()
}
