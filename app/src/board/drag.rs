//! Dragging cards: by mouse at once, by touch after a long press. What is held follows the pointer as a copy; the place it
//! came from and the place where it would land are shown in the columns. Escape puts it back.

use super::{
    card::{CardFace, Face},
    lift::focus_soon,
    moving::{self, bar},
    selection,
    state::{Board, CardRef, CellState},
};
use crate::texts::use_texts;
use domain::{
    board::{Lane, Slot},
    id::{DealId, StageId},
    presence::Doing,
};
use leptos::prelude::*;
use std::{cell::Cell, collections::BTreeSet, time::Duration};
use wasm_bindgen::JsCast;

/// How far the mouse moves before pressing becomes dragging, in pixels.
const THRESHOLD: f64 = 5.0;
/// How long a finger rests before it lifts the card.
const LONG_PRESS: Duration = Duration::from_millis(350);
/// How near an edge scrolling begins, and how far it goes in a frame, in pixels.
const EDGE: f64 = 48.0;
const STEP: f64 = 12.0;

pub type Dragging = RwSignal<Option<Drag>>;

/// Cards that are pressed, and once they move, dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// The card under the pointer.
    pub deal: DealId,
    /// All that move with it and itself, as they stand, and the stage in which each was seen.
    pub held: Vec<(DealId, StageId)>,
    pointer: i32,
    touch: bool,
    /// Where the pointer went down.
    start: (f64, f64),
    /// Where it is.
    at: (f64, f64),
    /// Where in the card it took hold, and how wide the card is.
    hold: (f64, f64),
    width: f64,
    pub is_moving: bool,
    /// Where it would land.
    pub over: Option<Target>,
    /// What it would be dropped on at the foot of the board.
    pub zone: Option<Zone>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub lane: Lane,
    pub slot: Slot,
    /// Its place among the cell's other cards; none where that is not for people to say.
    pub place: Option<usize>,
}

impl Target {
    pub fn is_in(&self, cell: &CellState) -> bool {
        (self.lane, self.slot) == (cell.lane, cell.slot)
    }
}

/// What stands at the foot of the board while a card is dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Stage(StageId),
    Delete,
}

