//! A board with lanes: the heads of its columns stay in sight while the lanes scroll under them. Lanes far from what is in
//! sight keep their place without their cards. A lane is as high as its fullest column; on a phone, which shows one column
//! at a time, as that one.

use super::{
    drag::Dragging,
    go::Go,
    head::{self, Head},
    names::lane_name,
    phone::InSight,
    quick_add::QuickAdd,
    state::{Board, CellState, LaneState},
    strip::{Strip, in_sight as places_in_sight, is_target, pixels},
};
use crate::{
    texts::use_texts,
    ui::{Icon, IconName, figure, is_narrow},
};
use leptos::prelude::*;
use std::{collections::HashMap, time::Duration};

/// The heights of the heads, and of what a lane has above and below its cards, in pixels; style/lanes.css has the same.
const COLUMN_HEAD: f64 = 74.0;
const LANE_HEAD: f64 = 32.0;
const PADDING: f64 = 16.0;
/// Lanes this near to what is in sight are drawn, in pixels.
const NEAR: f64 = 600.0;
/// What a phone keeps of a lane without cards in the column in sight, in pixels.
const BARE: f64 = 44.0;
/// Until a swipe has come to rest.
const REST: Duration = Duration::from_millis(150);

/// A lane's cards, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Place {
    /// Where they begin.
    from: f64,
    height: f64,
    /// How high they stand on a wide screen and on a phone: the style chooses, as what is painted first knows no screen.
    either: (f64, f64),
}

type Places = HashMap<domain::board::Lane, Place>;

#[component]
pub fn Lanes(
    board: Board,
    in_sight: InSight,
    /// How far the board is scrolled down, and how high it is, in pixels.
    scrolled: RwSignal<(f64, f64)>,
) -> impl IntoView {
    let lanes = move || {
        board.layout.track();
        board.lanes.get_value()
    };
    let narrow = RwSignal::new(false);
    let at = RwSignal::new(in_sight.at.get_untracked());
    let places = Memo::new(move |_| {
        let (narrow, column) = (narrow.get(), at.get());
        let mut from = 0.0;
        let mut places = Places::new();
        for lane in lanes() {
            let cells = lane.cells.get_value();
            let shown = cells.iter().filter(|cell| !board.is_folded(&cell.slot.word()));
            let highest = shown.map(CellState::count).max().unwrap_or(0);
            let high = |count: usize| pixels(count, board.pitch()) + PADDING;
            let here = cells.get(column).filter(|cell| !board.is_folded(&cell.slot.word())).map_or(0, CellState::count);
            let either = if board.is_folded(&lane.lane.word()) {
                (0.0, 0.0)
            } else {
                (high(highest.max(1)), if here > 0 { high(here) } else { BARE })
            };
            let height = if narrow { either.1 } else { either.0 };
            places.insert(lane.lane, Place { from: from + LANE_HEAD, height, either });
            from += LANE_HEAD + height;
        }
        places
    });
    Effect::new(move |_| {
        narrow.set(is_narrow());
        let resized = window_event_listener(leptos::ev::resize, move |_| {
            if narrow.get_untracked() != is_narrow() {
                narrow.set(is_narrow());
            }
        });
        on_cleanup(move || resized.remove());
    });
    // When a phone has come to rest on another column, the lanes take its heights, and the one at the top stays there.
    Effect::new(move |_| {
        let column = in_sight.at.get();
        set_timeout(
            move || {
                if in_sight.at.try_get_untracked() != Some(column) || at.get_untracked() == column {
                    return;
                }
                let before = places.get_untracked();
                at.set(column);
                if let Some(board) = in_sight.board.get_untracked().filter(|_| narrow.get_untracked()) {
                    let top = f64::from(board.scroll_top());
                    let to = kept(&before, &places.get_untracked(), top);
                    request_animation_frame(move || board.set_scroll_top(to));
                }
            },
            REST,
        );
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

/// How far down the board is to be, so that what is at its top stays there when the lanes' heights change.
#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn kept(before: &Places, now: &Places, top: f64) -> i32 {
    let reached = before.iter().filter(|(_, place)| place.from - LANE_HEAD <= top);
    let last = reached.max_by(|(_, one), (_, other)| one.from.total_cmp(&other.from));
    let to = last.and_then(|(lane, then)| Some((then, now.get(lane)?))).map_or(top, |(then, now)| {
        let into = top - then.from;
        now.from + into.min(now.height)
    });
    to.round() as i32
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
    let above = move || scrolled.get().0 - place.get().from;
    let is_near = Memo::new(move |_| {
        let (_, height) = scrolled.get();
        let height = if height > 0.0 { height } else { NEAR };
        board.printing.get() || (above() < place.get().height + NEAR && above() + height > -NEAR)
    });
    let sight = Signal::derive(move || {
        let (_, height) = scrolled.get();
        places_in_sight(above(), height - COLUMN_HEAD.min(height), board.pitch())
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
            <div class="lane-cells" style=("--high", move || format!("{}px", place.get().either.0))
                style=("--phone-high", move || format!("{}px", place.get().either.1))>
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::board::Lane;

    fn places(heights: &[(Option<u128>, f64)]) -> Places {
        let mut from = 0.0;
        let place = |(account, height): &(Option<u128>, f64)| {
            from += LANE_HEAD + height;
            let place = Place { from: from - height, height: *height, either: (*height, *height) };
            (Lane::Account(account.map(|id| uuid::Uuid::from_u128(id).into())), place)
        };
        heights.iter().map(place).collect()
    }

    #[test]
    fn the_lane_at_the_top_stays_there() {
        let before = places(&[(None, 300.0), (Some(1), 500.0), (Some(2), 100.0)]);
        let now = places(&[(None, 44.0), (Some(1), 118.0), (Some(2), 100.0)]);
        assert_eq!(kept(&before, &now, 0.0), 0);
        // At the second lane's head, within its cards, and beyond what is left of them.
        assert_eq!(kept(&before, &now, 332.0), 76);
        assert_eq!(kept(&before, &now, 364.0 + 50.0), 108 + 50);
        assert_eq!(kept(&before, &now, 364.0 + 400.0), 108 + 118);
    }
}
