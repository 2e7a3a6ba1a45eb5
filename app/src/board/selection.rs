//! Cards chosen to be acted on together: by X, by Ctrl or Shift with a click, on a touch screen by a tap once one is chosen.

use super::state::{Board, CardRef};
use domain::id::DealId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What an act on a card is about: all that are chosen, where it is one of them.
pub fn with(board: Board, deal: DealId) -> Vec<DealId> {
    let chosen = board.selected.get_untracked();
    if chosen.contains(&deal) { board.in_order(&chosen) } else { vec![deal] }
}

/// Chooses a card, or no longer.
pub fn toggle(board: Board, deal: DealId) {
    board.anchor.set_value(Some(deal));
    board.selected.update(|selected| {
        if !selected.remove(&deal) {
            selected.insert(deal);
        }
    });
}

/// Chooses all from the card that was chosen last to this one, where both stand in one column.
pub fn extend(board: Board, deal: DealId) {
    let from = board.anchor.get_value().and_then(|anchor| board.seat(anchor));
    let Some((cell, to)) = board.seat(deal) else { return };
    match from.filter(|(from, _)| (from.lane, from.slot) == (cell.lane, cell.slot)) {
        Some((_, from)) => {
            let range = from.min(to)..=from.max(to);
            let ids: Vec<DealId> = cell.cards.with_untracked(|cards| cards[range].iter().map(CardRef::id).collect());
            board.selected.update(|selected| selected.extend(ids));
        }
        None => toggle(board, deal),
    }
}

/// Chooses every card of the column in which a card stands.
pub fn all_beside(board: Board, deal: DealId) {
    if let Some((cell, _)) = board.seat(deal) {
        let ids: Vec<DealId> = cell.cards.with_untracked(|cards| cards.iter().map(CardRef::id).collect());
        board.selected.update(|selected| selected.extend(ids));
    }
}

/// Whether a click chose something, and so opens nothing.
pub fn on_click(board: Board, deal: DealId, event: &web_sys::MouseEvent) -> bool {
    let by_touch = event.dyn_ref::<web_sys::PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
    if event.shift_key() {
        extend(board, deal);
    } else if event.ctrl_key() || event.meta_key() || by_touch && board.selected.with_untracked(|it| !it.is_empty()) {
        toggle(board, deal);
    } else {
        return false;
    }
    true
}