impl Zone {
    pub fn word(self) -> String {
        match self {
            Self::Stage(stage) => stage.to_string(),
            Self::Delete => "delete".to_owned(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        if word == "delete" { Some(Self::Delete) } else { word.parse().ok().map(Self::Stage) }
    }
}

/// In place of a pointer's number, where keys move the card.
const KEYS: i32 = i32::MIN;

impl Drag {
    /// Cards that keys have lifted, and where the one that had the focus stands.
    pub fn by_keys(deal: DealId, held: Vec<(DealId, StageId)>, target: Target) -> Self {
        let nowhere = (0.0, 0.0);
        Self {
            deal,
            held,
            pointer: KEYS,
            touch: false,
            start: nowhere,
            at: nowhere,
            hold: nowhere,
            width: 0.0,
            is_moving: true,
            over: Some(target),
            zone: None,
        }
    }

    /// What others are told of it: the card, once it moves, and over which stage.
    pub fn doing(&self) -> Option<Doing> {
        let over = self.over.as_ref().and_then(|target| target.slot.stage());
        self.is_moving.then_some(Doing::Holding { deal: self.deal, over })
    }

    pub fn is_by_keys(&self) -> bool {
        self.pointer == KEYS
    }

    pub fn holds(&self, deal: DealId) -> bool {
        self.is_moving && self.held.iter().any(|(held, _)| *held == deal)
    }
}

thread_local! {
    static JUST_DROPPED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the click that arrives now ends a drag.
pub fn just_dropped() -> bool {
    JUST_DROPPED.with(Cell::take)
}

/// What moves when a card is lifted: all that are chosen, where it is one of them, as far as the member may edit them.
pub fn held_with(board: Board, deal: DealId) -> Vec<(DealId, StageId)> {
    let held = editable(board, &selection::with(board, deal));
    if held.iter().any(|(id, _)| *id == deal) { held } else { Vec::new() }
}

/// Those of the deals that the member may edit, each with the stage in which it is seen.
pub fn editable(board: Board, deals: &[DealId]) -> Vec<(DealId, StageId)> {
    let client = board.client;
    client.peek(|view| {
        let records = deals.iter().filter_map(|deal| view.deals.get(deal));
        records.filter(|deal| client.may_edit(deal)).map(|deal| (deal.id, deal.stage)).collect()
    })
}

/// The pointer goes down on a card.
pub fn press(board: Board, drag: Dragging, deal: DealId, event: &web_sys::PointerEvent) {
    JUST_DROPPED.with(|dropped| dropped.set(false));
    let card = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(card) = card.filter(|_| event.button() == 0 && event.is_primary()) else { return };
    let held = held_with(board, deal);
    if held.is_empty() {
        return;
    }
    let bounds = card.get_bounding_client_rect();
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let touch = event.pointer_type() == "touch";
    drag.set(Some(Drag {
        deal,
        held,
        pointer: event.pointer_id(),
        touch,
        start: at,
        at,
        hold: (at.0 - bounds.left(), at.1 - bounds.top()),
        width: bounds.width(),
        is_moving: false,
        over: None,
        zone: None,
    }));
    if touch {
        let pointer = event.pointer_id();
        set_timeout(
            move || {
                // The tap may have opened the deal, and the board is gone.
                let is_held = |drag: &Option<Drag>| drag.as_ref().is_some_and(|drag| drag.pointer == pointer);
                if drag.try_with_untracked(is_held) == Some(true) {
                    lift(board, drag);
                }
            },
            LONG_PRESS,
        );
    } else {
        // Text under the mouse is not selected by dragging.
        event.prevent_default();
        if let Ok(card) = card.dyn_into::<web_sys::HtmlElement>() {
            let _ = card.focus();
        }
    }
}

fn lift(board: Board, drag: Dragging) {
    drag.update(|drag| {
        if let Some(drag) = drag {
            drag.is_moving = true;
            (drag.over, drag.zone) = under(board, drag);
        }
    });
    scroll_at_edges(board, drag);
}

/// Listens to the pointer for as long as the board stands.
pub fn listen(board: Board, drag: Dragging) {
    // Cards that waited before a gate have passed it, or go back.
    Effect::new(move |waited: Option<bool>| {
        let waits = board.client.gated.with(Option::is_some);
        if waited == Some(true) && !waits {
            drag.set(None);
        }
        waits
    });
    Effect::new(move |_| {
        let is_its =
            move |pointer: i32| drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.pointer == pointer));
        let moved = window_event_listener(leptos::ev::pointermove, move |event| {
            if is_its(event.pointer_id()) {
                follow(board, drag, (f64::from(event.client_x()), f64::from(event.client_y())));
            }
        });
        let up = window_event_listener(leptos::ev::pointerup, move |event| {
            if is_its(event.pointer_id()) {
                drop_cards(board, drag);
            }
        });
        // The browser took the gesture for scrolling.
        let cancelled = window_event_listener(leptos::ev::pointercancel, move |event| {
            if is_its(event.pointer_id()) {
                drag.set(None);
            }
        });
        let escape = window_event_listener(leptos::ev::keydown, move |event| {
            let by_pointer = drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| !drag.is_by_keys()));
            if event.key() == "Escape" && by_pointer {
                // It puts the cards back, and does nothing else.
                event.stop_immediate_propagation();
                JUST_DROPPED.with(|dropped| dropped.set(true));
                drag.set(None);
            }
        });
        // A card that somebody deletes is in nobody's hands.
        board.client.listen(move |_, _| {
            let held = drag.try_with_untracked(|drag| drag.as_ref().map(|drag| drag.deal)).flatten();
            if held.is_some_and(|deal| board.client.peek(|view| !view.deals.contains_key(&deal))) {
                drag.set(None);
            }
        });
        on_cleanup(move || {
            moved.remove();
            up.remove();
            cancelled.remove();
            escape.remove();
        });
    });
}

