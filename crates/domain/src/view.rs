//! A view: the records that somebody holds, be it the browser's working set or what the server loaded for a command.

use crate::{
    Version,
    account::Account,
    activity::Activity,
    change::{Change, Recorded, Target, Verb},
    contact::Contact,
    deal::Deal,
    field::Field,
    file::{Content, File},
    id::{
        AccountId, ActivityId, BaselineId, CommandId, ContactId, DealId, FieldId, FileId, InvitationId, MemberId,
        PipelineId, PlanId, SavedViewId, StageId, TaskId, TeamId, WorkspaceId,
    },
    member::{Invitation, Member, Team},
    pipeline::{Pipeline, Stage},
    plan::{Baseline, Plan, Task},
    record::{Fields, Kind, Record},
    saved_view::SavedView,
    table::Table,
    trail::{self, Footing},
    workspace::Workspace,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records of every kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The one workspace that the view is of.
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub workspaces: Table<WorkspaceId, Workspace>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub members: Table<MemberId, Member>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub teams: Table<TeamId, Team>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub invitations: Table<InvitationId, Invitation>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub pipelines: Table<PipelineId, Pipeline>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub stages: Table<StageId, Stage>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub fields: Table<FieldId, Field>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub accounts: Table<AccountId, Account>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub contacts: Table<ContactId, Contact>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub deals: Table<DealId, Deal>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub activities: Table<ActivityId, Activity>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub saved_views: Table<SavedViewId, SavedView>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub files: Table<FileId, File>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub plans: Table<PlanId, Plan>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub tasks: Table<TaskId, Task>,
    #[serde(skip_serializing_if = "Table::is_empty")]
    pub baselines: Table<BaselineId, Baseline>,
    #[serde(skip)]
    pub evidence: Evidence,
}

/// What `decide` must know beyond the records themselves; loaded for the command at hand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// What earlier commands did, for undoing them.
    pub recorded: BTreeMap<CommandId, Recorded>,
    /// Which record carries an external id.
    pub external: BTreeMap<(Kind, String), Uuid>,
    /// Records to which others refer that the view does not hold; those that it holds are looked at themselves.
    pub used: BTreeSet<Target>,
    /// Records to which more refer than one command moves; those that refer to them were not loaded.
    pub crowded: BTreeSet<Target>,
    /// Names that are no time zone.
    pub unknown_zones: BTreeSet<String>,
    /// The deals of plans that are gone.
    pub gone_plans: BTreeMap<PlanId, Option<DealId>>,
    /// Contents of files that were sent.
    pub contents: BTreeMap<FileId, Content>,
    /// Where deals have stood, one after another (see [`trail`](crate::trail)); of a new deal nothing.
    pub trails: BTreeMap<DealId, Vec<Footing>>,
}

impl View {
    pub fn workspace(&self) -> Option<&Workspace> {
        self.workspaces.values().next()
    }

    /// The pipelines in their order.
    pub fn pipelines(&self) -> Vec<&Pipeline> {
        let mut pipelines: Vec<_> = self.pipelines.values().collect();
        pipelines.sort_by_key(|pipeline| (pipeline.position, pipeline.id));
        pipelines
    }

    /// A pipeline's stages in their order.
    pub fn stages_of(&self, pipeline: PipelineId) -> Vec<&Stage> {
        let mut stages: Vec<_> = self.stages.values().filter(|stage| stage.pipeline == pipeline).collect();
        stages.sort_by_key(|stage| (stage.position, stage.id));
        stages
    }

    /// The custom fields of a kind of record in their order.
    pub fn fields_of(&self, kind: Kind) -> Vec<&Field> {
        let mut fields: Vec<_> = self.fields.values().filter(|field| field.on == kind).collect();
        fields.sort_by_key(|field| (field.position, field.id));
        fields
    }

