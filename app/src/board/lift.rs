//! The keyboard's twin of dragging: Space lifts the card that has the focus, arrows move it, Space drops it and Escape puts
//! it back. What happens is said for those who hear the page.

use super::{
    card_menu,
    drag::{Drag, Target, drop_card},
    state::{Board, PITCH},
};
use crate::texts::{Texts, use_texts};
use domain::id::DealId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What is said; the board's page shows it to screen readers.
#[derive(Clone, Copy)]
pub struct Said(pub RwSignal<String>);

/// Lifts the card, as far as the member may edit it.
fn lift(board: Board, drag: RwSignal<Option<Drag>>, said: Said, deal: DealId) {
    let Some(record) = board.client.peek(|view| view.deals.get(&deal).cloned()) else { return };
    if !board.client.may_edit(&record) {
        return;
    }
    let Some(column) = board.column(record.stage) else { return };
    let place = column.cards.with_untracked(|cards| cards.iter().position(|card| card.id() == deal)).unwrap_or(0);
    drag.set(Some(Drag::by_keys(deal, Target { stage: record.stage, place })));
    let texts = board.client.texts.drag();
    let (stage, total) = (stage_name(board, &record.stage), others(board, deal, &record.stage) + 1);
    said.0.set(texts.lifted(record.title, place + 1, stage, total));
}

/// Listens to the keys of cards, for as long as the board stands.
pub fn listen(board: Board, drag: RwSignal<Option<Drag>>, said: Said, menu: card_menu::Open) {
    let texts = board.client.texts.drag();
    Effect::new(move |_| {
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            let key = event.key();
            let Some((deal, target)) = drag.with_untracked(|drag| drag.as_ref().and_then(Drag::lifted_by_keys)) else {
                let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
                match (focused(&event), key.as_str()) {
                    (Some(deal), " ") if plain => {
                        event.prevent_default();
                        lift(board, drag, said, deal);
                    }
                    (Some(deal), "m" | "a") if plain => {
                        event.prevent_default();
                        menu.set(Some(deal));
                    }
                    _ => {}
                }
                return;
            };
            if matches!(key.as_str(), " " | "Enter") {
                event.prevent_default();
                event.stop_immediate_propagation();
                drop_card(board, drag);
                said.0.set(texts.dropped(target.place + 1, stage_name(board, &target.stage)));
                focus_soon(deal);
                return;
            }
            if key == "Escape" {
                drag.set(None);
                let home = board.client.peek(|view| view.deals.get(&deal).map(|deal| deal.stage));
                said.0.set(home.map(|home| texts.cancelled(stage_name(board, &home))).unwrap_or_default());
                focus_soon(deal);
                return;
            }
            let Some(target) = step(board, deal, &target, &key) else { return };
            event.prevent_default();
            said.0.set(texts.over(
                target.place + 1,
                stage_name(board, &target.stage),
                others(board, deal, &target.stage) + 1,
            ));
            show(&target);
            drag.update(|drag| {
                if let Some(drag) = drag {
                    drag.target = Some(target);
                }
            });
        });
        on_cleanup(move || keys.remove());
    });
}

/// The card that has the focus.
fn focused(event: &web_sys::KeyboardEvent) -> Option<DealId> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.matches(".strip .card").ok().filter(|is_card| *is_card)?;
    element.get_attribute("data-deal")?.parse().ok()
}

/// Where an arrow takes the card; at the board's edges it stays.
fn step(board: Board, deal: DealId, target: &Target, key: &str) -> Option<Target> {
    let Target { stage, place } = *target;
    let sideways = |by: isize| {
        let stages: Vec<_> = board.columns.with_value(|columns| columns.iter().map(|column| column.stage).collect());
        let at = stages.iter().position(|other| *other == stage)?.checked_add_signed(by)?;
        let stage = *stages.get(at)?;
        Some(Target { stage, place: place.min(others(board, deal, &stage)) })
    };
    match key {
        "ArrowLeft" => sideways(-1),
        "ArrowRight" => sideways(1),
        "ArrowUp" => Some(Target { stage, place: place.checked_sub(1)? }),
        "ArrowDown" => Some(Target { stage, place: (place + 1).min(others(board, deal, &stage)) }),
        "Home" => Some(Target { stage, place: 0 }),
        "End" => Some(Target { stage, place: others(board, deal, &stage) }),
        _ => None,
    }
}

/// How many other cards a column has.
fn others(board: Board, deal: DealId, stage: &domain::id::StageId) -> usize {
    board.column(*stage).map_or(0, |column| {
        column.cards.with_untracked(|cards| cards.len() - usize::from(cards.iter().any(|card| card.id() == deal)))
    })
}

fn stage_name(board: Board, stage: &domain::id::StageId) -> String {
    board.client.peek(|view| view.stages.get(stage).map(|stage| stage.name.clone()).unwrap_or_default())
}

/// Scrolls so that the place is in sight.
fn show(target: &Target) {
    let Ok(Some(column)) = document().query_selector(&format!(".col[data-stage=\"{}\"]", target.stage)) else { return };
    column.scroll_into_view();
    let Ok(Some(list)) = column.query_selector(".list") else { return };
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "pixels of a list")]
    let (top, pitch) = ((target.place as f64 * PITCH) as i32, PITCH as i32);
    let (from, height) = (list.scroll_top(), list.client_height());
    if top < from {
        list.set_scroll_top(top);
    } else if top + pitch > from + height {
        list.set_scroll_top(top + pitch - height);
    }
}

/// The card is drawn in its place by the next frame, and has the focus again.
pub fn focus_soon(deal: DealId) {
    request_animation_frame(move || {
        let card = document().query_selector(&format!(".strip [data-deal=\"{deal}\"]")).ok().flatten();
        if let Some(card) = card.and_then(|card| card.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = card.focus();
        }
    });
}

/// Which card moves, and by which keys.
#[component]
pub fn Hints(board: Board) -> impl IntoView {
    let texts: Texts = use_texts();
    let t = texts.drag();
    let drag = expect_context::<RwSignal<Option<Drag>>>();
    let moving =
        Memo::new(move |_| drag.with(|drag| drag.as_ref().and_then(Drag::lifted_by_keys).map(|(deal, _)| deal)));
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
