//! The keyboard's twin of dragging: Space lifts the card that has the focus, arrows move it, Space drops it and Escape puts
//! it back. What happens is said for those who hear the page.

use super::{
    drag::{Drag, Dragging, Target, drop_cards, held_with, others},
    moving::{Bar, bar, is_by_hand, tell_bar},
    names::{lane_name, slot_name},
    state::{Board, CellState},
};
use crate::{
    client::in_browser,
    texts::{Texts, use_texts},
};
use domain::id::DealId;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;

/// What is said; the board's page shows it to screen readers.
#[derive(Clone, Copy)]
pub struct Said(pub RwSignal<String>);

/// Lifts the card, and those chosen with it, as far as the member may edit them.
pub fn lift(board: Board, drag: Dragging, said: Said, deal: DealId) {
    let texts = board.client.texts;
    let held = held_with(board, deal);
    if held.is_empty() {
        let why = texts.errors().no_permission(texts.right().edit_all_deals());
        said.0.set(why.clone());
        board.client.toasts.fail(why);
        return;
    }
    let Some((cell, place)) = board.seat(deal) else { return };
    // The hint stands where a toast would.
    board.client.toasts.close();
    let title = board.client.peek(|view| view.deals.get(&deal).map(|deal| deal.title.clone())).unwrap_or_default();
    let total = others(cell, &held).len() + held.len();
    let target = Target { lane: cell.lane, slot: cell.slot, place: Some(place.min(total - held.len())) };
    drag.set(Some(Drag::by_keys(deal, held, target)));
    said.0.set(texts.drag().lifted(title, place + 1, name(board, cell), total));
}

/// A key while cards are lifted. `true`: it is not to do anything else.
pub fn on_key(board: Board, drag: Dragging, said: Said, event: &web_sys::KeyboardEvent) -> bool {
    let Some(state) = drag.get_untracked().filter(Drag::is_by_keys) else { return false };
    let Some(target) = state.over else { return false };
    let Some(cell) = board.cell(target.lane, target.slot) else { return false };
    let texts = board.client.texts.drag();
    let key = event.key();
    if key == " " && event.repeat() {
        // Held down, it looks into the card instead.
        drag.set(None);
        board.peeked.set(Some((state.deal, true)));
        return true;
    }
    if matches!(key.as_str(), " " | "Enter") {
        drop_cards(board, drag);
        // What a gate asks for speaks for itself, and has the focus.
        if board.client.gated.with_untracked(Option::is_none) {
            said.0.set(texts.dropped(target.place.unwrap_or(0) + 1, name(board, cell)));
            focus_soon(state.deal);
        }
        return true;
    }
    if key == "Escape" {
        drag.set(None);
        let home = board.seat(state.deal).map(|(home, _)| name(board, home));
        said.0.set(home.map(|home| texts.cancelled(home)).unwrap_or_default());
        focus_soon(state.deal);
        return true;
    }
    let (cell, place) = match step(board, &state, cell, target.place.unwrap_or(0), &key) {
        Step::To(cell, place) => (cell, place),
        Step::Barred(cell, bar) => {
            tell_bar(board, cell, bar, move |why| drop(said.0.try_set(why.to_owned())));
            return true;
        }
        Step::None => return false,
    };
    let total = others(cell, &state.held).len() + state.held.len();
    said.0.set(texts.over(place + 1, name(board, cell), total));
    show(board, cell, place);
    drag.update(|drag| {
        if let Some(drag) = drag {
            drag.over = Some(Target { lane: cell.lane, slot: cell.slot, place: Some(place) });
        }
    });
    true
}

/// Where a key takes what is lifted.
enum Step {
    To(CellState, usize),
    /// Nothing that way takes it; this is the nearest, and why.
    Barred(CellState, Bar),
    /// There is nothing that way, or it is no such key.
    None,
}

/// Over what it may not enter to the next that takes it.
fn step(board: Board, drag: &Drag, cell: CellState, place: usize, key: &str) -> Step {
    let last = |cell: CellState| others(cell, &drag.held).len();
    let within = |cell: CellState, wanted: usize| {
        let place = if is_by_hand(board) { wanted } else { board.place_by_rank(drag.deal, cell).unwrap_or(wanted) };
        Step::To(cell, place.min(last(cell)))
    };
    let beside = |columns: isize, lanes: isize, place: &dyn Fn(CellState) -> usize| {
        let slots: Vec<_> = board.columns.with_value(|columns| columns.iter().map(|it| it.slot).collect());
        let all: Vec<_> = board.lanes.with_value(|lanes| lanes.iter().map(|it| it.lane).collect());
        let at = slots.iter().position(|slot| *slot == cell.slot).zip(all.iter().position(|lane| *lane == cell.lane));
        let next = |(at, lane): &(usize, usize)| at.checked_add_signed(columns).zip(lane.checked_add_signed(lanes));
        let mut nearest = Step::None;
        for (at, lane) in std::iter::successors(at, next).skip(1) {
            let Some(cell) = all.get(lane).zip(slots.get(at)).and_then(|(lane, slot)| board.cell(*lane, *slot)) else {
                break;
            };
            match (bar(board, &drag.held, &cell), &nearest) {
                (None, _) => return within(cell, place(cell)),
                (Some(bar), Step::None) => nearest = Step::Barred(cell, bar),
                _ => {}
            }
        }
        nearest
    };
    match key {
        "ArrowLeft" => beside(-1, 0, &|_| place),
        "ArrowRight" => beside(1, 0, &|_| place),
        "ArrowUp" if place > 0 && is_by_hand(board) => Step::To(cell, place - 1),
        "ArrowUp" => beside(0, -1, &last),
        "ArrowDown" if place < last(cell) && is_by_hand(board) => Step::To(cell, place + 1),
        "ArrowDown" => beside(0, 1, &|_| 0),
        "Home" => within(cell, 0),
        "End" => within(cell, last(cell)),
        _ => Step::None,
    }
}

