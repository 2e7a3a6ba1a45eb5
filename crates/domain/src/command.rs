//! What a person asks.

use crate::{
    Version,
    change::{Delta, Deltas, Recorded, Target},
    id::{ActivityId, CommandId, ConditionId, CriterionId, DealId, FileId, MemberId, PlanId, StageId, TaskId},
    plan::whole,
    record::{Fields, Kind, Record},
    refusal::Refusal,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A command with the id that makes asking twice one effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub id: CommandId,
    pub command: Command,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "nearly every command carries a record or is on its way to one")]
pub enum Command {
    Create {
        record: Record,
        #[serde(default, skip_serializing_if = "Place::is_end")]
        place: Place,
        /// Keep the record's own dates (they lie in the past) instead of now: for imports.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        dated: bool,
    },
    /// Sets fields; each delta's `before` is what the person saw.
    Edit {
        target: Target,
        fields: Deltas,
    },
    Delete {
        target: Target,
    },
    MoveDeal {
        deal: DealId,
        stage: StageId,
        /// The stage in which the person saw the deal.
        seen: StageId,
        #[serde(default, skip_serializing_if = "Place::is_end")]
        place: Place,
        /// When it happened, where that is not now: for imports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<DateTime<Utc>>,
    },
    /// Puts a deal into a stage although it lacks what the gate asks for, as far as the member may.
    MoveAnyway {
        deal: DealId,
        stage: StageId,
        /// The stage in which the person saw the deal.
        seen: StageId,
        #[serde(default, skip_serializing_if = "Place::is_end")]
        place: Place,
        /// Why; it is recorded with the move.
        reason: String,
    },
    /// Ticks an item of a gate's checklist or gives an approval, or takes that back.
    Meet {
        deal: DealId,
        condition: ConditionId,
        met: bool,
    },
    /// Sets when a deal was created, and when it was won or lost: for imports.
    DateDeal {
        deal: DealId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created_at: Option<DateTime<Utc>>,
        /// Only of a deal that is closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closed_at: Option<DateTime<Utc>>,
    },
    CompleteActivity {
        activity: ActivityId,
    },
    /// Ticks a criterion of a task with what shows that it is met, or takes that back.
    Tick {
        task: TaskId,
        criterion: CriterionId,
        met: bool,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Says that a task is done, as somebody who has not done it.
    Confirm {
        task: TaskId,
        /// What shows it.
        note: String,
    },
    /// Puts a task under another, or between two others of those under it; neither: behind them.
    MoveTask {
        task: TaskId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<TaskId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        above: Option<TaskId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        below: Option<TaskId>,
    },
    /// Makes a plan from a template. The ids of its tasks follow from that of the command.
    StartPlan {
        template: PlanId,
        /// The new one's id.
        plan: PlanId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deal: Option<DealId>,
        start_on: NaiveDate,
        /// Who does what the template leaves to a role; what is not named stays open.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        roles: BTreeMap<String, MemberId>,
    },
    /// Makes a template from a plan.
    SaveTemplate {
        plan: PlanId,
        /// The template's id.
        template: PlanId,
        name: String,
    },
    /// Makes one of several accounts or contacts, see [`crate::merge`].
    Merge {
        keep: Target,
        drop: Vec<Target>,
        /// What the kept record shall say where its own value, or the first that the others have, is not what is wanted.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
    },
    /// Takes back what an earlier command did.
    Undo {
        of: CommandId,
    },
    /// Several as one: all are carried out, or none.
    Batch {
        parts: Vec<Command>,
    },
    /// Gives a column's cards new keys in their present order, when keys have grown too long.
    RedrawColumn {
        stage: StageId,
    },
}

/// Between which two cards of a column; neither: at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<DealId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<DealId>,
}

impl Place {
    pub fn is_end(&self) -> bool {
        self.above.is_none() && self.below.is_none()
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Applied(Recorded),
    /// Everything was already as asked.
    Unchanged {
        version: Version,
    },
    Refused {
        refusal: Refusal,
    },
}

/// What `decide` must see besides the workspace's settings, which every view holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Needs {
    pub records: BTreeSet<Target>,
    /// Earlier commands, with every record that they changed.
    pub recorded: BTreeSet<CommandId>,
    /// External ids that must be unique.
    pub external: BTreeSet<(Kind, String)>,
    /// Whether anything refers to these.
    pub used: BTreeSet<Target>,
    /// Whether these are time zones.
    pub zones: BTreeSet<String>,
    /// Contents of files.
    pub contents: BTreeSet<FileId>,
    /// Deals with all their activities and files, and their plans with all that is in them.
    pub activities_of: BTreeSet<DealId>,
    /// Plans, or the plans of tasks, with all their tasks.
    pub tasks_of: BTreeSet<Target>,
    /// Plans with all their baselines.
    pub baselines_of: BTreeSet<PlanId>,
    /// Deals, and the stages that they enter: what plan they get there, and whether they have it.
    pub entering: BTreeSet<(DealId, StageId)>,
    /// Members with all the views that they keep.
    pub views_of: BTreeSet<MemberId>,
    /// Stages with all their deals.
    pub columns: BTreeSet<StageId>,
    /// Accounts and contacts with every record that refers to them.
    pub referrers_of: BTreeSet<Target>,
    /// Deals with the stages in which they have stood, where any gate goes by that.
    pub trails: BTreeSet<DealId>,
}

impl Command {
    /// An edit of one field.
    pub fn set(target: Target, field: &str, delta: Delta) -> Self {
        Self::Edit { target, fields: Deltas::from([(field.to_owned(), delta)]) }
    }

