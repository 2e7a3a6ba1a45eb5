//! A view: the records that somebody holds, be it the browser's working set or what the server loaded for a command.

use crate::{
    Version,
    account::Account,
    activity::Activity,
    change::{Change, Recorded, Target, Verb},
    contact::Contact,
    deal::Deal,
    field::Field,
    id::{
        AccountId, ActivityId, CommandId, ContactId, DealId, FieldId, InvitationId, MemberId, PipelineId, StageId,
        TeamId, WorkspaceId,
    },
    member::{Invitation, Member, Team},
    pipeline::{Pipeline, Stage},
    record::{Kind, Record},
    workspace::Workspace,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records by id. On the wire each map is a plain list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The one workspace that the view is of.
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub workspaces: BTreeMap<WorkspaceId, Workspace>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<MemberId, Member>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<TeamId, Team>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub invitations: BTreeMap<InvitationId, Invitation>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub pipelines: BTreeMap<PipelineId, Pipeline>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<StageId, Stage>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldId, Field>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub accounts: BTreeMap<AccountId, Account>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub contacts: BTreeMap<ContactId, Contact>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub deals: BTreeMap<DealId, Deal>,
    #[serde(with = "list", skip_serializing_if = "BTreeMap::is_empty")]
    pub activities: BTreeMap<ActivityId, Activity>,
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
    /// Records that others refer to.
    pub used: BTreeSet<Target>,
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
                self.remove(kind, id);
                return true;
            }
            Verb::Created => Some(Default::default()),
            Verb::Edited => self.get(kind, id).map(|record| record.to_fields()),
        };
        let Some(mut fields) = fields else { return false };
        change.patch(&mut fields);
        let Ok(record) = Record::from_fields(kind, fields) else { return false };
        self.note_evidence(change, &record);
        self.put(record);
        true
    }

    /// Takes a change back; the record is as it was before.
    pub fn unapply(&mut self, change: &Change) -> bool {
        self.apply(&change.inverse())
    }

    /// Keeps what `decide` looks up true while several commands are carried out on one view.
    fn note_evidence(&mut self, change: &Change, record: &Record) {
        if let Some(external) = change.after("external_id").and_then(|id| id.as_str()) {
            self.evidence.external.insert((change.target.kind, external.to_owned()), change.target.id);
        }
        let account = match record {
            Record::Deal(deal) => {
                self.evidence.used.insert(Target::new(Kind::Stage, deal.stage));
                let contacts = deal.contacts.iter().map(|contact| Target::new(Kind::Contact, *contact));
                self.evidence.used.extend(contacts);
                deal.account
            }
            Record::Contact(contact) => contact.account,
            Record::Activity(activity) => activity.account,
            Record::Stage(stage) => {
                self.evidence.used.insert(Target::new(Kind::Pipeline, stage.pipeline));
                None
            }
            _ => None,
        };
        self.evidence.used.extend(account.map(|account| Target::new(Kind::Account, account)));
    }
}

/// A view as of a version.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Versioned {
    pub version: Version,
    pub view: View,
}

/// A map of records as a list: the ids stand in the records already.
mod list {
    use crate::record::Entity;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    pub fn serialize<K, R: Entity, S: Serializer>(map: &BTreeMap<K, R>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub fn deserialize<'de, K: Ord + From<Uuid>, R: Entity, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<K, R>, D::Error> {
        let records = Vec::<R>::deserialize(deserializer)?;
        Ok(records.into_iter().map(|record| (record.uuid().into(), record)).collect())
    }
}