/// What a place is called: the column, and its lane where there are several.
fn name(board: Board, cell: CellState) -> String {
    let texts = board.client.texts;
    board.client.peek(|view| match (slot_name(texts, view, cell.slot), lane_name(texts, view, cell.lane)) {
        (slot, lane) if lane.is_empty() => slot,
        (slot, lane) => texts.drag().in_lane(lane, slot),
    })
}

/// Scrolls so that the place is in sight.
pub fn show(board: Board, cell: CellState, place: usize) {
    let (lane, slot) = (cell.lane.word(), cell.slot.word());
    let element = document().query_selector(&format!("[data-slot=\"{slot}\"][data-lane=\"{lane}\"]"));
    let Ok(Some(element)) = element else { return };
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
    let (top, pitch) = (super::strip::pixels(place, board.pitch()) as i32, board.pitch() as i32);
    if let Ok(Some(list)) = element.query_selector(".list") {
        element.scroll_into_view();
        let (from, height) = (list.scroll_top(), list.client_height());
        if top < from {
            list.set_scroll_top(top);
        } else if top + pitch > from + height {
            list.set_scroll_top(top + pitch - height);
        }
        return;
    }
    // With lanes the board itself scrolls, under the heads of its columns.
    let Ok(Some(scroller)) = document().query_selector(".board") else { return };
    let (seen, own) = (scroller.get_bounding_client_rect(), element.get_bounding_client_rect());
    let (from, to) = (seen.top() + 80.0, seen.bottom());
    let at = own.top() + f64::from(top);
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    if at < from {
        scroller.set_scroll_top(scroller.scroll_top() - (from - at) as i32);
    } else if at + f64::from(pitch) > to {
        scroller.set_scroll_top(scroller.scroll_top() + (at + f64::from(pitch) - to) as i32);
    }
}

thread_local! {
    /// The card that is to have the focus as soon as it is drawn.
    static AWAITED: Cell<Option<DealId>> = const { Cell::new(None) };
}

pub fn awaited() -> Option<DealId> {
    AWAITED.get()
}

/// The card is drawn in its place by one of the next frames, and has the focus then.
pub fn focus_soon(deal: DealId) {
    AWAITED.set(Some(deal));
    focus_within(deal, 10);
}

fn focus_within(deal: DealId, frames: u8) {
    request_animation_frame(move || {
        if AWAITED.get() != Some(deal) {
            return;
        }
        match card_of(deal) {
            Some(card) => {
                let _ = card.focus();
                AWAITED.set(None);
            }
            None if frames > 0 => focus_within(deal, frames - 1),
            None => AWAITED.set(None),
        }
    });
}

/// Gives a card the focus again once it is drawn elsewhere, unless something else has taken it meanwhile.
pub fn keep_focus(deal: DealId) {
    keep_within(deal, 10);
}

fn keep_within(deal: DealId, frames: u8) {
    request_animation_frame(move || {
        let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        match card_of(deal).filter(|_| is_lost) {
            Some(card) => drop(card.focus()),
            None if frames > 0 => keep_within(deal, frames - 1),
            None => {}
        }
    });
}

pub fn card_of(deal: DealId) -> Option<web_sys::HtmlElement> {
    let card = document().query_selector(&format!(".strip [data-deal=\"{deal}\"]")).ok().flatten()?;
    card.dyn_into().ok()
}

pub fn has_focus(deal: DealId) -> bool {
    let element = in_browser().then(|| document().active_element()).flatten();
    element.and_then(|element| element.get_attribute("data-deal")).is_some_and(|id| id == deal.to_string())
}

/// Which card moves, and by which keys.
#[component]
pub fn Hints(board: Board) -> impl IntoView {
    let texts: Texts = use_texts();
    let t = texts.drag();
    let drag = expect_context::<Dragging>();
    let moving =
        Memo::new(move |_| drag.with(|drag| drag.as_ref().filter(|drag| drag.is_by_keys()).map(|drag| drag.deal)));
    move || {
        let title = moving
            .get()
            .and_then(|deal| board.client.peek(|view| view.deals.get(&deal).map(|deal| deal.title.clone())));
        title.map(|title| {
            view! {
                <div class="toasts" aria-hidden="true">
                    <div class="toast">
                        <span>{t.moving(title)}</span>
                        <span class="keys">
                            <span><kbd>"←"</kbd> <kbd>"→"</kbd> " " {t.key_stage()}</span>
                            <span><kbd>"↑"</kbd> <kbd>"↓"</kbd> " " {t.key_place()}</span>
                            <span><kbd>{t.space()}</kbd> " " {t.key_drop()}</span>
                            <span><kbd>"Esc"</kbd> " " {t.key_back()}</span>
                        </span>
                    </div>
                </div>
            }
        })
    }
}
