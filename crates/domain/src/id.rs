//! Typed ids: one macro for all, so that a deal's id can never stand where a stage's belongs.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// One organisation's data; nothing crosses its border.
    WorkspaceId;
    /// A person's place in one workspace.
    MemberId;
    TeamId;
    /// A link by which somebody may join the workspace.
    InvitationId;
    PipelineId;
    StageId;
    /// The definition of a custom field.
    FieldId;
    AccountId;
    ContactId;
    DealId;
    ActivityId;
    FileId;
    /// An item of a gate's checklist, or one of its approvals.
    ConditionId;
    /// Made by whoever asks, so that asking twice is one effect.
    CommandId;
    /// An address with a name.
    SavedViewId;
    PlanId;
    TaskId;
    BaselineId;
    /// What shows that a task is done.
    CriterionId;
    /// One run of an import.
    ImportId;
}
