//! What things of an import are called.

use super::{
    figures::{grouped, size},
    inspection::Inspection,
    plan::{FieldChoice, MemberField, NewType, RowKind, Target},
    report::is_partly_undone,
    requests::Failure,
    trouble::{MissingField, PlanProblem, Trouble},
};
use crate::{texts::Texts, ui::refusal::sentence};
use domain::{
    import::{
        LimitKind, ReadError,
        guess::{AccountField, ContactField, DealField},
    },
    page::{ImportRun, RunState},
    record::Kind,
    view::View,
};

pub fn row_kind(texts: Texts, rows: RowKind) -> &'static str {
    let t = texts.importer();
    match rows {
        RowKind::Deals => t.what_deals(),
        RowKind::Accounts => t.what_accounts(),
        RowKind::Contacts => t.what_contacts(),
        RowKind::Members => t.what_members(),
        RowKind::Options => t.what_options(),
    }
}

/// The kind of record whose custom fields the rows fill; none where they have none.
pub fn custom_kind(rows: RowKind) -> Option<Kind> {
    match rows {
        RowKind::Deals | RowKind::Options => Some(Kind::Deal),
        RowKind::Accounts => Some(Kind::Account),
        RowKind::Contacts => Some(Kind::Contact),
        RowKind::Members => None,
    }
}

/// What a column of such a file can become, besides custom fields.
pub fn targets(rows: RowKind) -> Vec<Target> {
    use {AccountField as A, ContactField as C, DealField as D, MemberField as M};
    match rows {
        RowKind::Deals => [
            D::ExternalId,
            D::Title,
            D::Account,
            D::Amount,
            D::Currency,
            D::Stage,
            D::Pipeline,
            D::Owner,
            D::Priority,
            D::CloseOn,
            D::CreatedOn,
            D::ClosedOn,
            D::EnteredOn,
            D::Source,
            D::LossReason,
            D::Tags,
            D::Notes,
        ]
        .map(Target::Deal)
        .to_vec(),
        RowKind::Accounts => [A::ExternalId, A::Name, A::Industry, A::Website, A::Phone, A::Address, A::Notes]
            .map(Target::Account)
            .to_vec(),
        RowKind::Contacts => {
            [C::ExternalId, C::Name, C::GivenName, C::FamilyName, C::Account, C::Title, C::Email, C::Phone, C::Notes]
                .map(Target::Contact)
                .to_vec()
        }
        RowKind::Members => [M::Name, M::Email, M::Team, M::Manager].map(Target::Member).to_vec(),
        RowKind::Options => Vec::new(),
    }
}

pub fn target(texts: Texts, view: &View, target: &Target) -> String {
    let (deal, account, contact, t) = (texts.deal(), texts.account(), texts.contact(), texts.importer());
    match target {
        Target::Ignore => t.column_skip(),
        Target::Deal(field) => match field {
            DealField::ExternalId => deal.external_id(),
            DealField::Title => deal.name(),
            DealField::Account => deal.account(),
            DealField::Amount => deal.amount(),
            DealField::Currency => deal.currency(),
            DealField::Stage => deal.stage(),
            DealField::Pipeline => deal.pipeline(),
            DealField::Owner => deal.owner(),
            DealField::Priority => texts.priority().title(),
            DealField::CloseOn => deal.close_date(),
            DealField::CreatedOn => deal.created(),
            DealField::ClosedOn => t.closed_on(),
            DealField::EnteredOn => t.entered_on(),
            DealField::Source => deal.source(),
            DealField::LossReason => texts.gate().loss_reason(),
            DealField::Tags => deal.tags(),
            DealField::Notes => deal.notes(),
            DealField::Custom => deal.custom_fields(),
        },
        Target::Account(field) => match field {
            AccountField::ExternalId => account.external_id(),
            AccountField::Name => account.name(),
            AccountField::Industry => account.industry(),
            AccountField::Website => account.website(),
            AccountField::Phone => account.phone(),
            AccountField::Address => account.address(),
            AccountField::Notes => account.notes(),
            AccountField::Custom => deal.custom_fields(),
        },
        Target::Contact(field) => match field {
            ContactField::ExternalId => account.external_id(),
            ContactField::Name => contact.name(),
            ContactField::GivenName => t.given_name(),
            ContactField::FamilyName => t.family_name(),
            ContactField::Account => contact.account(),
            ContactField::Title => contact.job(),
            ContactField::Email => contact.email(),
            ContactField::Phone => contact.phone(),
            ContactField::Notes => contact.notes(),
            ContactField::Custom => deal.custom_fields(),
        },
        Target::Member(field) => match field {
            MemberField::Name => texts.member().name(),
            MemberField::Email => texts.member().email(),
            MemberField::Team => deal.team(),
            MemberField::Manager => t.manager(),
        },
        Target::Custom(FieldChoice::Existing { id }) => {
            return view.fields.get(id).map(|field| field.name.clone()).unwrap_or_default();
        }
        Target::Custom(FieldChoice::New { name, .. }) => return t.column_new_field(name),
    }
    .to_owned()
}

