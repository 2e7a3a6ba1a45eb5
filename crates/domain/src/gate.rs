//! Gates: what a deal needs before it may enter a stage, and who may let it in without.
//!
//! A gate asks for fields, for a checklist, for approvals, and for the order of stages. What of its checklist and its
//! approvals a deal has met stands in the deal ([`Met`]); the rest is seen from the deal itself.

use crate::{
    access::{Actor, Role},
    deal::Deal,
    field::{FieldType, FieldValue},
    id::{ConditionId, DealId, MemberId, StageId},
    money::Money,
    pipeline::{Outcome, Stage},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Gate {
    /// Fields that must be filled: a deal's own by name, custom ones as `custom.<field id>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Item>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// No open stage before this one may be left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_order: bool,
    /// A deal that has gone beyond this stage does not come back into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_return: bool,
    /// A deal in this stage does not go back to an earlier one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_way_back: bool,
    /// Who may let a deal in although not everything is met, with a reason: this role and those above it; else nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_by: Option<Role>,
}

/// What somebody ticks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: ConditionId,
    pub text: String,
}

/// What somebody in particular must agree to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub id: ConditionId,
    pub by: Approver,
    /// Only beyond this; else always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// Anybody of this role or one above it.
    Role(Role),
    Member(MemberId),
}

/// A figure of the deal that is greater than a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Over {
    /// `amount`, or a custom field that holds a number or an amount of money.
    pub field: String,
    /// For money in major units of the workspace's currency.
    pub limit: f64,
}

/// By whom and when a condition was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub by: MemberId,
    pub at: DateTime<Utc>,
}

/// Which items and approvals a deal has met. In recorded changes each is a field of its own, `met.<condition id>`.
pub type Met = BTreeMap<ConditionId, Mark>;

/// Something that a gate asks and a deal lacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The field is empty.
    Field { field: String },
    /// The item is not ticked.
    Item { id: ConditionId, text: String },
    /// Nobody who may has approved.
    Approval { id: ConditionId, by: Approver },
    /// These stages come first.
    Order { stages: Vec<StageId> },
    /// The deal has been beyond the stage.
    NoReturn,
    /// From this stage, in which the deal is, no way leads back.
    NoWayBack { from: StageId },
}

/// A deal before a stage that it may not enter yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unmet {
    pub deal: DealId,
    pub stage: StageId,
    /// At least one.
    pub missing: Vec<Condition>,
}

/// How a deal comes before a gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way<'a> {
    /// From a stage, where that is still known.
    From(Option<&'a Stage>),
    /// The same, in the past: what an import tells.
    Then(Option<&'a Stage>),
    New,
    /// It was there before it came here: which stages it has passed is not known.
    Imported,
}

/// The deal's own fields that a gate can ask for.
pub const FIELDS: [&str; 9] =
    ["amount", "close_on", "account", "contacts", "source", "tags", "collaborators", "notes", "loss_reason"];

const LOSS_REASON: &str = "loss_reason";

impl Gate {
    pub fn is_open(&self) -> bool {
        *self == Self { override_by: self.override_by, ..Self::default() }
    }

    /// Whether the gate asks for a field, or goes by it.
    pub fn refers_to(&self, field: &str) -> bool {
        let goes_by = |approval: &Approval| approval.over.as_ref().is_some_and(|over| over.field == field);
        self.fields.iter().any(|other| other == field) || self.approvals.iter().any(goes_by)
    }

    pub fn condition_ids(&self) -> impl Iterator<Item = ConditionId> + '_ {
        self.checklist.iter().map(|item| item.id).chain(self.approvals.iter().map(|approval| approval.id))
    }

    /// Only what is new has to exist: a field that was deleted since is not asked for.
    pub(crate) fn check(&self, of: StageId, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        let invalid = |field, rule| Err(Refusal::invalid(field, rule));
        for (name, count) in [
            ("gate.fields", self.fields.len()),
            ("gate.checklist", self.checklist.len()),
            ("gate.approvals", self.approvals.len()),
        ] {
            if count > text::LIST {
                return invalid(name, Rule::TooMany { max: text::LIST });
            }
        }
        let is_new = |field: &String| old.is_none_or(|old| !old.fields.contains(field));
        if self.fields.iter().filter(|field| is_new(field)).any(|field| !is_field(view, field)) {
            return invalid("gate.fields", Rule::Unknown { kind: Kind::Field });
        }
        if self.fields.iter().collect::<BTreeSet<_>>().len() < self.fields.len() {
            return invalid("gate.fields", Rule::Taken);
        }
        for item in &self.checklist {
            text::required("gate.checklist", &item.text, text::NAME)?;
        }
        for approval in &self.approvals {
            if old.is_some_and(|old| old.approvals.contains(approval)) {
                continue;
            }
            if let Approver::Member(member) = approval.by
                && !view.members.get(&member).is_some_and(|member| member.active)
            {
                return invalid("gate.approvals", Rule::Unknown { kind: Kind::Member });
            }
            if approval.over.as_ref().is_some_and(|over| !over.limit.is_finite() || !is_figure(view, &over.field)) {
                return invalid("gate.approvals", Rule::WrongType);
            }
        }
        let ids: Vec<ConditionId> = self.condition_ids().collect();
        let others = view.stages.values().filter(|other| other.id != of);
        let taken: BTreeSet<ConditionId> = others.flat_map(|other| other.gate.condition_ids()).collect();
        let own: BTreeSet<ConditionId> = ids.iter().copied().collect();
        if own.len() < ids.len() || !own.is_disjoint(&taken) {
            return invalid("gate.checklist", Rule::Taken);
        }
        Ok(())
    }
}

