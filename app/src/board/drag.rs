//! Dragging a card: by mouse at once, by touch after a long press. The card follows the pointer as a copy; its place and
//! the place where it would land are shown in the columns. Escape puts it back.

use super::{
    card::{CardFace, Face},
    state::{Board, CardRef, PITCH},
};
use domain::{
    command::{Command, Place},
    id::{DealId, StageId},
    presence::Doing,
};
use leptos::prelude::*;
use std::{cell::Cell, time::Duration};
use wasm_bindgen::JsCast;

/// How far the mouse moves before pressing becomes dragging, in pixels.
const THRESHOLD: f64 = 5.0;
/// How long a finger rests before it lifts the card.
const LONG_PRESS: Duration = Duration::from_millis(350);
/// How near an edge scrolling begins, and how far it goes in a frame, in pixels.
const EDGE: f64 = 48.0;
const STEP: f64 = 12.0;

/// A card that is pressed, and once it moves, dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    pub deal: DealId,
    from: StageId,
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
    /// Where the card would land.
    pub target: Option<Target>,
}

/// In place of a pointer's number, where keys move the card.
const KEYS: i32 = i32::MIN;

impl Drag {
    /// A card that keys have lifted, and where it stands.
    pub fn by_keys(deal: DealId, target: Target) -> Self {
        let (from, nowhere) = (target.stage, (0.0, 0.0));
        Self {
            deal,
            from,
            pointer: KEYS,
            touch: false,
            start: nowhere,
            at: nowhere,
            hold: nowhere,
            width: 0.0,
            is_moving: true,
            target: Some(target),
        }
    }

    /// What others are told of it: the card, once it moves, and over which stage.
    pub fn doing(&self) -> Option<Doing> {
        let over = self.target.as_ref().map(|target| target.stage);
        self.is_moving.then_some(Doing::Holding { deal: self.deal, over })
    }

