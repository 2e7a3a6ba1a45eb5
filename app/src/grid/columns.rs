//! The columns as a person has them: which, how wide, how many stay in sight. Kept in the browser for each member.

use crate::{client::in_browser, texts::Texts, ui::refusal::field_name};
use domain::{grid::Column, id::MemberId, view::View};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Between these a column's width stays, in pixels.
const WIDTHS: (u16, u16) = (56, 640);
/// How many columns can stay in sight at most; style/grid.css places as many.
pub const MOST_FROZEN: usize = 4;

pub fn column_name(texts: Texts, view: &View, column: Column) -> String {
    match column {
        Column::Stay => texts.grid().stay().to_owned(),
        Column::Next => texts.grid().next().to_owned(),
        column => field_name(texts, view, &column.to_string()),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Where the address names none.
    pub columns: Vec<Column>,
    /// In pixels, where they are not as usual.
    widths: BTreeMap<Column, u16>,
    pub frozen: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Self { columns: Column::USUAL.to_vec(), widths: BTreeMap::new(), frozen: 1 }
    }
}

impl Layout {
    pub fn width(&self, column: Column) -> u16 {
        self.widths.get(&column).copied().unwrap_or(match column {
            Column::Title => 260,
            Column::Account | Column::Next => 180,
            Column::Stay => 88,
            Column::CloseOn | Column::Created => 112,
            Column::Amount | Column::Stage => 136,
            _ => 128,
        })
    }

    pub fn resize(&mut self, column: Column, width: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels between two bounds")]
        let width = width.clamp(f64::from(WIDTHS.0), f64::from(WIDTHS.1)).round() as u16;
        self.widths.insert(column, width);
    }

    /// What was kept for the member in this browser.
    pub fn kept(me: MemberId) -> Option<Self> {
        let json = storage()?.get_item(&place(me)).ok().flatten()?;
        let mut kept: Self = serde_json::from_str(&json).ok()?;
        kept.frozen = kept.frozen.min(MOST_FROZEN);
        (!kept.columns.is_empty()).then_some(kept)
    }

    pub fn keep(&self, me: MemberId) {
        if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(self)) {
            let _ = storage.set_item(&place(me), &json);
        }
    }
}

/// Moves a column to another place among the columns.
pub fn moved(columns: &[Column], from: usize, to: usize) -> Vec<Column> {
    let mut columns = columns.to_vec();
    if from < columns.len() && to < columns.len() {
        let column = columns.remove(from);
        columns.insert(to, column);
    }
    columns
}

fn place(me: MemberId) -> String {
    format!("fairlead table {me}")
}

fn storage() -> Option<web_sys::Storage> {
    if !in_browser() {
        return None;
    }
    window().local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back() {
        let mut layout = Layout::default();
        layout.resize(Column::Title, 10_000.0);
        layout.resize(Column::Custom(uuid::Uuid::from_u128(7).into()), 90.4);
        let json = serde_json::to_string(&layout).unwrap();
        assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
        assert_eq!((layout.width(Column::Title), layout.width(Column::Owner)), (640, 128));
    }

    #[test]
    fn columns_move_both_ways() {
        let columns = [Column::Title, Column::Stage, Column::Owner];
        assert_eq!(moved(&columns, 0, 2), [Column::Stage, Column::Owner, Column::Title]);
        assert_eq!(moved(&columns, 2, 0), [Column::Owner, Column::Title, Column::Stage]);
        assert_eq!(moved(&columns, 1, 3), columns);
    }
}
