//! The plan that a file suggests: what a person sees first and may correct in every part.

mod members;
mod stages;

use super::refused;
use app::import::{
    inspection::ColumnFacts,
    plan::{ColumnPlan, DealPlan, FieldChoice, MemberField, NewType, OwnerChoice, Plan, RowKind, Target},
};
use domain::{
    id::FieldId,
    import::{
        Amount, ColumnKind, DateColumn, DecimalMark, Format, NumberColumn,
        currency::unit_in_header,
        guess::{self as words, AccountField, ContactField, DealField},
    },
    money::Currency,
    record::Kind,
    view::View,
};

/// What is known of a file when its plan is guessed.
pub struct File<'a> {
    pub name: &'a str,
    pub columns: &'a [ColumnFacts],
    /// Which columns hold in every row a code of its own.
    pub codes: &'a [bool],
    pub format: &'a Format,
}

/// A column with at most so many values, each on average several times, is a choice.
const OPTIONS: usize = 40;
/// More new fields than this are not proposed: the other columns are left out.
const NEW_FIELDS: usize = 60;
/// Words for what is sold, whose list is no list of deals.
const PRODUCTS: [&str; 6] = ["product", "productname", "service", "产品", "产品名称", "商品"];

/// Guesses the plan; `wanted` is the kind of rows that a person has chosen.
pub fn plan(file: &File, settings: &View, wanted: Option<RowKind>) -> Plan {
    let rows = wanted.unwrap_or_else(|| row_kind(file));
    let columns = columns(file, settings, rows);
    let amount = position(&columns, &Target::Deal(DealField::Amount)).map(|at| &file.columns[at]);
    let deals = if rows == RowKind::Deals { deals(file, settings, &columns) } else { stages::none() };
    let usual = settings.workspace().map_or(Currency::CNY, |workspace| workspace.currency);
    Plan {
        rows,
        format: file.format.clone(),
        decimal: decimal(file),
        amount_exponent: amount.map_or(0, |column| unit_in_header(&column.header).exponent),
        currency: amount.and_then(|column| currency_of(column, usual)).unwrap_or(usual),
        columns,
        deals,
    }
}