/// The custom field that a name means, among those of deals.
fn custom<'a>(view: &'a View, field: &str) -> Option<&'a crate::field::Field> {
    let id = field.strip_prefix("custom.")?.parse().ok()?;
    view.fields.get(&id).filter(|field| field.on == Kind::Deal)
}

fn is_field(view: &View, field: &str) -> bool {
    FIELDS.contains(&field) || custom(view, field).is_some()
}

/// Whether the field holds what can be greater than a limit.
pub fn is_figure(view: &View, field: &str) -> bool {
    let of_figures = |field: &crate::field::Field| matches!(field.field_type, FieldType::Number | FieldType::Money);
    field == "amount" || custom(view, field).is_some_and(of_figures)
}

impl Over {
    /// Whether the deal's figure is greater. What is in another currency than the limit cannot be compared, and counts
    /// as greater; what is not set does not.
    fn holds(&self, view: &View, deal: &Deal) -> bool {
        let money = |money: Money| {
            let same = view.workspace().is_none_or(|workspace| workspace.currency == money.currency);
            #[expect(clippy::cast_precision_loss, reason = "amounts stay below 2^53")]
            let (minor, scale) = (money.minor as f64, money.currency.scale() as f64);
            !same || minor > self.limit * scale
        };
        if self.field == "amount" {
            return deal.amount.is_some_and(money);
        }
        match custom(view, &self.field).and_then(|field| deal.custom.get(&field.id)) {
            Some(FieldValue::Number(number)) => *number > self.limit,
            Some(FieldValue::Money(amount)) => money(*amount),
            _ => false,
        }
    }
}

impl Approver {
    /// Whether it is for the actor to approve.
    pub fn is(self, actor: &Actor) -> bool {
        match self {
            Self::Role(role) => actor.role <= role,
            Self::Member(member) => actor.member == Some(member),
        }
    }
}

impl Approval {
    /// Whether the deal needs it at all.
    pub fn is_needed(&self, view: &View, deal: &Deal) -> bool {
        self.over.as_ref().is_none_or(|over| over.holds(view, deal))
    }
}

/// Whether a field of the deal says something. A field that is no longer there is not asked for.
fn is_filled(view: &View, deal: &Deal, field: &str) -> bool {
    match field {
        "amount" => deal.amount.is_some(),
        "close_on" => deal.close_on.is_some(),
        "account" => deal.account.is_some(),
        "contacts" => !deal.contacts.is_empty(),
        "source" => !deal.source.trim().is_empty(),
        "tags" => !deal.tags.is_empty(),
        "collaborators" => !deal.collaborators.is_empty(),
        "notes" => !deal.notes.trim().is_empty(),
        "loss_reason" => !deal.loss_reason.trim().is_empty(),
        _ => custom(view, field).is_none_or(|field| match deal.custom.get(&field.id) {
            Some(FieldValue::Text(text) | FieldValue::Choice(text)) => !text.trim().is_empty(),
            value => value.is_some(),
        }),
    }
}

