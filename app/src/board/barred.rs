//! Why a column or a lane takes no card, in words.

use super::{
    moving::Bar,
    names::{lane_name, slot_name},
    state::{Board, CellState},
};

pub fn barred(board: Board, cell: CellState, bar: Bar) -> String {
    let texts = board.client.texts;
    let t = texts.drag();
    board.client.peek(|view| match bar {
        Bar::ManyMonths => t.barred_months(slot_name(texts, view, cell.slot)),
        Bar::Ended => t.barred_ended().to_owned(),
        Bar::LaneFollows => t.barred_lane(lane_name(texts, view, cell.lane)),
        Bar::NotGiven => texts.errors().no_permission(texts.right().edit_all_deals()),
        Bar::Gone => texts.errors().not_found().to_owned(),
    })
}