fn follow(board: Board, drag: Dragging, at: (f64, f64)) {
    let Some(state) = drag.get_untracked() else { return };
    if !state.is_moving {
        if state.touch {
            // A finger that moves before the long press scrolls.
            if is_far(&state, at) {
                drag.set(None);
            }
        } else if is_far(&state, at) {
            drag.update(|drag| {
                if let Some(drag) = drag {
                    drag.at = at;
                }
            });
            lift(board, drag);
        }
        return;
    }
    let mut state = Drag { at, ..state };
    (state.over, state.zone) = under(board, &state);
    drag.set(Some(state));
}

fn is_far(drag: &Drag, at: (f64, f64)) -> bool {
    (at.0 - drag.start.0).hypot(at.1 - drag.start.1) > THRESHOLD
}

/// What is under the pointer: a place among the cards, or one at the board's foot.
fn under(board: Board, drag: &Drag) -> (Option<Target>, Option<Zone>) {
    if let Some(zone) = closest(drag, "[data-zone]") {
        return (None, zone.get_attribute("data-zone").and_then(|word| Zone::parse(&word)));
    }
    (closest(drag, "[data-lane]").and_then(|cell| target_in(board, drag, &cell)), None)
}

/// The nearest such element around what is under the pointer.
fn closest(drag: &Drag, what: &str) -> Option<web_sys::Element> {
    let (x, y) = drag.at;
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let element = document().element_from_point(x as f32, y as f32)?;
    element.closest(what).ok().flatten()
}

/// The lane's column that an element shows.
fn cell_of(board: Board, element: &web_sys::Element) -> Option<CellState> {
    let (lane, slot) = (element.get_attribute("data-lane")?, element.get_attribute("data-slot")?);
    let lane = board.lanes.with_value(|lanes| lanes.iter().map(|it| it.lane).find(|it| it.word() == lane))?;
    let slot = board.columns.with_value(|columns| columns.iter().map(|it| it.slot).find(|it| it.word() == slot))?;
    board.cell(lane, slot)
}

fn target_in(board: Board, drag: &Drag, element: &web_sys::Element) -> Option<Target> {
    let cell = cell_of(board, element)?;
    if bar(board, &drag.held, &cell).is_some() {
        return None;
    }
    let pitch = board.pitch();
    let place = if moving::is_by_hand(board) {
        // The middle of the card decides. A folded column has no places: it takes what comes at its end.
        element.query_selector(".strip").ok().flatten().map(|strip| {
            let middle = drag.at.1 - drag.hold.1 + pitch / 2.0 - strip.get_bounding_client_rect().top();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "not negative, below the count"
            )]
            let place = (middle / pitch).floor().max(0.0) as usize;
            place.min(others(cell, &drag.held).len())
        })
    } else {
        board.place_by_rank(drag.deal, cell)
    };
    Some(Target { lane: cell.lane, slot: cell.slot, place })
}

/// A cell's cards without those that are held.
pub fn others(cell: CellState, held: &[(DealId, StageId)]) -> Vec<DealId> {
    let held: BTreeSet<DealId> = held.iter().map(|(deal, _)| *deal).collect();
    cell.cards.with_untracked(|cards| cards.iter().map(CardRef::id).filter(|id| !held.contains(id)).collect())
}

