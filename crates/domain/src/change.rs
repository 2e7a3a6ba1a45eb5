//! What happened: for each field, before and after. History, undo, live updates and the funnel all come from this.

use crate::{
    Version,
    id::{CommandId, MemberId},
    record::{Fields, Kind, Record},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target {
    pub kind: Kind,
    pub id: Uuid,
}

impl Target {
    pub fn new(kind: Kind, id: impl Into<Uuid>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// A field before and after; null means not set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub before: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub after: Value,
}

pub type Deltas = BTreeMap<String, Delta>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Created,
    Edited,
    Deleted,
}

/// One record's modification. A creation carries the whole record as `after`, a deletion as `before`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub target: Target,
    pub verb: Verb,
    pub fields: Deltas,
}

impl Change {
    /// The difference between two states of one record; `None` where there is none.
    pub fn between(before: Option<&Record>, after: Option<&Record>) -> Option<Self> {
        let (record, verb) = match (before, after) {
            (None, Some(record)) => (record, Verb::Created),
            (Some(_), Some(record)) => (record, Verb::Edited),
            (Some(record), None) => (record, Verb::Deleted),
            (None, None) => return None,
        };
        let before = before.map(Record::to_fields).unwrap_or_default();
        let mut after = after.map(Record::to_fields).unwrap_or_default();
        let mut fields = Deltas::new();
        for (name, before) in before {
            let after = after.remove(&name).unwrap_or(Value::Null);
            if before != after {
                fields.insert(name, Delta { before, after });
            }
        }
        let new = after.into_iter().filter(|(_, value)| !value.is_null());
        fields.extend(new.map(|(name, after)| (name, Delta { before: Value::Null, after })));
        (!fields.is_empty()).then(|| Self { target: Target::new(record.kind(), record.uuid()), verb, fields })
    }

    pub fn created(record: &Record) -> Self {
        Self::between(None, Some(record)).expect("a record has fields")
    }

    pub fn deleted(record: &Record) -> Self {
        Self::between(Some(record), None).expect("a record has fields")
    }

    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let verb = match self.verb {
            Verb::Created => Verb::Deleted,
            Verb::Edited => Verb::Edited,
            Verb::Deleted => Verb::Created,
        };
        let fields = self
            .fields
            .iter()
            .map(|(name, delta)| (name.clone(), Delta { before: delta.after.clone(), after: delta.before.clone() }))
            .collect();
        Self { target: self.target, verb, fields }
    }

    /// Sets every `after` in the given fields.
    pub fn patch(&self, fields: &mut Fields) {
        for (name, delta) in &self.fields {
            if delta.after.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), delta.after.clone());
            }
        }
    }

    /// A field's value after this change, if the change touches the field.
    pub fn after(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).map(|delta| &delta.after)
    }
}

/// The changes of one command as they were committed; also what live updates carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub version: Version,
    pub command: CommandId,
    /// Who asked; nobody where the system did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    pub at: DateTime<Utc>,
    pub changes: Vec<Change>,
}
