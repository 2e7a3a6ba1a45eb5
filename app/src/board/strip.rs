//! The cards of one lane's column: as high as all of them, with only those in sight in the document.

use super::{
    card::{Card, CardFace, Face},
    drag::{Dragging, Target},
    state::{Board, CardRef, CellState},
};
use domain::id::DealId;
use leptos::prelude::*;

/// Cards kept above and below what is in sight.
const SPARE: usize = 3;
/// What the server paints before the height of the screen is known.
const FIRST: usize = 12;

/// Where the cards in sight stand: looked up by each card among the few that are drawn.
#[derive(Clone, Copy)]
pub struct Placement {
    board: Board,
    visible: Memo<Vec<(usize, CardRef)>>,
    /// Where what is dragged would land in this strip.
    target: Memo<Option<usize>>,
}

impl Placement {
    fn find<T>(&self, id: DealId, read: impl Fn(&(usize, CardRef)) -> T) -> Option<T> {
        self.visible.with(|visible| visible.iter().find(|(_, card)| card.id() == id).map(read))
    }

    /// Grows with each change of the card.
    pub fn revision(&self, id: DealId) -> u32 {
        self.find(id, |(_, card)| card.revision).unwrap_or_default()
    }

    /// The card's distance from the top of its strip, in pixels. Cards below the place where a dragged one would land
    /// make room.
    pub fn top(&self, id: DealId) -> f64 {
        let place = self.find(id, |(place, _)| *place).unwrap_or_default();
        let room = self.target.get().is_some_and(|target| place >= target);
        pixels(place + usize::from(room), self.board.pitch())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a column has fewer than 2^52 cards")]
pub fn pixels(places: usize, pitch: f64) -> f64 {
    places as f64 * pitch
}

/// Which places are in sight, from how far the strip's top is above what shows it, and how high that is, in pixels.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a list, not negative")]
pub fn in_sight(above: f64, height: f64, pitch: f64) -> (usize, usize) {
    let first = (above.max(0.0) / pitch) as usize;
    let shown = if height > 0.0 { ((height + above.min(0.0)).max(0.0) / pitch) as usize + 1 } else { FIRST };
    (first, first + shown)
}

#[component]
pub fn Strip(board: Board, cell: CellState, #[prop(into)] sight: Signal<(usize, usize)>) -> impl IntoView {
    let client = board.client;
    let drag = expect_context::<Dragging>();
    let visible = Memo::new(move |_| {
        let (from, to) = if board.printing.get() { (0, usize::MAX) } else { sight.get() };
        cell.first.set_value(from);
        cell.cards.with(|cards| {
            let to = to.saturating_add(SPARE).min(cards.len());
            let from = from.saturating_sub(SPARE).min(to);
            (from..to).map(|place| (place, cards[place].clone())).collect::<Vec<_>>()
        })
    });
    let target = Memo::new(move |_| {
        drag.with(|drag| {
            let target = drag.as_ref().and_then(|drag| drag.over.as_ref());
            target.filter(|target| target.is_in(&cell)).and_then(|target| target.place)
        })
    });
    // Cards in sight that have not come yet.
    let coming = Memo::new(move |_| {
        let (from, to) = sight.get();
        (from.max(cell.cards.with(Vec::len)), to.min(cell.count()))
    });
    let placement = Placement { board, visible, target };
    let height = move || format!("{}px", pixels(cell.count() + usize::from(target.get().is_some()), board.pitch()));
    let by_keys =
        move || drag.with_untracked(|drag| drag.as_ref().filter(|drag| drag.is_by_keys()).map(|drag| drag.deal));
    view! {
        <ol class="strip" class:settling=move || target.get().is_some() style:height=height>
            <For each=move || visible.get() key=|(_, card)| card.id()
                children=move |(_, card)| view! { <Card board=board id=card.id() placement=placement /> } />
            {move || {
                let (from, to) = coming.get();
                let at = |place: usize| format!("translateY({}px)", pixels(place, board.pitch()));
                (from..to).map(|place| view! { <li class="coming" aria-hidden="true" style:transform=at(place)></li> }).collect_view()
            }}
            {move || target.get().map(|place| {
                // What the pointer holds is under the pointer; what keys hold is here.
                let face = by_keys().and_then(|deal| {
                    client.peek(|view| view.deals.get(&deal).map(|deal| CardFace::new(board, view, deal)))
                });
                let class = if face.is_some() { "card up" } else { "gap here" };
                view! {
                    <li class=class aria-hidden="true"
                        style:transform=format!("translateY({}px)", pixels(place, board.pitch()))>
                        {face.map(|face| view! { <Face face=face /> })}
                    </li>
                }
            })}
        </ol>
    }
}

/// Whether what is dragged would land in a cell, at whatever place.
pub fn is_target(drag: Dragging, cell: CellState) -> Memo<bool> {
    Memo::new(move |_| {
        drag.with(|drag| {
            drag.as_ref().and_then(|drag| drag.over.as_ref()).is_some_and(|target: &Target| target.is_in(&cell))
        })
    })
}