/// Lets go of what is held, where it is.
pub fn drop_cards(board: Board, drag: Dragging) {
    let Some(state) = drag.get_untracked() else { return };
    drag.set(None);
    if !state.is_moving {
        return;
    }
    JUST_DROPPED.with(|dropped| dropped.set(true));
    if state.touch && !is_far(&state, state.at) {
        // A long press that goes nowhere asks what can be done.
        board.menu.set(Some(state.held.iter().map(|(deal, _)| *deal).collect()));
    } else if let Some(zone) = state.zone {
        match zone {
            Zone::Stage(stage) => moving::to_stage(board, &state.held, stage),
            Zone::Delete => moving::delete(board, &state.held),
        }
    } else if let Some(target) = state.over {
        moving::put(board, &state.held, &target);
        if board.client.gated.with_untracked(Option::is_some) {
            // Until a gate has what it asks for, the cards wait where they were put.
            drag.set(Some(Drag::by_keys(state.deal, state.held, target)));
        } else {
            focus_soon(state.deal);
        }
    } else if let Some(cell) = closest(&state, "[data-lane]").and_then(|cell| cell_of(board, &cell))
        && let Some(bar) = bar(board, &state.held, &cell)
    {
        moving::tell_bar(board, cell, bar, |_| ());
    }
}

/// While a card is held near an edge, the board or the list under it scrolls.
fn scroll_at_edges(board: Board, drag: Dragging) {
    request_animation_frame(move || {
        let Some(state) = drag.try_get_untracked().flatten().filter(|drag| drag.is_moving) else { return };
        let mut scrolled = false;
        if let Ok(Some(element)) = document().query_selector(".board") {
            let bounds = element.get_bounding_client_rect();
            scrolled |= scroll(&element, true, step(state.at.0, bounds.left(), bounds.right()));
            // With lanes the board is what scrolls both ways.
            scrolled |= scroll(&element, false, step(state.at.1, bounds.top(), bounds.bottom()));
        }
        if let Some(target) = &state.over {
            let list = format!(".col[data-slot=\"{}\"] .list", target.slot.word());
            if let Ok(Some(element)) = document().query_selector(&list) {
                let bounds = element.get_bounding_client_rect();
                scrolled |= scroll(&element, false, step(state.at.1, bounds.top(), bounds.bottom()));
            }
        }
        if scrolled {
            follow(board, drag, state.at);
        }
        scroll_at_edges(board, drag);
    });
}

fn step(at: f64, from: f64, to: f64) -> f64 {
    if at < from + EDGE {
        -STEP
    } else if at > to - EDGE {
        STEP
    } else {
        0.0
    }
}

fn scroll(element: &web_sys::Element, sideways: bool, by: f64) -> bool {
    if by == 0.0 {
        return false;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a few pixels")]
    let by = by as i32;
    let before = (element.scroll_left(), element.scroll_top());
    if sideways {
        element.set_scroll_left(before.0 + by);
    } else {
        element.set_scroll_top(before.1 + by);
    }
    before != (element.scroll_left(), element.scroll_top())
}

/// The copy that follows the pointer.
#[component]
pub fn Lifted(board: Board) -> impl IntoView {
    let texts = use_texts();
    let drag = expect_context::<Dragging>();
    let held = Memo::new(move |_| {
        let by_pointer = |drag: &&Drag| drag.is_moving && !drag.is_by_keys();
        drag.with(|drag| drag.as_ref().filter(by_pointer).map(|drag| (drag.deal, drag.held.len(), drag.width)))
    });
    let position = move || {
        drag.with(|drag| {
            let Some(drag) = drag else { return String::new() };
            format!("translate({}px, {}px)", drag.at.0 - drag.hold.0, drag.at.1 - drag.hold.1)
        })
    };
    move || {
        held.get().and_then(|(deal, count, width)| {
            let client = board.client;
            let face = client.peek(|view| view.deals.get(&deal).map(|deal| CardFace::new(board, view, deal)));
            let height = board.pitch() - 6.0;
            face.map(|face| {
                view! {
                    <div class="card lifted" class:dense=board.look.with_untracked(|look| look.dense) aria-hidden="true"
                        style:left="0" style:top="0" style:height=format!("{height}px")
                        style:width=format!("{width}px") style:transform=position>
                        <Face face=face />
                        {(count > 1).then(|| view! { <span class="many">{texts.look().together(count)}</span> })}
                    </div>
                }
            })
        })
    }
}
