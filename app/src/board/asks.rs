//! What a column's stage will ask for, while cards are held over it.

use super::{drag::Dragging, state::Board};
use domain::{
    board::Slot,
    gate::{Way, missing},
    id::DealId,
};
use leptos::prelude::*;

/// In words; nothing where nothing is held over the column, or all of it may enter.
pub fn asks(board: Board, slot: Slot) -> Memo<Option<String>> {
    let drag = expect_context::<Dragging>();
    let held = Memo::new(move |_| {
        drag.with(|drag| {
            let drag = drag.as_ref().filter(|drag| drag.is_moving)?;
            drag.over.as_ref().filter(|target| target.slot == slot)?;
            Some(drag.held.iter().map(|(deal, _)| *deal).collect::<Vec<DealId>>())
        })
    });
    let client = board.client;
    Memo::new(move |_| {
        let (held, stage) = (held.get()?, slot.stage()?);
        let lacking: Vec<usize> = client.with(|view| {
            let to = view.stages.get(&stage)?;
            let elsewhere = held.iter().filter_map(|id| view.deals.get(id)).filter(|deal| deal.stage != stage);
            let counts = elsewhere.map(|deal| missing(view, deal, to, Way::From(view.stages.get(&deal.stage))).len());
            Some(counts.filter(|count| *count > 0).collect())
        })?;
        let t = client.texts.gate();
        match (lacking.as_slice(), held.len()) {
            ([], _) => None,
            ([count], 1) => Some(t.needs_n(count)),
            (several, _) => Some(t.needs_deals(several.len())),
        }
    })
}
