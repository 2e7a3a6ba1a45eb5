//! What a person decided about a file, where it is read anew.

use super::{
    inspection::Inspection,
    plan::{ColumnPlan, Plan, Target},
};
use domain::import::guess::DealField;

/// Carries over to a new reading's plan what the person decided otherwise than the earlier reading had guessed, as far as
/// it concerns columns that are still there.
pub fn keep(before: &Inspection, decided: &Plan, after: &mut Inspection) {
    let guessed = &before.plan;
    if decided.rows != after.plan.rows {
        return;
    }
    for (at, column) in after.columns.iter().enumerate() {
        let earlier = before.columns.iter().position(|other| !column.header.is_empty() && other.name == column.name);
        let earlier = earlier.and_then(|earlier| Some((decided.columns.get(earlier)?, guessed.columns.get(earlier)?)));
        if let Some((own, _)) = earlier.filter(|(own, guess)| own != guess) {
            place(&mut after.plan.columns, at, own);
        }
    }
    let plan = &mut after.plan;
    if decided.decimal != guessed.decimal {
        plan.decimal = decided.decimal;
    }
    if decided.amount_exponent != guessed.amount_exponent {
        plan.amount_exponent = decided.amount_exponent;
    }
    if decided.currency != guessed.currency {
        plan.currency = decided.currency;
    }
    if decided.deals != guessed.deals && names_the_same(before, after) {
        after.plan.deals = decided.deals.clone();
    }
}

/// Gives a column its place again; a column that was guessed to be the same goes without.
fn place(columns: &mut [ColumnPlan], at: usize, own: &ColumnPlan) {
    for (other, column) in columns.iter_mut().enumerate() {
        if other == at {
            column.clone_from(own);
        } else if own.target != Target::Ignore && column.target == own.target {
            *column = ColumnPlan::IGNORED;
        }
    }
}

/// Whether the columns are the same, and those of stages and owners name the same.
fn names_the_same(before: &Inspection, after: &Inspection) -> bool {
    let of = |field: DealField| {
        after.plan.columns.iter().position(|column| column.target == Target::Deal(field)).into_iter()
    };
    let mut naming = of(DealField::Stage).chain(of(DealField::Owner));
    let names = |file: &Inspection| file.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    names(before) == names(after) && naming.all(|at| before.columns[at].values == after.columns[at].values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{
        inspection::ColumnFacts,
        plan::{DealPlan, OwnerChoice, PipelineChoice, RowKind},
    };
    use domain::{
        import::{ColumnKind, DateColumn, DecimalMark, Extent, Format},
        money::Currency,
    };
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn read(headers: &[&str], targets: &[Target]) -> Inspection {
        let format = Format::detect(b"a,b\n1,2\n", Extent::Whole);
        let column = |header: &&str| ColumnFacts {
            header: (*header).to_owned(),
            name: (*header).to_owned(),
            kind: ColumnKind::Text,
            dates: DateColumn::NotDates,
            filled: 1,
            values: None,
            examples: Vec::new(),
        };
        let plan = Plan {
            rows: RowKind::Deals,
            format: format.clone(),
            columns: targets.iter().map(|target| ColumnPlan { target: target.clone(), dates: None }).collect(),
            decimal: DecimalMark::Point,
            amount_exponent: 0,
            currency: Currency::CNY,
            deals: DealPlan {
                pipeline: PipelineChoice::New { name: "file".to_owned() },
                new_stages: Vec::new(),
                stages: BTreeMap::new(),
                first_stage: None,
                closed_stage: None,
                last_open: None,
                owners: BTreeMap::new(),
                other_owners: OwnerChoice::Create,
                title_from: Vec::new(),
            },
        };
        Inspection {
            upload: Uuid::nil(),
            file_name: "file.csv".to_owned(),
            bytes: 0,
            format,
            rows: 1,
            blank_rows: 0,
            odd_rows: 0,
            malformed: 0,
            nuls: 0,
            columns: headers.iter().map(column).collect(),
            sample: Vec::new(),
            plan,
        }
    }

    #[test]
    fn what_was_decided_by_hand_outlives_another_reading() {
        let (title, notes) = (Target::Deal(DealField::Title), Target::Deal(DealField::Notes));
        let before = read(&["name", "text"], &[title.clone(), Target::Ignore]);
        let mut decided = before.plan.clone();
        decided.columns[0].target = Target::Ignore;
        decided.columns[1].target = title.clone();
        decided.decimal = DecimalMark::Comma;
        decided.deals.other_owners = OwnerChoice::Refuse;

        let targets =
            |file: &Inspection| file.plan.columns.iter().map(|column| column.target.clone()).collect::<Vec<_>>();
        let mut same = read(&["name", "text"], &[title.clone(), Target::Ignore]);
        keep(&before, &decided, &mut same);
        assert_eq!(same.plan, decided);

        // Another column comes before, and one is no longer there.
        let mut other = read(&["new", "text"], &[title.clone(), notes]);
        keep(&before, &decided, &mut other);
        assert_eq!(targets(&other), [Target::Ignore, title]);
        assert_eq!((other.plan.decimal, other.plan.deals.other_owners), (DecimalMark::Comma, OwnerChoice::Create));
    }
}