pub fn new_type(texts: Texts, new_type: NewType) -> &'static str {
    let t = texts.field();
    match new_type {
        NewType::Text => t.text(),
        NewType::Number => t.number(),
        NewType::Money => t.money(),
        NewType::Date => t.date(),
        NewType::Choice => t.choice(),
        NewType::Person => t.person(),
    }
}

pub fn run_state(texts: Texts, run: &ImportRun) -> &'static str {
    let t = texts.importer();
    match run.state {
        RunState::Undone if is_partly_undone(run) => t.state_partly_undone(),
        RunState::Running => t.state_running(),
        RunState::Done => t.state_done(),
        RunState::Cancelled => t.state_cancelled(),
        RunState::Failed => t.state_failed(),
        RunState::Undoing => t.state_undoing(),
        RunState::Undone => t.state_undone(),
    }
}

/// Why something did not succeed, a sentence for each thing to be put right.
pub fn failure(texts: Texts, view: &View, file: Option<&Inspection>, failure: &Failure) -> Vec<String> {
    let (t, errors) = (texts.importer(), texts.errors());
    let one = match failure {
        Failure::Unreached => t.unreached().to_owned(),
        Failure::Busy => errors.busy().to_owned(),
        Failure::Trouble(trouble) => match trouble {
            Trouble::FileTooLarge { max } => t.too_big(max / (1024 * 1024)),
            Trouble::TooSlow => t.too_slow().to_owned(),
            Trouble::Unreadable { why } => unreadable(texts, *why),
            Trouble::Plan { problems } => {
                return problems.iter().map(|problem| plan_problem(texts, view, file, problem)).collect();
            }
            Trouble::ImportRunning { .. } => t.other_running().to_owned(),
            Trouble::NotFound => t.gone().to_owned(),
            Trouble::OthersRun => t.others_run().to_owned(),
            Trouble::Forbidden => errors.no_permission(texts.right().import_data()),
            Trouble::NotNow | Trouble::SignedOut | Trouble::Unknown => errors.stale().to_owned(),
        },
    };
    vec![one]
}

fn unreadable(texts: Texts, why: ReadError) -> String {
    let t = texts.importer();
    match why {
        ReadError::Empty => t.empty_file().to_owned(),
        ReadError::NotText => t.not_table().to_owned(),
        ReadError::TooLarge { limit, max, line, .. } => match limit {
            LimitKind::Bytes => t.too_big(max / (1024 * 1024)),
            LimitKind::Rows => t.too_many_rows(grouped(max)),
            LimitKind::Columns => t.too_many_columns(max),
            LimitKind::Cell => t.too_long_cell(line, size(max)),
        },
    }
}

fn plan_problem(texts: Texts, view: &View, file: Option<&Inspection>, problem: &PlanProblem) -> String {
    let t = texts.importer();
    let name = |column: &usize| column_name(file, *column);
    match problem {
        PlanProblem::Columns { .. } => t.problem_columns().to_owned(),
        PlanProblem::Missing { field } => t.column_missing(match field {
            MissingField::Title | MissingField::Name => name_field(texts, file.map(|file| file.plan.rows)),
            MissingField::Options => texts.field().choices(),
            MissingField::Stage => texts.deal().stage(),
        }),
        PlanProblem::Taken { column, by } => t.column_taken(name(by), name(column)),
        PlanProblem::Foreign { column } => t.problem_foreign(name(column)),
        PlanProblem::DateForm { column } => t.problem_dates(name(column)),
        PlanProblem::TooManyValues { column, max } => t.problem_values(name(column), max),
        PlanProblem::Unknown => t.problem_unknown().to_owned(),
        PlanProblem::Refused { name, refusal } => t.problem_refused(name, sentence(texts, view, refusal)),
    }
}

/// What the choices of columns call the name that every row needs.
fn name_field(texts: Texts, rows: Option<RowKind>) -> &'static str {
    match rows {
        Some(RowKind::Contacts) => texts.contact().name(),
        Some(RowKind::Members) => texts.member().name(),
        Some(RowKind::Accounts) => texts.account().name(),
        Some(RowKind::Deals | RowKind::Options) | None => texts.deal().name(),
    }
}

pub fn column_name(file: Option<&Inspection>, column: usize) -> String {
    file.and_then(|file| file.columns.get(column)).map(|column| column.name.clone()).unwrap_or_default()
}
