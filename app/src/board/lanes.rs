//! A board with lanes: the heads of its columns stay in sight while the lanes scroll under them. Lanes far from what is in
//! sight keep their place without their cards.

use super::{
    drag::Dragging,
    go::Go,
    head::{self, Head},
    names::lane_name,
    quick_add::QuickAdd,
    state::{Board, CellState, LaneState},
    strip::{Strip, in_sight, is_target, pixels},
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, figure},
};
use leptos::prelude::*;
use std::collections::HashMap;

/// The heights of the heads, and of what a lane has above and below its cards, in pixels; style/lanes.css has the same.
const COLUMN_HEAD: f64 = 74.0;
const LANE_HEAD: f64 = 32.0;
const PADDING: f64 = 16.0;
/// Lanes this near to what is in sight are drawn, in pixels.
const NEAR: f64 = 600.0;

/// Where each lane begins, and how high its cards stand, in pixels.
type Places = HashMap<domain::board::Lane, (f64, f64)>;

#[component]
pub fn Lanes(
    board: Board,
    /// How far the board is scrolled down, and how high it is, in pixels.
    scrolled: RwSignal<(f64, f64)>,
) -> impl IntoView {
    let lanes = move || {
        board.layout.track();
        board.lanes.get_value()
    };
    let places = Memo::new(move |_| {
        let mut at = 0.0;
        let mut places = Places::new();
        for lane in lanes() {
            let cells = lane.cells.get_value();
            let shown = cells.iter().filter(|cell| !board.is_folded(&cell.slot.word()));
            let highest = shown.map(CellState::count).max().unwrap_or(0);
            let height =
                if board.is_folded(&lane.lane.word()) { 0.0 } else { pixels(highest.max(1), board.pitch()) + PADDING };
            places.insert(lane.lane, (at + LANE_HEAD, height));
            at += LANE_HEAD + height;
        }
        places
    });
    view! {
        <div class="lane-heads">
            <For each=move || { board.layout.track(); board.columns.get_value() } key=|column| column.slot
                children=move |column| view! {
                    <div class="col" aria-labelledby=head::heading(column) role="group" data-slot=column.slot.word()>
                        <Head board=board column=column />
                        {move || column.adding.get().then(|| view! { <QuickAdd board=board column=column open=column.adding /> })}
                    </div>
                } />
        </div>
        <For each=lanes key=|lane| lane.lane
            children=move |lane| view! { <LaneRow board=board lane=lane places=places scrolled=scrolled /> } />
    }
}

#[component]
fn LaneRow(board: Board, lane: LaneState, places: Memo<Places>, scrolled: RwSignal<(f64, f64)>) -> impl IntoView {
    let texts = use_texts();
    let place = Memo::new(move |_| places.with(|places| places.get(&lane.lane).copied().unwrap_or_default()));
    let name = Memo::new(move |_| board.client.with(|view| lane_name(texts, view, lane.lane)));
    let totals = Memo::new(move |_| {
        board.layout.track();
        lane.totals()
    });
    let word = lane.lane.word();
    let id = format!("lane-{word}");
    let heading = id.clone();
    let folded_word = word.clone();
    let is_folded = Memo::new(move |_| board.is_folded(&folded_word));
    let go = expect_context::<Go>();
    let fold = move |_| go.fold(&word);
    // How far the lane's top is above the top of what is in sight.
    let above = move || scrolled.get().0 - place.get().0;
    let is_near = Memo::new(move |_| {
        let (_, height) = scrolled.get();
        let height = if height > 0.0 { height } else { NEAR };
        board.printing.get() || (above() < place.get().1 + NEAR && above() + height > -NEAR)
    });
    let sight = Signal::derive(move || {
        let (_, height) = scrolled.get();
        in_sight(above(), height - COLUMN_HEAD.min(height), board.pitch())
    });
    view! {
        <section class="lane" aria-labelledby=id>
            <header>
                <button type="button" class="btn plain" aria-expanded=move || (!is_folded.get()).to_string() on:click=fold>
                    <Icon name=IconName::Down class="i-s" />
                    <h3 id=heading>{move || name.get()}</h3>
                </button>
                <span class="n">{move || totals.with(|totals| totals.deals)}</span>
                <span class="money">{move || totals.with(|totals| figure::sums_text(totals, false, texts.0))}</span>
            </header>
            <div class="lane-cells" style:height=move || format!("{}px", place.get().1)>
                {move || (is_near.get() && !is_folded.get()).then(|| {
                    board.layout.track();
                    lane.cells.get_value().into_iter().map(|cell| view! { <Cell board=board cell=cell sight=sight /> }).collect_view()
                })}
            </div>
        </section>
    }
}

#[component]
fn Cell(board: Board, cell: CellState, sight: Signal<(usize, usize)>) -> impl IntoView {
    let drag = expect_context::<Dragging>();
    let is_target = is_target(drag, cell);
    let word = cell.slot.word();
    let is_folded = Memo::new(move |_| board.is_folded(&word));
    view! {
        <div class="cell" class:target=move || is_target.get() class:folded=move || is_folded.get()
            data-slot=cell.slot.word() data-lane=cell.lane.word()>
            {move || (!is_folded.get()).then(|| view! { <Strip board=board cell=cell sight=sight /> })}
        </div>
    }
}