    /// Pure: what must be loaded before this can be decided.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        self.add_needs(&mut needs);
        needs
    }

    pub fn add_needs(&self, needs: &mut Needs) {
        match self {
            Self::Create { record, place, .. } => {
                needs.records.insert(Target::new(record.kind(), record.uuid()));
                needs.place(*place);
                if record.kind() == Kind::File {
                    needs.contents.insert(record.uuid().into());
                }
                match record {
                    Record::Task(task) => {
                        needs.tasks_of.insert(Target::new(Kind::Plan, task.plan));
                    }
                    Record::Baseline(baseline) => {
                        needs.baselines_of.insert(baseline.plan);
                    }
                    Record::Deal(deal) => {
                        needs.entering.insert((deal.id, deal.stage));
                    }
                    _ => {}
                }
                for (field, value) in record.to_fields() {
                    needs.reference(record.kind(), &field, &value);
                }
            }
            Self::Edit { target, fields } => {
                needs.record(*target);
                if target.kind == Kind::Task && fields.keys().any(|field| whole::is_structure(field)) {
                    needs.tasks_of.insert(*target);
                }
                for (field, delta) in fields {
                    needs.reference(target.kind, field, &delta.after);
                }
            }
            Self::Delete { target } => {
                needs.record(*target);
                needs.used.insert(*target);
                match target.kind {
                    Kind::Deal => {
                        needs.activities_of.insert(target.id.into());
                    }
                    Kind::Plan => {
                        needs.tasks_of.insert(*target);
                        needs.baselines_of.insert(target.id.into());
                    }
                    Kind::Task => {
                        needs.tasks_of.insert(*target);
                    }
                    _ => {}
                }
            }
            Self::MoveDeal { deal, stage, place, .. } | Self::MoveAnyway { deal, stage, place, .. } => {
                needs.entering.insert((*deal, *stage));
                needs.record(Target::new(Kind::Deal, *deal));
                needs.trails.insert(*deal);
                needs.place(*place);
            }
            Self::DateDeal { deal, .. } | Self::Meet { deal, .. } => needs.record(Target::new(Kind::Deal, *deal)),
            Self::CompleteActivity { activity } => needs.record(Target::new(Kind::Activity, *activity)),
            Self::Tick { task, .. } | Self::Confirm { task, .. } => needs.record(Target::new(Kind::Task, *task)),
            Self::MoveTask { task, .. } => {
                let target = Target::new(Kind::Task, *task);
                needs.record(target);
                needs.tasks_of.insert(target);
            }
            Self::StartPlan { template, plan, deal, .. } => {
                needs.tasks_of.insert(Target::new(Kind::Plan, *template));
                needs.record(Target::new(Kind::Plan, *plan));
                needs.records.extend(deal.map(|deal| Target::new(Kind::Deal, deal)));
            }
            Self::SaveTemplate { plan, template, .. } => {
                needs.tasks_of.insert(Target::new(Kind::Plan, *plan));
                needs.record(Target::new(Kind::Plan, *template));
            }
            Self::Merge { keep, drop, fields } => {
                needs.record(*keep);
                for target in drop {
                    needs.record(*target);
                    needs.used.insert(*target);
                    needs.referrers_of.insert(*target);
                }
                for (field, value) in fields {
                    needs.reference(keep.kind, field, value);
                }
            }
            Self::Undo { of } => {
                needs.recorded.insert(*of);
            }
            Self::Batch { parts } => parts.iter().for_each(|part| part.add_needs(needs)),
            Self::RedrawColumn { stage } => {
                needs.columns.insert(*stage);
            }
        }
    }
}

impl Needs {
    fn record(&mut self, target: Target) {
        self.records.insert(target);
    }

    fn place(&mut self, place: Place) {
        for deal in [place.above, place.below].into_iter().flatten() {
            self.record(Target::new(Kind::Deal, deal));
        }
    }

    /// Adds what must be known of a field's new value.
    pub fn reference(&mut self, kind: Kind, field: &str, value: &serde_json::Value) {
        match (kind, field, value.as_str()) {
            // The database cannot even be asked for U+0000; the rules refuse it.
            (_, "external_id", Some(id)) if !id.contains('\0') => {
                self.external.insert((kind, id.to_owned()));
            }
            (Kind::SavedView, "owner", Some(owner)) => self.views_of.extend(owner.parse::<MemberId>()),
            (Kind::Workspace, "zone", Some(zone)) => {
                self.zones.insert(zone.to_owned());
            }
            _ => self.records.extend(references(field, value)),
        }
    }
}

/// The records that a field's value names.
pub fn references(field: &str, value: &serde_json::Value) -> Vec<Target> {
    if let Some(task) = field.strip_prefix("links.").filter(|_| !value.is_null()) {
        return task.parse::<Uuid>().map(|id| Target::new(Kind::Task, id)).into_iter().collect();
    }
    let kind = match field {
        "owner" | "collaborators" | "by" => Kind::Member,
        "teams" => Kind::Team,
        "pipeline" => Kind::Pipeline,
        "stage" => Kind::Stage,
        "account" => Kind::Account,
        "contacts" => Kind::Contact,
        "deal" => Kind::Deal,
        "plan" | "starts" => Kind::Plan,
        "parent" => Kind::Task,
        _ => return Vec::new(),
    };
    let ids = match value {
        serde_json::Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let ids = ids.iter().filter_map(|id| id.as_str()?.parse::<Uuid>().ok());
    ids.map(|id| Target::new(kind, id)).collect()
}
