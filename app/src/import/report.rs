//! What an import would do, and why rows are refused.

use domain::{
    board::Totals,
    import::{DateForm, DecimalMark, Problem, ValueError},
    page::{ImportRun, Progress, RunState},
    pipeline::Outcome,
    refusal::Refusal,
};
use serde::{Deserialize, Serialize};

/// What would happen. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Check {
    pub counts: Progress,
    pub makes: Makes,
    /// The deals of the accepted rows by stage, in the order of the stages.
    pub stages: Vec<StageSum>,
    /// Existing records cannot be recognised: the same file again would make everything twice.
    pub unmatched: bool,
    /// Names of stages that are not known, each with its number of rows.
    pub unknown_stages: Vec<(String, u64)>,
    pub unknown_owners: Vec<(String, u64)>,
    /// Accepted rows whose id is blank although the file has ids: sending the file again makes them a second time.
    pub keyless: u64,
    /// Accepted rows with fewer cells than columns: those missing count as blank.
    pub short_rows: u64,
    /// The first refused rows; the file of refused rows has all.
    pub refused: Vec<RefusedRow>,
}

/// What is made besides the rows themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Makes {
    pub pipeline: Option<String>,
    pub stages: Vec<String>,
    pub fields: Vec<String>,
    /// New options of fields that exist: the field and the option.
    pub options: Vec<(String, String)>,
    pub members: Vec<String>,
    pub teams: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageSum {
    pub name: String,
    pub outcome: Outcome,
    pub totals: Totals,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The line of the file where the row starts, from 1.
    pub line: u64,
    pub problems: Vec<RowProblem>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The column's name; none where it is the row as a whole.
    pub column: Option<String>,
    /// The cell as it stands, shortened.
    pub value: String,
    pub reason: Reason,
}

/// Why a row is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// Its cells cannot be told apart with certainty.
    Written {
        problem: Problem,
        columns: usize,
    },
    NotADate {
        form: DateForm,
    },
    NotANumber {
        mark: DecimalMark,
    },
    TooPrecise {
        decimals: u8,
    },
    TooLarge,
    NotACurrency,
    /// The amount is in another currency than the row or the plan says.
    OtherCurrency,
    UnknownStage,
    /// The person said that rows of this stage are to be refused.
    RefusedStage,
    UnknownPipeline,
    UnknownMember,
    /// Another row, on this line, has the same external id or name.
    Duplicate {
        line: u64,
    },
    /// The workspace's rules refuse it, now or when it was carried out.
    Refused {
        refusal: Refusal,
    },
}

impl From<ValueError> for Reason {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::NotADate { form } => Self::NotADate { form },
            ValueError::NotANumber { mark } => Self::NotANumber { mark },
            ValueError::TooPrecise { decimals } => Self::TooPrecise { decimals },
            ValueError::TooLarge => Self::TooLarge,
        }
    }
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStatus {
    #[serde(flatten)]
    pub run: ImportRun,
    /// Records that were changed after the run: an undo leaves them as they are. Counted only where it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<u64>,
    /// Records that an undo cannot take back because others refer to them. Counted only where it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// Why it failed, in the person's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    pub has_refused: bool,
    /// Whether the person who asks may take it back, or what is left of it.
    pub may_undo: bool,
}

impl RunStatus {
    /// What the run alone tells.
    pub fn of(run: ImportRun) -> Self {
        Self { run, changed_since: None, held: None, why: None, has_refused: false, may_undo: false }
    }
}

pub fn is_going_on(run: &ImportRun) -> bool {
    matches!(run.state, RunState::Running | RunState::Undoing)
}

/// Whether an undo left something behind: it was cancelled, or what stayed was in use or changed since.
pub fn is_partly_undone(run: &ImportRun) -> bool {
    run.state == RunState::Undone && run.progress.done < run.progress.rows
}

/// Whether there is something to be taken back.
pub fn can_be_undone(run: &ImportRun) -> bool {
    match run.state {
        RunState::Done | RunState::Cancelled | RunState::Failed => true,
        RunState::Undone => is_partly_undone(run),
        RunState::Running | RunState::Undoing => false,
    }
}

/// How far a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checking {
    pub done: u64,
    pub rows: u64,
}
