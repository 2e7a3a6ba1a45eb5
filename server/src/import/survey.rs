//! The first pass over a file that is checked or imported: how many rows there are, and which owners, stages, teams and
//! options they name, for these must be there before the rows.

use super::{error::Result, inspect::check_whole, layout::Layout, upload::Upload, values::Values};
use app::import::{
    plan::{FieldChoice, MemberField, NewType, Plan},
    trouble::Trouble,
};
use domain::{field::FieldType, import::guess::DealField, view::View};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

/// How many options a field can have; as many new members and teams are let pass as well.
pub const MOST: usize = 500;

pub struct Survey {
    pub rows: u64,
    /// The values of the columns that name something.
    values: HashMap<usize, Values>,
}

impl Survey {
    /// It stops when it is given up.
    pub fn of(upload: &Upload, plan: &Plan, layout: &Layout, settings: &View, given_up: &AtomicBool) -> Result<Self> {
        let is_named = |choice: &FieldChoice| match choice {
            FieldChoice::Existing { id } => settings
                .fields
                .get(id)
                .is_some_and(|field| matches!(field.field_type, FieldType::Choice { .. } | FieldType::Person)),
            FieldChoice::New { field_type, .. } => matches!(field_type, NewType::Choice | NewType::Person),
        };
        let named = layout.custom.iter().filter(|(_, choice)| is_named(choice)).map(|(at, _)| *at);
        let fields = [DealField::Owner, DealField::Stage];
        let fields = fields.iter().filter_map(|field| layout.deal.get(field)).copied();
        let members = [MemberField::Team, MemberField::Manager];
        let members = members.iter().filter_map(|field| layout.member.get(field)).copied();
        let mut values: HashMap<usize, Values> =
            named.chain(fields).chain(members).map(|at| (at, Values::up_to(MOST))).collect();

        let mut table = upload.table(&plan.format)?;
        let mut rows = 0;
        for record in &mut table {
            let record = record?;
            if given_up.load(Ordering::Relaxed) {
                return Err(Trouble::NotNow.into());
            }
            rows += 1;
            if record.is_unsound() {
                continue;
            }
            for (at, values) in &mut values {
                if let Some(cell) = record.cells.get(*at) {
                    values.add(cell);
                }
            }
        }
        check_whole(upload, table.bytes())?;
        Ok(Self { rows, values })
    }

    /// The values of a column, each with its number of rows; none where there are too many.
    pub fn values(&self, column: usize) -> Option<&[(String, u64)]> {
        self.values.get(&column)?.counts()
    }
}
