//! What a person decides about a file: what its rows are and what each column becomes. It is sent whole with every check
//! and every import, so that the server keeps nothing but the file.

use domain::{
    id::{FieldId, MemberId, PipelineId, StageId},
    import::{
        DateForm, DecimalMark, Format,
        guess::{AccountField, ContactField, DealField},
    },
    money::Currency,
    pipeline::Outcome,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub rows: RowKind,
    pub format: Format,
    /// One for each column of the file, in its order.
    pub columns: Vec<ColumnPlan>,
    /// How numbers are written, in the whole file.
    pub decimal: DecimalMark,
    /// Amounts are in this power of ten of the currency: 4 where a header says 万元.
    #[serde(default)]
    pub amount_exponent: u8,
    /// Of amounts that do not say theirs.
    pub currency: Currency,
    /// Where rows are deals.
    pub deals: DealPlan,
}

/// What each row of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    Deals,
    Accounts,
    Contacts,
    /// Members, who are made without a sign-in, with their teams.
    Members,
    /// Options of a field of choice on deals, such as a list of products.
    Options,
}

impl RowKind {
    pub const ALL: [Self; 5] = [Self::Deals, Self::Accounts, Self::Contacts, Self::Members, Self::Options];
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnPlan {
    #[serde(flatten)]
    pub target: Target,
    /// How dates are written in the column, where it holds dates. None where that is ambiguous and must be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateForm>,
}

impl ColumnPlan {
    pub const IGNORED: Self = Self { target: Target::Ignore, dates: None };
}

/// Where a column's cells go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", content = "field", rename_all = "snake_case")]
pub enum Target {
    Ignore,
    Deal(DealField),
    Account(AccountField),
    Contact(ContactField),
    Member(MemberField),
    Custom(FieldChoice),
}

impl Target {
    /// Whether cells are dates.
    pub fn is_date(&self) -> bool {
        matches!(
            self,
            Self::Deal(DealField::CloseOn | DealField::CreatedOn | DealField::ClosedOn | DealField::EnteredOn)
        ) || matches!(self, Self::Custom(FieldChoice::New { field_type: NewType::Date, .. }))
    }
}

/// What a column can tell of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberField {
    Name,
    Email,
    /// A team, made where it is not there.
    Team,
    /// Becomes a member as well, as manager, and the people who have this manager a team of that name.
    Manager,
}

/// A custom field, of the workspace or to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldChoice {
    Existing { id: FieldId },
    New { name: String, field_type: NewType },
}

/// The type of a new field. The options of a choice are the column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewType {
    Text,
    Number,
    Money,
    Date,
    Choice,
    Person,
}

impl NewType {
    pub const ALL: [Self; 6] = [Self::Text, Self::Number, Self::Money, Self::Date, Self::Choice, Self::Person];
}

/// How deals find their place. What a cell names and what is known are compared without regard to letter case and
/// spaces around.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealPlan {
    pub pipeline: PipelineChoice,
    /// Stages to be made in the pipeline, in their order. One that has the name and outcome of a stage there is that stage.
    #[serde(default)]
    pub new_stages: Vec<NewStage>,
    /// What the file's stages are, also where a stage has that name. A value that is neither here nor the name of a stage
    /// refuses its row.
    #[serde(default)]
    pub stages: BTreeMap<String, StageChoice>,
    /// The stage of new deals whose row names none.
    #[serde(default)]
    pub first_stage: Option<StageChoice>,
    /// The stage of deals whose row names none but has the day on which the deal was closed.
    #[serde(default)]
    pub closed_stage: Option<StageChoice>,
    /// The open stage that new deals left when they were won or lost; in it they stood from their creation on. None: they
    /// are known from their end on.
    #[serde(default)]
    pub last_open: Option<StageChoice>,
    /// Who the file's owners are. Other names are looked up among the members.
    #[serde(default)]
    pub owners: BTreeMap<String, OwnerChoice>,
    /// What becomes of names that are no member's.
    pub other_owners: OwnerChoice,
    /// Columns that make up the title of a new deal whose row has none; where they are blank too, its external id.
    #[serde(default)]
    pub title_from: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipelineChoice {
    Existing { id: PipelineId },
    New { name: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStage {
    pub name: String,
    pub outcome: Outcome,
    /// Win probability in percent.
    pub probability: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageChoice {
    Existing {
        id: StageId,
    },
    /// One of the new stages, by name.
    New {
        name: String,
    },
    /// The row is refused.
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerChoice {
    /// A member of this name is made, without a sign-in.
    Create,
    Member {
        id: MemberId,
    },
    /// The row is refused.
    Refuse,
}

/// A plan to be carried out, as the run of this id, so that asking twice is one import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Apply {
    pub run: domain::id::ImportId,
    pub plan: Plan,
}
