//! What the server finds in an uploaded file, and how it would read it.

use super::plan::{Plan, RowKind};
use domain::import::{ColumnKind, DateColumn, Encoding, Format, Header, Separator};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Names the file in every further request, for an hour.
    pub upload: Uuid,
    pub file_name: String,
    pub bytes: u64,
    pub format: Format,
    /// Rows after the header that are not blank.
    pub rows: u64,
    pub blank_rows: u64,
    /// Rows with fewer or more cells than there are columns, or with quotes gone wrong.
    pub odd_rows: u64,
    /// Sequences that the encoding does not know: many say that it is the wrong one.
    pub malformed: u64,
    /// Characters U+0000, which are left out.
    pub nuls: u64,
    pub columns: Vec<ColumnFacts>,
    /// The first rows.
    pub sample: Vec<SampleRow>,
    /// The guess at all that a person may decide.
    pub plan: Plan,
}

impl Inspection {
    /// How the file was read.
    pub fn reading(&self) -> Reading {
        Reading {
            encoding: Some(self.format.encoding),
            separator: Some(self.format.dialect.separator),
            header: Some(self.format.dialect.header == Header::Present),
            rows: Some(self.plan.rows),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnFacts {
    /// As written; empty where there is none.
    pub header: String,
    /// A name that no other column has.
    pub name: String,
    pub kind: ColumnKind,
    /// How dates are written in it, also where not every cell is one.
    pub dates: DateColumn,
    /// Cells that are not blank.
    pub filled: u64,
    /// Each value with its number of cells, in the order of their first occurrence; none where there are too many.
    pub values: Option<Vec<(String, u64)>>,
    /// A few values, shortened.
    pub examples: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleRow {
    /// The line of the file, from 1.
    pub line: u64,
    pub cells: Vec<String>,
}

/// How to read the file anew; what is not given is detected.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    pub encoding: Option<Encoding>,
    pub separator: Option<Separator>,
    /// Whether the first row names the columns.
    pub header: Option<bool>,
    pub rows: Option<RowKind>,
}
