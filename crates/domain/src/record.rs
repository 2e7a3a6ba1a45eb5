//! The kinds of record and what they have in common: each is a serde struct, so that a difference between two of them
//! is computed, recorded and applied by one piece of code (see [`crate::change`]).

use crate::{
    account::Account, activity::Activity, contact::Contact, deal::Deal, field::Field, file::File, member::Invitation,
    member::Member, member::Team, pipeline::Pipeline, pipeline::Stage, plan::Baseline, plan::Plan, plan::Task,
    saved_view::SavedView, workspace::Workspace,
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What every record can do. The provided methods go through its JSON object.
pub trait Entity: Clone + Serialize + DeserializeOwned {
    const KIND: Kind;
    fn uuid(&self) -> Uuid;

    /// The record as a flat map: the entries of what is [`NESTED`] stand in it by themselves, as `custom.<field id>`.
    fn to_fields(&self) -> Fields {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(self) else {
            unreachable!("a record is a JSON object");
        };
        for nest in NESTED {
            if let Some(Value::Object(entries)) = fields.remove(nest) {
                fields.extend(entries.into_iter().map(|(name, value)| (format!("{nest}.{name}"), value)));
            }
        }
        fields
    }

    /// The inverse of [`Entity::to_fields`]; the error names what serde found wrong.
    fn from_fields(fields: Fields) -> Result<Self, serde_json::Error> {
        let mut record = Map::new();
        for (name, value) in fields {
            match name.split_once('.').filter(|(nest, _)| NESTED.contains(nest)) {
                Some((nest, entry)) => {
                    let entries = record.entry(nest).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(entries) = entries {
                        entries.insert(entry.to_owned(), value);
                    }
                }
                None => {
                    record.insert(name, value);
                }
            }
        }
        // By way of text, as whole views are read: one reader for each kind is enough code in a browser.
        serde_json::from_str(&Value::Object(record).to_string())
    }
}

/// A record as name and value; an absent name and null mean the same: not set.
pub type Fields = Map<String, Value>;

/// Parts of records whose entries are set one by one: custom fields, conditions that are met, what a gate asks for, the days
/// of a calendar, links and criteria of a task.
const NESTED: [&str; 7] = ["custom", "met", "gate", "days_off", "days_on", "links", "criteria"];

macro_rules! records {
    ($($kind:ident($type:ty) in $list:ident),* $(,)?) => {
        /// A kind of record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($kind),* }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(clippy::large_enum_variant, reason = "the largest is a deal, and nearly every record is one")]
        pub enum Record { $($kind($type)),* }

        impl Record {
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind),* }
            }

            pub fn uuid(&self) -> Uuid {
                match self { $(Self::$kind(record) => record.uuid()),* }
            }

            pub fn to_fields(&self) -> Fields {
                match self { $(Self::$kind(record) => record.to_fields()),* }
            }

            pub fn from_fields(kind: Kind, fields: Fields) -> Result<Self, serde_json::Error> {
                Ok(match kind { $(Kind::$kind => Self::$kind(Entity::from_fields(fields)?)),* })
            }

            fn from_value(kind: Kind, value: Value) -> Result<Self, serde_json::Error> {
                Ok(match kind { $(Kind::$kind => Self::$kind(serde_json::from_str(&value.to_string())?)),* })
            }
        }

        $(impl Entity for $type {
            const KIND: Kind = Kind::$kind;
            fn uuid(&self) -> Uuid { self.id.0 }
        })*

        impl crate::view::View {
            /// A copy of the record, if this view holds it.
            pub fn get(&self, kind: Kind, id: Uuid) -> Option<Record> {
                match kind { $(Kind::$kind => self.$list.get(&id.into()).cloned().map(Record::$kind)),* }
            }

            pub fn holds(&self, kind: Kind, id: Uuid) -> bool {
                match kind { $(Kind::$kind => self.$list.contains_key(&id.into())),* }
            }

            /// Puts the record in, in place of an older one.
            pub fn put(&mut self, record: Record) {
                match record { $(Record::$kind(record) => { self.$list.insert(record.id, record); }),* }
            }

            pub fn remove(&mut self, kind: Kind, id: Uuid) {
                match kind { $(Kind::$kind => { self.$list.remove(&id.into()); }),* }
            }

            /// Takes in every record of another view.
            pub fn merge(&mut self, other: Self) {
                $(self.$list.merge(other.$list);)*
            }
        }
    };
}

records! {
    Workspace(Workspace) in workspaces,
    Member(Member) in members,
    Team(Team) in teams,
    Invitation(Invitation) in invitations,
    Pipeline(Pipeline) in pipelines,
    Stage(Stage) in stages,
    Field(Field) in fields,
    Account(Account) in accounts,
    Contact(Contact) in contacts,
    Deal(Deal) in deals,
    Activity(Activity) in activities,
    SavedView(SavedView) in saved_views,
    File(File) in files,
    Plan(Plan) in plans,
    Task(Task) in tasks,
    Baseline(Baseline) in baselines,
}

/// By way of a JSON value: a record on its own is rare.
impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut record = BTreeMap::<Kind, Value>::deserialize(deserializer)?;
        match (record.pop_first(), record.is_empty()) {
            (Some((kind, value)), true) => Self::from_value(kind, value).map_err(D::Error::custom),
            _ => Err(D::Error::custom("a record is an object with one entry, named by its kind")),
        }
    }
}

impl Kind {
    /// The same word as in JSON and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Member => "member",
            Self::Team => "team",
            Self::Invitation => "invitation",
            Self::Pipeline => "pipeline",
            Self::Stage => "stage",
            Self::Field => "field",
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Activity => "activity",
            Self::SavedView => "saved_view",
            Self::File => "file",
            Self::Plan => "plan",
            Self::Task => "task",
            Self::Baseline => "baseline",
        }
    }

    /// Kinds of which every member needs all records to work: they are few, and every view holds them.
    pub fn is_settings(self) -> bool {
        !matches!(
            self,
            Self::Account
                | Self::Contact
                | Self::Deal
                | Self::Activity
                | Self::File
                | Self::Plan
                | Self::Task
                | Self::Baseline
                | Self::Invitation
                | Self::SavedView
        )
    }
}
