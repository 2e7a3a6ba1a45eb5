//! The custom fields of a row.

use crate::import::{
    cells::Cells,
    engine::Engine,
    guess::key,
    setup::{CustomColumn, member_named},
};
use app::import::report::Reason;
use domain::field::{Custom, FieldType, FieldValue};

impl Engine {
    /// Sets the fields whose cells are not blank.
    pub fn fill_custom(&self, cells: &mut Cells, custom: &mut Custom) {
        for column in &self.found.custom {
            if let Some(value) = self.custom_value(cells, column) {
                custom.insert(column.field, value);
            }
        }
    }

    fn custom_value(&self, cells: &mut Cells, column: &CustomColumn) -> Option<FieldValue> {
        let at = Some(&column.at);
        let cell = cells.text(at)?;
        match column.field_type {
            FieldType::Text => Some(FieldValue::Text(cell.to_owned())),
            FieldType::Choice { .. } => Some(FieldValue::Choice(cell.trim().to_owned())),
            FieldType::Number => cells.number(column.at).map(FieldValue::Number),
            FieldType::Money => cells.amount(at, None).map(FieldValue::Money),
            FieldType::Date => cells.date(at).map(|written| FieldValue::Date(written.date)),
            FieldType::Person => {
                let found = self.found.owners.get(&key(cell)).copied().or_else(|| member_named(&self.view, cell));
                if found.is_none() {
                    cells.note(Some(column.at), Reason::UnknownMember);
                }
                found.map(FieldValue::Person)
            }
        }
    }
}