/// Whether it is asked why the deal is lost although the gate does not ask: the pipeline has reasons to choose from. Of the
/// past it may not be known any more.
fn asks_reason(view: &View, deal: &Deal, to: &Stage, way: Way) -> bool {
    let has_reasons = || view.pipelines.get(&to.pipeline).is_some_and(|pipeline| !pipeline.loss_reasons.is_empty());
    to.outcome == Outcome::Lost
        && matches!(way, Way::From(_) | Way::New)
        && !to.gate.fields.iter().any(|field| field == LOSS_REASON)
        && deal.loss_reason.trim().is_empty()
        && has_reasons()
}

/// What the deal lacks for entering a stage; nothing where it may. The deal is seen as it is before it enters.
pub fn missing(view: &View, deal: &Deal, to: &Stage, way: Way) -> Vec<Condition> {
    let gate = &to.gate;
    let mut missing = Vec::new();
    for field in gate.fields.iter().filter(|field| !is_filled(view, deal, field)) {
        missing.push(Condition::Field { field: field.clone() });
    }
    if asks_reason(view, deal, to, way) {
        missing.push(Condition::Field { field: LOSS_REASON.to_owned() });
    }
    for item in gate.checklist.iter().filter(|item| !deal.met.contains_key(&item.id)) {
        missing.push(Condition::Item { id: item.id, text: item.text.clone() });
    }
    let is_unmet = |approval: &&Approval| !deal.met.contains_key(&approval.id) && approval.is_needed(view, deal);
    for approval in gate.approvals.iter().filter(is_unmet) {
        missing.push(Condition::Approval { id: approval.id, by: approval.by });
    }
    let stages = view.stages_of(to.pipeline);
    let place = |stage: &Stage| stages.iter().position(|other| other.id == stage.id);
    let Some(there) = place(to) else { return missing };
    // A stage of another pipeline is before all of this one's.
    let from = match way {
        Way::From(from) | Way::Then(from) => from.filter(|from| from.pipeline == to.pipeline),
        Way::New | Way::Imported => None,
    };
    let here = from.and_then(place);
    if gate.in_order && way != Way::Imported {
        let passed = here.map_or(0, |here| here + 1);
        let left_out = stages.get(passed..there).unwrap_or_default().iter();
        let left_out: Vec<StageId> =
            left_out.filter(|stage| stage.outcome == Outcome::Open).map(|stage| stage.id).collect();
        if !left_out.is_empty() {
            missing.push(Condition::Order { stages: left_out });
        }
    }
    // What was lost is opened again, wherever: that is no going back. Neither is losing.
    let back = from.filter(|from| {
        from.outcome != Outcome::Lost && to.outcome != Outcome::Lost && here.is_some_and(|here| there < here)
    });
    if let Some(from) = back {
        if gate.no_return {
            missing.push(Condition::NoReturn);
        }
        if from.gate.no_way_back {
            missing.push(Condition::NoWayBack { from: from.id });
        }
    }
    missing
}

/// Whether the actor's role may let a deal into the stage although this is missing.
pub fn may_override(view: &View, role: Role, to: &Stage, missing: &[Condition]) -> bool {
    let may = |gate: &Gate| gate.override_by.is_some_and(|lowest| role <= lowest);
    missing.iter().all(|condition| match condition {
        Condition::NoWayBack { from } => view.stages.get(from).is_none_or(|from| may(&from.gate)),
        _ => may(&to.gate),
    })
}

/// What an id means.
pub enum Found<'a> {
    Item(&'a Item),
    Approval(&'a Approval),
}

/// The condition of whatever stage, with that stage.
pub fn find(view: &View, id: ConditionId) -> Option<(&Stage, Found<'_>)> {
    view.stages.values().find_map(|stage| {
        let item = stage.gate.checklist.iter().find(|item| item.id == id).map(Found::Item);
        let found = item.or_else(|| stage.gate.approvals.iter().find(|it| it.id == id).map(Found::Approval));
        found.map(|found| (stage, found))
    })
}
