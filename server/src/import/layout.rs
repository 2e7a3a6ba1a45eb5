//! Which column holds which field, and whether a plan is complete.

use super::guess::holds_dates;
use app::import::{
    plan::{FieldChoice, MemberField, NewType, Plan, RowKind, Target},
    trouble::{MissingField, PlanProblem},
};
use domain::{
    field::FieldType,
    import::guess::{AccountField, ContactField, DealField},
    record::Kind,
    view::View,
};
use std::collections::HashMap;

/// The columns of a file by what they become.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub deal: HashMap<DealField, usize>,
    pub account: HashMap<AccountField, usize>,
    pub contact: HashMap<ContactField, usize>,
    pub member: HashMap<MemberField, usize>,
    /// Columns of custom fields, in the file's order.
    pub custom: Vec<(usize, FieldChoice)>,
}

impl RowKindExt for RowKind {
    fn kind(self) -> Kind {
        match self {
            Self::Deals | Self::Options => Kind::Deal,
            Self::Accounts => Kind::Account,
            Self::Contacts => Kind::Contact,
            Self::Members => Kind::Member,
        }
    }
}

/// What the server must know of a kind of rows.
pub trait RowKindExt {
    /// The kind of record that the rows, or the fields they fill, belong to.
    fn kind(self) -> Kind;
}

impl Layout {
    /// Reads the plan; tells everything that is wrong with it.
    pub fn of(plan: &Plan, columns: usize, settings: &View) -> Result<Self, Vec<PlanProblem>> {
        if plan.columns.len() != columns {
            return Err(vec![PlanProblem::Columns { expected: columns }]);
        }
        let mut layout = Self::default();
        let mut problems = Vec::new();
        for (column, planned) in plan.columns.iter().enumerate() {
            if holds_dates(&planned.target, settings) && planned.dates.is_none() {
                problems.push(PlanProblem::DateForm { column });
            }
            let taken = match &planned.target {
                Target::Ignore => None,
                Target::Deal(DealField::Custom)
                | Target::Account(AccountField::Custom)
                | Target::Contact(ContactField::Custom) => {
                    problems.push(PlanProblem::Foreign { column });
                    None
                }
                Target::Deal(field) if plan.rows == RowKind::Deals => layout.deal.insert(*field, column),
                Target::Account(field) if plan.rows == RowKind::Accounts => layout.account.insert(*field, column),
                Target::Contact(field) if plan.rows == RowKind::Contacts => layout.contact.insert(*field, column),
                Target::Member(field) if plan.rows == RowKind::Members => layout.member.insert(*field, column),
                Target::Custom(choice) if plan.rows != RowKind::Members => {
                    problems.extend(custom_problem(plan.rows, choice, column, settings));
                    let taken = layout.custom.iter().find(|(_, other)| is_same(other, choice)).map(|(at, _)| *at);
                    layout.custom.push((column, choice.clone()));
                    taken
                }
                _ => {
                    problems.push(PlanProblem::Foreign { column });
                    None
                }
            };
            problems.extend(taken.map(|by| PlanProblem::Taken { column, by }));
        }
        problems.extend(layout.missing(plan).map(|field| PlanProblem::Missing { field }));
        if problems.is_empty() { Ok(layout) } else { Err(problems) }
    }

    /// Whether rows are events: several tell of one deal, each where it stood from an instant on.
    pub fn is_log(&self) -> bool {
        [DealField::ExternalId, DealField::Stage, DealField::EnteredOn]
            .iter()
            .all(|field| self.deal.contains_key(field))
    }

    /// What every row needs and no column says.
    fn missing(&self, plan: &Plan) -> Option<MissingField> {
        let title = || {
            let made = plan.deals.title_from.iter().any(|at| *at < plan.columns.len());
            self.deal.contains_key(&DealField::Title) || self.deal.contains_key(&DealField::ExternalId) || made
        };
        match plan.rows {
            RowKind::Deals if !title() => Some(MissingField::Title),
            RowKind::Deals if !self.deal.contains_key(&DealField::Stage) && plan.deals.first_stage.is_none() => {
                Some(MissingField::Stage)
            }
            RowKind::Accounts if !self.account.contains_key(&AccountField::Name) => Some(MissingField::Name),
            RowKind::Contacts
                if ![ContactField::Name, ContactField::GivenName, ContactField::FamilyName]
                    .iter()
                    .any(|field| self.contact.contains_key(field)) =>
            {
                Some(MissingField::Name)
            }
            RowKind::Members if !self.member.contains_key(&MemberField::Name) => Some(MissingField::Name),
            RowKind::Options if self.custom.len() != 1 => Some(MissingField::Options),
            _ => None,
        }
    }

    /// The column to which a refusal's field belongs.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        let deal = match field {
            "created_at" => self.deal.get(&DealField::CreatedOn),
            "entered_at" | "closed_at" => {
                let of = |field| self.deal.get(&field);
                of(DealField::EnteredOn).or_else(|| of(DealField::ClosedOn)).or_else(|| of(DealField::CloseOn))
            }
            field => word(field).and_then(|field| self.deal.get(&field)),
        };
        let account = || word(field).and_then(|field| self.account.get(&field));
        let contact = || word(field).and_then(|field| self.contact.get(&field));
        let member = || word(field.trim_end_matches('s')).and_then(|field| self.member.get(&field));
        deal.or_else(account).or_else(contact).or_else(member).copied()
    }
}

/// The field of this name.
fn word<T: serde::de::DeserializeOwned>(field: &str) -> Option<T> {
    serde_json::from_value(field.into()).ok()
}

/// Whether two choices are one field. Two new ones of a name would be told apart by nobody, whatever their types.
fn is_same(one: &FieldChoice, other: &FieldChoice) -> bool {
    match (one, other) {
        (FieldChoice::New { name, .. }, FieldChoice::New { name: other, .. }) => name == other,
        _ => one == other,
    }
}

fn custom_problem(rows: RowKind, choice: &FieldChoice, column: usize, settings: &View) -> Option<PlanProblem> {
    match choice {
        FieldChoice::Existing { id } => match settings.fields.get(id).filter(|field| field.on == rows.kind()) {
            None => Some(PlanProblem::Unknown),
            Some(field) => {
                let is_choice = matches!(field.field_type, FieldType::Choice { .. });
                (rows == RowKind::Options && !is_choice).then_some(PlanProblem::Foreign { column })
            }
        },
        FieldChoice::New { field_type, .. } => {
            (rows == RowKind::Options && *field_type != NewType::Choice).then_some(PlanProblem::Foreign { column })
        }
    }
}
