//! A column of a board without lanes: its head, and its cards in a list of their own.

use super::{
    drag::Dragging,
    head::{Head, heading},
    quick_add::QuickAdd,
    state::{Board, CellState, ColumnState},
    strip::{Strip, in_sight, is_target},
};
use crate::texts::use_texts;
use domain::board::Slot;
use leptos::{html, prelude::*};

#[component]
pub fn Column(board: Board, column: ColumnState, cell: CellState) -> impl IntoView {
    let texts = use_texts();
    let drag = expect_context::<Dragging>();
    let list = NodeRef::<html::Div>::new();
    // How far the list is scrolled, and how high it is, in pixels.
    let scrolled = RwSignal::new((0.0, 0.0));
    let measure = move || {
        if let Some(list) = list.get_untracked() {
            scrolled.set((f64::from(list.scroll_top()), f64::from(list.client_height())));
        }
    };
    Effect::new(move |_| {
        if list.get().is_some() {
            measure();
        }
    });
    let resize = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resize.remove());
    // What others put in or take out above moves nothing under the pointer.
    Effect::new(move |before: Option<i32>| {
        let pushed = cell.pushed.get();
        let by = pushed - before.unwrap_or(pushed);
        if by != 0 {
            #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
            let by = (f64::from(by) * board.pitch()) as i32;
            request_animation_frame(move || {
                if let Some(list) = list.get_untracked() {
                    list.set_scroll_top(list.scroll_top() + by);
                }
            });
        }
        pushed
    });
    let point = move |event: web_sys::PointerEvent| {
        if let Some(list) = list.get_untracked() {
            let top = list.get_bounding_client_rect().top() - f64::from(list.scroll_top());
            cell.pointer.set_value(Some(f64::from(event.client_y()) - top));
        }
    };
    let is_target = is_target(drag, cell);
    let sight = move || {
        let (above, height) = scrolled.get();
        in_sight(above, height, board.pitch())
    };
    let adding = column.adding;
    let word = column.slot.word();
    let is_folded = Memo::new(move |_| board.is_folded(&word));
    let is_empty = move || cell.count() == 0;
    view! {
        <section class="col" class:target=move || is_target.get() class:folded=move || is_folded.get() aria-labelledby=heading(column)
            data-slot=column.slot.word() data-lane=cell.lane.word()>
            <Head board=board column=column />
            {move || adding.get().then(|| view! { <QuickAdd board=board column=column open=adding /> })}
            {move || (!is_folded.get()).then(|| view! {
                <div class="list" node_ref=list tabindex="-1" on:scroll=move |_| measure() on:pointermove=point
                    on:pointerleave=move |_| cell.pointer.set_value(None)>
                    <Strip board=board cell=cell sight=Signal::derive(sight) />
                    {move || is_empty().then(|| {
                        let filtered = board.filter.with(|filter| !filter.is_empty());
                        let text = match column.slot {
                            _ if filtered => texts.board().empty_filtered(),
                            Slot::Stage(_) => texts.board().empty_column(),
                            _ => texts.look().empty(),
                        };
                        view! { <p class="empty">{text}</p> }
                    })}
                </div>
            })}
        </section>
    }
}