    /// The card and where it would land, where keys move it.
    pub fn lifted_by_keys(&self) -> Option<(DealId, Target)> {
        self.target.clone().filter(|_| self.pointer == KEYS).map(|target| (self.deal, target))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub stage: StageId,
    /// Its place among the column's other cards.
    pub place: usize,
}

thread_local! {
    static JUST_DROPPED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the click that arrives now ends a drag.
pub fn just_dropped() -> bool {
    JUST_DROPPED.with(Cell::take)
}

/// The pointer goes down on a card.
pub fn press(board: Board, drag: RwSignal<Option<Drag>>, deal: DealId, event: &web_sys::PointerEvent) {
    JUST_DROPPED.with(|dropped| dropped.set(false));
    let Some(record) = board.client.peek(|view| view.deals.get(&deal).cloned()) else { return };
    if !board.client.may_edit(&record) {
        return;
    }
    let card = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(card) = card.filter(|_| event.button() == 0 && event.is_primary()) else { return };
    let bounds = card.get_bounding_client_rect();
    let at = (f64::from(event.client_x()), f64::from(event.client_y()));
    let touch = event.pointer_type() == "touch";
    drag.set(Some(Drag {
        deal,
        from: record.stage,
        pointer: event.pointer_id(),
        touch,
        start: at,
        at,
        hold: (at.0 - bounds.left(), at.1 - bounds.top()),
        width: bounds.width(),
        is_moving: false,
        target: None,
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

fn lift(board: Board, drag: RwSignal<Option<Drag>>) {
    drag.update(|drag| {
        if let Some(drag) = drag {
            drag.is_moving = true;
            drag.target = target_at(board, drag);
        }
    });
    scroll_at_edges(board, drag);
}

/// Listens to the pointer for as long as the board stands.
pub fn listen(board: Board, drag: RwSignal<Option<Drag>>) {
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
                drop_card(board, drag);
            }
        });
        // The browser took the gesture for scrolling.
        let cancelled = window_event_listener(leptos::ev::pointercancel, move |event| {
            if is_its(event.pointer_id()) {
                drag.set(None);
            }
        });
        let escape = window_event_listener(leptos::ev::keydown, move |event| {
            let by_pointer = drag.with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.pointer != KEYS));
            if event.key() == "Escape" && by_pointer {
                JUST_DROPPED.with(|dropped| dropped.set(true));
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

fn follow(board: Board, drag: RwSignal<Option<Drag>>, at: (f64, f64)) {
    let Some(state) = drag.get_untracked() else { return };
    let far = (at.0 - state.start.0).hypot(at.1 - state.start.1) > THRESHOLD;
    if !state.is_moving {
        if state.touch {
            // A finger that moves before the long press scrolls.
            if far {
                drag.set(None);
            }
        } else if far {
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
    state.target = target_at(board, &state);
    drag.set(Some(state));
}

/// The column under the pointer, and the place in it.
fn target_at(board: Board, drag: &Drag) -> Option<Target> {
    let (x, y) = drag.at;
    let columns = document().query_selector_all(".board .col").ok()?;
    for index in 0..columns.length() {
        let column = columns.item(index)?.dyn_into::<web_sys::Element>().ok()?;
        let bounds = column.get_bounding_client_rect();
        if x < bounds.left() || x >= bounds.right() {
            continue;
        }
        let stage: StageId = column.get_attribute("data-stage")?.parse().ok()?;
        let list = column.query_selector(".list").ok()??;
        let top = list.get_bounding_client_rect().top() - f64::from(list.scroll_top());
        // The middle of the card decides.
        let middle = y - drag.hold.1 + PITCH / 2.0 - top;
        let others = board.column(stage)?.cards.with_untracked(|cards| {
            let own = usize::from(cards.iter().any(|card| card.id() == drag.deal));
            cards.len() - own
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, below the count")]
        let place = ((middle / PITCH).floor().max(0.0) as usize).min(others);
        return Some(Target { stage, place });
    }
    None
}

pub fn drop_card(board: Board, drag: RwSignal<Option<Drag>>) {
    let Some(state) = drag.get_untracked() else { return };
    drag.set(None);
    if !state.is_moving {
        return;
    }
    JUST_DROPPED.with(|dropped| dropped.set(true));
    let Some(target) = state.target else { return };
    let Some(column) = board.column(target.stage) else { return };
    let (place, same) = column.cards.with_untracked(|cards| {
        let own = cards.iter().position(|card| card.id() == state.deal);
        let others: Vec<DealId> = cards.iter().map(CardRef::id).filter(|id| *id != state.deal).collect();
        let above = target.place.checked_sub(1).and_then(|above| others.get(above).copied());
        (Place { above, below: others.get(target.place).copied() }, own == Some(target.place))
    });
    if !same {
        move_deal(board, state.deal, state.from, target.stage, place);
    }
}

/// Moves the deal and offers to take it back.
pub fn move_deal(board: Board, deal: DealId, seen: StageId, stage: StageId, place: Place) {
    let client = board.client;
    let moved = client.ask_or_tell(Command::MoveDeal { deal, stage, seen, place, at: None });
    if let Some(command) = moved.filter(|_| seen != stage) {
        let (title, name) = client.peek(|view| {
            let title = view.deals.get(&deal).map(|deal| deal.title.clone()).unwrap_or_default();
            (title, view.stages.get(&stage).map(|stage| stage.name.clone()).unwrap_or_default())
        });
        client.toasts.done(client.texts.toast().moved_deal(title, name), command);
    }
}

/// While a card is held near an edge, the board or the list under it scrolls.
fn scroll_at_edges(board: Board, drag: RwSignal<Option<Drag>>) {
    request_animation_frame(move || {
        let Some(state) = drag.try_get_untracked().flatten().filter(|drag| drag.is_moving) else { return };
        let mut scrolled = false;
        if let Ok(Some(element)) = document().query_selector(".board") {
            let bounds = element.get_bounding_client_rect();
            scrolled |= scroll(&element, true, step(state.at.0, bounds.left(), bounds.right()));
        }
        if let Some(target) = &state.target {
            let list = format!(".col[data-stage=\"{}\"] .list", target.stage);
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
    let drag = expect_context::<RwSignal<Option<Drag>>>();
    let held = Memo::new(move |_| {
        let by_pointer = |drag: &&Drag| drag.is_moving && drag.pointer != KEYS;
        drag.with(|drag| drag.as_ref().filter(by_pointer).map(|drag| (drag.deal, drag.width)))
    });
    let position = move || {
        drag.with(|drag| {
            let Some(drag) = drag else { return String::new() };
            format!("translate({}px, {}px)", drag.at.0 - drag.hold.0, drag.at.1 - drag.hold.1)
        })
    };
    move || {
        held.get().and_then(|(deal, width)| {
            let client = board.client;
            let face = client.peek(|view| view.deals.get(&deal).map(|deal| CardFace::new(board, view, deal)));
            face.map(|face| {
                view! {
                    <div class="card lifted" aria-hidden="true" style:left="0" style:top="0"
                        style:width=format!("{width}px") style:transform=position>
                        <Face face=face />
                    </div>
                }
            })
        })
    }
}
