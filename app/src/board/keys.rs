//! The keys of cards: arrows go from one to the next, Space lifts (held down, or with Shift, it looks into the card), X
//! chooses, M and A open the menu.

use super::{
    drag::{Drag, Dragging},
    lift::{self, Said, focus_soon, show},
    selection,
    state::{Board, CardRef, CellState},
};
use crate::shell::types;
use domain::id::DealId;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;

/// Listens for as long as the board stands.
pub fn listen(board: Board, drag: Dragging, said: Said) {
    Effect::new(move |_| {
        let down = window_event_listener(leptos::ev::keydown, move |event| {
            // Whoever types, has opened a dialog, or is asked something by a gate, is not on the board, and has let go of
            // what keys had lifted.
            if types(&event) || board.client.gated.with_untracked(Option::is_some) {
                if drag.with_untracked(|drag| drag.as_ref().is_some_and(Drag::is_by_keys)) {
                    drag.set(None);
                }
                return;
            }
            let is_done = if drag.with_untracked(Option::is_some) {
                lift::on_key(board, drag, said, &event)
            } else {
                on_key(board, drag, said, &event)
            };
            if is_done {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
        let up = window_event_listener(leptos::ev::keyup, move |event| {
            let by_holding = board.peeked.with_untracked(|peeked| peeked.is_some_and(|(_, by_holding)| by_holding));
            if event.key() == " " && by_holding {
                board.peeked.set(None);
            }
        });
        on_cleanup(move || {
            down.remove();
            up.remove();
        });
    });
}

/// The card that has the focus.
fn focused(event: &web_sys::KeyboardEvent) -> Option<DealId> {
    // Keys may be faster than the frames in which the focus follows.
    if let Some(deal) = lift::awaited() {
        return Some(deal);
    }
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.matches(".strip .card").ok().filter(|is_card| *is_card)?;
    element.get_attribute("data-deal")?.parse().ok()
}

/// `true`: the key is not to do anything else.
fn on_key(board: Board, drag: Dragging, said: Said, event: &web_sys::KeyboardEvent) -> bool {
    let key = if event.key().chars().count() == 1 { event.key().to_lowercase() } else { event.key() };
    let with_ctrl = event.ctrl_key() || event.meta_key();
    if key == "Escape" {
        let is_peeking = board.peeked.with_untracked(Option::is_some);
        if is_peeking {
            board.peeked.set(None);
        } else if board.selected.with_untracked(|selected| !selected.is_empty())
            && board.menu.with_untracked(Option::is_none)
        {
            board.selected.set(BTreeSet::new());
        }
        return is_peeking;
    }
    let Some(deal) = focused(event).filter(|_| !event.alt_key()) else { return false };
    match (key.as_str(), with_ctrl, event.shift_key()) {
        (" ", false, true) => {
            let is_same = board.peeked.with_untracked(|peeked| peeked.is_some_and(|(peeked, _)| peeked == deal));
            board.peeked.set((!is_same).then_some((deal, false)));
        }
        // Held down, it comes again and again.
        (" ", false, false) if event.repeat() => {}
        (" ", false, false) => lift::lift(board, drag, said, deal),
        ("e", false, false) => open(deal),
        ("x", false, false) => selection::toggle(board, deal),
        ("x", false, true) => selection::extend(board, deal),
        ("a", true, false) => selection::all_beside(board, deal),
        ("m" | "a", false, false) => board.menu.set(Some(selection::with(board, deal))),
        ("ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End", false, _) => {
            return go(board, deal, &key, event.shift_key());
        }
        _ => return false,
    }
    true
}

/// Moves the focus to another card; with Shift it is chosen on the way.
fn go(board: Board, deal: DealId, key: &str, choosing: bool) -> bool {
    let Some((cell, place)) = board.seat(deal) else { return false };
    let count = |cell: CellState| cell.cards.with_untracked(Vec::len);
    let beside = |by: isize| {
        let slots: Vec<_> = board.columns.with_value(|columns| columns.iter().map(|it| it.slot).collect());
        let mut at = slots.iter().position(|slot| *slot == cell.slot)?;
        // Over columns without cards, or that are folded.
        loop {
            at = at.checked_add_signed(by)?;
            let slot = *slots.get(at)?;
            let next = board.cell(cell.lane, slot)?;
            if count(next) > 0 && !untrack(|| board.is_folded(&slot.word())) {
                return Some((next, place.min(count(next) - 1)));
            }
        }
    };
    let across = |by: isize| {
        let lanes: Vec<_> = board.lanes.with_value(|lanes| lanes.iter().map(|it| it.lane).collect());
        let mut at = lanes.iter().position(|lane| *lane == cell.lane)?;
        loop {
            at = at.checked_add_signed(by)?;
            let lane = *lanes.get(at)?;
            let next = board.cell(lane, cell.slot)?;
            if count(next) > 0 && !untrack(|| board.is_folded(&lane.word())) {
                return Some((next, if by > 0 { 0 } else { count(next) - 1 }));
            }
        }
    };
    let next = match key {
        "ArrowUp" if place > 0 => Some((cell, place - 1)),
        "ArrowDown" if place + 1 < count(cell) => Some((cell, place + 1)),
        "ArrowUp" => across(-1),
        "ArrowDown" => across(1),
        "ArrowLeft" => beside(-1),
        "ArrowRight" => beside(1),
        "Home" => Some((cell, 0)),
        _ => Some((cell, count(cell).saturating_sub(1))),
    };
    let Some((cell, place)) = next else { return true };
    let Some(next) = cell.cards.with_untracked(|cards| cards.get(place).map(CardRef::id)) else { return true };
    show(board, cell, place);
    focus_soon(next);
    if choosing {
        board.selected.update(|selected| selected.extend([deal, next]));
    }
    if let Some((_, by_holding)) = board.peeked.get_untracked() {
        board.peeked.set(Some((next, by_holding)));
    }
    true
}

/// As a click on the card does.
fn open(deal: DealId) {
    if let Some(card) = lift::card_of(deal) {
        card.click();
    }
}
