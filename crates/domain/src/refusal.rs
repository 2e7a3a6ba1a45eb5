//! Why a command was not carried out: data, told by the interface in the person's language.

use crate::{
    access::Right,
    change::Target,
    gate::Unmet,
    id::{CriterionId, TaskId},
    record::Kind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer to a command that was not carried out. Nothing was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The member's role does not hold the right that this needs.
    NotAllowed { right: Right },
    /// The record does not exist, or the member may not see it: the two are not told apart.
    NotFound { kind: Kind },
    /// A field's value is not acceptable.
    Invalid { field: String, rule: Rule },
    /// Others changed what the person saw; both values are kept and the person chooses.
    Conflict { target: Target, fields: Vec<Clash> },
    /// Deals lack what the gates of their new stages ask for: of each deal all of it, and of a batch each deal.
    Gate { unmet: Vec<Unmet> },
    /// Tasks would wait for each other in a circle (`links`): each for the one before it, and the first for the last. Or they
    /// would lie within each other (`parent`): each within the next, and the last within the first.
    Cycle { field: String, tasks: Vec<TaskId> },
    /// A task that must be confirmed is not done yet: what of it is missing.
    Undone { task: TaskId, criteria: Vec<CriterionId>, confirmation: bool },
    /// The record is still referred to.
    InUse { kind: Kind },
    /// What was to be undone is not recorded, or changed nothing.
    NothingToUndo,
    /// A command of this id was carried out for somebody else.
    ForeignReceipt,
}

impl Refusal {
    pub fn invalid(field: &str, rule: Rule) -> Self {
        Self::Invalid { field: field.to_owned(), rule }
    }
}

/// What would be acceptable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Required,
    /// In characters.
    TooLong {
        max: usize,
    },
    /// In entries of a list.
    TooMany {
        max: usize,
    },
    /// U+0000 cannot be stored.
    NulCharacter,
    /// A name holds characters that turn the direction of writing (U+202A–202E, U+2066–2069), so it would show as another.
    TurnsDirection,
    /// Inclusive bounds, as the person would write them.
    OutOfRange {
        min: String,
        max: String,
    },
    /// The value has another type than the field.
    WrongType,
    /// The value names a record that is not there.
    Unknown {
        kind: Kind,
    },
    /// The value is none of the field's choices.
    NotAChoice,
    /// Another record already has this value.
    Taken,
    /// The field is not changed by editing (a stage changes by moving, for example).
    NotEditable,
    /// The record is append-only.
    AppendOnly,
    /// Only those may approve whom the gate names.
    NotApprover,
    /// Only somebody other than who does the task may do this.
    SecondPerson,
    /// A task that holds others has their dates: it waits only with its start, and is waited for only with its finish.
    HoldsOthers,
    /// The instant lies in the future.
    InFuture,
    /// A workspace keeps at least one administrator.
    LastAdmin,
    /// A workspace keeps at least one pipeline.
    LastPipeline,
}

/// One field of a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clash {
    pub field: String,
    pub yours: Value,
    pub theirs: Value,
}
