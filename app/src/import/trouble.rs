//! Why the server does not do what it was asked about an import.

use domain::{id::ImportId, import::ReadError, refusal::Refusal};
use serde::{Deserialize, Serialize};

/// The body of an answer that is no success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum Trouble {
    /// The file is larger than this many bytes.
    FileTooLarge {
        max: u64,
    },
    /// The file did not arrive in time.
    TooSlow,
    /// The file cannot be read as a table.
    Unreadable {
        why: ReadError,
    },
    /// The plan does not fit the file or the workspace.
    Plan {
        problems: Vec<PlanProblem>,
    },
    /// Another import is under way in this workspace.
    ImportRunning {
        run: ImportId,
    },
    /// The run is not in a state in which this can be done.
    NotNow,
    /// The file or run is not there, or no longer.
    NotFound,
    Forbidden,
    /// The run is another member's, and not all that it did is seen.
    OthersRun,
    SignedOut,
    #[serde(other)]
    Unknown,
}

/// What must be put right before a plan can be checked. Columns are counted from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum PlanProblem {
    /// The plan has another number of columns than the file.
    Columns { expected: usize },
    /// No column says what every row of this kind needs.
    Missing { field: MissingField },
    /// Two columns become the same.
    Taken { column: usize, by: usize },
    /// A column becomes what rows of this kind do not have.
    Foreign { column: usize },
    /// How dates are written in the column must be chosen.
    DateForm { column: usize },
    /// The column has more values than a field can have options, or the workspace new members.
    TooManyValues { column: usize, max: usize },
    /// A field, stage, pipeline or member that the plan names is not there.
    Unknown,
    /// A field, stage, pipeline or member cannot be made.
    Refused { name: String, refusal: Refusal },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingField {
    /// A title, or columns from which to make one.
    Title,
    Name,
    /// The column whose values become options.
    Options,
    /// A stage for rows that name none.
    Stage,
}