    /// Carries out a change. An edit of a record that the view does not hold is passed over: `false`.
    pub fn apply(&mut self, change: &Change) -> bool {
        let Target { kind, id } = change.target;
        let fields = match change.verb {
            Verb::Deleted => {
                self.note_external(change);
                // Its content stays, so that it can come back.
                if let Some(file) = self.files.get(&id.into()).filter(|_| kind == Kind::File) {
                    let content = Content { bytes: file.bytes, sha256: file.sha256.clone() };
                    self.evidence.contents.insert(file.id, content);
                }
                // What was in it concerns the same people.
                if let Some(plan) = self.plans.get(&id.into()).filter(|_| kind == Kind::Plan) {
                    self.evidence.gone_plans.insert(plan.id, plan.deal);
                }
                self.remove(kind, id);
                return true;
            }
            Verb::Created => Some(Fields::new()),
            Verb::Edited => self.get(kind, id).map(|record| record.to_fields()),
        };
        let Some(mut fields) = fields else { return false };
        change.patch(&mut fields);
        let Ok(record) = Record::from_fields(kind, fields) else { return false };
        self.note_external(change);
        if let Record::Deal(deal) = &record
            && trail::concerns(change)
            && let Some(trail) = self.evidence.trails.get_mut(&deal.id)
        {
            trail::follow(trail, Footing::of(deal));
        }
        self.put(record);
        true
    }

    /// Takes a change back; the record is as it was before.
    pub fn unapply(&mut self, change: &Change) -> bool {
        self.apply(&change.inverse())
    }

    /// Keeps who carries an external id true while several commands are carried out on one view.
    fn note_external(&mut self, change: &Change) {
        let Some(delta) = change.fields.get("external_id") else { return };
        let Target { kind, id } = change.target;
        let carried = |value: &Value| value.as_str().map(|external| (kind, external.to_owned()));
        let external = &mut self.evidence.external;
        if let Some(given_up) = carried(&delta.before).filter(|before| external.get(before) == Some(&id)) {
            external.remove(&given_up);
        }
        external.extend(carried(&delta.after).map(|taken| (taken, id)));
    }

    /// Whether anything refers to the record: here, or, as far as that was looked up, beyond this view.
    pub fn is_used(&self, target: Target) -> bool {
        let Target { kind, id } = target;
        let deals = |refers: &dyn Fn(&Deal) -> bool| self.deals.values().any(refers);
        let activities = |refers: &dyn Fn(&Activity) -> bool| self.activities.values().any(refers);
        let is_used_here = || match kind {
            Kind::Member => {
                deals(&|deal| deal.owner == id.into() || deal.collaborators.contains(&id.into()))
                    || activities(&|activity| activity.owner == id.into())
                    || self.tasks.values().any(|task| task.owner == Some(id.into()))
                    || self.baselines.values().any(|baseline| baseline.by == id.into())
            }
            Kind::Team => {
                self.members.values().any(|member| member.teams.contains(&id.into()))
                    || self.invitations.values().any(|invitation| invitation.teams.contains(&id.into()))
            }
            Kind::Pipeline => {
                self.stages.values().any(|stage| stage.pipeline == id.into())
                    || deals(&|deal| deal.pipeline == id.into())
            }
            Kind::Stage => deals(&|deal| deal.stage == id.into()),
            Kind::Field => self.stages.values().any(|stage| stage.gate.refers_to(&format!("custom.{id}"))),
            Kind::Account => {
                deals(&|deal| deal.account == Some(id.into()))
                    || self.contacts.values().any(|contact| contact.account == Some(id.into()))
                    || activities(&|activity| activity.account == Some(id.into()))
            }
            Kind::Contact => deals(&|deal| deal.contacts.contains(&id.into())),
            Kind::Deal => {
                activities(&|activity| activity.deal == Some(id.into()))
                    || self.files.values().any(|file| file.deal == id.into())
                    || self.plans.values().any(|plan| plan.deal == Some(id.into()))
            }
            Kind::Plan => {
                self.tasks.values().any(|task| task.plan == id.into())
                    || self.baselines.values().any(|baseline| baseline.plan == id.into())
                    || self.stages.values().any(|stage| stage.starts == Some(id.into()))
            }
            Kind::Task => {
                let refers = |task: &Task| task.parent == Some(id.into()) || task.links.contains_key(&id.into());
                self.tasks.values().any(refers)
            }
            Kind::Workspace | Kind::Invitation | Kind::Activity | Kind::File | Kind::SavedView | Kind::Baseline => {
                false
            }
        };
        self.evidence.used.contains(&target) || is_used_here()
    }
}

/// A view as of a version.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Versioned {
    pub version: Version,
    pub view: View,
}