/// A text with only what counts in a comparison of names.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A header with only what counts in a comparison: letters and digits.
fn header_key(header: &str) -> String {
    header.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn row_kind(file: &File) -> RowKind {
    let headers: Vec<&str> = file.columns.iter().map(|column| column.header.as_str()).collect();
    match words::guess(&headers).kind {
        Some(Kind::Deal) => RowKind::Deals,
        Some(Kind::Account) => RowKind::Accounts,
        Some(Kind::Contact) if !members::has_teams(&headers) => RowKind::Contacts,
        _ if members::is_list(&headers) => RowKind::Members,
        _ if headers.iter().any(|header| PRODUCTS.contains(&header_key(header).as_str())) => RowKind::Options,
        _ if words::targets(&headers, Kind::Account).contains(&words::Target::Account(AccountField::Name)) => {
            RowKind::Accounts
        }
        _ => RowKind::Deals,
    }
}

fn columns(file: &File, settings: &View, rows: RowKind) -> Vec<ColumnPlan> {
    let headers: Vec<&str> = file.columns.iter().map(|column| column.header.as_str()).collect();
    let mut targets: Vec<Target> = match rows {
        RowKind::Deals => known(file, settings, &headers, Kind::Deal),
        RowKind::Accounts => known(file, settings, &headers, Kind::Account),
        RowKind::Contacts => known(file, settings, &headers, Kind::Contact),
        RowKind::Members => members::targets(&headers),
        RowKind::Options => options(file, settings, &headers),
    };
    targets[..refused::our_columns(headers.iter().copied())].fill(Target::Ignore);
    let with_dates = |(target, column): (Target, &ColumnFacts)| {
        let dates = match &column.dates {
            DateColumn::Known(form) if holds_dates(&target, settings) => Some(*form),
            _ => None,
        };
        ColumnPlan { target, dates }
    };
    targets.into_iter().zip(file.columns).map(with_dates).collect()
}

/// Whether the target's cells are dates, also where it is a field that is there.
pub fn holds_dates(target: &Target, settings: &View) -> bool {
    let Target::Custom(FieldChoice::Existing { id }) = target else { return target.is_date() };
    settings.fields.get(id).is_some_and(|field| matches!(field.field_type, domain::field::FieldType::Date))
}

/// The targets of deals, accounts and contacts by the words of their headers.
fn known(file: &File, settings: &View, headers: &[&str], kind: Kind) -> Vec<Target> {
    let mut own = Vec::new();
    let guessed = words::targets(headers, kind).into_iter().zip(file.columns);
    let mut targets: Vec<Target> = guessed
        .map(|(target, column)| match target {
            _ if column.filled == 0 => Target::Ignore,
            // A handful of values over many rows are no titles: a product's name, for example.
            words::Target::Deal(DealField::Title) if is_choice(column) => custom(column, settings, kind, &mut own),
            words::Target::Deal(DealField::Stage) if !stages::are_stages(column) => {
                custom(column, settings, kind, &mut own)
            }
            words::Target::Deal(DealField::Custom)
            | words::Target::Account(AccountField::Custom)
            | words::Target::Contact(ContactField::Custom) => custom(column, settings, kind, &mut own),
            words::Target::Deal(field) => Target::Deal(field),
            words::Target::Account(field) => Target::Account(field),
            words::Target::Contact(field) => Target::Contact(field),
            words::Target::Ignore => Target::Ignore,
        })
        .collect();
    name_by_code(file, &mut targets, kind);
    let is_new = |target: &&mut Target| matches!(target, Target::Custom(FieldChoice::New { .. }));
    targets.iter_mut().filter(is_new).skip(NEW_FIELDS).for_each(|target| *target = Target::Ignore);
    targets
}

/// Takes a column of codes as the external id where no header says which it is.
fn name_by_code(file: &File, targets: &mut [Target], kind: Kind) {
    let external = match kind {
        Kind::Account => Target::Account(AccountField::ExternalId),
        Kind::Contact => Target::Contact(ContactField::ExternalId),
        _ => Target::Deal(DealField::ExternalId),
    };
    if targets.contains(&external) {
        return;
    }
    // A telephone number is everybody's own as well.
    let names = |at: usize| file.codes[at] && !words::is_known(&file.columns[at].header);
    let found = (0..targets.len()).find(|&at| matches!(targets[at], Target::Custom(_)) && names(at));
    if let Some(at) = found {
        targets[at] = external;
    }
}

/// The workspace's field of the column's name, or a new one. `own` are the fields that columns have already.
fn custom(column: &ColumnFacts, settings: &View, kind: Kind, own: &mut Vec<FieldId>) -> Target {
    let name = header_key(&column.name);
    let fields = settings.fields_of(kind);
    let free = || fields.iter().filter(|field| !own.contains(&field.id));
    let alike = || free().find(|field| header_key(&field.name) == name);
    let existing = free().find(|field| field.name == column.name).or_else(alike).map(|field| field.id);
    own.extend(existing);
    Target::Custom(match existing {
        Some(id) => FieldChoice::Existing { id },
        None => FieldChoice::New { name: column.name.clone(), field_type: new_type(column) },
    })
}

fn new_type(column: &ColumnFacts) -> NewType {
    match column.kind {
        ColumnKind::Number(_) => NewType::Number,
        ColumnKind::Date(_) => NewType::Date,
        _ if is_choice(column) => NewType::Choice,
        _ => NewType::Text,
    }
}

fn is_choice(column: &ColumnFacts) -> bool {
    let few = |values: &Vec<(String, u64)>| values.len() <= OPTIONS && values.len() as u64 * 3 <= column.filled;
    column.filled >= 10 && column.values.as_ref().is_some_and(few)
}

fn options(file: &File, settings: &View, headers: &[&str]) -> Vec<Target> {
    let product = headers.iter().position(|header| PRODUCTS.contains(&header_key(header).as_str())).unwrap_or(0);
    let target = |(at, column): (usize, &ColumnFacts)| {
        if at != product {
            return Target::Ignore;
        }
        match custom(column, settings, Kind::Deal, &mut Vec::new()) {
            Target::Custom(FieldChoice::New { name, .. }) => {
                Target::Custom(FieldChoice::New { name, field_type: NewType::Choice })
            }
            existing => existing,
        }
    };
    file.columns.iter().enumerate().map(target).collect()
}

fn deals(file: &File, settings: &View, columns: &[ColumnPlan]) -> DealPlan {
    let has = |field| position(columns, &Target::Deal(field));
    let mut deals = stages::guess(file, settings, has(DealField::Stage), has(DealField::ClosedOn).is_some());
    deals.other_owners = OwnerChoice::Create;
    if has(DealField::Title).is_none() {
        let product = |column: &ColumnPlan| matches!(column.target, Target::Custom(_));
        let named = |at: &usize| PRODUCTS.contains(&header_key(&file.columns[*at].header).as_str());
        let product = (0..columns.len()).filter(|&at| product(&columns[at])).find(named);
        deals.title_from = has(DealField::Account).into_iter().chain(product).collect();
    }
    deals
}

/// The column that has this target.
pub fn position(columns: &[ColumnPlan], target: &Target) -> Option<usize> {
    columns.iter().position(|column| column.target == *target)
}

/// One program writes all numbers of a file alike.
fn decimal(file: &File) -> DecimalMark {
    let mark = |column: &ColumnFacts| match column.kind {
        ColumnKind::Number(NumberColumn::Known(mark)) => Some(mark),
        _ => None,
    };
    let any_comma = file.columns.iter().filter_map(mark).any(|mark| mark == DecimalMark::Comma);
    if any_comma { DecimalMark::Comma } else { DecimalMark::Point }
}

/// The currency that a column of amounts states, in its header or beside an amount.
fn currency_of(column: &ColumnFacts, usual: Currency) -> Option<Currency> {
    let amounts = column.examples.iter().flat_map(|cell| DecimalMark::ALL.map(|mark| Amount::parse(cell, mark)));
    let in_cell = || amounts.flatten().find_map(|amount| amount.currency.likely(usual));
    unit_in_header(&column.header).currency.likely(usual).or_else(in_cell)
}

/// For the guess at members: the column of each field.
fn member(field: MemberField) -> Target {
    Target::Member(field)
}
